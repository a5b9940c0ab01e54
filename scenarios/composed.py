"""Composed drift: inputs, class shares and label rule move at once, each on a schedule of its own.

In a plane of two directions, along and across, the rule says class 1 above a curve, which is turned
by an angle. Rows are N(mean, I), and P(y=1) is a logistic curve over how far above the curve a row
lies; then class 1 is made `odds` times as frequent, so that P(x given y) stays.

The harm of a drift is in one unit for all kinds: the error of the best predictor that knows
everything but this drift, above the error of the best one that knows it too, once it is complete.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from scipy.special import ndtri

from retrainlab.scenarios.synthetic.base import Size, is_number, percent
from retrainlab.scenarios.synthetic.drift_ticks import DriftTick
from retrainlab.scenarios.synthetic.rules import random_plane
from retrainlab.scenarios.synthetic.schedules import Scheduled
from retrainlab.sim.errors import require
from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Drift, Floats, Ints, Kind, Stream

KINDS: tuple[Kind, ...] = ("concept", "covariate", "prior")
SHIFT = np.pi / 4  # angle between the shift of the inputs and the direction along the curve
GRID = 300  # points of equal probability in each direction, by which an error is summed
NODES = 48  # of Gauss and Hermite in each direction, by which a share of a class is summed


@dataclass(frozen=True)
class Part(Scheduled):
    """The schedule of one kind of drift, with the options of `Scheduled`."""

    kind: str = "concept"
    shape: str = "step"
    start: DriftTick = 100
    duration: int = 100
    period: int = 100

    def __post_init__(self) -> None:
        super().__post_init__()
        self.need_schedule()

    @property
    def name(self) -> str:
        """Where its options stand."""
        return f"composed.when.{self.kind}"


@dataclass(frozen=True, eq=False)
class State:
    """What rules at one tick, or at the tick of each of n rows.

    angle: of the curve. mean: (2,) or (n, 2) of the inputs, in the plane. odds: by which those of
    class 1 are multiplied.
    """

    angle: Floats
    mean: Floats
    odds: Floats

    def at(self, tick: Ints) -> "State":
        """Return what rules at the ticks of rows."""
        return State(self.angle[tick], self.mean[tick], self.odds[tick])

    def turned(self, plane: Floats) -> tuple[Floats, Floats]:
        """(n,) along and across the curve, of points of the plane (n, 2)."""
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        first, second = plane[..., 0], plane[..., 1]
        return cos * first + sin * second, cos * second - sin * first

    def likely(self, plane: Floats, noise: float) -> Floats:
        """(n,) P(y=1) by the rule alone, at points of the plane (n, 2)."""
        return logistic(steepness(noise) * above(*self.turned(plane)))

    def posterior(self, plane: Floats, noise: float) -> Floats:
        """(n,) P(y=1) at points of the plane (n, 2)."""
        likely = self.likely(plane, noise)
        chance: Floats = likely * self.odds / (likely * self.odds + 1 - likely)
        return chance

    def share(self, noise: float) -> Floats:
        """(n,) P(y=1): by the rule alone, as a sum over the plane, and then by the odds."""
        points, weights = np.polynomial.hermite_e.hermegauss(NODES)
        weights /= weights.sum()
        along, across = (middle[:, None, None] for middle in self.turned(self.mean))
        chance = logistic(steepness(noise) * above(along + points[:, None], across + points))
        rule = np.einsum("nij,i,j->n", chance, weights, weights)
        share: Floats = self.odds * rule / (self.odds * rule + 1 - rule)
        return share


def above(along: Floats, across: Floats) -> Floats:
    """How far above the curve points lie; it crosses each circle around the origin twice."""
    height: Floats = across - 2 * along / (1 + along**2)
    return height


def logistic(value: Floats) -> Floats:
    """1 / (1 + exp(-value)), which never overflows."""
    chance: Floats = 0.5 + 0.5 * np.tanh(value / 2)
    return chance


@cache
def steepness(noise: float) -> float:
    """k at which labels with P(y=1) = logistic(k height) have Bayes error `noise` on N(0, I)."""
    points = ndtri((np.arange(GRID) + 0.5) / GRID)
    height = np.abs(above(*np.meshgrid(points, points)))
    low, high = 0.0, 10 / noise
    for _ in range(40):
        middle = (low + high) / 2
        error = logistic(-middle * height).mean()
        low, high = (middle, high) if error > noise else (low, middle)
    return (low + high) / 2


@dataclass(frozen=True)
class Composed(Size):
    """Covariate, prior and concept drift at once.

    noise: share of labels that the best predictor gets wrong at the start, above 0 and below .5.
    concept: fraction of noise-free labels that the turned curve changes where inputs have not
    moved. covariate: shift of the mean of the inputs, in standard deviations. prior: how far P(y=1)
    moves below a half where nothing else moves (total variation), below .5. 0: no such drift.
    when: by kind the options of its schedule: shape (step, ramp, sigmoid, season or pulse), start,
    duration and period. All hold from tick to tick. `concept` of the stream is 0, or 1 where the
    curve has turned.
    """

    noise: float = 0.1
    concept: float = 0.2
    covariate: float = 1.5
    prior: float = 0.3
    when: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        in_range = is_number(self.noise) and 0 < self.noise < 0.5
        self.need("noise", in_range, "it must be a number above 0 and below 0.5")
        self.need_share("concept")
        self.need_share("prior", below=0.5)
        fits = is_number(self.covariate) and 0 <= self.covariate <= 4
        self.need("covariate", fits, "it must be a number of standard deviations from 0 to 4")
        unknown = [kind for kind in self.when if kind not in KINDS]
        self.need("when", not unknown, f"the kinds of drift are {', '.join(KINDS)}")
        for kind in KINDS:
            self._part(kind)

    def __call__(self, seed: int) -> Stream:
        """Draw the stream of this seed."""
        progress = self.progress(seed)
        tick = np.repeat(np.arange(self.ticks), self.rows)
        course = self.state(*progress)
        share = course.share(self.noise)[tick]
        state = course.at(tick)
        y = (self.coins(seed, "labels") < share).astype(np.int64)
        plane = self._points(seed, state, y)
        x = self.draw(seed)
        axes = random_plane(generator(seed, self.name, "truth"), self.features).axes
        x += (plane - x @ axes) @ axes.T
        chance = state.posterior(plane, self.noise)
        return self.stream(
            x,
            y,
            [*self._drifts(seed, progress)],
            ceiling=np.maximum(chance, 1 - chance),
            concept=(progress[0] > 0).astype(np.int64)[tick],
            story=self._story(),
        )

    def progress(self, seed: int) -> Floats:
        """(3, ticks) progress of each of `KINDS`, in [0, 1]."""
        ticks = np.arange(self.ticks, dtype=np.float64)
        return np.array([self._part(kind).schedule_of(seed).progress(ticks) for kind in KINDS])

    def state(self, concept: Floats, covariate: Floats, prior: Floats) -> State:
        """Return what rules where the three drifts have come so far."""
        shift = np.array([np.cos(SHIFT), np.sin(SHIFT)])
        share = 0.5 - self.prior * prior
        mean = self.covariate * np.multiply.outer(covariate, shift)
        return State(np.pi * self.concept * concept, mean, share / (1 - share))

    def harm(self, before: State, after: State) -> float:
        """Error of the best predictor of one state above that of the best one, in another state."""
        points = ndtri((np.arange(GRID) + 0.5) / GRID)
        plane = np.stack(np.meshgrid(points, points), axis=-1) + after.mean
        likely, chance = after.likely(plane, self.noise), after.posterior(plane, self.noise)
        is_stale = (before.posterior(plane, self.noise) > 0.5) != (chance > 0.5)
        weight = likely * after.odds + 1 - likely  # of each point in the density of x
        return float((is_stale * np.abs(2 * chance - 1) * weight).sum() / weight.sum())

    def _points(self, seed: int, state: State, y: Ints) -> Floats:
        """(n, 2) points of the plane, each of a row of the class y: drawn until they are."""
        plane, waiting, number = np.empty((len(y), 2)), np.arange(len(y)), 0
        while len(waiting):
            rng = generator(seed, self.name, "points", number)
            points = rng.standard_normal((len(y), 2))[waiting] + state.mean[waiting]
            likely = state.at(waiting).likely(points, self.noise)
            taken = (rng.random(len(y))[waiting] < likely) == (y[waiting] == 1)
            plane[waiting[taken]] = points[taken]
            waiting, number = waiting[~taken], number + 1
        return plane

    def _drifts(self, seed: int, progress: Floats) -> Iterator[Drift]:
        for place, kind in enumerate(KINDS):
            size = getattr(self, kind)
            changes = self._part(kind).schedule_of(seed).changes(self.ticks) if size else []
            for start, stop, share in changes:
                now = progress[:, min(stop, self.ticks - 1)]
                stale = now.copy()
                stale[place] = progress[place, max(start - 1, 0)]
                harm = self.harm(self.state(*stale), self.state(*now))
                yield Drift(kind, start, stop, share * size, harm=harm)

    def _part(self, kind: str) -> Part:
        options = dict(self.when.get(kind) or {})
        known = ("shape", "start", "duration", "period")
        unknown = [name for name in options if name not in known]
        require(
            not unknown,
            f"scenario.composed.when.{kind} has no option {', '.join(map(repr, unknown))}; there "
            f"is: {', '.join(known)}",
        )
        return Part(self.ticks, self.rows, self.features, kind, **options)

    def _story(self) -> str:
        words = {
            "concept": f"the rule behind the labels turns for {percent(self.concept)} of the rows",
            "covariate": f"the inputs move by {self.covariate:g} standard deviations",
            "prior": f"class 1 becomes less frequent, from 50 % to {percent(0.5 - self.prior)}",
        }
        moved = [
            f"{words[kind]} {self._part(kind).when()}" for kind in KINDS if getattr(self, kind)
        ]
        told = f"{'; '.join(moved)}; " if moved else "nothing drifts; "
        return f"{told[0].upper()}{told[1:]}{percent(self.noise)} of the labels are noise."
