"""Served models: which model serves from which tick on, and what it predicted, row by row."""

from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.replay.fit_cache import Fit, FitCache
from retrainlab.sim.rows import Rows
from retrainlab.sim.stream import Floats


class ServedModels:
    """The models in service of one replay.

    Predictions come in blocks that are the same for every replay (`sim.replay.fit_cache`). Sums
    over ticks are joined from those of the blocks; rows are written out only when they are read,
    block by block.
    """

    def __init__(self, fits: FitCache, since: int):
        self.fits, self.since = fits, since
        self.starts: list[int] = []
        self.served: list[Fit] = []
        self._written = since

    def deploy(self, fit: Fit, tick: int) -> None:
        """Have a model serve from a tick on; what was written ahead is written anew from there."""
        self.starts.append(tick)
        self.served.append(fit)
        self._written = min(self._written, tick)

    def summary(self) -> Floats:
        """(C, T - since) sums over every tick (`sim.replay.summary`)."""
        parts = []
        for fit, tick, stop in self._spans(self.since, self.fits.stream.ticks):
            first, sums = self.fits.summary(fit, tick, self.since)
            parts.append(sums[:, tick - first : stop - first])
        return np.concatenate(parts, axis=1)

    def probabilities(self) -> Floats | None:
        """(n, k) served to all rows; None if a model gave labels only, or they are not kept."""
        offsets, parts = self.fits.stream.offsets, []
        for fit, tick, stop in self._spans(self.since, self.fits.stream.ticks):
            block = self.fits.serve(fit, tick).probabilities
            if block is None:
                return None
            start = offsets[self.fits.block(tick)[0]]
            parts.append(block[offsets[tick] - start : offsets[stop] - start])
        return np.concatenate(parts)

    def decision(self, rows: Rows, stop: int) -> NDArray[Any]:
        """(m,) labels or values served for these rows, which lie before tick `stop`."""
        self._write(stop)
        return self._decision[rows]

    def monitored_value(self, rows: slice, stop: int) -> Floats:
        """(m,) predictions served for these rows, one number each (`losses.monitored_value`)."""
        self._write(stop)
        return self._monitored[rows]

    def seen(self, rows: Rows, stop: int) -> Floats:
        """(m,) losses of what was served for these rows, against the labels that arrive."""
        self._write(stop)
        return self._seen[rows]

    def _spans(self, first: int, stop: int) -> Iterator[tuple[Fit, int, int]]:
        """Cut ticks first..stop-1 at the ends of blocks and where another model takes over."""
        model = bisect_right(self.starts, first) - 1
        while first < stop:
            until = self.starts[model + 1] if model + 1 < len(self.starts) else stop
            fit, until = self.served[model], min(until, stop)
            while first < until:
                end = min(self.fits.block(first)[1], until)
                yield fit, first, end
                first = end
            model += 1

    def _write(self, stop: int) -> None:
        """Write what is served before tick `stop`, and ahead of it to the end of its block."""
        if stop <= self._written:
            return
        offsets = self.fits.stream.offsets
        until = self.fits.block(stop - 1)[1]
        for fit, tick, end in self._spans(self._written, until):
            given = self.fits.serve(fit, tick)
            start = offsets[self.fits.block(tick)[0]]
            rows = slice(offsets[tick], offsets[end])
            cut = slice(rows.start - start, rows.stop - start)
            self._decision[rows] = given.decision[cut]
            self._monitored[rows] = given.monitored[cut]
            self._seen[rows] = given.seen[cut]
        self._written = until

    @cached_property
    def _decision(self) -> NDArray[Any]:
        return np.empty(self.fits.stream.rows, dtype=self.fits.decision_type)

    @cached_property
    def _monitored(self) -> Floats:
        return np.empty(self.fits.stream.rows)

    @cached_property
    def _seen(self) -> Floats:
        return np.empty(self.fits.stream.rows)
