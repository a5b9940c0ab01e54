"""Measuring, which is not deciding: signals and rates of the model in service.

Only rows that the model now in service has served count; labels that arrive late for an earlier
model's rows say nothing about it. Predictions and inputs are known when they are served.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.errors import InputError
from retrainlab.sim.metrics import by_class
from retrainlab.sim.replay.view import View
from retrainlab.sim.rows import Rows

Signal = Callable[[View], tuple[Rows, NDArray[Any]]]


def error(view: View) -> tuple[Rows, NDArray[Any]]:
    """Rows and (m,) errors just revealed: wrong 1, right 0; the absolute error of values."""
    rows = view.new_rows()
    if rows is None:
        return NO_ROWS, np.empty(0)
    given, truth = view.decisions_of(rows), view.labels_of(rows)
    if view.task == "classification":
        return rows, (given != truth).astype(np.int64)
    return rows, np.abs(given - truth)


def loss(view: View) -> tuple[Rows, NDArray[Any]]:
    """Rows and (m,) losses just revealed."""
    rows = view.new_rows()
    return (NO_ROWS, np.empty(0)) if rows is None else (rows, view.losses_of(rows))


def prediction(view: View) -> tuple[Rows, NDArray[Any]]:
    """Rows and (m,) predictions just served; they need no label."""
    return _just_served(view), view.monitored_value(view.tick, view.tick + 1)


def inputs(view: View) -> tuple[Rows, NDArray[Any]]:
    """Rows and (m, d) features just served; they need no label."""
    return _just_served(view), view.x(view.tick, view.tick + 1)


def _just_served(view: View) -> slice:
    return slice(view.row_of(view.tick), view.row_of(view.tick + 1))


NO_ROWS = slice(0, 0)
SIGNALS: dict[str, Signal] = {
    "error": error,
    "loss": loss,
    "prediction": prediction,
    "inputs": inputs,
}


def signal(name: str) -> Signal:
    """Return the signal of this name."""
    if name not in SIGNALS:
        raise InputError(f"signal is {name!r}; it must be one of {', '.join(SIGNALS)}")
    return SIGNALS[name]


def class_counts(view: View, rows: Rows) -> NDArray[Any]:
    """(3, k) how many labelled rows are actually of each class, predicted as it, and hit."""
    given, truth = view.decisions_of(rows), view.labels_of(rows)
    k = view.classes
    return np.array([np.bincount(c, minlength=k) for c in (truth, given, given[given == truth])])


def error_sums(view: View, rows: Rows) -> NDArray[Any]:
    """(4,) labelled rows, and the sums of their absolute errors, errors, and absolute labels."""
    truth = view.labels_of(rows)
    error = view.decisions_of(rows) - truth
    return np.array([len(truth), np.abs(error).sum(), error.sum(), np.abs(truth).sum()])


def _over(sums: NDArray[Any], part: int, whole: int) -> float:
    return float(sums[part] / sums[whole]) if sums[whole] else np.nan


def _accuracy(counts: NDArray[Any]) -> float:
    return float(counts[2].sum() / counts[0].sum()) if counts[0].sum() else np.nan


RATES: dict[str, Callable[[NDArray[Any]], float]] = {
    "accuracy": _accuracy,
    "precision": lambda counts: by_class(counts[2], counts[1]),
    "recall": lambda counts: by_class(counts[2], counts[0]),
}


# Of a regression, from `error_sums`; lower is better.
ERRORS: dict[str, Callable[[NDArray[Any]], float]] = {
    "mae": lambda sums: _over(sums, 1, 0),
    "wape": lambda sums: _over(sums, 1, 3),
    "bias": lambda sums: abs(_over(sums, 2, 0)),
}


def rate(metric: str) -> Callable[[NDArray[Any]], float]:
    """Return the function of `class_counts`, or of `error_sums`, for this metric."""
    rates = RATES | ERRORS
    if metric not in rates:
        raise InputError(f"metric is {metric!r}; it must be one of {', '.join(rates)}")
    return rates[metric]
