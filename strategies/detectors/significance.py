"""Detectors that test, feature by feature, whether two samples come from one distribution.

`alpha` is the chance that one look alarms although nothing changed, over all features together
(the least p-value times the number of features tested; Holm's correction alarms in the same
cases). It is no rate for a stream: looks follow each other every few rows, share a reference and
most of their window, and sooner or later one of them alarms.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from retrainlab.sim.stream import Floats
from retrainlab.strategies.detectors import ranges
from retrainlab.strategies.detectors.bins import counts
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

    def measure(self, feature: int, old: Floats, new: Floats) -> float:
        """Return the p-value."""
        if feature in self.categorical:
            return chi_square(counts(old, new, 1, categorical=True))
        return float(stats.ks_2samp(old, new, method="asymp").pvalue)


@dataclass(eq=False)
class ChiSquare(Binned, SignificanceTest):
    """Chi-square test of each feature's shares of categories, or of quantile bins."""

    def measure(self, feature: int, old: Floats, new: Floats) -> float:
        """Return the p-value; nan where both samples share one bin."""
        return chi_square(self.counts(feature, old, new))


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
    return float(stats.chi2_contingency(pooled, correction=False).pvalue)


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
