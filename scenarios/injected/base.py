"""Base class of injected drift: when it begins, how long it takes, and which rows follow it."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrainlab.scenarios.damage.base import Context
from retrainlab.scenarios.synthetic.base import is_whole
from retrainlab.scenarios.synthetic.drift_ticks import (
    DriftTick,
    draw,
    drawn_for,
    is_drift_tick,
    latest,
)
from retrainlab.scenarios.synthetic.schedules import ramp, step
from retrainlab.sim.errors import require
from retrainlab.sim.stream import Drift, Floats, Kind, Stream

Changed = dict[str, Any]  # fields of a stream that are others


@dataclass(frozen=True)
class Onset:
    """When a drift of a seed begins and is complete, in ticks; progress: (n,) share at each row."""

    start: int
    stop: int
    row: int
    progress: Floats


@dataclass(frozen=True)
class Injected(ABC):
    """A drift from `start` on, which stays.

    start: its first tick, or the first and the last of those that it is drawn from, seed by seed.
    duration: ticks until it is complete; 0: at once. On the way each row follows it by chance.
    """

    start: DriftTick = 150
    duration: int = 0

    def __post_init__(self) -> None:
        holds = is_drift_tick(self.start, 1, 10**9)
        require(holds, f"start is {self.start!r}; it must be a tick from 1 on, or a rising pair")
        holds = is_whole(self.duration) and self.duration >= 0
        require(holds, f"duration is {self.duration!r}; it must be 0 ticks or more")
        self.check()

    def check(self) -> None:  # noqa: B027, many have nothing to check
        """Raise `InputError` for an option out of range."""

    def __call__(self, stream: Stream, context: Context) -> Stream:
        """Return the stream with this drift; `InputError` where it lies outside the stream."""
        onset = self.onset(stream, context)
        follows = context.coins(stream, "rows") < onset.progress
        kind, size, note, changed = self.change(stream, onset, follows, context)
        drift = Drift(kind, onset.start, onset.stop, size, note)
        when = f"{stream.tick_name} {onset.start}"
        when += f" to {onset.stop}" if onset.stop > onset.start else ""
        when += drawn_for(self.start, context.seed)
        return replace(
            stream,
            **changed,
            drifts=(*stream.drifts, drift),
            story=f"{stream.story} Injected, {when}: {note}.".strip(),
            facts=(*stream.facts, ("injected drift", f"{when}: {note}")),
        )

    @abstractmethod
    def change(
        self, stream: Stream, onset: Onset, follows: NDArray[np.bool_], context: Context
    ) -> tuple[Kind, float, str, Changed]:
        """Return kind, magnitude, words and the fields that change; follows: (n,) which rows do."""

    def onset(self, stream: Stream, context: Context) -> Onset:
        """Return when it begins; the whole of it lies inside the stream."""
        last = latest(self.start) + self.duration
        require(
            last < stream.ticks,
            f"{context.path} is complete at {stream.tick_name} {last}, and the stream has "
            f"{stream.ticks}, 0 to {stream.ticks - 1}; choose {context.path}.start and "
            f"{context.path}.duration inside it",
        )
        start = draw(self.start, context.seed, context.path, "start")
        tick = stream.tick_of_row()
        sizes = np.diff(stream.offsets)[tick]
        position = tick + (np.arange(stream.rows) - stream.offsets[tick]) / np.maximum(sizes, 1)
        progress = ramp(position, start, self.duration) if self.duration else step(position, start)
        return Onset(start, start + self.duration, int(stream.offsets[start]), progress)


def on_the_way(onset: Onset) -> NDArray[np.bool_]:
    """(n,) rows at which old and new are mixed, so that the best score is not known."""
    return (onset.progress > 0) & (onset.progress < 1)


def new_concept(stream: Stream, follows: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(n,) label rule in force: a new one at the rows that follow."""
    return np.where(follows, max(int(stream.concept.max(initial=0)), 0) + 1, stream.concept)
