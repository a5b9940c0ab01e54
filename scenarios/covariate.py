"""Covariate shift: P(x) changes, P(y given x) does not."""

from dataclasses import dataclass

import numpy as np

from retrainlab.scenarios.synthetic.base import is_number, percent
from retrainlab.scenarios.synthetic.drift_ticks import DriftTick
from retrainlab.scenarios.synthetic.rules import Plane, project, random_plane, steepness
from retrainlab.scenarios.synthetic.schedules import DriftSchedule, Scheduled
from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Drift, Floats, Stream

RULES = ("curved", "linear")
CURVE = 2.0  # slope of the curved boundary where the stream starts
LEAN = np.pi / 6  # angle by which the normal of the linear rule leans towards the shift


@dataclass(frozen=True)
class Covariate(Scheduled):
    """Mean and spread of the inputs move while P(y given x) stays the same, to the bit.

    noise: share of labels, at the start, that even the best predictor gets wrong, in [0, .5).
    magnitude: shift of the mean in standard deviations, 0 or more. spread: standard deviation of
    every feature after the shift, 1 before it.
    rule: `curved`: P(y=1) is noise or 1 - noise on the sides of a curve, so that a straight
    boundary fits only where it was trained; `linear`: a logistic curve over w.x, which a logistic
    regression represents exactly, so that retraining gains nothing.
    shape: step, ramp, sigmoid, season or pulse. start, duration, period: in ticks;
    start may be the first and the last of the ticks that it is drawn from, seed by seed.
    `concept` is 0 throughout.
    """

    noise: float = 0.05
    rule: str = "curved"
    magnitude: float = 2.0
    spread: float = 1.25
    shape: str = "ramp"
    start: DriftTick = 100
    duration: int = 100
    period: int = 100

    def __post_init__(self) -> None:
        super().__post_init__()
        self.need_share("noise", below=0.5)
        self.need_choice("rule", RULES)
        fits = is_number(self.magnitude) and self.magnitude >= 0
        self.need("magnitude", fits, "it must be a number of standard deviations, 0 or more")
        positive = is_number(self.spread) and self.spread > 0
        self.need("spread", positive, "it must be a number above 0 (1 leaves the spread alone)")
        self.need_schedule()

    def __call__(self, seed: int) -> Stream:
        """Draw the stream of this seed."""
        x = self.draw(seed)
        schedule = self.schedule_of(seed)
        progress = schedule.progress(self.positions())
        scale, shift = 1 + (self.spread - 1) * progress, self.magnitude * progress
        for column, along in zip(x.T, self._plane(seed).axes[:, 0], strict=True):
            column *= scale
            column += shift * along
        chance = self.probability(seed, x)
        y = (self.coins(seed, "labels") < chance).astype(np.int64)
        ceiling = np.maximum(chance, 1 - chance)
        concept = np.zeros(len(x), dtype=np.int64)
        return self.stream(x, y, self._drifts(schedule), ceiling, concept, self._story())

    def probability(self, seed: int, x: Floats) -> Floats:
        """(n,) P(y=1) of any rows x (n, features), at any tick, in the stream of this seed."""
        plane = self._plane(seed)
        if self.rule == "curved":
            along, across = (project(x, axis) for axis in plane.axes.T)
            above = across > CURVE * along / (1 + along**2)
            return np.where(above, 1 - self.noise, self.noise)
        margin = project(x, plane.normal(np.pi / 2 - LEAN))
        if self.noise == 0:
            return (margin > 0).astype(np.float64)
        # Half a hyperbolic tangent is the logistic function, and never overflows.
        return 0.5 + 0.5 * np.tanh(steepness(self.noise) / 2 * margin)

    def _plane(self, seed: int) -> Plane:
        """The plane of shift and rule; its first axis is the direction of the shift."""
        return random_plane(generator(seed, self.name, "truth"), self.features)

    def _drifts(self, schedule: DriftSchedule) -> list[Drift]:
        if self.magnitude == 0 and self.spread == 1:
            return []
        return [
            Drift("covariate", start, stop, share * self.magnitude)
            for start, stop, share in schedule.changes(self.ticks)
        ]

    def _story(self) -> str:
        spread = "stays 1" if self.spread == 1 else f"goes from 1 to {self.spread:g}"
        return (
            "The model meets another group than it was trained on (say, another age group): the "
            f"inputs move by {self.magnitude:g} standard deviations {self.when()}, and "
            f"their spread {spread}. The rule behind the labels stays the "
            f"same; {percent(self.noise)} of the labels are noise."
        )
