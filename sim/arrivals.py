"""Arrivals: which labels are known at the end of a tick, by the world's clock or row by row."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.rows import Rows, before, normal, span
from retrainlab.sim.stream import Ints, Stream
from retrainlab.sim.world import World


class Arrivals(Protocol):
    """When the labels of a stream arrive in a world. Those of the warm-up's rows that are known
    when the first model is trained belong to all strategies; -1 stands for that moment too."""

    def stop(self, tick: int) -> int:
        """First tick after the newest one of which labels are known at the end of `tick`."""
        ...

    def known(self, rows: Rows, tick: int) -> Rows:
        """Those of some rows whose labels are known at the end of a tick."""
        ...

    def new(self, tick: int) -> Rows:
        """Rows whose labels arrive at the end of a tick."""
        ...

    def later(self, rows: Rows, decided: Ints) -> Ints:
        """(p,) how many labels of some rows arrive after the end of tick `decided[i]`."""
        ...

    def free(self) -> NDArray[np.bool_]:
        """(n,) rows of which no strategy buys the label: all own it, or there is none."""
        ...


def arrivals(stream: Stream, world: World) -> Arrivals:
    """Return when the labels arrive: when the stream says so, else by the world's clock."""
    return ByTick(stream, world) if stream.arrival is None else ByRow(stream, world)


@dataclass(frozen=True)
class LabelDelays:
    """How late labels are that arrive one by one, in ticks after that of their row.

    Of all labels: half arrive within `median`, nine tenths within `most` (inf: after the stream
    ends). late: how many arrive after it ends.
    """

    median: float
    most: float
    late: int


def label_delays(stream: Stream) -> LabelDelays | None:
    """Return how late labels are; None where the world's clock says it."""
    if stream.arrival is None:
        return None
    rows = np.arange(stream.rows)[stream.with_label(span(0, stream.rows))]
    delays = stream.arrival[rows] - stream.tick_of_row()[rows].astype(np.float64)
    late = stream.arrival[rows] >= stream.ticks
    delays[late] = np.inf
    # The value at the place: a mean of two would be nan where one of them is infinite.
    median, most = np.quantile(delays, [0.5, 0.9], method="inverted_cdf")
    return LabelDelays(float(median), float(most), int(late.sum()))


def arrival_words(stream: Stream) -> str:
    """Say how late labels are; empty where the world's clock says it."""
    delays = label_delays(stream)
    if delays is None:
        return ""
    shares = (("half", delays.median), ("nine tenths", delays.most))
    parts = [
        f"{share} within {value:,.0f} {stream.tick_name}s"
        for share, value in shares
        if np.isfinite(value)
    ]
    if delays.late:
        parts.append(f"{delays.late:,} after the last {stream.tick_name}")
    return f"each at its own time: {', '.join(parts)}; world.label_delay does not apply"


class ByTick:
    """The labels of a tick arrive together, `World.label_delay` ticks late."""

    def __init__(self, stream: Stream, world: World):
        self.stream, self.world = stream, world

    def stop(self, tick: int) -> int:
        """First tick after the newest one of which labels are known at the end of `tick`."""
        return self.world.labelled(tick)

    def known(self, rows: Rows, tick: int) -> Rows:
        """Those of some rows whose labels are known at the end of a tick."""
        return self.stream.with_label(before(rows, int(self.stream.offsets[self.stop(tick)])))

    def new(self, tick: int) -> Rows:
        """Rows whose labels arrive at the end of a tick."""
        offsets = self.stream.offsets
        rows = span(offsets[self.stop(tick - 1)], offsets[self.stop(tick)])
        return self.stream.with_label(rows)

    def later(self, rows: Rows, decided: Ints) -> Ints:
        """(p,) how many labels of some rows arrive after the end of tick `decided[i]`."""
        known = self._known_rows[decided + 1]
        if isinstance(rows, slice):
            return rows.stop - rows.start - np.clip(known - rows.start, 0, rows.stop - rows.start)
        return len(rows) - np.searchsorted(rows, known)

    def free(self) -> NDArray[np.bool_]:
        """(n,) rows of which no strategy buys the label: all own it, or there is none."""
        rows = np.zeros(self.stream.rows, dtype=bool)
        rows[: self.stream.offsets[self.world.warmup]] = True
        return rows if self.stream.labelled is None else rows | ~self.stream.labelled

    @cached_property
    def _known_rows(self) -> Ints:
        """(T + 1,) the first row whose label is not known at the end of tick t - 1."""
        stops = [self.stop(tick) for tick in range(-1, self.stream.ticks)]
        return self.stream.offsets[stops]


class ByRow:
    """Each label arrives at the end of a tick of its own, `Stream.arrival`.

    Labels that arrive in the warm-up are known when the first model is trained.
    """

    def __init__(self, stream: Stream, world: World):
        self.stream, self.last = stream, world.warmup - 1

    def stop(self, tick: int) -> int:
        """First tick after the newest one of which labels are known at the end of `tick`."""
        return max(int(self.stream.arrived_until[max(tick, self.last)]), self.last + 1)

    def known(self, rows: Rows, tick: int) -> Rows:
        """Those of some rows whose labels are known at the end of a tick."""
        return self.stream.arrived(rows, max(tick, self.last))

    def new(self, tick: int) -> Rows:
        """Rows whose labels arrive at the end of a tick."""
        start, stop = np.searchsorted(self._ticks, [tick, tick + 1])
        return normal(self.stream.by_arrival[start:stop])

    def later(self, rows: Rows, decided: Ints) -> Ints:
        """(p,) how many labels of some rows arrive after the end of tick `decided[i]`."""
        ticks = np.sort(self._arrival[rows])
        known = np.searchsorted(ticks, np.maximum(decided, self.last), side="right")
        return np.asarray(len(ticks) - known)

    def free(self) -> NDArray[np.bool_]:
        """(n,) rows of which no strategy buys the label: all own it, or there is none."""
        rows = self._arrival <= self.last
        return rows if self.stream.labelled is None else rows | ~self.stream.labelled

    @property
    def _arrival(self) -> NDArray[Any]:
        assert self.stream.arrival is not None
        return self.stream.arrival

    @cached_property
    def _ticks(self) -> Ints:
        """(k,) ticks at which the labels of `Stream.by_arrival` arrive."""
        return self._arrival[self.stream.by_arrival]
