"""The simulated part of a library: the seeded prior, calm and unsteady, with and without delays."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product

import numpy as np

from retrainlab.sim.forecast.latent import LatentLosses
from retrainlab.sim.forecast.library import Source

KINDS = (("simulated prior", False, 2), ("unsteady level", True, 1))  # is unsteady; logs in 3
CLOCKS = ((0, 0.0, 6), (1, 0.5, 2), (2, 1.0, 1), (4, 2.0, 1))  # label lag, fit delay, logs in 10
BATCH = 1_000  # logs at once, within the memory of a small machine


Recipe = Callable[[], Source]  # makes logs where they are measured


def prior_recipes(seed: int, logs: int) -> Iterator[Recipe]:
    """Yield what makes the logs of the prior, its kinds in turn, in batches of equal delays."""
    parts = 0
    for (name, is_unsteady, thirds), (label_lag, fit_delay, tenths) in product(KINDS, CLOCKS):
        before, parts = parts, parts + thirds * tenths
        total = logs * parts // 30 - logs * before // 30
        for batch, first in enumerate(range(0, total, BATCH)):
            count = min(BATCH, total - first)
            make = partial(LatentLosses, seed + batch, count, label_lag, fit_delay, is_unsteady)
            yield partial(_source, name, make)


def _source(name: str, make: Callable[[], LatentLosses]) -> Source:
    losses = make()
    delays = [float(losses.label_lag), losses.fit_delay]
    traits = np.column_stack(
        [losses.row_share, losses.label_price, np.tile(delays, (losses.logs, 1))]
    )
    return Source(name, losses, traits)
