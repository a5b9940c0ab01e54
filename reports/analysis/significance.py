"""Which strategies differ: every pair, seed by seed, with all comparisons counted."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtr

from retrainlab.reports.analysis.statistics import paired
from retrainlab.sim.multiple_comparisons import holm

FEWEST = 3  # seeds; Student's t of two has one degree of freedom, and says next to nothing
LEVEL = 0.05


@dataclass(frozen=True)
class Pair:
    """Cost of a minus that of b. p: of Student's paired t test, two-sided, corrected by Holm."""

    a: str
    b: str
    gap: float
    half: float
    p: float

    @property
    def differ(self) -> bool:
        """Whether the two differ significantly; not so where p is undefined."""
        return self.p <= LEVEL


def p_value(gaps: Sequence[float] | pd.Series) -> float:
    """Two-sided p of the mean of (n,) paired differences being zero; nan for n < 3.

    Differences that never vary have p 1 if they are zero, and 0 if not.
    """
    clean = np.asarray(gaps, dtype=np.float64)
    clean = clean[np.isfinite(clean)]
    if len(clean) < FEWEST:
        return math.nan
    mean, error = float(clean.mean()), float(clean.std(ddof=1)) / math.sqrt(len(clean))
    if error <= 1e-12 * max(abs(mean), 1e-300):
        return float(mean == 0)
    return 2 * float(stdtr(len(clean) - 1, -abs(mean / error)))


def pairs(costs: pd.DataFrame) -> list[Pair]:
    """Return every pair of the columns of costs (seeds, labels), the more expensive one as a."""
    names = [(a, b) for b, a in itertools.combinations(by_cost(costs), 2)]
    adjusted = holm(np.array([p_value(costs[a] - costs[b]) for a, b in names]))
    gaps = [paired(costs[a], costs[b]) for a, b in names]
    return [
        Pair(a, b, gap.mean, gap.half, float(p))
        for (a, b), gap, p in zip(names, gaps, adjusted, strict=True)
    ]


def by_cost(costs: pd.DataFrame) -> list[str]:
    """Return the labels of costs (seeds, labels), the cheapest first."""
    return [str(label) for label in costs.mean().sort_values(kind="stable").index]
