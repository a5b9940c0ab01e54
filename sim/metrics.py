"""Metrics of any span of ticks, from the ledger's counts and sums. Undefined is nan.

Ticks are the columns of a ledger by name: a mapping of arrays, or a table.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from retrainlab.sim.stream import Stream, Task

Ticks = Mapping[str, NDArray[Any]] | pd.DataFrame


def classes_of(ticks: Ticks) -> list[str]:
    """Class codes that ticks count, as they stand in the names of their columns."""
    return [str(c).removeprefix("hit_") for c in ticks if str(c).startswith("hit_")]


def total(ticks: Ticks, name: str) -> float:
    """Sum of a column; what is nan counts nothing."""
    values = np.asarray(ticks[name])
    return values.sum() if values.dtype.kind in "iu" else np.nansum(values)


def accuracy(ticks: Ticks) -> float:
    """Share of rows that were right; nan without rows."""
    return _ratio(_sums(ticks, "hit").sum(), total(ticks, "rows"))


def precision(ticks: Ticks) -> float:
    """Of the rows predicted as a class, the share that were; see `by_class`."""
    return by_class(_sums(ticks, "hit"), _sums(ticks, "predicted"))


def recall(ticks: Ticks) -> float:
    """Of the rows of a class, the share that was found; see `by_class`."""
    return by_class(_sums(ticks, "hit"), _sums(ticks, "actual"))


def f1(ticks: Ticks) -> float:
    """2 hit / (predicted + actual); see `by_class`."""
    return by_class(2 * _sums(ticks, "hit"), _sums(ticks, "predicted") + _sums(ticks, "actual"))


def by_class(part: NDArray[Any], whole: NDArray[Any]) -> float:
    """part / whole of class 1 for two classes, else the mean over classes (macro); both (k,).

    Classes whose whole is 0 are left out; nan if none is left.
    """
    judged = slice(1, None) if len(part) == 2 else slice(None)
    part, whole = part[judged], whole[judged]
    return float(np.mean(part[whole > 0] / whole[whole > 0])) if np.any(whole > 0) else np.nan


def mae(ticks: Ticks) -> float:
    """Mean absolute error, in units of the target; nan without rows."""
    return _ratio(total(ticks, "abs_error"), total(ticks, "rows"))


def bias(ticks: Ticks) -> float:
    """Mean of prediction minus truth, in units of the target; nan without rows."""
    return _ratio(total(ticks, "error"), total(ticks, "rows"))


def wape(ticks: Ticks) -> float:
    """Sum of absolute errors over sum of absolute truth; nan if the truth is 0 throughout."""
    return _ratio(total(ticks, "abs_error"), total(ticks, "abs_actual"))


def score(ticks: Ticks, task: Task) -> float:
    """Accuracy for classification, forecast accuracy 1 - WAPE for regression."""
    return accuracy(ticks) if task == "classification" else 1 - wape(ticks)


def ceiling(stream: Stream, first_tick: int) -> float:
    """Score of the best predictor that knows the truth, from a tick on; nan where unknown."""
    rows = slice(int(stream.offsets[first_tick]), None)
    if stream.task == "classification":
        return float(stream.ceiling[rows].mean())
    return 1 + _ratio(stream.ceiling[rows].sum(), np.abs(stream.truth[rows]).sum())


METRICS: dict[Task, dict[str, Callable[[Ticks], float]]] = {
    "classification": {"accuracy": accuracy, "precision": precision, "recall": recall, "f1": f1},
    "regression": {"mae": mae, "bias": bias, "wape": wape},
}


def summary(ticks: Ticks, task: Task) -> dict[str, float]:
    """Return the score and every metric by name; those of the other task are nan."""
    every = {name: np.nan for own in METRICS.values() for name in own}
    own = {name: metric(ticks) for name, metric in METRICS[task].items()}
    return {"score": score(ticks, task), **every, **own}


def _sums(ticks: Ticks, name: str) -> NDArray[Any]:
    """(k,) counts over the whole span."""
    return np.array([total(ticks, f"{name}_{c}") for c in classes_of(ticks)])


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else np.nan
