"""Means over seeds with their intervals; differences are paired, because seeds are shared."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from retrainlab.sim.stream import Floats

Values = Sequence[float] | Floats | pd.Series


@dataclass(frozen=True)
class Estimate:
    """A mean over seeds and half the width of its interval, nan for fewer than two seeds."""

    mean: float
    half: float
    seeds: int

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out zero; never so without an interval."""
        return math.isfinite(self.half) and abs(self.mean) > self.half


@dataclass(frozen=True)
class Difference(Estimate):
    """A paired difference, and on how many of the seeds it was below zero."""

    below: int


def means_of(values: Floats) -> Floats:
    """(labels,) means of (seeds, labels) values, those that are known; nan where none is."""
    known = ~np.isnan(values)
    count = known.sum(axis=0)
    means: Floats = np.where(known, values, 0.0).sum(axis=0) / np.where(count, count, np.nan)
    return means


def half_width(values: Values, confidence: float = 0.95) -> float:
    """Half of Student's t interval of the mean of (n,) values; nan for n < 2."""
    clean = np.asarray(values, dtype=np.float64)
    clean = clean[np.isfinite(clean)]
    if len(clean) < 2:
        return math.nan
    quantile = float(stdtrit(len(clean) - 1, (1 + confidence) / 2))
    return quantile * float(clean.std(ddof=1)) / math.sqrt(len(clean))


def estimate(values: Values, confidence: float = 0.95) -> Estimate:
    """Mean of (n,) values, undefined ones left out; nan where none is left."""
    clean = np.asarray(values, dtype=np.float64)
    clean = clean[np.isfinite(clean)]
    mean = float(clean.mean()) if len(clean) else math.nan
    return Estimate(mean, half_width(clean, confidence), len(clean))


def estimates(values: Floats) -> tuple[Floats, Floats]:
    """(L,) means of (L, n) values and half widths of their intervals, as `estimate` has them."""
    values = np.ascontiguousarray(values, dtype=np.float64)
    count = values.shape[1]
    if count < 2 or not np.isfinite(values).all():
        every = [estimate(row) for row in values]
        return np.array([one.mean for one in every]), np.array([one.half for one in every])
    quantile = float(stdtrit(count - 1, (1 + 0.95) / 2))
    return values.mean(axis=1), quantile * values.std(axis=1, ddof=1) / math.sqrt(count)


def paired(a: pd.Series, b: pd.Series, confidence: float = 0.95) -> Difference:
    """a - b, seed by seed (both indexed by seed); seeds that only one of them has are left out."""
    gap = (a - b).to_numpy(dtype=np.float64)
    difference = estimate(gap, confidence)
    return Difference(difference.mean, difference.half, difference.seeds, int((gap < 0).sum()))
