"""When not: data of unsound ticks are not trained on; quality checks, tick by tick."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from retrainlab.sim.errors import require, require_whole
from retrainlab.sim.replay.clause import Clause
from retrainlab.sim.replay.memory import Memory
from retrainlab.sim.replay.strategy import Gate
from retrainlab.sim.replay.view import View
from retrainlab.sim.rows import Rows, count, indices
from retrainlab.sim.stream import Floats

Bools = NDArray[np.bool_]
FEW = 5  # rows of a tick, below which nothing is said of it


class SoundData(Gate):
    """No training where more than a share of its rows come from unsound ticks.

    A tick is unsound, compared with the ticks of the warm-up, which are trusted, if a feature is
    missing more often by `missing`, or is constant and never was, or has more than `outside` of its
    values farther than `far` standard deviations from its mean; if its rows repeat those of the
    tick before; or if its class shares are impossible (binomial, below `impossible`) beside those
    of the `recent` ticks before the training rows end.

    share: of rows from unsound ticks that is let through. impossible: 0 leaves labels alone.
    """

    memory = Memory.NOTHING

    def __init__(
        self,
        share: float = 0.05,
        missing: float = 0.1,
        far: float = 8.0,
        outside: float = 0.02,
        impossible: float = 0.0,
        recent: int = 20,
    ):
        for name, value in (("share", share), ("missing", missing), ("outside", outside)):
            require(0 <= value <= 1, f"{name} is {value}; it must be a number from 0 to 1")
        require(far > 0, f"far is {far}; it must be a number of standard deviations above 0")
        require(0 <= impossible < 1, f"impossible is {impossible}; it must be a probability")
        require_whole("recent", recent, 1)
        self.share, self.missing, self.far, self.outside = share, missing, far, outside
        self.impossible, self.recent = impossible, recent

    def describe(self) -> Clause:
        """Return what keeps a training from starting."""
        share = f"{100 * self.share:.3g} %"
        return Clause("limit", f"with at most {share} of the rows from unsound {{ticks}}")

    def admit(self, view: View, rows: Rows) -> bool:
        """Whether the training rows are sound enough."""
        if not count(rows):
            return True
        starts = np.array([view.row_of(tick) for tick in range(view.tick + 2)])
        ticks = np.searchsorted(starts, indices(rows), side="right") - 1
        begin, end = int(ticks[0]), int(ticks[-1]) + 1
        unsound = self.unsound(view, begin, end)
        return bool(unsound[ticks - begin].mean() <= self.share)

    def unsound(self, view: View, begin: int, end: int) -> Bools:
        """(t,) whether each of ticks begin..end-1 is unsound."""
        trusted, newest = _Ticks(view, 0, view.warmup), _Ticks(view, begin, end)
        unsound = self._unlike(trusted, newest) | _repeated(view, begin, end)
        if self.impossible and view.task == "classification":
            unsound |= self._impossible(view, begin, end)
        return unsound & (newest.sizes >= FEW)

    def _unlike(self, trusted: "_Ticks", newest: "_Ticks") -> Bools:
        """(t,) whether a feature of a tick is unlike those of trusted ticks."""
        gaps = np.isnan(trusted.x).mean(axis=0)
        is_missing = newest.mean(np.isnan(newest.x)) > gaps + self.missing
        was_constant = trusted.constant()[trusted.sizes >= FEW].any(axis=0)
        with np.errstate(invalid="ignore"):
            middle, spread = np.nanmean(trusted.x, axis=0), np.nanstd(trusted.x, axis=0)
            is_far = np.abs(newest.x - middle) > self.far * spread
        is_off = newest.mean(is_far & (spread > 0)) > self.outside
        unlike: Bools = (is_missing | is_off | (newest.constant() & ~was_constant)).any(axis=1)
        return unlike

    def _impossible(self, view: View, begin: int, end: int) -> Bools:
        """(t,) whether the class shares of a tick are impossible beside those of ticks before."""
        since = max(begin - self.recent, 0)
        counts = np.array([_class_counts(view, tick) for tick in range(since, end)])
        unlikely = np.zeros(end - begin, dtype=bool)
        for place in range(begin - since, end - since):
            before = counts[max(place - self.recent, 0) : place].sum(axis=0)
            if not before.sum():
                continue
            shares = (before + 0.5) / (before + 0.5).sum()
            tick, n = counts[place], counts[place].sum()
            tails = np.minimum(binom.cdf(tick, n, shares), binom.sf(tick - 1, n, shares))
            unlikely[place - (begin - since)] = bool((tails < self.impossible).any())
        return unlikely


class _Ticks:
    """Features of ticks begin..end-1, as far as they have been served."""

    def __init__(self, view: View, begin: int, end: int):
        self.x = view.x(begin, end)
        edges = np.array([view.row_of(tick) for tick in range(begin, end + 1)])
        self.edges, self.sizes = edges - edges[0], np.diff(edges)

    def mean(self, values: Bools) -> Floats:
        """(t, d) mean of values (m, d) in each tick; 0 without rows."""
        sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
        of_tick: Floats = np.diff(sums[self.edges], axis=0) / np.maximum(self.sizes, 1)[:, None]
        return of_tick

    def constant(self) -> Bools:
        """(t, d) whether a feature has one value in a tick."""
        change = np.zeros_like(self.x, dtype=bool)
        change[1:] = self.x[1:] != self.x[:-1]
        change[self.edges[:-1][self.sizes > 0]] = False
        steps: Bools = self.mean(change) == 0
        return steps


def _repeated(view: View, begin: int, end: int) -> Bools:
    """(t,) whether the rows of a tick are those of the tick before."""
    parts = [view.x(tick, tick + 1) for tick in range(max(begin - 1, 0), end)]
    pairs = [np.array_equal(one, two, equal_nan=True) for one, two in pairwise(parts)]
    return np.array([False] * (begin == 0) + pairs, dtype=bool)


def _class_counts(view: View, tick: int) -> NDArray[np.int64]:
    """(k,) labels of each class in a tick, of those that are known."""
    return np.bincount(view.y(tick, tick + 1), minlength=view.classes)
