"""Regression test of figures: before and after on the same streams, paired by seed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy import stats

from retrainlab.sim.errors import require
from retrainlab.sim.multiple_comparisons import holm
from retrainlab.sim.stream import Floats

Verdict = Literal["worse", "better", "equal"]


@dataclass(frozen=True)
class Comparison:
    """One figure of a subject (a detector, a gate) on one stream, before and after.

    before, after: means over the seeds. p: of Wilcoxon's signed-rank test over the seeds, and
    `adjusted` the same after Holm's correction for all comparisons of the check. seeds: on which
    the figure is defined; differing: of these, how many have another value after.
    """

    subject: str
    stream: str
    figure: str
    before: float
    after: float
    p: float
    seeds: int = 0
    differing: int = 0
    adjusted: float = 1.0
    verdict: Verdict = "equal"

    @property
    def ratio(self) -> float:
        """After over before; 1 if both are 0, inf if only `before` is."""
        if self.before == 0:
            return 1.0 if self.after == 0 else float("inf")
        return self.after / self.before


def compared(subject: str, stream: str, figure: str, before: Floats, after: Floats) -> Comparison:
    """Return the comparison of a figure; before and after: (n,) by seed, finite and paired."""
    change = after - before
    return Comparison(
        *(subject, stream, figure, float(before.mean()), float(after.mean()), _p_value(change)),
        seeds=len(change),
        differing=int(np.count_nonzero(change)),
    )


def least_seeds(comparisons: int, level: float) -> int:
    """Return how many seeds one of so many comparisons needs to be significant at all.

    Of n seeds that all changed in one direction, p is 2 ** (1 - n), before Holm's correction.
    """
    return math.ceil(1 - math.log2((1 - level) / max(comparisons, 1)))


def judged(comparisons: Sequence[Comparison], factor: float, level: float) -> list[Comparison]:
    """Return the comparisons with a verdict each, corrected for their number.

    Worse, or better, is what changed by more than `factor` (above 1) and significantly: adjusted
    p at most 1 - level. So nothing is worse in a check of equal subjects with probability
    `level` or more.
    """
    require_options(factor, level)
    adjusted = holm(np.array([c.p for c in comparisons]))
    verdicts = []
    for comparison, p in zip(comparisons, adjusted, strict=True):
        verdict: Verdict = "equal"
        if p <= 1 - level:
            if comparison.ratio > factor:
                verdict = "worse"
            elif comparison.ratio < 1 / factor:
                verdict = "better"
        verdicts.append(replace(comparison, adjusted=float(p), verdict=verdict))
    return verdicts


def require_options(factor: float, level: float) -> None:
    """Raise `InputError` for options of a check that are out of range."""
    require(
        _is_number(factor) and 1 < factor < math.inf,
        f"check.factor is {factor}; it must be above 1, such as 1.2 for 20 %",
    )
    require(
        _is_number(level) and 0 < level < 1,
        f"check.level is {level}; it must lie between 0 and 1, such as 0.99",
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _p_value(differences: Floats) -> float:
    """Two-sided p of Wilcoxon's signed-rank test; seeds that do not differ are left out.

    1 where none differs.
    """
    differ = differences[differences != 0]
    return float(stats.wilcoxon(differ).pvalue) if len(differ) else 1.0
