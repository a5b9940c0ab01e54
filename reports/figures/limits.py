"""Limits of the axes of figures, for those drawn here and those that the page draws anew."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from retrainlab.sim.stream import Floats

Limits = tuple[float, float]
FARTHEST = 3.0  # what costs more times the least lies above the frame, so that the least is seen


def around(inner: Sequence[float], outer: Sequence[float], reach: float = 0.5) -> Limits:
    """Limits that hold `inner`, and what of `outer` is no farther than `reach` spans.

    From 0 to 1 where no value is defined, as of the forecast accuracy of a target that is 0.
    """
    values = np.array([v for v in inner if np.isfinite(v)] or [0.0, 1.0])
    low, high = values.min(), values.max()
    span = max(high - low, 1e-3 * max(1.0, abs(high)))
    near = [v for v in outer if low - reach * span <= v <= high + reach * span]
    low, high = min([low, *near]), max([high, *near])
    margin = 0.07 * max(high - low, span)
    return float(low - margin), float(high + margin)


def scores(score: pd.Series, half: pd.Series, references: Sequence[float]) -> Limits:
    """Limits for scores with their intervals, and for the references near them."""
    return around(_ends(score, half), references)


def spending(spent: pd.Series, half: pd.Series) -> Limits:
    """Limits for costs of retraining with their intervals, from zero."""
    high = float((spent + half.fillna(0)).max())
    high = high if high > 0 else 1.0
    return -0.04 * high, 1.06 * high


def costs(
    cost: pd.Series, half: pd.Series, inside: Sequence[float], others: Sequence[float]
) -> Limits:
    """Limits for total costs that are not too far from the least, and for level lines.

    inside: levels that are always shown, never and the oracle. others: those of baselines, shown
    where they are near.
    """
    near = cost <= FARTHEST * cost.min()
    every = [*inside, *others]
    return around([*_ends(cost[near], half[near]), *inside] or every, every)


def spacing(intervals: Floats) -> Limits:
    """Limits for intervals on a log scale; intervals: (n,)."""
    return (intervals.min() / 1.25, intervals.max() * 1.25) if len(intervals) else (1.0, 100.0)


def _ends(middle: pd.Series, half: pd.Series) -> list[float]:
    half = half.fillna(0)
    return [*(middle - half), *(middle + half)]
