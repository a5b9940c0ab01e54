"""Where an answer that depends on one number changes: crossings of lines, and bisection."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar

import numpy as np

from retrainlab.sim.stream import Floats

Answer = TypeVar("Answer")
NEAR = 1e-9  # relative distance at which both sides of a crossing are asked
TOLERANCE = 1e-4  # relative width at which bisection ends
BEYOND = 1e3  # times the last point: what is true there is true from there on


@dataclass(frozen=True)
class Span(Generic[Answer]):
    """Numbers from `low` to `high` (None: without end) that have one answer."""

    low: float
    high: float | None
    answer: Answer


def envelope(base: Floats, slope: Floats) -> list[float]:
    """Return the rising x > 0 at which the lowest of the lines base + slope x changes.

    base, slope: (lines,). Exact; where lines are level, the one that rises least comes next.
    """
    turns: list[float] = []
    at, x = int(np.lexsort((slope, base))[0]), 0.0
    while True:
        less = slope[at] - slope
        steeper = less > 0
        if not steeper.any():
            return turns
        crossing = np.full(len(base), math.inf)
        crossing[steeper] = np.maximum((base[steeper] - base[at]) / less[steeper], x)
        x = float(crossing.min())
        level = np.flatnonzero(crossing == x)
        at = int(level[np.argmin(slope[level])])
        if x > 0:
            turns.append(x)


def spans(
    answer: Callable[[float], Answer], points: Sequence[float], turns: Sequence[float]
) -> list[Span[Answer]]:
    """Return the spans of x >= 0 with one answer each, by rising x, without a gap.

    answer: asked at all points, on both sides of each turn, and far beyond the last. Where two
    neighbours differ, the change is looked for by bisection, to a relative width of `TOLERANCE`;
    a change at a turn is exact. Changes to and fro between two neighbours are not seen. 0 counts
    only where it is a point: a number that nothing costs is not one that is small.
    """
    sides = [turn * side for turn in turns for side in (1 - NEAR, 1 + NEAR)]
    asked = sorted({*map(float, points), *sides})
    least = next(x for x in asked if x > 0)
    asked = sorted({*asked, least * TOLERANCE, asked[-1] * BEYOND})
    changes = [c for pair in pairwise(asked) for c in _changes(answer, *pair)]
    lows = [(0.0, answer(asked[0])), *changes]
    highs = [*(low for low, _ in changes), None]
    return [Span(low, high, given) for (low, given), high in zip(lows, highs, strict=True)]


def _changes(
    answer: Callable[[float], Answer], low: float, high: float
) -> list[tuple[float, Answer]]:
    """Return where the answer changes from low to high, with the answer from there on."""
    if answer(low) == answer(high):
        return []
    if low == 0:
        return [(high, answer(high))]
    middle = math.sqrt(low * high)
    if high - low <= TOLERANCE * high:
        return [(middle, answer(high))]
    return [*_changes(answer, low, middle), *_changes(answer, middle, high)]
