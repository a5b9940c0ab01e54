"""Whether settings save anything on several streams: Student's intervals, simultaneous over all.

The gains of a setting are paired: on each seed, what the reference cost less what the setting cost.
All intervals of a test hold together at 95 % (Bonferroni), however the settings are correlated, so
each is valid too for a setting that was picked because it looked best.
"""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from retrainlab.sim.errors import require
from retrainlab.sim.multiple_comparisons import bonferroni
from retrainlab.sim.stream import Floats, Ints

FEWEST_SEEDS = 3  # Student's t of two has one degree of freedom, and says next to nothing
MOST_SEEDS = 10**6


@dataclass(frozen=True, eq=False)
class SeedsTest:
    """What S settings save against a reference, as means over seeds, and how sure that is.

    saving, deviation: (S,) mean and standard deviation of the gains; the deviation is nan for one
    seed. seeds: (S,) that a setting shares with the reference. comparisons: how many intervals
    hold together. Fewer than 3 seeds have no interval: half, low and high are nan.
    """

    saving: Floats
    deviation: Floats
    seeds: Ints
    comparisons: int

    @property
    def half(self) -> Floats:
        """(S,) half widths of the simultaneous intervals."""
        factors = [critical(int(n), self.comparisons) for n in self.seeds]
        return np.array(factors) * self.deviation / np.sqrt(np.maximum(self.seeds, 1))

    @property
    def low(self) -> Floats:
        """(S,) lower ends of the intervals."""
        return self.saving - self.half

    @property
    def high(self) -> Floats:
        """(S,) upper ends of the intervals."""
        return self.saving + self.half

    @property
    def proven(self) -> NDArray[np.bool_]:
        """(S,) whether a setting saved anything, the number of settings counted."""
        return self.low > 0

    def seeds_needed(self, margin: Floats) -> Floats:
        """(S,) seeds at which each interval is narrower than a margin (S,), which may be negative.

        The deviation and the number of settings stay. inf where a million is not enough, nan
        where the deviation is not known.
        """
        pairs = zip(self.deviation, margin, strict=True)
        return np.array([_seeds_needed(d, m, self.comparisons) for d, m in pairs])


def seeds_test(gains: Floats, comparisons: int) -> SeedsTest:
    """Test the savings of S settings from their gains (n, S); nan where a replay is missing.

    comparisons: how many intervals are to hold together. Raises `InputError` for less than one.
    """
    require(comparisons > 0, "there is no setting to test; give one at least")
    known = np.isfinite(gains)
    seeds = known.sum(axis=0)
    saving = np.where(known, gains, 0).sum(axis=0) / np.where(seeds, seeds, np.nan)
    square = np.where(known, gains - saving, 0) ** 2
    deviation = np.sqrt(square.sum(axis=0) / np.where(seeds > 1, seeds - 1, np.nan))
    return SeedsTest(saving, _without_rounding(deviation, gains), seeds, comparisons)


def proven_below(gains: Floats, fits: Floats, comparisons: int) -> float:
    """Return the price of a retraining below which some setting is proven to save; nan if none is.

    gains: (n, S) where a retraining is free. fits: (n, S) retrainings more than the reference's;
    nan in both where a replay is missing. At a price p the lower end of an interval is
    mean(gains) - p mean(fits) - k sd(gains - p fits), which is concave in p: where it is above 0 at
    0, it crosses 0 once, at the first root of a quadratic. inf where it never does.
    """
    proven = seeds_test(gains, comparisons).proven
    if not proven.any():
        return math.nan
    gains, fits = gains[:, proven], fits[:, proven]
    free, spent = seeds_test(gains, comparisons), seeds_test(fits, comparisons)
    factors = np.array([critical(int(n), comparisons) ** 2 / n for n in free.seeds])
    product = (gains - free.saving) * (fits - spent.saving)
    both = np.nansum(product, axis=0) / (free.seeds - 1)
    square = spent.saving**2 - factors * spent.deviation**2
    linear = free.saving * spent.saving - factors * both
    rest = free.saving**2 - factors * free.deviation**2
    return float(max(map(_first_root, square, linear, rest)))


def _first_root(square: float, linear: float, rest: float) -> float:
    """Return the least positive root of square p^2 - 2 linear p + rest, rest > 0; inf if none."""
    inside = linear**2 - square * rest
    if inside < 0:
        return math.inf
    below = linear + math.sqrt(inside)
    return rest / below if below > 0 else math.inf


@cache
def critical(seeds: int, comparisons: int) -> float:
    """Return the factor of the standard error at which all intervals hold together.

    nan for fewer than 3 seeds.
    """
    if seeds < FEWEST_SEEDS:
        return math.nan
    return float(stdtrit(seeds - 1, (1 + bonferroni(comparisons)) / 2))


def _seeds_needed(deviation: float, margin: float, comparisons: int) -> float:
    """Return the least n with critical(n) * deviation / sqrt(n) < margin, by bisection."""
    if math.isnan(deviation) or math.isnan(margin):
        return math.nan

    def is_enough(seeds: int) -> bool:
        return critical(seeds, comparisons) * deviation / math.sqrt(seeds) < margin

    low = high = FEWEST_SEEDS
    while not is_enough(high):
        if margin <= 0 or high > MOST_SEEDS:
            return math.inf
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return float(low if is_enough(low) else high)


def _without_rounding(deviation: Floats, gains: Floats) -> Floats:
    """Set to 0 what is rounding alone: gains that are the same on every seed."""
    size = np.nanmax(np.abs(gains), axis=0, initial=0)
    return np.where(deviation <= 1e-12 * size, 0.0, deviation)
