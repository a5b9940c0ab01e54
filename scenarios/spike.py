"""Short spike: a level jumps and returns, so a model trained on the spike serves too late."""

from dataclasses import dataclass

import numpy as np

from retrainlab.scenarios.synthetic.drift_ticks import DriftTick, Starting, words
from retrainlab.scenarios.synthetic.levels import level_stream, need_numbers
from retrainlab.scenarios.synthetic.schedules import need_span, pulse
from retrainlab.sim.stream import Drift, Stream


@dataclass(frozen=True)
class Spike(Starting):
    """A regression: at tick `start` the level jumps by `height`, and `duration` ticks later back.

    noise: standard deviation of a row around the level. level: before and after the spike. start
    may be the first and the last of the ticks that it is drawn from, seed by seed.
    `concept` is 1 during the spike, 0 before and after it.
    """

    noise: float = 0.0
    level: float = 10.0
    height: float = 5.0
    start: DriftTick = 150
    duration: int = 20

    def __post_init__(self) -> None:
        super().__post_init__()
        need_numbers(self, 0, "noise")
        need_numbers(self, None, "level", "height")
        need_span(self, first=1)

    def __call__(self, seed: int) -> Stream:
        """Draw the stream of this seed."""
        start = self.start_of(seed)
        up = pulse(np.arange(self.ticks, dtype=np.float64), start, self.duration)
        level = self.level + self.height * up
        concept = (up * (self.height != 0)).astype(np.int64)
        return level_stream(
            self, seed, level, self.noise, self._drifts(start), concept, self._story()
        )

    def _drifts(self, start: int) -> list[Drift]:
        """The jump, and the fall unless the stream ends before it."""
        stop = start + self.duration
        ends = [(start, self.height), (stop, -self.height)]
        return [
            Drift("concept", t, t, np.nan, f"the level moves by {move:+g}")
            for t, move in ends
            if move and t < self.ticks
        ]

    def _story(self) -> str:
        around = f"rows scatter around it by {self.noise:g}, and the features say nothing"
        if not self.height:
            return f"The level of y stays at {self.level:g}; {around}."
        return (
            f"The level of y is {self.level:g}; at {words(self.start)} it moves by "
            f"{self.height:+g}, and {self.duration} ticks later back; {around}."
        )
