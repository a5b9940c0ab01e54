"""Counts of two samples in the same bins."""

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.stream import Floats


def counts(old: Floats, new: Floats, bins: int, categorical: bool) -> NDArray[np.int64]:
    """(2, k) values of each sample in each bin; bins that are empty in both are left out.

    The bins are those of the old sample: one a value where it is categorical or has no more than
    `bins` distinct values, and one for all values that it does not have; else `bins` bins cut at
    its quantiles (fewer where quantiles coincide).
    """
    values = np.unique(old)
    if categorical or len(values) <= bins:
        places = [_place(values, sample) for sample in (old, new)]
        k = len(values) + 1
    else:
        cuts = np.unique(np.quantile(old, np.arange(1, bins) / bins))
        places = [np.searchsorted(cuts, sample) for sample in (old, new)]
        k = len(cuts) + 1
    table = np.array([np.bincount(place, minlength=k) for place in places])
    return table[:, table.any(axis=0)]


def _place(values: Floats, sample: Floats) -> NDArray[np.int64]:
    """Index of each number among sorted values; the number of values where it is none of them."""
    at = np.searchsorted(values, sample)
    known = values[np.minimum(at, len(values) - 1)] == sample
    return np.where(known, at, len(values))
