"""Log axis with a zero: where marks crowd at the low end of a linear axis, decades part them.

From 0 to the least positive value the axis is linear and as long as `GAP` decades. The page draws
the same axis (`fromZero` of chart.js).
"""

import math

import numpy as np

from retrainlab.sim.stream import Floats

GAP = 0.4  # decades from 0 to the least positive value
MARK = (0.025, 0.035)  # width and height of a mark, as shares of the axes
CROWDED = 0.2  # share of marks that overlap on a linear axis, from which on the axis is a log one
LABEL, SHORT_LABEL = "log scale, 0 at the left", "log scale"


def least_if_crowded(x: Floats, y: Floats, heights: tuple[float, float]) -> float | None:
    """Return where a log axis of x begins; None where the linear one does.

    A log axis is better if at least a fifth of the marks overlap on the linear one, and fewer on
    the log one. x, y: (n,) places of the marks, those without an y drawn nowhere. heights: limits
    of y.
    """
    least = least_positive(x)
    is_drawn = np.isfinite(y)
    if least is None or not is_drawn.any():
        return None
    x, y = x[is_drawn], (y[is_drawn] - heights[0]) / (heights[1] - heights[0])
    linear, log = overlapping(x, y), overlapping(forward(x, least), y)
    return least if linear >= CROWDED and log < linear else None


def least_positive(x: Floats) -> float | None:
    """Return the least value above 0, None without one."""
    return float(x[x > 0].min()) if (x > 0).any() else None


def overlapping(x: Floats, y: Floats) -> float:
    """Return the share of marks (n,) that overlap another; y: as shares of the axis.

    Of marks at the same cost no axis parts any, so that they do not count as overlapping.
    """
    apart = np.abs(x[:, None] - x) / (np.ptp(x) or 1.0)
    near = (apart > 0) & (apart < MARK[0]) & (np.abs(y[:, None] - y) < MARK[1])
    return float(near.any(axis=1).mean())


def forward(x: Floats, least: float) -> Floats:
    """(n,) places in decades, 0 at 0."""
    x = np.asarray(x, float)
    return np.where(x < least, GAP * x / least, GAP + np.log10(np.maximum(x, least) / least))


def inverse(places: Floats, least: float) -> Floats:
    """(n,) what stands at places in decades."""
    places = np.asarray(places, float)
    beyond = least * 10 ** np.maximum(places - GAP, 0)
    return np.where(places < GAP, least * places / GAP, beyond)


def limits(high: float, least: float) -> tuple[float, float]:
    """Return the ends of the axis, so that no mark lies on one."""
    return -0.35 * least, 1.15 * max(high, least)


def ticks(high: float, least: float) -> list[float]:
    """Return 0, and round values up to `high`: fewer of a decade where there are many decades."""
    decades = math.log10(max(high, least) / least)
    digits = (1, 2, 5) if decades < 1.5 else (1, 3) if decades < 3.5 else (1,)
    tens = range(math.floor(math.log10(least)), math.ceil(math.log10(high)) + 1)
    values = (digit * 10.0**ten for ten in tens for digit in digits)
    return [0.0, *(value for value in values if least * 0.9999 <= value <= high * 1.0001)]


def sparse(values: list[float], least: float, share: float) -> list[float]:
    """Return those of ascending values that lie so far apart, as a share of the axis."""
    places = forward(np.array(values), least)
    kept: list[int] = []
    for at, place in enumerate(places):
        if not kept or place - places[kept[-1]] >= share * np.ptp(places):
            kept.append(at)
    return [values[at] for at in kept]
