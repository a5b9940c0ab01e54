"""Detectors that test, feature by feature, whether two samples come from one distribution.

`alpha` is the chance that one look alarms although nothing changed, over all features together
(the least p-value times the number of features tested; Holm's correction alarms in the same
cases). It is no rate for a stream: looks follow each other every few rows, share a reference and
most of their window, and sooner or later one of them alarms.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from retrainlab.sim.stream import Floats
from retrainlab.strategies.detectors import ranges
from retrainlab.strategies.detectors.bins import Bins, bins_of
from retrainlab.strategies.detectors.two_sample import Binned, ByFeature

EXPECTED = 5  # least expected count of a cell for the chi-square distribution (Cochran 1954)


@dataclass(eq=False)
class SignificanceTest(ByFeature):
    """Alarms if a test rejects for a feature, corrected for their number.

    alpha: chance of a false alarm a look, over all features.
    """

    alpha: float = 0.001

    def __post_init__(self) -> None:
        super().__post_init__()
        ranges.SHARE.check("alpha", self.alpha)

    def judge(self, measures: Floats) -> bool:
        """Whether the least p-value is significant among all; nan stands for no test."""
        return rejects(measures, self.alpha)


@dataclass(eq=False)
class KS(SignificanceTest):
    """Kolmogorov-Smirnov test of each feature; chi-square for categories.

    alpha: chance of a false alarm a look, over all features; less where values are tied.
    """

    def prepare(self, feature: int, old: Floats) -> Any:
        """Return the categories of the reference, or its values in order."""
        return bins_of(old, 1, categorical=True) if feature in self.categorical else np.sort(old)

    def measure(self, feature: int, old: Any, new: Floats) -> float:
        """Return the p-value."""
        return chi_square(old.table(new)) if isinstance(old, Bins) else ks_test(old, new)


@dataclass(eq=False)
class ChiSquare(Binned, SignificanceTest):
    """Chi-square test of each feature's shares of categories, or of quantile bins."""

    def measure(self, feature: int, old: Bins, new: Floats) -> float:
        """Return the p-value; nan where both samples share one bin."""
        return chi_square(old.table(new))


def ks_test(old: Floats, new: Floats) -> float:
    """p-value of `scipy.stats.ks_2samp(old, new, method="asymp")`; old: in order."""
    new = np.sort(new)
    # Between two new values the gap between the distribution functions only grows or only falls.
    gaps = np.concatenate(
        [
            np.searchsorted(old, new, side) / len(old) - np.searchsorted(new, new, side) / len(new)
            for side in ("left", "right")
        ]
    )
    distance = max(float(gaps.max()), min(max(-float(gaps.min()), 0.0), 1.0), 0.0)
    return _ks_p_value(distance, len(old), len(new))


@lru_cache(2**16)  # samples of given sizes have few distances
def _ks_p_value(distance: float, m: int, n: int) -> float:
    m, n = sorted([m, n], reverse=True)
    size = np.round(float(m) * float(n) / (float(m) + float(n)))
    return float(np.clip(stats.kstwo.sf(distance, size), 0, 1))


def chi_square(table: NDArray[np.int64]) -> float:
    """p-value that two rows of counts (2, k) have the same shares; nan if they share one bin.

    Bins are put together, the rarest first, until every expected count is 5 or more.
    """
    total = table.sum(axis=0)
    order = np.argsort(total, kind="stable")
    starts = _starts(total[order] * (table.sum(axis=1).min() / total.sum()))
    if len(starts) < 2:
        return float("nan")
    pooled = np.add.reduceat(table[:, order], starts, axis=1)
    return _p_value(pooled)


def _p_value(table: NDArray[np.int64]) -> float:
    """p-value of `scipy.stats.chi2_contingency(table, correction=False)`."""
    seen = table.astype(np.float64)
    expected = seen.sum(axis=1, keepdims=True) * seen.sum(axis=0, keepdims=True) / seen.sum()
    statistic = ((seen - expected) ** 2 / expected).sum()
    return float(special.chdtrc(table.shape[1] - 1.0, statistic))


def _starts(expected: Floats) -> list[int]:
    """Where to cut rising expected counts so that each group has 5 or more."""
    starts, held = [0], 0.0
    for index, count in enumerate(expected):
        if held >= EXPECTED:
            starts.append(index)
            held = 0.0
        held += count
    return starts if held >= EXPECTED else starts[:-1]


def rejects(p_values: Floats, alpha: float) -> bool:
    """Whether the least p-value is significant among all; nan stands for no test."""
    tested = p_values[~np.isnan(p_values)]
    return bool(len(tested)) and bool(tested.min() * len(tested) <= alpha)
