"""Aliasing: whether the phase of a schedule matters, because its interval matches the drift's."""

from dataclasses import dataclass

import numpy as np

from retrainlab.sim.errors import require
from retrainlab.sim.optimum.bootstrap import resample
from retrainlab.sim.optimum.checks import check_costs, check_options
from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Floats


@dataclass(frozen=True)
class Aliasing:
    """Positions of the cheapest and the most expensive phase, and the difference in cost.

    significant: the phases differ significantly, and by more than a share of the lowest cost.
    """

    best: int
    worst: int
    spread: float
    significant: bool


def aliasing(
    costs: Floats,
    resamples: int = 10_000,
    seed: int = 0,
    within: float = 0.05,
    level: float = 0.95,
) -> Aliasing:
    """Compare the total costs (S, P) of one interval from P first ticks on, on the same S seeds.

    Raises `InputError` for costs that are not finite or not (S, P), and for a single seed.
    """
    costs = check_costs(range(np.shape(costs)[-1]), costs, "costs", "seed")[1]
    check_options(resamples, within, level)
    require(len(costs) > 1, "there is 1 seed, which shows no noise; use more seeds")
    resampled = resample(costs, len(costs), resamples, generator(seed, "aliasing"))
    best, worst = int(np.argmin(resampled.mean)), int(np.argmax(resampled.mean))
    spread = float(resampled.mean[worst] - resampled.mean[best])
    large = spread > within * abs(float(resampled.mean[best]))
    return Aliasing(best, worst, spread, large and resampled.differ(level))
