"""Simulated logs for the test on one stream: their kinds, and what 17 settings lose on each.

What a retraining saves depends on the first model, which is luckier on one log than on another. So
logs without drift come in groups that share their warm-up rows and differ in all that is served
after it: they are cut from one long stream.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from importlib.resources import files
from typing import Any

import numpy as np
from hydra.utils import instantiate
from numpy.typing import NDArray
from omegaconf import OmegaConf
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier
from threadpoolctl import threadpool_limits

from retrainlab.scenarios.covariate import Covariate
from retrainlab.scenarios.gradual import Gradual
from retrainlab.scenarios.prior import Prior
from retrainlab.scenarios.random_walk import RandomWalk
from retrainlab.scenarios.recurrent import Recurrent
from retrainlab.scenarios.sudden import Sudden
from retrainlab.sim.replay.baselines import baselines
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.learners import Learner
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.losses import Absolute, Loss, Squared, ZeroOne
from retrainlab.sim.replay.losses import Log as LogLoss
from retrainlab.sim.replay.strategy import Gate, Strategy
from retrainlab.sim.stream import Floats, Ints, Stream
from retrainlab.sim.world import World
from retrainlab.strategies.what import Everything, Last, SinceAlarm
from retrainlab.strategies.when import Every, Never, OnAlarm

TICKS, ROWS = 260, 50
WORLD = World(label_delay=1, fit_delay=1, warmup=20)


@dataclass(frozen=True)
class Family:
    """Logs of one kind: what makes them, what is trained on them, and what an error costs.

    scenario: function of ticks and rows a tick to a scenario. most: logs at most, as they are slow.
    """

    scenario: Callable[..., Callable[[int], Stream]]
    learner: Any = field(default_factory=GaussianNB)
    loss: Loss = field(default_factory=ZeroOne)
    ticks: int = TICKS
    rows: int = ROWS
    most: int | None = None

    def streams(self, first: int, logs: int) -> Iterator[Stream]:
        """Yield a stream a log, each with a first model of its own."""
        for seed in range(first, first + logs):
            yield self.scenario(self.ticks, self.rows)(seed)

    def group(self, model: int, logs: int) -> Iterator[Stream]:
        """Yield streams that share their warm-up, cut from one long stream."""
        served = self.ticks - WORLD.warmup
        whole = self.scenario(WORLD.warmup + logs * served, self.rows)(model)
        sizes = np.diff(whole.offsets)
        for log in range(logs):
            start = WORLD.warmup + log * served
            ticks = np.concatenate([np.arange(WORLD.warmup), np.arange(start, start + served)])
            is_used = np.isin(whole.tick_of_row(), ticks)
            yield _of(whole, whole.x[is_used], whole.y[is_used], offsets_of(sizes[ticks]))


@dataclass(frozen=True, eq=False)
class Replayed:
    """What a first model, 17 settings and the baselines did on one log.

    losses: (T, S) of each tick, the first setting never retrains. starts: (T, S) whether a
    retraining was decided. baselines: (T, B) losses, by name in `names`.
    """

    losses: Floats
    starts: NDArray[np.bool_]
    baselines: Floats
    names: tuple[str, ...]


@dataclass(frozen=True)
class HeavyTails:
    """A regression whose level stays, with rows that scatter by Student's t (3 degrees)."""

    ticks: int = TICKS
    rows: int = ROWS

    def __call__(self, seed: int) -> Stream:
        """Draw the stream of this seed."""
        stream = RandomWalk(self.ticks, self.rows, step=0)(seed)
        noise = np.random.default_rng([seed, 3]).standard_t(3, stream.rows)
        return _of(stream, stream.x, 10 + stream.x[:, 0] + noise, stream.offsets)


@dataclass(frozen=True)
class Wandering:
    """No drift that retraining could repair: the label noise wanders, from .05 to .25."""

    ticks: int = TICKS
    rows: int = ROWS

    def __call__(self, seed: int) -> Stream:
        """Draw the stream of this seed."""
        stream = Sudden(self.ticks, self.rows, at=[], noise=0.0)(seed)
        random = np.random.default_rng([seed, 4])
        steps = random.standard_normal(self.ticks)
        level = np.zeros(self.ticks)
        for tick in range(1, self.ticks):
            level[tick] = 0.95 * level[tick - 1] + 0.3 * steps[tick]
        share = 0.05 + 0.2 / (1 + np.exp(-level))
        flipped = random.random(stream.rows) < share[stream.tick_of_row()]
        return _of(stream, stream.x, np.where(flipped, 1 - stream.y, stream.y), stream.offsets)


def _of(stream: Stream, x: Floats, y: NDArray[Any], offsets: Ints) -> Stream:
    """Return a stream of these rows that is like another one, without its truth."""
    return Stream(
        x=x,
        y=y.astype(stream.y.dtype),
        offsets=offsets,
        task=stream.task,
        drifts=(),
        ceiling=np.full(len(y), np.nan),
        concept=np.zeros(len(y), dtype=np.int64),
        features=stream.features,
        classes=stream.classes,
    )


def offsets_of(sizes: Ints) -> Ints:
    """(T + 1,) offsets of ticks with these numbers of rows."""
    return np.concatenate([[0], np.cumsum(sizes)])


