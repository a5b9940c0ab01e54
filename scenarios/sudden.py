"""Sudden concept drift: the rule behind the labels turns at given ticks."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from retrainlab.scenarios.synthetic.base import Size, listed, percent
from retrainlab.scenarios.synthetic.drift_ticks import (
    DriftTick,
    draw,
    earliest,
    is_drift_tick,
    is_range,
    latest,
    words,
)
from retrainlab.scenarios.synthetic.rules import flip, random_plane
from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Drift, Stream


@dataclass(frozen=True)
class Sudden(Size):
    """The rule turns at each tick of `at`; every turn changes `magnitude` of the labels.

    noise: share of labels flipped, in [0, .5). at: a tick or a rising list of ticks (none: no
    drift), each of which may be a pair instead: the first and the last of the ticks that it is
    drawn from, seed by seed. magnitude: fraction of noise-free labels that one turn changes, in
    [0, 1].
    `concept` counts the turns made so far.
    """

    noise: float = 0.05
    at: int | Sequence[DriftTick] = (100, 200)
    magnitude: float = 0.25

    def __post_init__(self) -> None:
        super().__post_init__()
        self.need_share("noise", below=0.5)
        self.need_share("magnitude")
        turns = self._turns()
        self.need(
            "at",
            all(is_drift_tick(t, 1, self.ticks - 1) for t in turns)
            and all(latest(a) < earliest(b) for a, b in pairwise(turns)),
            f"it must hold whole ticks from 1 to {self.ticks - 1}, or pairs of them to draw from, "
            "in rising order",
        )

    def __call__(self, seed: int) -> Stream:
        """Draw the stream of this seed."""
        x = self.draw(seed)
        plane = random_plane(generator(seed, self.name, "truth"), self.features)
        turns = self._turns_of(seed)
        labels = np.empty(len(x), dtype=bool)
        concept = np.empty(len(x), dtype=np.int64)
        for turn, (first, last) in enumerate(pairwise((0, *turns, self.ticks))):
            rows = slice(first * self.rows, last * self.rows)
            labels[rows] = plane.labels(x[rows], turn * np.pi * self.magnitude)
            concept[rows] = turn
        y = flip(labels, self.noise, self.coins(seed, "noise"))
        ceiling = np.full(len(x), 1 - self.noise)
        return self.stream(x, y, self._drifts(turns), ceiling, concept, self._story())

    def _turns(self) -> tuple[DriftTick, ...]:
        return tuple(self.at) if isinstance(self.at, Sequence) else (self.at,)

    def _turns_of(self, seed: int) -> list[int]:
        """The ticks of this seed."""
        where = (seed, self.name, "truth", "at")
        return [draw(turn, *where, i) for i, turn in enumerate(self._turns())]

    def _drifts(self, turns: Sequence[int]) -> list[Drift]:
        return [Drift("concept", t, t, self.magnitude) for t in turns if self.magnitude]

    def _story(self) -> str:
        noise = f"{percent(self.noise)} of the labels are noise."
        if not self._turns() or not self.magnitude:
            return f"The rule behind the labels never changes; {noise}"
        turns = self._turns()
        if any(map(is_range, turns)):
            ticks = listed([words(turn) for turn in turns])
        else:
            ticks = ("tick " if len(turns) == 1 else "ticks ") + listed(turns)
        each = "each time " if len(turns) > 1 else ""
        return (
            f"The rule behind the labels changes at once at {ticks}, {each}for "
            f"{percent(self.magnitude)} of the rows; {noise}"
        )
