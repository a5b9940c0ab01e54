"""How long the interval of the best value takes."""

from functools import partial

import numpy as np

from benchmarks.measure import Measurement, quickest
from retrainlab.sim.optimum.optimum import optimum
from retrainlab.sim.seeds import generator


def run(
    values: int = 60, seeds: int = 30, resamples: int = 10_000, repeats: int = 3
) -> list[Measurement]:
    """Resample costs that lie on a square-root law, with noise."""
    every = np.arange(1, values + 1) * 5.0
    noise = generator(0, "benchmark").standard_normal((seeds, values))
    costs = 100 / every + every / 20 + noise
    (seconds,) = quickest(repeats, partial(optimum, every.tolist(), costs, resamples))
    what = f"{resamples:,} resamples of {values} values x {seeds} seeds"
    return [Measurement(what, seconds, "s", most=1)]
