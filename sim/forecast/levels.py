"""The level of a simulated log: its floor, and the scale of its losses.

Many real logs change less in what is to be learnt than in how much there is to lose: the target
grows, has seasons, or ticks hold more rows.
"""

import numpy as np

from retrainlab.sim.forecast.policies import PAST
from retrainlab.sim.stream import Floats


def rates(random: np.random.Generator, logs: int, fewest: float, most: float) -> Floats:
    """(K, 1) events a step, so many in the past on average."""
    return np.exp(random.uniform(np.log(fewest), np.log(most), (logs, 1))) / PAST


def floors(random: np.random.Generator, logs: int, steps: int) -> Floats:
    """(K, n) loss that no retraining cures: 1 on average, wandering, seasonal, with jumps."""
    shocks = random.standard_normal((logs, steps))
    hold = random.choice([0.0, 0.0, 0.5, 0.9], (logs, 1))
    wander = np.zeros((logs, steps))
    for step in range(1, steps):
        wander[:, step] = hold[:, 0] * wander[:, step - 1] + shocks[:, step]
    wander *= np.sqrt(1 - hold**2) * np.exp(random.uniform(np.log(0.02), np.log(0.3), (logs, 1)))
    season = np.sin(2 * np.pi * (np.arange(steps) * rates(random, logs, 1, 12) + shocks[:, :1]))
    season *= random.choice([0.0, 0.0, 0.1, 0.3], (logs, 1))
    jumps = random.random((logs, steps)) < random.choice([0.0, 0.0, 1.0, 3.0], (logs, 1)) / PAST
    level = np.cumsum(jumps * 0.2 * shocks, axis=-1)
    return np.exp(wander + season + level)


def scales(random: np.random.Generator, logs: int, steps: int) -> Floats:
    """(K, n) factor of all losses: it wanders, has slow seasons and jumps, and single steps lie far
    out; each of these in half of the logs."""
    times = np.arange(steps)
    wander = np.cumsum(random.standard_normal((logs, steps)), axis=-1) / np.sqrt(PAST)
    season = np.sin(2 * np.pi * (times * rates(random, logs, 0.25, 6) + random.random((logs, 1))))
    comes = random.random((logs, steps)) < rates(random, logs, 0.3, 4)
    jumps = np.cumsum(comes * random.standard_normal((logs, steps)), axis=-1)
    outliers = random.standard_t(3, (logs, steps))
    sizes = ((wander, 0.1, 1.0), (season, 0.1, 0.8), (jumps, 0.1, 0.8), (outliers, 0.03, 0.3))
    return np.exp(sum(_sizes(random, logs, low, high) * path for path, low, high in sizes))


def _sizes(random: np.random.Generator, logs: int, low: float, high: float) -> Floats:
    """(K, 1) sizes from low to high, as likely in each octave; 0 in half of the logs."""
    size = np.exp(random.uniform(np.log(low), np.log(high), (logs, 1)))
    return np.where(random.random((logs, 1)) < 0.5, size, 0.0)
