"""Random walk: the level moves by a random step per tick; window and interval interact."""

from dataclasses import dataclass

import numpy as np

from retrainlab.scenarios.synthetic.base import Size
from retrainlab.scenarios.synthetic.levels import level_stream, need_numbers
from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Drift, Floats, Stream


@dataclass(frozen=True)
class RandomWalk(Size):
    """A regression: the level takes a random step before every tick, and rows scatter around it.

    noise: standard deviation of a row around the level. step: standard deviation of the level's
    step from one tick to the next. level: where it starts. With one row a tick, s2 = noise^2 and
    q = step^2, the mean of the last W ticks, refreshed every T, has an excess squared error of
    s2/W + q(W-1)(2W-1)/(6W) + q(T+1)/2; with more rows s2 is the variance of a tick's mean.
    `concept` is the tick: every step is a new rule, 0 throughout where there is no step.
    """

    noise: float = 1.0
    step: float = 0.1
    level: float = 10.0

    def __post_init__(self) -> None:
        super().__post_init__()
        need_numbers(self, 0, "noise", "step")
        need_numbers(self, None, "level")

    @property
    def name(self) -> str:
        """The scenario's name."""
        return "random_walk"

    def __call__(self, seed: int) -> Stream:
        """Draw the stream of this seed."""
        note = f"the level takes a step of {self.step:g} (standard deviation) every tick"
        moves = self.step > 0
        drifts = [Drift("concept", 0, self.ticks, np.nan, note)] if moves else []
        concept = np.arange(self.ticks) * moves
        level = self.levels(seed)
        return level_stream(self, seed, level, self.noise, drifts, concept, self._story())

    def levels(self, seed: int) -> Floats:
        """(ticks,) level of each tick in the stream of this seed."""
        steps = generator(seed, self.name, "truth").standard_normal(self.ticks)
        steps[0] = 0.0
        return self.level + self.step * np.cumsum(steps)

    def _story(self) -> str:
        around = f"rows scatter around it by {self.noise:g}, and the features say nothing"
        if not self.step:
            return f"The level of y stays at {self.level:g}; {around}."
        return (
            f"The level of y starts at {self.level:g} and takes a random step of {self.step:g} "
            f"every tick; {around}."
        )
