"""The simulated part of a library: the seeded prior, with and without delays."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from retrainlab.sim.forecast.latent import LatentLosses
from retrainlab.sim.forecast.library import Source

KIND = "simulated prior"
CLOCKS = ((0, 0.0, 6), (1, 0.5, 2), (2, 1.0, 1), (4, 2.0, 1))  # label lag, fit delay, logs in 10
BATCH = 1_000  # logs at once, within the memory of a small machine


Recipe = Callable[[], Source]  # makes logs where they are measured


def prior_recipes(seed: int, logs: int) -> Iterator[Recipe]:
    """Yield what makes the logs of the prior, in batches of equal delays."""
    for label_lag, fit_delay, tenths in CLOCKS:
        total = logs * tenths // 10
        for batch, first in enumerate(range(0, total, BATCH)):
            count = min(BATCH, total - first)
            yield partial(_source, seed + batch, count, label_lag, fit_delay)


def _source(seed: int, logs: int, label_lag: int, fit_delay: float) -> Source:
    losses = LatentLosses(seed, logs, label_lag, fit_delay)
    delays = (np.full(logs, float(delay)) for delay in (label_lag, fit_delay))
    traits = np.column_stack([losses.row_share, losses.label_price, *delays])
    return Source(KIND, losses, traits)
