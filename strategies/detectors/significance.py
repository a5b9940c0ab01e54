"""Detectors that test, feature by feature, whether two samples come from one distribution.

`alpha` is the chance that one look alarms although nothing changed, over all features together
(the least p-value times the number of features tested; Holm's correction alarms in the same
cases). It is no rate for a stream: looks follow each other every few rows, share a reference and
most of their window, and sooner or later one of them alarms.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from sim.errors import require, require_whole
from sim.stream import Floats
from strategies.detectors.bins import counts
from strategies.detectors.two_sample import TwoSample, by_feature

EXPECTED = 5  # least expected count of a cell for the chi-square distribution (Cochran 1954)


class KS(TwoSample):
    """Kolmogorov-Smirnov test of each feature; chi-square for categories.

    alpha: chance of a false alarm a look, over all features; less where values are tied.
    """

    def __init__(
        self,
        reference: int = 500,
        window: int = 200,
        every: int = 50,
        alpha: float = 0.001,
        categorical: Sequence[int] = (),
    ):
        super().__init__(reference, window, every, categorical)
        self.alpha = _share(alpha)

    def differs(self, reference: Floats, window: Floats) -> bool:
        """Whether the test rejects for a feature, corrected for their number."""
        return rejects(by_feature(reference, window, self._p_value), self.alpha)

    def _p_value(self, feature: int, old: Floats, new: Floats) -> float:
        if feature in self.categorical:
            return chi_square(counts(old, new, 1, categorical=True))
        return float(stats.ks_2samp(old, new, method="asymp").pvalue)


class ChiSquare(TwoSample):
    """Chi-square test of each feature's shares of categories, or of quantile bins.

    alpha: chance of a false alarm a look, over all features.
    bins: a feature with more distinct values in the reference is cut at quantiles, unless it is
        named in `categorical`.
    """

    def __init__(
        self,
        reference: int = 500,
        window: int = 200,
        every: int = 50,
        alpha: float = 0.001,
        bins: int = 10,
        categorical: Sequence[int] = (),
    ):
        super().__init__(reference, window, every, categorical)
        require_whole("bins", bins, 2, "bins")
        self.alpha, self.bins = _share(alpha), bins

    def differs(self, reference: Floats, window: Floats) -> bool:
        """Whether the test rejects for a feature, corrected for their number."""
        return rejects(by_feature(reference, window, self._p_value), self.alpha)

    def _p_value(self, feature: int, old: Floats, new: Floats) -> float:
        return chi_square(counts(old, new, self.bins, feature in self.categorical))


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


def _share(alpha: float) -> float:
    require(0 < alpha < 1, f"alpha is {alpha}; it must lie between 0 and 1")
    return alpha
