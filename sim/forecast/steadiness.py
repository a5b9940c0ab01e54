"""How steady a past is: its level, and what sets its policies apart."""

import numpy as np

from retrainlab.sim.stream import Floats

SIXTHS = 6  # parts of a past, which are held against each other
TINY = 1e-9


def sixths(values: Floats) -> Floats:
    """(.., SIXTHS) mean of each sixth of (.., n) values."""
    return np.asarray(values.reshape(*values.shape[:-1], SIXTHS, -1).mean(axis=-1))


def unrest_of(fresh: Floats) -> Floats:
    """(K,) how much the level of a log moved in its past: the standard deviation of the logarithm
    of what the policy that retrains most often loses in each sixth of it.

    fresh: (K, n) its losses.
    """
    return np.asarray(np.log(np.maximum(sixths(fresh), TINY)).std(axis=-1))


def scatter_of(cost: Floats) -> Floats:
    """(..,) how far chance may have set the policies apart: the standard error of the logarithms of
    their costs, less their mean, by leaving out each sixth in turn; root mean square over policies.

    cost: (.., P, n) of each policy in each step, or in each sixth.
    """
    parts = sixths(cost)
    rest = (parts.sum(axis=-1, keepdims=True) - parts) / (SIXTHS - 1)
    apart = np.log(np.maximum(rest, TINY))
    apart = apart - apart.mean(axis=-2, keepdims=True)
    square = (SIXTHS - 1) * apart.var(axis=-1)
    return np.asarray(np.sqrt(square.mean(axis=-1)))
