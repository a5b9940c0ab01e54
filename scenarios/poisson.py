"""Sudden concept drifts at random times: a Poisson process."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from retrainlab.scenarios.synthetic.base import Size, is_number, percent
from retrainlab.scenarios.synthetic.rules import Bools, flip
from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Drift, Floats, Ints, Stream


@dataclass(frozen=True)
class Poisson(Size):
    """Drifts come as a Poisson process and take effect at the start of the next tick.

    noise: share of labels flipped, in [0, .5). rate: drifts a tick, 0 or more; a tick begins with
    a drift with probability 1 - exp(-rate), so that a rule outlives n ticks with probability
    exp(-rate * n). The drifts of a lower rate are among those of a higher one.
    magnitude: fraction of noise-free labels that one drift changes, in [0, 1]. The boundary's
    normal turns by pi * magnitude towards a random direction. At .5 a model from before a drift
    is worth nothing: on average it is right on half of the rows, whatever comes after.
    `concept` counts the drifts so far.
    """

    noise: float = 0.05
    rate: float = 0.02
    magnitude: float = 0.5

    def __post_init__(self) -> None:
        super().__post_init__()
        self.need_share("noise", below=0.5)
        self.need_share("magnitude")
        fits = is_number(self.rate) and self.rate >= 0
        self.need("rate", fits, "it must be a number of drifts a tick, 0 or more")

    def __call__(self, seed: int) -> Stream:
        """Draw the stream of this seed."""
        x = self.draw(seed)
        starts = self._starts(seed)
        labels = self._labels(x, self.normals(seed), starts)
        return self.stream(
            x,
            flip(labels, self.noise, self.coins(seed, "noise")),
            [Drift("concept", t, t, self.magnitude) for t in starts[1:] if self.magnitude],
            ceiling=np.full(len(x), 1 - self.noise),
            concept=np.repeat(np.arange(len(starts)), np.diff([*starts, self.ticks]) * self.rows),
            story=self._story(),
        )

    def _starts(self, seed: int) -> list[int]:
        """First tick of every rule."""
        coins = generator(seed, self.name, "truth", "times").random(self.ticks)
        drifts = np.flatnonzero(coins[1:] < -np.expm1(-self.rate)) + 1
        return [0, *drifts.tolist()]

    def normals(self, seed: int) -> Floats:
        """(rules, features) unit normal of each rule in the stream of this seed.

        Each is turned by pi * magnitude from the one before.
        """
        shape = (len(self._starts(seed)), self.features)
        draws = generator(seed, self.name, "truth").standard_normal(shape)
        normals = np.empty_like(draws)
        normals[0] = draws[0] / np.linalg.norm(draws[0])
        for i in range(1, len(draws)):
            old = normals[i - 1]
            across = draws[i] - (draws[i] @ old) * old
            across /= np.linalg.norm(across)
            new = np.cos(np.pi * self.magnitude) * old + np.sin(np.pi * self.magnitude) * across
            normals[i] = new / np.linalg.norm(new)  # else rounding adds up over many drifts
        return normals

    def _labels(self, x: Floats, normals: Floats, starts: list[int]) -> Bools:
        """(n,) noise-free labels."""
        ends: Ints = np.array([*starts, self.ticks]) * self.rows
        parts = zip(pairwise(ends), normals, strict=True)
        return np.concatenate([x[first:last] @ normal > 0 for (first, last), normal in parts])

    def _story(self) -> str:
        noise = f"{percent(self.noise)} of the labels are noise."
        if not (self.rate and self.magnitude):
            return f"The rule behind the labels never changes; {noise}"
        return (
            f"The rule behind the labels changes at once, at random times, every "
            f"{1 / self.rate:.3g} ticks on average, each time for {percent(self.magnitude)} of "
            f"the rows; {noise}"
        )
