"""Detectors that measure, feature by feature, how far two samples are apart.

A threshold on a distance knows neither the size of the samples nor the number of features: small
windows and many features alarm more often. The docstrings say what chance alone amounts to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.stream import Floats
from retrainlab.strategies.detectors import ranges
from retrainlab.strategies.detectors.bins import Bins
from retrainlab.strategies.detectors.two_sample import Binned, ByFeature


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
        return float("nan") if feature in self.categorical else _scaled(*old, new)

    def measures(self, references: Sequence[Any], window: Floats) -> Floats:
        """(d,) distances, all at once where no value is missing."""
        old = _together([one and one[0] for one in references], window)
        if old is None or self.categorical:
            return super().measures(references, window)
        return _all_scaled(old, np.array([scale for _, scale in references]), window.T)


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


def scaled_distance(old: Floats, new: Floats) -> float:
    """Wasserstein distance in standard deviations of the old values; inf if a constant moved."""
    return _scaled(np.sort(old), float(old.std()), new)


def _scaled(old: Floats, scale: float, new: Floats) -> float:
    return float(_all_scaled(old[None], np.array([scale]), new[None])[0])


def _all_scaled(olds: Floats, scales: Floats, news: Floats) -> Floats:
    """(d,) distances, as `scipy.stats.wasserstein_distance` has them, by their scales (d,).

    olds: (d, m), each row in order. news: (d, n). Counts are whole numbers until they are shares,
    so that values which are in both samples add nothing.
    """
    size, total = olds.shape[1], olds.shape[1] + news.shape[1]
    both = np.concatenate([olds, np.sort(news, axis=1)], axis=1)
    order = both.argsort(axis=1, kind="stable")
    below = np.cumsum(order < size, axis=1)[:, :-1]
    gaps = below / size - (np.arange(1, total) - below) / news.shape[1]
    steps = np.diff(np.take_along_axis(both, order, axis=1), axis=1)
    distances = np.vecdot(np.abs(gaps), steps)
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled: Floats = np.where(distances == 0, 0.0, distances / scales)
    return scaled
