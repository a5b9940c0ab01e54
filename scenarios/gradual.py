"""Gradual concept drift: from the old rule to the new one over many ticks."""

from dataclasses import dataclass

import numpy as np

from retrainlab.scenarios.synthetic.base import percent
from retrainlab.scenarios.synthetic.drift_ticks import DriftTick, Starting
from retrainlab.scenarios.synthetic.rules import Bools, Plane, flip, mixed_ceiling, random_plane
from retrainlab.scenarios.synthetic.schedules import CURVES, between, need_span, ramp
from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Drift, Floats, Ints, Stream

MODES = ("rotate", "mix")


@dataclass(frozen=True)
class Gradual(Starting):
    """Between `start` and `start + duration` the rule moves, or a new one takes over.

    noise: share of labels flipped, in [0, .5). magnitude: fraction of noise-free labels that the
    whole drift changes, in [0, 1]. start, duration: in ticks; start
    may be the first and the last of the ticks that it is drawn from, seed by seed.
    mode: `rotate` ("incremental"): the boundary turns with every row, a linear shape at
    pi * magnitude / (duration * rows) radians a row; `concept` is 0 before, 1 on the way, 2 after.
    `mix`: each row follows the new rule (`concept` 1) with a probability that rises from 0 to 1.
    shape: `linear` or `sigmoid`.
    """

    noise: float = 0.05
    magnitude: float = 0.25
    start: DriftTick = 100
    duration: int = 100
    mode: str = "rotate"
    shape: str = "linear"

    def __post_init__(self) -> None:
        super().__post_init__()
        self.need_share("noise", below=0.5)
        self.need_share("magnitude")
        self.need_choice("mode", MODES)
        self.need_choice("shape", CURVES)
        need_span(self)

    def __call__(self, seed: int) -> Stream:
        """Draw the stream of this seed."""
        x = self.draw(seed)
        plane = random_plane(generator(seed, self.name, "truth"), self.features)
        start = self.start_of(seed)
        if self.mode == "rotate":
            labels, concept, ceiling = self._rotate(x, plane, start)
        else:
            labels, concept, ceiling = self._mix(x, plane, start, self.coins(seed, "mix"))
        y = flip(labels, self.noise, self.coins(seed, "noise"))
        return self.stream(x, y, self._drifts(start), ceiling, concept, self._story())

    def _rotate(self, x: Floats, plane: Plane, start: int) -> tuple[Bools, Ints, Floats]:
        """Labels, concept and ceiling, each (n,), where the boundary turns from tick `start` on."""
        first, last = start * self.rows, (start + self.duration) * self.rows
        concept = np.zeros(len(x), dtype=np.int64)
        concept[first:last] = 1
        concept[last:] = 2
        whole = np.pi * self.magnitude
        angles = whole * self._progress(start)[first:last]
        parts = (
            plane.labels(x[:first], 0.0),
            plane.turning_labels(x[first:last], angles),
            plane.labels(x[last:], whole),
        )
        return np.concatenate(parts), concept, np.full(len(x), 1 - self.noise)

    def _mix(
        self, x: Floats, plane: Plane, start: int, coins: Floats
    ) -> tuple[Bools, Ints, Floats]:
        """Labels, concept and ceiling, each (n,), where each row follows one of two rules."""
        old, new = plane.labels(x, 0.0), plane.labels(x, np.pi * self.magnitude)
        share = self._progress(start)
        follows = coins < share
        ceiling = mixed_ceiling(old != new, share, self.noise)
        return np.where(follows, new, old), follows.astype(np.int64), ceiling

    def _progress(self, start: int) -> Floats:
        return ramp(self.positions(), start, self.duration, self.shape)

    def _drifts(self, start: int) -> list[Drift]:
        stop = start + self.duration
        return [Drift("concept", start, stop, self.magnitude)] if self.magnitude else []

    def _story(self) -> str:
        how = {
            "rotate": "The rule behind the labels moves steadily",
            "mix": "More and more rows follow a new rule",
        }[self.mode]
        return (
            f"{how} {between(self.start, self.duration)}, until "
            f"{percent(self.magnitude)} of the rows have another label than before; "
            f"{percent(self.noise)} of the labels are noise."
        )
