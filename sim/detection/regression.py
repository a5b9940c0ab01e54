"""Regression test of a detector: its old and new alarms on the same streams, paired by seed.

Two figures are compared, which none of the null detectors wins together: the restricted mean
delay, in which a miss counts with the end of its window, and the false alarms in stationary rows.
"""

from collections.abc import Mapping

import numpy as np

from retrainlab.sim.comparison import Comparison, compared
from retrainlab.sim.detection.matching import Matching
from retrainlab.sim.errors import require


def compare(
    detector: str, problem: str, old: Mapping[int, Matching], new: Mapping[int, Matching]
) -> list[Comparison]:
    """Return the comparison of each figure that is defined; old and new: by seed, n each.

    Seeds are paired in their order. They need not be the same ones: a pair of independent streams
    is valid too, with less statistical power. Raises `InputError` for different numbers of seeds,
    and for a figure that is defined on other seeds after than before.
    """
    require(
        len(old) == len(new) > 0,
        f"{detector} on {problem} has {len(old)} seeds before and {len(new)} after; a comparison "
        "needs as many of each",
    )
    comparisons = []
    for figure, measure in (("restricted_delay", _delay), ("false_per_1000", _false)):
        before, after = (
            np.array([measure(m) for _, m in sorted(matchings.items())]) for matchings in (old, new)
        )
        known = np.isfinite(before)
        require(
            np.array_equal(known, np.isfinite(after)),
            f"{detector} on {problem}: {figure} is defined on other seeds before and after, so it "
            "cannot be compared; are drifts or rows of the stream other ones?",
        )
        if known.any():
            comparisons.append(compared(detector, problem, figure, before[known], after[known]))
    return comparisons


def _delay(matching: Matching) -> float:
    """Restricted mean delay of one stream; nan without drifts."""
    if not len(matching.limits):
        return float("nan")
    return float(np.where(np.isnan(matching.delays), matching.limits, matching.delays).mean())


def _false(matching: Matching) -> float:
    """False alarms in 1,000 stationary rows of one stream; nan without such rows."""
    if not matching.stationary:
        return float("nan")
    return 1000 * len(matching.false_alarms) / matching.stationary
