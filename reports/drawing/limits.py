"""Limits of the axes of figures, for those drawn here and those that the page draws anew."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from retrainlab.sim.stream import Floats

Values = Floats | pd.Series
Limits = tuple[float, float]
ALONE = 0.05  # of a single value: how far the limits are from it
FARTHEST = 3.0  # what costs more times the least lies above the frame, so that the least is seen


def around(inner: Sequence[float], outer: Sequence[float], reach: float = 0.5) -> Limits:
    """Limits that hold `inner`, and what of `outer` is no farther than `reach` spans.

    From 0 to 1 where no value is defined, as of the forecast accuracy of a target that is 0. A
    single value has room for ticks that differ in what is written.
    """
    values = np.array([*inner], dtype=np.float64)
    values = values[np.isfinite(values)]
    values = values if len(values) else np.array([0.0, 1.0])
    low, high = _apart(values.min(), values.max())
    span = max(high - low, 1e-3 * max(1.0, abs(high)))
    near = [v for v in outer if low - reach * span <= v <= high + reach * span]
    low, high = min([low, *near]), max([high, *near])
    margin = 0.07 * max(high - low, span)
    return float(low - margin), float(high + margin)


def _apart(low: float, high: float) -> Limits:
    """Return two ends that differ: a twentieth around a single value, a half around 0."""
    room = ALONE * abs(high) or 0.5
    return (low, high) if high - low > 1e-9 * abs(high) else (low - room, high + room)


def scores(score: Values, half: Values, references: Sequence[float]) -> Limits:
    """Limits for scores with their intervals, and for the references near them."""
    return around(_ends(score, half), references)


def spending(spent: Values, half: Values) -> Limits:
    """Limits for costs of retraining with their intervals, from zero."""
    high = float(np.fmax.reduce(np.asarray(spent, dtype=np.float64) + _known(half), initial=0.0))
    high = high if high > 0 else 1.0
    return -0.04 * high, 1.06 * high


def costs(cost: Values, half: Values, inside: Sequence[float], others: Sequence[float]) -> Limits:
    """Limits for total costs that are not too far from the least, and for level lines.

    inside: levels that are always shown, never and the oracle. others: those of baselines, shown
    where they are near.
    """
    cost, half = np.asarray(cost, dtype=np.float64), _known(half)
    near = cost <= FARTHEST * np.fmin.reduce(cost, initial=np.inf)
    every = [*inside, *others]
    return around([*_ends(cost[near], half[near]), *inside] or every, every)


def spacing(intervals: Floats) -> Limits:
    """Limits for intervals on a log scale; intervals: (n,)."""
    return (intervals.min() / 1.25, intervals.max() * 1.25) if len(intervals) else (1.0, 100.0)


def _ends(middle: Values, half: Values) -> list[float]:
    middle, half = np.asarray(middle, dtype=np.float64), _known(half)
    return [*(middle - half).tolist(), *(middle + half).tolist()]


def _known(half: Values) -> Floats:
    """(n,) halves of intervals, 0 where there is none."""
    half = np.asarray(half, dtype=np.float64)
    return np.where(np.isnan(half), 0.0, half)
