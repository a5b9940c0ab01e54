"""Measuring, which is not deciding: signals and rates of the model in service.

Only rows that the model now in service has served count; labels that arrive late for an earlier
model's rows say nothing about it. Predictions and inputs are known when they are served.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.errors import InputError, require
from retrainlab.sim.metrics import by_class
from retrainlab.sim.replay.view import View

Signal = Callable[[View], tuple[int, NDArray[Any]]]


def newly_labelled(view: View) -> range:
    """Ticks whose labels have just arrived and that the model in service has served."""
    return range(max(view.first_new_label, view.deployed), view.labelled)


def error(view: View) -> tuple[int, NDArray[Any]]:
    """First tick and (m,) errors just revealed: wrong 1, right 0; the absolute error of values."""
    ticks = newly_labelled(view)
    if not ticks:
        return ticks.start, np.empty(0)
    given, truth = view.judged(ticks.start, ticks.stop), view.y(ticks.start, ticks.stop)
    if view.task == "classification":
        return ticks.start, (given != truth).astype(np.int64)
    return ticks.start, np.abs(given - truth)


def loss(view: View) -> tuple[int, NDArray[Any]]:
    """First tick and (m,) losses just revealed."""
    ticks = newly_labelled(view)
    return ticks.start, view.loss(ticks.start, ticks.stop) if ticks else np.empty(0)


def prediction(view: View) -> tuple[int, NDArray[Any]]:
    """First tick and (m,) predictions just served; they need no label."""
    return view.tick, view.monitored_value(view.tick, view.tick + 1)


def inputs(view: View) -> tuple[int, NDArray[Any]]:
    """First tick and (m, d) features just served; they need no label."""
    return view.tick, view.x(view.tick, view.tick + 1)


def row_of(view: View, name: str, tick: int, index: int) -> int:
    """Return the row of a value of a signal that begins at a tick; labels may have gaps."""
    rows = view.rows(tick, view.labelled) if name in OF_LABELS else slice(view.row_of(tick), None)
    return rows.start + index if isinstance(rows, slice) else int(rows[index])


SIGNALS: dict[str, Signal] = {
    "error": error,
    "loss": loss,
    "prediction": prediction,
    "inputs": inputs,
}
OF_LABELS = ("error", "loss")


def signal(name: str) -> Signal:
    """Return the signal of this name."""
    if name not in SIGNALS:
        raise InputError(f"signal is {name!r}; it must be one of {', '.join(SIGNALS)}")
    return SIGNALS[name]


def require_binary(view: View, detector: str) -> None:
    """Refuse a detector of 0/1 errors on errors that are not 0/1."""
    require(
        view.task == "classification",
        f"detector {detector} watches errors that are 0 or 1, and the error of a {view.task} "
        "is not; use ADWIN, KSWIN or PageHinkley",
    )


def class_counts(view: View, tick: int, metric: str) -> NDArray[Any]:
    """(3, k) rows of each class that are actual, predicted, and hit, in one labelled tick."""
    require(
        view.task == "classification",
        f"metric is {metric}, which a {view.task} does not have; "
        "use an alarm on the error, or the excess of loss",
    )
    given, truth = view.judged(tick, tick + 1), view.y(tick, tick + 1)
    k = view.classes
    return np.array([np.bincount(c, minlength=k) for c in (truth, given, given[given == truth])])


def _accuracy(counts: NDArray[Any]) -> float:
    return float(counts[2].sum() / counts[0].sum()) if counts[0].sum() else np.nan


RATES: dict[str, Callable[[NDArray[Any]], float]] = {
    "accuracy": _accuracy,
    "precision": lambda counts: by_class(counts[2], counts[1]),
    "recall": lambda counts: by_class(counts[2], counts[0]),
}


def rate(metric: str) -> Callable[[NDArray[Any]], float]:
    """Return the function of (3, k) counts for this metric."""
    if metric not in RATES:
        raise InputError(f"metric is {metric!r}; it must be one of {', '.join(RATES)}")
    return RATES[metric]
