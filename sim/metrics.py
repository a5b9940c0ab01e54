"""Metrics: one table of them, and their formulas. Undefined is nan.

Most follow from the sums of a ledger's ticks, and so exist for any span of ticks: a span is a
mapping of arrays by column name, or a table. Some need every served row of a run.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from retrainlab.sim.stream import Floats, Ints, Stream, Task

Ticks = Mapping[str, NDArray[Any]] | pd.DataFrame


class ServedRows(NamedTuple):
    """Rows with a label that were served. truth, decision: (n,) classes or values.

    probabilities: (n, k) of the classes; None where some row was served a class alone. refused:
    (n,) rows that were served no class, None where predictions are not refused.
    """

    truth: NDArray[Any]
    decision: NDArray[Any]
    probabilities: Floats | None = None
    refused: NDArray[np.bool_] | None = None


def classes_of(ticks: Ticks) -> list[str]:
    """Class codes that ticks count, as they stand in the names of their columns."""
    return [str(c).removeprefix("hit_") for c in ticks if str(c).startswith("hit_")]


def total(ticks: Ticks, name: str) -> float:
    """Sum of a column; what is nan counts nothing."""
    values = np.asarray(ticks[name])
    return values.sum() if values.dtype.kind in "iu" else np.nansum(values)


def scored_rows(ticks: Ticks) -> str:
    """Name of the column with the rows that are scored: all, unless some have no label."""
    return "scored" if "scored" in ticks else "rows"


def accuracy(ticks: Ticks) -> float:
    """Share of rows that were right; nan without rows."""
    return _ratio(_sums(ticks, "hit").sum(), total(ticks, scored_rows(ticks)))


def balanced_accuracy(ticks: Ticks) -> float:
    """Mean recall over the classes that occur, also of two classes; nan without rows."""
    return _mean_ratio(_sums(ticks, "hit"), _sums(ticks, "actual"))


def precision(ticks: Ticks) -> float:
    """Of the rows predicted as a class, the share that are of it; see `by_class`."""
    return by_class(_sums(ticks, "hit"), _sums(ticks, "predicted"))


def recall(ticks: Ticks) -> float:
    """Of the rows of a class, the share that were predicted as it; see `by_class`."""
    return by_class(_sums(ticks, "hit"), _sums(ticks, "actual"))


def f1(ticks: Ticks) -> float:
    """2 hit / (predicted + actual); see `by_class`."""
    return by_class(2 * _sums(ticks, "hit"), _sums(ticks, "predicted") + _sums(ticks, "actual"))


def by_class(part: NDArray[Any], whole: NDArray[Any]) -> float:
    """part / whole of class 1 for two classes, else the mean over classes (macro); both (k,).

    Classes whose whole is 0 are left out; nan if none is left.
    """
    judged = slice(1, None) if len(part) == 2 else slice(None)
    return _mean_ratio(part[judged], whole[judged])


def mae(ticks: Ticks) -> float:
    """Mean absolute error, in units of the target; nan without rows."""
    return _ratio(total(ticks, "abs_error"), total(ticks, scored_rows(ticks)))


def bias(ticks: Ticks) -> float:
    """Mean of prediction minus truth, in units of the target; nan without rows."""
    return _ratio(total(ticks, "error"), total(ticks, scored_rows(ticks)))


def wape(ticks: Ticks) -> float:
    """Sum of absolute errors over sum of absolute truth; nan if the truth is 0 throughout."""
    return _ratio(total(ticks, "abs_error"), total(ticks, "abs_actual"))


def rmse(ticks: Ticks) -> float:
    """Root of the mean squared error, in units of the target; nan without rows."""
    return _ratio(total(ticks, "sq_error"), total(ticks, scored_rows(ticks))) ** 0.5


def roc_auc(truth: Ints, probabilities: Floats) -> float:
    """Area under the ROC curve, of class 1, or the mean over classes, each against the rest.

    truth: (n,) codes. probabilities: (n, k). It is the share of pairs, one row of the class and
    one of the rest, that the probability of the class puts in the right order, ties counted half
    (Mann and Whitney 1947): exact, as `sklearn.metrics.roc_auc_score`. nan if a class is absent.
    """
    k = probabilities.shape[1]
    codes = range(1, 2) if k == 2 else range(k)
    return float(np.mean([_ordered_share(truth == c, probabilities[:, c]) for c in codes]))


def _ordered_share(positive: NDArray[np.bool_], scores: Floats) -> float:
    above, below = np.sort(scores[positive]), np.sort(scores[~positive])
    lower = np.searchsorted(below, above, side="left").sum()
    lower_or_equal = np.searchsorted(below, above, side="right").sum()
    return _ratio((lower + lower_or_equal) / 2, len(above) * len(below))


def log_loss(truth: Ints, probabilities: Floats) -> float:
    """Mean of -log(probability of the true class), in nats; nan without rows.

    truth: (n,) codes. probabilities: (n, k), clipped at the smallest distance that floats near 1
    can have, as `sklearn.metrics.log_loss` does, so that it is finite.
    """
    tiny = np.finfo(np.float64).eps
    given = np.clip(probabilities[np.arange(len(truth)), truth], tiny, 1 - tiny)
    return _ratio(-np.log(given).sum(), len(truth))


def refused(served: ServedRows) -> float:
    """Share of rows that were served no class (`prices.errors.refused`); nan where none may be."""
    return np.nan if served.refused is None else _ratio(served.refused.sum(), len(served.truth))


def of_probabilities(formula: Callable[[Ints, Floats], float]) -> Callable[[ServedRows], float]:
    """Return a formula of rows: that of truth and probabilities, nan where there are none."""

    def of_rows(served: ServedRows) -> float:
        given = served.probabilities
        return np.nan if given is None else formula(served.truth, given)

    return of_rows


@dataclass(frozen=True)
class Metric:
    """One metric: a line of the table `METRICS`.

    heading: in a table of a page; short: in the terminal, the heading if empty. unit: "share" is
    shown as a percentage, other values with so many `decimals` (None: three digits), and with a
    plus sign if `signed`. better: 1 where more is, -1 where less is, 0 where neither.
    of_class: of class 1 for two classes, else the mean over classes. is_score: says the same as
    the score, so that pages do not show it twice.
    of_ticks: formula over the sums of a span of ticks. of_rows: formula over all served rows of a
    run; computed only where it is asked for. A metric has one of the two.
    task: None where its formula says which it is for (`sim.requested_metrics`).
    """

    task: Task | None
    heading: str
    unit: str
    better: int
    of_ticks: Callable[[Ticks], float] | None = None
    of_rows: Callable[[ServedRows], float] | None = None
    short: str = ""
    of_class: bool = False
    is_score: bool = False
    decimals: int | None = None
    signed: bool = False


METRICS: dict[str, Metric] = {
    "accuracy": Metric("classification", "accuracy", "share", 1, accuracy, is_score=True),
    "balanced_accuracy": Metric(
        "classification", "balanced accuracy", "share", 1, balanced_accuracy
    ),
    "precision": Metric("classification", "precision", "share", 1, precision, of_class=True),
    "recall": Metric("classification", "recall", "share", 1, recall, of_class=True),
    "f1": Metric("classification", "F1", "share", 1, f1, of_class=True),
    "roc_auc": Metric(
        "classification",
        "ROC AUC",
        "",
        1,
        of_rows=of_probabilities(roc_auc),
        of_class=True,
        decimals=3,
    ),
    "log_loss": Metric(
        "classification", "log loss", "nats", -1, of_rows=of_probabilities(log_loss), decimals=3
    ),
    "refused": Metric("classification", "refused", "share", 0, of_rows=refused),
    "mae": Metric("regression", "mean absolute error", "target", -1, mae, short="MAE"),
    "bias": Metric("regression", "bias", "target", 0, bias, signed=True),
    "wape": Metric("regression", "WAPE", "share", -1, wape, is_score=True),
}


def score(ticks: Ticks, task: Task) -> float:
    """Accuracy for classification, forecast accuracy 1 - WAPE for regression."""
    return accuracy(ticks) if task == "classification" else 1 - wape(ticks)


def ceiling(stream: Stream, first_tick: int) -> float:
    """Score of the best predictor that knows the truth, from a tick on; nan where unknown."""
    rows = slice(int(stream.offsets[first_tick]), None)
    if stream.task == "classification":
        return float(stream.ceiling[rows].mean())
    return 1 + _ratio(stream.ceiling[rows].sum(), np.abs(stream.truth[rows]).sum())


def summary(ticks: Ticks, task: Task) -> dict[str, float]:
    """Return the score and every metric of ticks by name; those of the other task are nan."""
    values = {
        name: metric.of_ticks(ticks) if metric.task == task else np.nan
        for name, metric in METRICS.items()
        if metric.of_ticks
    }
    return {"score": score(ticks, task), **values}


def _sums(ticks: Ticks, name: str) -> NDArray[Any]:
    """(k,) counts over the whole span."""
    return np.array([total(ticks, f"{name}_{c}") for c in classes_of(ticks)])


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else np.nan


def _mean_ratio(part: NDArray[Any], whole: NDArray[Any]) -> float:
    """Mean of part / whole where whole is not 0; nan if it is 0 everywhere."""
    return float(np.mean(part[whole > 0] / whole[whole > 0])) if np.any(whole > 0) else np.nan
