"""Prior shift: P(y) changes, P(x given y) does not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from retrainlab.scenarios.synthetic.base import is_number, listed, percent
from retrainlab.scenarios.synthetic.drift_ticks import DriftTick
from retrainlab.scenarios.synthetic.rules import random_plane
from retrainlab.scenarios.synthetic.schedules import DriftSchedule, Scheduled
from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Drift, Floats, Ints, Stream

Shares = float | Sequence[float]


@dataclass(frozen=True)
class Prior(Scheduled):
    """P(y) moves while P(x given y) = N(mean of y, I) stays the same.

    The class means stand evenly on a circle around the origin, in a random plane; two classes
    stand at -separation and +separation on a line. Their overlap is the noise.
    before, after: P(y=1) for two classes, or a list with the share of each class.
    magnitude: how far P(y) moves from `before` in the direction of `after`, in total variation;
    none: to `after`. separation: distance of each mean from the origin in standard deviations.
    shape: step, ramp, sigmoid, season or pulse. start, duration, period: in ticks;
    start may be the first and the last of the ticks that it is drawn from, seed by seed.
    `concept` is 0 throughout.
    """

    separation: float = 1.0
    before: Shares = 0.5
    after: Shares = 0.2
    magnitude: float | None = None
    shape: str = "step"
    start: DriftTick = 100
    duration: int = 100
    period: int = 100

    def __post_init__(self) -> None:
        super().__post_init__()
        positive = is_number(self.separation) and self.separation > 0
        self.need("separation", positive, "it must be a number of standard deviations above 0")
        self._need_shares()
        self._need_magnitude()
        self.need_schedule()

    def __call__(self, seed: int) -> Stream:
        """Draw the stream of this seed."""
        schedule = self.schedule_of(seed)
        before, move = self._way()
        shares = before[:, None] + move[:, None] * schedule.progress(self.positions())
        shares = np.maximum(shares, 0.0)  # rounding may pass below an exact 0
        y = sample_labels(shares, self.coins(seed, "labels"))
        means = self.means(seed)
        x = self.draw(seed)
        x += means.take(y, axis=0)  # many times faster than means[y]
        return self.stream(
            x,
            y,
            self._drifts(schedule),
            ceiling=posterior_peak(x, means, shares),
            concept=np.zeros(len(x), dtype=np.int64),
            story=self._story(),
            classes=len(before),
        )

    def means(self, seed: int) -> Floats:
        """(k, features) mean of each class in the stream of this seed."""
        k = len(as_shares(self.before))
        angles = np.pi + 2 * np.pi * np.arange(k) / k
        circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
        plane = random_plane(generator(seed, self.name, "truth"), self.features)
        return self.separation * circle @ plane.axes.T

    def _way(self) -> tuple[Floats, Floats]:
        """Class shares at the start and how they move in all, each (k,)."""
        before, after = as_shares(self.before), as_shares(self.after)
        move = after - before
        if self.magnitude is None:
            return before, move
        return before, move * (self.magnitude / distance(move) if self.magnitude else 0.0)

    def _need_shares(self) -> None:
        for option in ("before", "after"):
            holds = is_shares(getattr(self, option))
            self.need(option, holds, "it must be P(y=1), or a list of class shares that add to 1")
        k = len(as_shares(self.before))
        same = len(as_shares(self.after)) == k
        self.need("after", same, f"it must have as many classes as before, which has {k}")

    def _need_magnitude(self) -> None:
        if self.magnitude is None:
            return
        holds = is_number(self.magnitude) and 0 <= self.magnitude <= 1
        self.need("magnitude", holds, "it must be a number from 0 to 1, or null")
        whole = distance(as_shares(self.after) - as_shares(self.before))
        moves = self.magnitude == 0 or whole > 0
        self.need("magnitude", moves, "nothing can move, as before and after are the same")
        before, move = self._way()
        inside = bool(np.all(before + move > -1e-12))
        self.need("magnitude", inside, "a class would get a share below 0 on the way past after")

    def _drifts(self, schedule: DriftSchedule) -> list[Drift]:
        moved = distance(self._way()[1])
        changes = schedule.changes(self.ticks) if moved else []
        return [Drift("prior", start, stop, share * moved) for start, stop, share in changes]

    def _story(self) -> str:
        before, move = self._way()
        if len(before) == 2:
            what = "The share of class 1 goes"
            way = [percent(p) for p in (before[1], before[1] + move[1])]
        else:
            what = "The shares of the classes go"
            way = [listed([percent(p) for p in shares]) for shares in (before, before + move)]
        return (
            f"{what} from {way[0]} to {way[1]} {self.when()}, while the rows of each "
            "class look the same as ever."
        )


def is_shares(value: Any) -> bool:
    """Whether the value is P(y=1), or a list of two or more class shares that add to 1."""
    shares = list(value) if isinstance(value, Iterable) else [value, 0]
    if len(shares) < 2 or not all(is_number(p) and 0 <= p <= 1 for p in shares):
        return False
    return not isinstance(value, Iterable) or abs(sum(shares) - 1) < 1e-9


def as_shares(value: Shares) -> Floats:
    """(k,) share of each class."""
    shares = value if isinstance(value, Iterable) else (1 - value, value)
    return np.array(list(shares), dtype=np.float64)


def distance(move: Floats) -> float:
    """Total variation covered when class shares change by `move` (k,)."""
    return float(np.abs(move).sum() / 2)


def sample_labels(shares: Floats, coins: Floats) -> Ints:
    """(n,) class of each row: where its coin falls among its class shares (k, n)."""
    ends = np.cumsum(shares[:-1], axis=0)
    return (coins >= ends).sum(axis=0)


def posterior_peak(x: Floats, means: Floats, shares: Floats) -> Floats:
    """(n,) highest P(y given x) of classes N(mean, I).

    means: (k, d), all equally far from the origin. shares: (k, n) of each class at each row.
    """
    with np.errstate(divide="ignore"):  # a class of share 0 has logarithm -inf: it never wins
        scores = means @ x.T + np.log(shares)
    return 1 / np.exp(scores - scores.max(axis=0)).sum(axis=0)
