"""Steady concept drift: the boundary turns at one speed through the whole stream."""

from dataclasses import dataclass, replace

import numpy as np

from retrainlab.scenarios.synthetic.base import Size, is_number, percent
from retrainlab.scenarios.synthetic.rules import flip, random_plane
from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Drift, Floats, Stream


@dataclass(frozen=True)
class Rotating(Size):
    """The boundary turns within a plane by `omega` radians a row; every half turn is a new rule.

    noise: share of labels flipped, in [0, .5). omega: radians a row, from 0 to pi.
    A model whose boundary was exact at age 0 has accuracy
    1 - noise - (1 - 2 noise) * omega * age / pi at an age in rows, while omega * age < pi.
    `concept` counts the half turns made: after one, every noise-free label is the other class.
    """

    noise: float = 0.05
    omega: float = 0.0001

    def __post_init__(self) -> None:
        super().__post_init__()
        self.need_share("noise", below=0.5)
        fits = is_number(self.omega) and 0 <= self.omega <= np.pi
        self.need("omega", fits, "it must be a number of radians a row, from 0 to pi")

    def __call__(self, seed: int) -> Stream:
        """Draw the stream of this seed."""
        x = self.draw(seed)
        angles: Floats = self.omega * np.arange(len(x), dtype=np.float64)
        plane = random_plane(generator(seed, self.name, "truth"), self.features)
        y = flip(plane.turning_labels(x, angles), self.noise, self.coins(seed, "noise"))
        ceiling = np.full(len(x), 1 - self.noise)
        concept = (angles // np.pi).astype(np.int64)
        stream = self.stream(x, y, self._drifts(), ceiling, concept, self._story())
        return replace(stream, staleness=(1 - 2 * self.noise) * self.omega * self.rows / np.pi)

    @property
    def _half_turns(self) -> float:
        """Half turns from the first row to the last."""
        return self.omega * (self.ticks * self.rows - 1) / np.pi

    def _drifts(self) -> list[Drift]:
        """One drift over the whole stream; past a half turn, every label has changed."""
        magnitude = min(self._half_turns, 1.0)
        return [Drift("concept", 0, self.ticks, magnitude)] if self.omega else []

    def _story(self) -> str:
        noise = f"{percent(self.noise)} of the labels are noise."
        if not self.omega:
            return f"The rule behind the labels never changes; {noise}"
        a_tick = percent(min(self.omega * self.rows / np.pi, 1.0))
        return (
            "The rule behind the labels moves steadily through the whole stream: every tick "
            f"changes another {a_tick} of the labels, {self._half_turns:.3g} half turns in all; "
            f"{noise}"
        )
