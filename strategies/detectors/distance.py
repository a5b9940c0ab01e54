"""Detectors that measure, feature by feature, how far two samples are apart.

A threshold on a distance knows neither the size of the samples nor the number of features: small
windows and many features alarm more often. The docstrings say what chance alone amounts to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from retrainlab.sim.stream import Floats, Ints
from retrainlab.strategies.detectors import ranges
from retrainlab.strategies.detectors.bins import Bins
from retrainlab.strategies.detectors.two_sample import Binned, ByFeature

ROUNDING = 1e-9  # a distance that is as near to its threshold is computed as scipy does


@dataclass(eq=False)
class Distance(ByFeature):
    """Alarms if the distance of a feature is above `threshold`."""

    threshold: float = 0.3

    def __post_init__(self) -> None:
        super().__post_init__()
        ranges.POSITIVE.check("threshold", self.threshold)

    def judge(self, measures: Floats) -> bool:
        """Whether the distance of a feature is above the threshold."""
        return bool((measures > self.threshold).any())


@dataclass(eq=False)
class PSI(Binned, Distance):
    """Population stability index of a feature above `threshold`.

    threshold: by convention, .1 to .25 is a moderate and more a large change (Siddiqi 2006,
        Credit Risk Scorecards). Without any change the index is about (1/reference + 1/window)
        times a chi-square variable with bins - 1 degrees of freedom (Yurdakul 2018): .06 on
        average by default, and above .2 once in 1,300 looks at one feature. With 30 bins it is
        above .2 half of the time: categories must be few, or the samples larger.
    """

    threshold: float = 0.2

    def measure(self, feature: int, old: Bins, new: Floats) -> float:
        """Return the index."""
        return stability_index(old.table(new))

    def measures(self, references: Sequence[Any], window: Floats) -> Floats:
        """(d,) indices, all at once where no value is missing and every bin is taken."""
        old = _together([bins and bins.old for bins in references], window)
        if old is None:
            return super().measures(references, window)
        width = old.shape[1]
        places = [j * width + bins.places(window[:, j]) for j, bins in enumerate(references)]
        new = np.bincount(np.concatenate(places), minlength=old.size).reshape(old.shape)
        if not np.logical_or(old, new).all():
            return super().measures(references, window)
        return _indices(old, new)


@dataclass(eq=False)
class Wasserstein(Distance):
    """Wasserstein distance of a feature, in its reference's standard deviations, above `threshold`.

    threshold: a mean that moves by s standard deviations moves the distance by s. Without any
        change it is about .1 by default for a normal feature, and above .3 less than once in 1,000
        looks. Features in `categorical` have no distances and are left out.
    """

    def prepare(self, feature: int, old: Floats) -> tuple[Floats, float]:
        """Return the reference in order, and its standard deviation."""
        return np.sort(old), float(old.std())

    def measure(self, feature: int, old: tuple[Floats, float], new: Floats) -> float:
        """Return the distance."""
        if feature in self.categorical:
            return float("nan")
        return float(self._distances(old[0][None], np.array([old[1]]), new[None])[0])

    def measures(self, references: Sequence[Any], window: Floats) -> Floats:
        """(d,) distances, all at once where no value is missing."""
        old = _together([one and one[0] for one in references], window)
        if old is None or self.categorical:
            return super().measures(references, window)
        return self._distances(old, np.array([scale for _, scale in references]), window.T)

    def _distances(self, olds: Floats, scales: Floats, news: Floats) -> Floats:
        """(d,) distances of news (d, n) from olds (d, m), each in order, by their scales (d,)."""
        distances = mean_gaps(olds, news)
        with np.errstate(divide="ignore", invalid="ignore"):
            scaled = np.where(distances == 0, 0.0, distances / scales)
            for j in np.flatnonzero(np.abs(scaled - self.threshold) < ROUNDING):
                scaled[j] = stats.wasserstein_distance(olds[j], news[j]) / scales[j]
        return scaled


def stability_index(table: NDArray[np.int64]) -> float:
    """Sum of (p - q) log(p / q) over the shares p, q of two rows of counts (2, k).

    Half a row is added to every bin, so that an empty one leaves the index finite.
    """
    return float(_indices(table[:1], table[1:])[0])


def _indices(old: NDArray[np.int64], new: NDArray[np.int64]) -> Floats:
    """(d,) indices of counts (d, k)."""
    p, q = (part / part.sum(axis=1, keepdims=True) for part in (old + 0.5, new + 0.5))
    indices: Floats = ((p - q) * np.log(p / q)).sum(axis=1)
    return indices


def _together(olds: Sequence[NDArray[Any] | None], window: Floats) -> NDArray[Any] | None:
    """(d, m) what is prepared of all features; None where a value is missing, or sizes differ."""
    sizes = {-1 if old is None else len(old) for old in olds}
    if len(sizes) != 1 or -1 in sizes or not np.isfinite(window).all():
        return None
    return np.array(olds)


def mean_gaps(olds: Floats, news: Floats) -> Floats:
    """(d,) Wasserstein distances: mean gaps between two quantile functions (Vallender 1974).

    olds: (d, m), each row in order. news: (d, n). Both functions are constant from step to step.
    """
    old_places, new_places, shares = _quantile_steps(olds.shape[1], news.shape[1])
    gaps = olds.take(old_places, axis=1) - np.sort(news, axis=1).take(new_places, axis=1)
    distances: Floats = np.vecdot(np.abs(gaps), shares)
    return distances


@lru_cache(8)
def _quantile_steps(m: int, n: int) -> tuple[Ints, Ints, Floats]:
    """(k,) each: places among m and among n sorted values, and the share for which both hold."""
    starts = np.union1d(np.arange(0, m * n, n), np.arange(0, m * n, m))
    return starts // n, starts // m, np.diff(starts, append=m * n) / (m * n)
