"""Selective labels: some labels arrive only if a class was served, as where fraud is looked into.

What is never flagged is never looked into, so that a strategy decides by its own predictions which
labels it gets. Baselines and the oracle, which serve no model of their own, know all labels.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.arrivals import Arrivals
from retrainlab.sim.replay.served import ServedModels
from retrainlab.sim.rows import Rows, indices, normal
from retrainlab.sim.stream import Ints, Stream


def selective(plain: Arrivals, stream: Stream, record: ServedModels) -> Arrivals:
    """Return the arrivals of a replay; they are the plain ones where no label is selective."""
    return plain if stream.only_if is None else SelectiveArrivals(plain, stream, record)


@dataclass(frozen=True)
class SelectiveArrivals:
    """Arrivals without the labels of rows that were served another class than `Stream.only_if`.

    Labels of the warm-up, whose rows no model has served, arrive in any case.
    """

    plain: Arrivals
    stream: Stream
    record: ServedModels

    def stop(self, tick: int) -> int:
        """First tick after the newest one of which labels are known at the end of `tick`."""
        return self.plain.stop(tick)

    def known(self, rows: Rows, tick: int) -> Rows:
        """Those of some rows whose labels are known at the end of a tick."""
        return self._looked_into(self.plain.known(rows, tick))

    def new(self, tick: int) -> Rows:
        """Rows whose labels arrive at the end of a tick."""
        return self._looked_into(self.plain.new(tick))

    def later(self, rows: Rows, decided: Ints) -> Ints:
        """(p,) how many labels of some rows arrive after the end of tick `decided[i]`."""
        return self.plain.later(rows, decided)

    def free(self) -> NDArray[np.bool_]:
        """(n,) rows of which no strategy buys the label: all own it, or there is none."""
        return self.plain.free()

    def _looked_into(self, rows: Rows) -> Rows:
        """Return the rows whose label does not depend on what is served, or that were served it."""
        numbers = indices(rows)
        only_if = self._only_if[numbers]
        depends = (only_if >= 0) & (numbers >= self.stream.offsets[self.record.first])
        if not depends.any():
            return rows
        asked = numbers[depends]
        stop = int(np.searchsorted(self.stream.offsets, asked[-1], side="right"))
        arrives = np.ones(len(numbers), dtype=bool)
        arrives[depends] = self.record.decision(asked, stop) == only_if[depends]
        return normal(numbers[arrives])

    @property
    def _only_if(self) -> NDArray[Any]:
        assert self.stream.only_if is not None
        return self.stream.only_if
