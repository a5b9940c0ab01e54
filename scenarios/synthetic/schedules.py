"""Drift schedules: progress of a drift in [0, 1] over positions in ticks."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from retrainlab.scenarios.synthetic.drift_ticks import DriftTick, Starting, is_range, latest, words
from retrainlab.sim.stream import Floats

CURVES = ("linear", "sigmoid")
SHAPES = ("step", "ramp", "sigmoid", "season", "pulse")
STEEPNESS = 10.0  # of the sigmoid: the middle tenth of the way covers 25 % of the change


def step(position: Floats, at: float) -> Floats:
    """0 before `at`, 1 from there on."""
    return (position >= at).astype(np.float64)


def pulse(position: Floats, start: float, duration: float) -> Floats:
    """1 from `start` for `duration` ticks, 0 elsewhere."""
    return step(position, start) - step(position, start + duration)


def ramp(position: Floats, start: float, duration: float, curve: str = "linear") -> Floats:
    """Rise from exactly 0 at `start` to exactly 1 at `start + duration`.

    The sigmoid is a logistic curve, cut and stretched so that nothing drifts outside these ticks.
    """
    way = np.clip((position - start) / duration, 0.0, 1.0)
    if curve == "linear":
        return way
    swing = np.tanh(STEEPNESS / 2 * (way - 0.5))
    return 0.5 + 0.5 * swing / np.tanh(STEEPNESS / 4)


def cycle(position: Floats, start: float, period: float) -> Floats:
    """0 until `start`, then a cosine season: 1 after half a period, 0 again after a whole one."""
    since = np.maximum(position - start, 0.0)
    return 0.5 - 0.5 * np.cos(2 * np.pi * since / period)


@dataclass(frozen=True)
class DriftSchedule:
    """One of SHAPES: what is not a season ignores `period`, a step and a season `duration`."""

    shape: str
    start: int
    duration: int
    period: int

    def progress(self, position: Floats) -> Floats:
        """Progress in [0, 1] at each position, in ticks; same shape as `position`."""
        if self.shape == "step":
            return step(position, self.start)
        if self.shape == "pulse":
            return pulse(position, self.start, self.duration)
        if self.shape == "season":
            return cycle(position, self.start, self.period)
        curve = "linear" if self.shape == "ramp" else self.shape
        return ramp(position, self.start, self.duration, curve)

    def changes(self, ticks: int) -> list[tuple[int, int, float]]:
        """(start, stop, share of the whole way) of every change in one direction."""
        if self.shape == "step":
            return [(self.start, self.start, 1.0)]
        stop = self.start + self.duration
        if self.shape == "pulse":
            return [(at, at, 1.0) for at in (self.start, stop) if at < ticks]
        turns = [self.start, stop]
        if self.shape == "season":
            turns = [*range(self.start, ticks, self.period // 2), ticks]
        came = self.progress(np.array(turns, dtype=np.float64))
        shares = np.abs(np.diff(came))
        return [(a, b, float(s)) for (a, b), s in zip(pairwise(turns), shares, strict=True)]


class Scheduled(Starting):
    """A scenario whose drift follows a `DriftSchedule`."""

    shape: str
    duration: int
    period: int

    def schedule_of(self, seed: int) -> DriftSchedule:
        """Return the schedule of this seed."""
        return DriftSchedule(self.shape, self.start_of(seed), self.duration, self.period)

    def when(self) -> str:
        """When it happens, for a reader."""
        return {
            "step": f"at {words(self.start)}",
            "pulse": f"at {words(self.start)} and back {back(self.start, self.duration)}",
            "season": f"and back every {self.period} ticks, from {words(self.start)} on",
        }.get(self.shape, between(self.start, self.duration))

    def need_schedule(self) -> None:
        """Raise `InputError` unless `shape`, `start`, `duration` and `period` fit the stream.

        A change at tick 0 would have nothing before it, so steps and pulses start at 1 or later.
        """
        self.need_choice("shape", SHAPES)
        first = 1 if self.shape in ("step", "pulse") else 0
        if self.shape in ("step", "season"):
            self.need_start(first, self.ticks - 1, ", ticks of the stream")
        else:
            need_span(self, first)
        if self.shape == "season":
            even = "it must be even: half of it is a whole tick"
            self.need_whole("period", 2)
            self.need("period", self.period % 2 == 0, even)


def back(start: DriftTick, duration: int) -> str:
    """When a drift that begins at `start` is over: "at tick 120", "20 ticks later"."""
    return f"{duration} ticks later" if is_range(start) else f"at tick {latest(start) + duration}"


def between(start: DriftTick, duration: int) -> str:
    """Over which ticks a drift goes on, for a reader."""
    if is_range(start):
        return f"over {duration} ticks from {words(start)} on"
    return f"between ticks {start} and {latest(start) + duration}"


def need_span(size: Starting, first: int = 0) -> None:
    """Raise `InputError` unless options `start` (from `first` on) and `duration` fit the stream."""
    fits = f", so that the drift lies inside the stream of {size.ticks} ticks"
    size.need_start(first, size.ticks - 1, fits)
    last = latest(size.start)
    size.need_whole("duration", 1, size.ticks - last, f"{fits} when it starts at tick {last}")
