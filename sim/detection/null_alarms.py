"""Null detectors: alarms that do not look at the data, as a baseline for detectors.

A metric that one of these wins is a bad metric.
"""

import numpy as np

from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Ints


def never() -> Ints:
    """No alarm."""
    return np.empty(0, dtype=np.int64)


def every(k: int, rows: int, seed: int) -> Ints:
    """An alarm every k rows, from a row below k that the seed draws.

    Without a phase of its own each seed would be as near to a drift as all others.
    """
    return np.arange(generator(seed, "every k rows").integers(k), rows, k, dtype=np.int64)


def at_random(count: int, rows: int, seed: int) -> Ints:
    """So many alarms, at rows drawn without replacement; count <= rows."""
    chosen = generator(seed, "at random").choice(rows, count, replace=False)
    return np.sort(chosen).astype(np.int64)
