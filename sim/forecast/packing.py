"""Costs of a library as small whole numbers: never's, and how far the others are from it.

Policies that nearly cost the same must not change their order, as equal ones count as never; so the
steps are fine near never, and grow with the distance from it.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.forecast.policies import NEVER
from retrainlab.sim.stream import Floats

STEP = 0.01  # of the logarithm of what never costs
FINE = 0.001  # of the logarithm of a cost over never's, where they are equal
GROWTH = 0.05  # by which share of the distance a step grows


def packed(costs: Floats) -> NDArray[np.int16]:
    """(K, P, ..) whole numbers, from (K, .., P) logarithms of costs."""
    apart = costs - costs[..., [NEVER]]
    steps = np.sign(apart) * np.log1p(np.abs(apart) * GROWTH / FINE) / GROWTH
    steps[..., NEVER] = costs[..., NEVER] / STEP
    # What is most alike stands side by side, which compresses best.
    return np.moveaxis(np.round(steps).astype(np.int16), -1, 1)


def unpacked(table: NDArray[Any]) -> Floats:
    """(K, .., P) logarithms of costs."""
    steps = np.moveaxis(table, 1, -1).astype(np.float64)
    never = steps[..., [NEVER]] * STEP
    steps[..., NEVER] = 0.0
    return np.asarray(never + np.sign(steps) * np.expm1(np.abs(steps) * GROWTH) * FINE / GROWTH)
