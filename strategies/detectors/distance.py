"""Detectors that measure, feature by feature, how far two samples are apart.

A threshold on a distance knows neither the size of the samples nor the number of features: small
windows and many features alarm more often. The docstrings say what chance alone amounts to.
"""

from dataclasses import dataclass

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


def stability_index(table: NDArray[np.int64]) -> float:
    """Sum of (p - q) log(p / q) over the shares p, q of two rows of counts (2, k).

    Half a row is added to every bin, so that an empty one leaves the index finite.
    """
    filled = table + 0.5
    p, q = filled / filled.sum(axis=1, keepdims=True)
    return float(((p - q) * np.log(p / q)).sum())


def scaled_distance(old: Floats, new: Floats) -> float:
    """Wasserstein distance in standard deviations of the old values; inf if a constant moved."""
    return _scaled(np.sort(old), float(old.std()), new)


def _scaled(old: Floats, scale: float, new: Floats) -> float:
    """Return the distance, as `scipy.stats.wasserstein_distance` has it, of an ordered sample."""
    new = np.sort(new)
    both = np.sort(np.concatenate([old, new]), kind="stable")
    shares = (np.searchsorted(sample, both[:-1], "right") / len(sample) for sample in (old, new))
    distance = float(np.vecdot(np.abs(np.subtract(*shares)), np.diff(both)))
    if scale == 0:
        return 0.0 if distance == 0 else float("inf")
    return distance / scale
