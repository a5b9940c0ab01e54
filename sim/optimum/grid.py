"""Search grids: a coarse grid of values, and its refinement around the best ones."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import ceil, gcd, isfinite, sqrt

from retrainlab.sim.errors import require, require_whole

Between = Callable[[float, float, list[float]], float | None]


def nested_grid(longest: int, shortest: int = 1) -> list[int]:
    """Intervals in ticks, dense on a log scale: shortest * (1, 2, 3, 4, 6, 8, 12, 16, 24, ...).

    Each but the second is twice another, so that schedules share their fits. Ascending, none above
    `longest`. Raises `InputError` unless 1 <= shortest <= longest.
    """
    require_whole("shortest", shortest, 1)
    require_whole("longest", longest, shortest)
    powers = range((longest // shortest).bit_length())
    intervals = {shortest * factor * 2**power for power in powers for factor in (1, 3)}
    return sorted(interval for interval in intervals if interval <= longest)


def refine(
    values: Sequence[float], low: float, high: float, most: int = 8, finest: float = 1.02
) -> list[int]:
    """New intervals to try, at most `most`, from the value below `low` to the one above `high`.

    values: those tried; inf is left alone. low, high: the flat band. The widest gap on a log scale
    is split first: in the middle half of it, where most of the fits are made already. Empty when
    no whole number is left in a gap that is wider than a factor of `finest`.
    """
    return [int(v) for v in _fill(values, low, high, most, finest, _whole)]


def refine_real(
    values: Sequence[float], low: float, high: float, most: int = 8, finest: float = 1.02
) -> list[float]:
    """As `refine`, for a parameter that takes any positive number: gaps are split in the middle.

    New values have four significant digits, so that a label can show all of them. Raises
    `InputError` for a value that is not positive.
    """
    require(min(values) > 0, f"values holds {min(values)}; a log scale needs positive ones")
    return _fill(values, low, high, most, finest, _middle)


def _fill(
    values: Sequence[float], low: float, high: float, most: int, finest: float, between: Between
) -> list[float]:
    tried = sorted(v for v in values if isfinite(v))
    first = max((v for v in tried if v < low), default=low)
    last = min((v for v in tried if v > high), default=high)
    new: list[float] = []
    while len(new) < most:
        inside = sorted(v for v in (*tried, *new) if first <= v <= last)
        gaps = sorted(pairwise(inside), key=lambda gap: gap[0] / gap[1])
        candidates = (between(a, b, tried) for a, b in gaps if b / a > finest)
        value = next((v for v in candidates if v is not None), None)
        if value is None:
            break
        new.append(value)
    return sorted(new)


def _middle(below: float, above: float, tried: list[float]) -> float:
    return float(f"{sqrt(below * above):.4g}")


def _whole(below: float, above: float, tried: list[float]) -> int | None:
    """A whole number between the two, None if there is none.

    Every lcm(n, v)th tick is in both schedules, which is gcd(n, v) / v of the fits of n.
    """
    middle, quarter = sqrt(below * above), (above / below) ** 0.25

    def off(n: int) -> float:
        return max(n / middle, middle / n)

    def made(n: int) -> float:
        return max(gcd(n, int(v)) / v for v in tried)

    inside = range(int(below) + 1, ceil(above))
    central = [n for n in inside if off(n) <= quarter] or sorted(inside, key=off)[:1]
    return max(central, key=lambda n: (made(n), -off(n)), default=None)
