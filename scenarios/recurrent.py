"""Recurrent concept drift: label rules that return, by season or by day of the week."""

from dataclasses import dataclass

import numpy as np

from retrainlab.scenarios.synthetic.base import Size, percent
from retrainlab.scenarios.synthetic.drift_ticks import DriftTick, draw, is_drift_tick, words
from retrainlab.scenarios.synthetic.rules import disagreement, flip, mixed_ceiling, random_plane
from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Drift, Floats, Ints, Stream

MODES = ("seasons", "calendar")
ORDERS = ("cycle", "random")
WEEK = (5, 2)  # ticks of the weekday concept, then of the weekend concept


@dataclass(frozen=True)
class Recurrent(Size):
    """A few rules alternate; `concept` is the index of the rule that labelled the row.

    noise: share of labels flipped, in [0, .5). magnitude: fraction of noise-free labels on which
    a rule and the next one differ, in [0, 1]; the boundary of rule j stands at angle
    j * pi * magnitude. concepts: number of rules, all different.
    mode: `seasons`, in which each rule holds for `period` ticks, or `calendar`, in which rule 0
    holds for 5 ticks and rule 1 for 2. start: tick of the first change of seasons, or the first and
    the last of those that it is drawn from, seed by seed; None: after a whole period.
    order: `cycle` (0, 1, 2, 0, ...), or `random`, in which any other rule may come next.
    soft: ticks over which the rows go over from one rule to the next, 0 for a hard change.
    """

    noise: float = 0.05
    magnitude: float = 0.3
    mode: str = "seasons"
    period: int = 60
    start: DriftTick | None = None
    concepts: int = 2
    order: str = "cycle"
    soft: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        self.need_share("noise", below=0.5)
        self.need_share("magnitude")
        self.need_choice("mode", MODES)
        self.need_choice("order", ORDERS)
        calendar = self.mode == "calendar"
        self.need_whole("concepts", 2, 2 if calendar else None, " in a calendar" * calendar)
        if not calendar:
            visible = ", so that a change lies inside the stream"
            self.need_whole("period", 1, self.ticks - 1, visible)
            last = self.ticks - 1
            right = f"it must be a whole number from 1 to {last}, or a rising pair of them"
            self.need("start", is_drift_tick(self._start, 1, last), right)
        self.need(
            "magnitude",
            (self.concepts - 1) * self.magnitude < 2,
            f"it must be below {2 / (self.concepts - 1):.3g}, or {self.concepts} concepts "
            "do not fit into one turn of the boundary",
        )
        shortest = min(WEEK) if calendar else self.period
        self.need_whole("soft", 0, shortest, ", the length of the shortest season")

    def __call__(self, seed: int) -> Stream:
        """Draw the stream of this seed."""
        x = self.draw(seed)
        starts, rules = self._seasons(seed)
        plane = random_plane(generator(seed, self.name, "truth"), self.features)
        season = np.searchsorted(starts, np.arange(self.ticks), side="right") - 1
        new, old = rules[season], rules[np.maximum(season - 1, 0)]
        by_concept = np.stack([plane.labels(x, self._angle(c)) for c in range(self.concepts)])
        by_tick = by_concept.reshape(self.concepts, self.ticks, self.rows)
        labels_new, labels_old = (
            by_tick[rule, np.arange(self.ticks)].ravel() for rule in (new, old)
        )
        share = self._share(starts[season])
        came = self.coins(seed, "mix") < share
        labels = np.where(came, labels_new, labels_old)
        return self.stream(
            x,
            flip(labels, self.noise, self.coins(seed, "noise")),
            self._drifts(starts, rules),
            ceiling=mixed_ceiling(labels_new != labels_old, share, self.noise),
            concept=np.where(came, np.repeat(new, self.rows), np.repeat(old, self.rows)),
            story=self._story(),
        )

    def _angle(self, concept: int) -> float:
        return np.pi * self.magnitude * concept

    @property
    def _start(self) -> DriftTick:
        """Tick of the first change of seasons."""
        return self.period if self.start is None else self.start

    def _seasons(self, seed: int) -> tuple[Ints, Ints]:
        """First tick and rule of every season, each (seasons,)."""
        if self.mode == "calendar":
            weeks = np.arange(0, self.ticks, sum(WEEK))
            starts = np.stack([weeks, weeks + WEEK[0]], axis=1).ravel()
            starts = starts[starts < self.ticks]
        else:
            first = draw(self._start, seed, self.name, "truth", "start")
            starts = np.r_[0, np.arange(first, self.ticks, self.period)]
        steps = np.ones(len(starts), dtype=np.int64)
        if self.order == "random":
            rng = generator(seed, self.name, "truth", "order")
            steps = rng.integers(1, self.concepts, len(starts))
        return starts, (np.cumsum(steps) - steps[0]) % self.concepts

    def _share(self, starts: Ints) -> Floats:
        """(n,) probability that a row follows the new rule; starts: (ticks,) of each season."""
        since = self.positions() - np.repeat(starts, self.rows)
        return np.minimum(since / self.soft, 1.0) if self.soft else np.ones(len(since))

    def _drifts(self, starts: Ints, rules: Ints) -> list[Drift]:
        """Every change; one that the end of the stream cuts short counts as far as it came."""
        drifts = []
        for start, old, new in zip(starts[1:], rules[:-1], rules[1:], strict=True):
            stop = min(int(start) + self.soft, self.ticks)
            came = (stop - int(start)) / self.soft if self.soft else 1.0
            magnitude = came * disagreement(self._angle(new) - self._angle(old))
            drifts.append(Drift("concept", int(start), stop, magnitude, f"rule {old} to {new}"))
        return drifts if self.magnitude else []

    def _story(self) -> str:
        if self.mode == "calendar":
            turns = f"Weekdays ({WEEK[0]} ticks) and weekends ({WEEK[1]}) have their own rules"
        else:
            order = "in random order" if self.order == "random" else "in turn"
            turns = f"{self.concepts} rules come back {order}, each for {self.period} ticks"
            turns += f", the first one until {words(self.start)}" if self.start else ""
        ticks = "a tick" if self.soft == 1 else f"{self.soft} ticks"
        soft = f", going over within {ticks}" if self.soft else ""
        return (
            f"{turns}{soft}; one rule and the next differ on {percent(self.magnitude)} of the "
            f"rows, and {percent(self.noise)} of the labels are noise."
        )
