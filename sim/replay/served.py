"""Served models: which model serves from which tick on, and what it predicted, row by row."""

from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.replay.fit_cache import Fit, FitCache
from retrainlab.sim.replay.summary import names
from retrainlab.sim.rows import Rows, count, first
from retrainlab.sim.stream import Floats


class ServedModels:
    """The models in service of one replay.

    Predictions come in blocks that are the same for every replay (`sim.replay.fit_cache`). Sums
    over ticks are joined from those of the blocks; rows are written out only when they are read,
    block by block.

    since: first tick of the sums. first: first tick that is served.
    """

    def __init__(self, fits: FitCache, since: int):
        self.fits, self.since, self.first = fits, since, since
        self.starts: list[int] = []
        self.served: list[Fit] = []
        self._written = since, since  # from the first to before the second tick

    def deploy(self, fit: Fit, tick: int) -> None:
        """Have a model serve from a tick on; what was written ahead is written anew from there."""
        self.starts.append(tick)
        self.served.append(fit)
        start, stop = self._written
        self._written = start, max(start, min(stop, tick))

    def summary(self) -> Floats:
        """(C, T - since) sums over every tick (`sim.replay.summary`)."""
        stream = self.fits.stream
        parts = [np.empty((len(names(stream)), 0))]
        for fit, tick, stop in self.spans(self.since, stream.ticks):
            first, sums = self.fits.summary(fit, tick, self.since)
            parts.append(sums[:, tick - first : stop - first])
        return np.concatenate(parts, axis=1)

    def probabilities(self, first: int, stop: int) -> Floats | None:
        """(m, k) served to the rows of ticks first..stop-1; None if a model gave labels only."""
        offsets, parts = self.fits.stream.offsets, []
        for fit, tick, end in self.spans(first, stop):
            block = self.fits.probabilities(fit, tick)
            if block is None:
                return None
            start = offsets[self.fits.block(tick)[0]]
            parts.append(block[offsets[tick] - start : offsets[end] - start])
        return np.concatenate(parts) if parts else np.empty((0, len(self.fits.stream.classes)))

    def decision(self, rows: Rows, stop: int) -> NDArray[Any]:
        """(m,) labels or values served for these rows, which lie before tick `stop`."""
        self._write(rows, stop)
        return self._decision[rows]

    def monitored_value(self, rows: slice, stop: int) -> Floats:
        """(m,) predictions served for these rows, one number each (`losses.monitored_value`)."""
        self._write(rows, stop)
        return self._monitored[rows]

    def seen(self, rows: Rows, stop: int) -> Floats:
        """(m,) losses of what was served for these rows, against the labels that arrive."""
        self._write(rows, stop)
        return self._seen[rows]

    def spans(self, first: int, stop: int) -> Iterator[tuple[Fit, int, int]]:
        """Yield a model, and ticks (first, stop) that it serves, cut at the ends of blocks."""
        model = bisect_right(self.starts, first) - 1
        while first < stop:
            until = self.starts[model + 1] if model + 1 < len(self.starts) else stop
            fit, until = self.served[model], min(until, stop)
            while first < until:
                end = min(self.fits.block(first)[1], until)
                yield fit, first, end
                first = end
            model += 1

    def _write(self, rows: Rows, stop: int) -> None:
        """Write what is served from these rows on to tick `stop`, and to the end of its block."""
        start, end = self._written
        if not count(rows) or (stop <= end and first(rows) >= self._offset(start)):
            return
        if first(rows) < self._offset(start) or start == end:
            start = end = self._tick_of(first(rows))
        until = self.fits.block(stop - 1)[1]
        for fit, tick, after in self.spans(end, until):
            self._write_span(fit, tick, after)
        self._written = start, until

    def _write_span(self, fit: Fit, tick: int, stop: int) -> None:
        """Write ticks of one block that one model serves."""
        given = self.fits.serve(fit, tick)
        start = self._offset(self.fits.block(tick)[0])
        rows = slice(self._offset(tick), self._offset(stop))
        cut = slice(rows.start - start, rows.stop - start)
        self._decision[rows] = given.decision[cut]
        self._monitored[rows] = given.monitored[cut]
        self._seen[rows] = given.seen[cut]

    def _offset(self, tick: int) -> int:
        return int(self.fits.stream.offsets[tick])

    def _tick_of(self, row: int) -> int:
        tick = int(np.searchsorted(self.fits.stream.offsets, row, side="right")) - 1
        return max(tick, self.first)

    @cached_property
    def _decision(self) -> NDArray[Any]:
        return np.empty(self.fits.stream.rows, dtype=self.fits.decision_type)

    @cached_property
    def _monitored(self) -> Floats:
        return np.empty(self.fits.stream.rows)

    @cached_property
    def _seen(self) -> Floats:
        return np.empty(self.fits.stream.rows)
