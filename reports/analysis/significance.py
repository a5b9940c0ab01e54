"""Which strategies differ: every pair, seed by seed, with all comparisons counted."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtr

from retrainlab.reports.analysis.statistics import paired
from retrainlab.reports.text.format import count, listed, number, plus_minus

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
        """Whether the two differ beyond noise; not so where p is undefined."""
        return self.p <= LEVEL


def p_value(gaps: "Sequence[float] | pd.Series") -> float:
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


def holm(values: Sequence[float]) -> list[float]:
    """Return the p values corrected for their number (Holm 1979); undefined ones stay so."""
    p = np.asarray(values, dtype=np.float64)
    corrected = np.full(len(p), math.nan)
    defined = np.flatnonzero(np.isfinite(p))
    order = defined[np.argsort(p[defined], kind="stable")]
    scaled = p[order] * np.arange(len(order), 0, -1)
    corrected[order] = np.minimum(np.maximum.accumulate(scaled), 1) if len(order) else []
    return corrected.tolist()


def pairs(costs: pd.DataFrame) -> list[Pair]:
    """Return every pair of the columns of costs (seeds, labels), the dearer one as a."""
    order = costs.mean().sort_values(kind="stable").index
    found = [(a, b) for b, a in itertools.combinations(order, 2)]
    corrected = holm([p_value(costs[a] - costs[b]) for a, b in found])
    gaps = [paired(costs[a], costs[b]) for a, b in found]
    return [
        Pair(str(a), str(b), gap.mean, gap.half, p)
        for (a, b), gap, p in zip(found, gaps, corrected, strict=True)
    ]


def compared(costs: pd.DataFrame) -> dict[str, Any]:
    """Return the comparison for the page: `said`, and the lines of a lower triangle, by cost."""
    found, seeds = pairs(costs), len(costs)
    order = [str(label) for label in costs.mean().sort_values(kind="stable").index]
    cells = {(pair.a, pair.b): _cell(pair) for pair in found}
    lines = [{"label": a, "cells": [cells[a, b] for b in order[:at]]} for at, a in enumerate(order)]
    if seeds < FEWEST:
        few = f"{count(seeds, 'seed')}: no test; it takes at least {FEWEST}"
        return {"said": f"{few}, and seeds=10 is better.", "order": order[:-1], "lines": []}
    return {"said": _said(found), "order": order[:-1], "lines": lines[1:]}


def _said(found: list[Pair]) -> str:
    alike = [f"{pair.b} from {pair.a}" for pair in found if not pair.differ]
    clear = len(found) - len(alike)
    whole = f"{clear} of {count(len(found), 'pair')} differ beyond noise"
    return f"{whole}." if not alike else f"{whole}; not told apart: {listed(alike, at_most=4)}."


def _cell(pair: Pair) -> dict[str, Any]:
    p = "p < 0.001" if pair.p < 0.001 else f"p = {number(pair.p, 3)}"
    return {
        "gap": plus_minus(pair.gap, pair.half, sign=True),
        "p": p,
        "differ": pair.differ,
    }
