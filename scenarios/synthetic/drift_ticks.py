"""Drift ticks: when a drift comes, at a fixed tick or at one drawn from a range for each seed."""

from collections.abc import Sequence
from typing import Any, TypeGuard

from retrainlab.scenarios.synthetic.base import Size, is_whole
from retrainlab.sim.seeds import generator

DriftTick = int | Sequence[int]
"""A tick, or the first and the last of those that are equally likely."""


def is_range(tick: object) -> TypeGuard[Sequence[int]]:
    """Whether a value has the shape of a range; its bounds are checked by `is_drift_tick`."""
    return isinstance(tick, Sequence) and not isinstance(tick, str) and len(tick) == 2


def earliest(tick: DriftTick) -> int:
    """Return the fixed tick, or the first of the range."""
    return tick[0] if is_range(tick) else tick  # type: ignore[return-value]


def latest(tick: DriftTick) -> int:
    """Return the fixed tick, or the last of the range."""
    return tick[1] if is_range(tick) else tick  # type: ignore[return-value]


def is_drift_tick(tick: object, first: int, last: int) -> bool:
    """Whether it is a whole tick from `first` to `last`, or a rising range of these."""
    bounds: Any = tick if is_range(tick) else (tick, tick)
    return all(map(is_whole, bounds)) and first <= bounds[0] <= bounds[1] <= last


def words(tick: DriftTick) -> str:
    """Return it for a reader: "tick 100", "a tick from 60 to 140 (drawn for each seed)"."""
    if is_range(tick):
        return f"a tick from {tick[0]} to {tick[1]} (drawn for each seed)"
    return f"tick {tick}"


def drawn_for(tick: DriftTick, seed: int) -> str:
    """Say in brackets of which seed a start is, where each seed has another; else nothing."""
    if not is_range(tick):
        return ""
    return f" (in seed {seed}; the start is drawn for each seed, from {tick[0]} to {tick[1]})"


def draw(tick: DriftTick, *coordinates: object) -> int:
    """Return the fixed tick, or the one of the range that is drawn at the seed's coordinates."""
    if is_range(tick):
        return int(generator(*coordinates).integers(tick[0], tick[1] + 1))
    return int(tick)  # type: ignore[arg-type]


class Starting(Size):
    """A scenario whose drift begins at `start`, a `DriftTick`."""

    start: DriftTick

    def start_of(self, seed: int) -> int:
        """Return the tick at which the drift of this seed begins, whatever else is drawn."""
        return draw(self.start, seed, self.name, "truth", "start")

    def need_start(self, first: int, last: int, why: str) -> None:
        """Raise `InputError` unless the option `start` is, or is drawn, from these ticks."""
        right = f"it must be a whole number from {first} to {last}, or a rising pair of them{why}"
        self.need("start", is_drift_tick(self.start, first, last), right)