@dataclass(frozen=True)
class Weekends:
    """Logs of another scenario, of which 2 ticks in 7 have no rows and the others more."""

    scenario: Callable[..., Callable[[int], Stream]]
    ticks: int = TICKS
    rows: int = ROWS

    def __call__(self, seed: int) -> Stream:
        """Draw the stream of this seed."""
        sizes = np.where(np.arange(self.ticks) % 7 < 5, self.rows * 7 // 5, 0)
        stream = self.scenario(int(sizes.sum()), 1)(seed)
        return _of(stream, stream.x, stream.y, offsets_of(sizes))


def default(name: str) -> Family:
    """One seed of a scenario of the project, as it stands in the default study."""
    path = files("retrainlab.experiments") / "conf" / "scenario" / f"{name}.yaml"
    options = OmegaConf.create(path.read_text(encoding="utf-8"))[name]
    return Family(lambda *_: instantiate(options), LogisticRegression(max_iter=300))


def still(ticks: int, rows: int) -> Sudden:
    """A classification without drift."""
    return Sudden(ticks, rows, at=[])


def level(ticks: int, rows: int) -> RandomWalk:
    """A regression without drift."""
    return RandomWalk(ticks, rows, step=0)


STATIONARY: dict[str, Family] = {
    "naive Bayes": Family(still),
    "naive Bayes, 120 ticks": Family(still, ticks=140),
    "naive Bayes, 480 ticks": Family(still, ticks=500),
    "naive Bayes, log loss": Family(still, loss=LogLoss()),
    "logistic": Family(still, LogisticRegression()),
    "tree": Family(still, DecisionTreeClassifier(max_depth=8, min_samples_leaf=5)),
    "boosting, 20 trees": Family(still, HistGradientBoostingClassifier(max_iter=20), most=200),
    "ridge, squared": Family(level, Ridge(), Squared()),
    "ridge, absolute, heavy tails": Family(HeavyTails, Ridge(), Absolute()),
    "ridge, squared, heavy tails": Family(HeavyTails, Ridge(), Squared()),
    "wandering noise": Family(Wandering),
    "one row a tick, 1,000 ticks": Family(still, ticks=1020, rows=1),
    "no rows on 2 ticks in 7": Family(partial(Weekends, still)),
}
DRIFTING: dict[str, Family] = {
    "sudden .03 at 100": Family(partial(Sudden, at=[100], magnitude=0.03)),
    "sudden .15 at 100": Family(partial(Sudden, at=[100], magnitude=0.15)),
    "sudden .25 at 100 and 200": Family(partial(Sudden, at=[100, 200])),
    "sudden .25 at 230 (late)": Family(partial(Sudden, at=[230])),
    "sudden .15 at 100, 2 ticks in 7 empty": Family(
        partial(Weekends, lambda t, r: Sudden(t, r, at=[100 * ROWS], magnitude=0.15))
    ),
    "gradual .05": Family(partial(Gradual, magnitude=0.05)),
    "gradual .25": Family(Gradual),
    "recurrent .3, 4 seasons of 60": Family(Recurrent),
    "recurrent .3, 12 seasons of 20": Family(partial(Recurrent, period=20)),
    "recurrent .3, 12 seasons of 40": Family(partial(Recurrent, period=40), ticks=500),
    "covariate": Family(Covariate),
    "prior": Family(Prior),
    "random walk": Family(RandomWalk, Ridge(), Squared()),
    "boosting, 20 trees, sudden .15 at 100": Family(
        partial(Sudden, at=[100], magnitude=0.15),
        HistGradientBoostingClassifier(max_iter=20),
        most=200,
    ),
}
DEFAULTS = ("sudden", "gradual", "recurrent", "covariate", "prior")
DRIFTING |= {f"default {name}": default(name) for name in DEFAULTS}


def strategies(task: str) -> dict[str, Strategy]:
    """Return the settings of a default study, by label; the first never retrains."""
    intervals, long = (5, 10, 20, 50, 100), (10, 20, 50, 100)
    made = {"never": Strategy(Never(), Everything(), Gate())}
    made |= {f"periodic {k}": Strategy(Every(k), Everything(), Gate()) for k in intervals}
    made |= {
        f"window {w} every {k}": Strategy(Every(k), Last(w), Gate()) for k in long for w in (20, 50)
    }
    signal = "error" if task == "classification" else "loss"
    alarm = {"name": "ADWIN", "delta": 0.002}
    made["trigger"] = Strategy(OnAlarm(alarm, signal), Everything(), Gate())
    made |= {
        f"full replace {n}": Strategy(OnAlarm(alarm, signal), SinceAlarm(n), Gate())
        for n in (500, 1000)
    }
    return made


def replayed(family: Family, stream: Stream, seed: int) -> Replayed:
    """Replay all settings on a log; seed: of the fits."""
    with threadpool_limits(1):
        fits = FitCache(stream, Learner(family.learner, stream), family.loss, seed)
        losses, starts = [], []
        for strategy in strategies(stream.task).values():
            ledger = replay(stream, strategy, WORLD, fits)
            losses.append(ledger.columns["loss"])
            start = np.zeros(stream.ticks - WORLD.warmup, dtype=np.bool_)
            start[[t.decided - WORLD.warmup for t in ledger.charged]] = True
            starts.append(start)
        known = baselines(stream, WORLD, family.loss)
    without = np.column_stack([ledger.columns["loss"] for ledger in known.values()])
    return Replayed(np.column_stack(losses), np.column_stack(starts), without, tuple(known))
