"""Control limits of a series over time: an individuals chart (Shewhart), by moving ranges."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.stream import Floats

SIGMAS = 3
RANGE_TO_SIGMA = 1.128  # expected range of two normal values with a standard deviation of 1
FEWEST, SHARE = 8, 5  # points that limits rest on: a fifth of the series, and never fewer


class Limits(NamedTuple):
    """Ends of the range in which a stable series stays, and its centre."""

    low: float
    centre: float
    high: float


def reference_points(points: int) -> int:
    """Return how many first points the limits rest on; 0 where the series is too short."""
    wanted = max(FEWEST, points // SHARE)
    return wanted if wanted < points else 0


def control_limits(reference: Floats, low: float = -np.inf, high: float = np.inf) -> Limits | None:
    """Return mean ± 3 standard deviations, from moving ranges, which a slow trend does not widen.

    reference: (n,) first points of a series, in order; nan where undefined. low, high: ends of the
    scale, which limits do not pass. None for fewer than `FEWEST` defined points.
    """
    known = reference[np.isfinite(reference)]
    if len(known) < FEWEST:
        return None
    centre = float(known.mean())
    reach = SIGMAS * float(np.abs(np.diff(known)).mean()) / RANGE_TO_SIGMA
    return Limits(max(low, centre - reach), centre, min(high, centre + reach))


def outside(values: Floats, limits: Limits) -> NDArray[np.bool_]:
    """(n,) whether each value lies outside the limits; what is undefined does not."""
    return np.asarray((values < limits.low) | (values > limits.high))
