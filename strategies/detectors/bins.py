"""Counts of two samples in the same bins, which the older one gives."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.stream import Floats


@dataclass(frozen=True, eq=False)
class Bins:
    """The bins of a sample, and how many of its values are in each.

    edges: one bin for each of these values and one for all others (is_exact), or bins cut at them.
    """

    edges: Floats
    is_exact: bool
    old: NDArray[np.int64]

    def table(self, new: Floats) -> NDArray[np.int64]:
        """(2, k) values of each sample in each bin; bins that are empty in both are left out."""
        table = np.array([self.old, np.bincount(self.places(new), minlength=len(self.old))])
        return table[:, table.any(axis=0)]

    def places(self, sample: Floats) -> NDArray[np.int64]:
        """(n,) the bin of each value."""
        return _places(self.edges, self.is_exact, sample)


def bins_of(old: Floats, bins: int, categorical: bool) -> Bins:
    """Return the bins of a sample.

    One a value where it is categorical or has no more than `bins` distinct values, and one for all
    values that it does not have; else `bins` bins cut at its quantiles (fewer where quantiles
    coincide).
    """
    edges = np.unique(old)
    is_exact = categorical or len(edges) <= bins
    if not is_exact:
        edges = np.unique(np.quantile(old, np.arange(1, bins) / bins))
    places = _places(edges, is_exact, old)
    return Bins(edges, is_exact, np.bincount(places, minlength=len(edges) + 1))


def counts(old: Floats, new: Floats, bins: int, categorical: bool) -> NDArray[np.int64]:
    """(2, k) values of each sample in each bin of `bins_of`."""
    return bins_of(old, bins, categorical).table(new)


def _places(edges: Floats, is_exact: bool, sample: Floats) -> NDArray[np.int64]:
    place = np.searchsorted(edges, sample)
    if is_exact:
        is_known = edges[np.minimum(place, len(edges) - 1)] == sample
        place = np.where(is_known, place, len(edges))
    return place
