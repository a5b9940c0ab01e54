"""How often the test on one stream says Retrain where nothing is saved, or something is.

`python -m benchmarks.one_stream [--logs N] [--jobs N] [FAMILY ...]`: N simulated logs a family,
each replayed with the settings of a default study. Intervals of the shares are 95 % (Wilson).

What a retraining saves depends on the first model, which is luckier on one log than on another.
So wrong answers are counted given the first model: logs without drift come in groups of MODELS
that share their warm-up rows and differ in all that is served after it (they are cut from one long
stream), at the *edge* of the group: the price of a retraining at which the best setting saves
exactly nothing, on average over the group. Power is counted at given prices.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table
from scipy.stats import binomtest
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
from retrainlab.sim.optimum.one_stream import answer, spread_evenly
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.learners import Learner
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.losses import Absolute, Log, Loss, Squared, ZeroOne
from retrainlab.sim.replay.strategy import Gate, Strategy
from retrainlab.sim.stream import Floats, Ints, Stream, even_ticks
from retrainlab.sim.world import World
from retrainlab.strategies.what import Everything, Last, SinceAlarm
from retrainlab.strategies.when import Every, Never, OnAlarm

TICKS, ROWS = 260, 50
MODELS = 5  # first models, each with an equal share of the logs
WORLD = World(label_delay=1, fit_delay=1, warmup=20)
ANSWERS = ("retrain", "keep", "undecided")
POWER = (10.0, 30.0, 100.0)  # prices of a retraining in units of loss


@dataclass(frozen=True)
class Family:
    """Logs of one kind: what makes them, what is trained on them, and what an error costs."""

    scenario: Callable[..., Callable[[int], Stream]]
    learner: Any = field(default_factory=GaussianNB)
    loss: Loss = field(default_factory=ZeroOne)
    ticks: int = TICKS
    rows: int = ROWS


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
    "naive Bayes, log loss": Family(still, loss=Log()),
    "logistic": Family(still, LogisticRegression()),
    "tree": Family(still, DecisionTreeClassifier(max_depth=8, min_samples_leaf=5)),
    "boosting": Family(still, HistGradientBoostingClassifier(max_iter=20)),
    "ridge, squared": Family(level, Ridge(), Squared()),
    "ridge, absolute, heavy tails": Family(HeavyTails, Ridge(), Absolute()),
    "ridge, squared, heavy tails": Family(HeavyTails, Ridge(), Squared()),
    "wandering noise": Family(Wandering),
    "one row a tick": Family(still, ticks=1020, rows=1),
}
DRIFTING: dict[str, Family] = {
    "sudden .15 at 100": Family(partial(Sudden, at=[100], magnitude=0.15)),
    "sudden .25 at 100 and 200": Family(partial(Sudden, at=[100, 200])),
    "sudden .25 at 230 (late)": Family(partial(Sudden, at=[230])),
    "gradual .25": Family(Gradual),
    "recurrent .3": Family(Recurrent),
    "covariate": Family(Covariate),
    "prior": Family(Prior),
    "random walk": Family(RandomWalk, Ridge(), Squared()),
}


def with_drift(family: Family, logs: int) -> Iterator[Stream]:
    """Yield a stream a log, each with a first model of its own."""
    for seed in range(logs):
        yield family.scenario(family.ticks, family.rows)(seed)


def without_drift(family: Family, model: int, logs: int) -> Iterator[Stream]:
    """Yield streams that share their warm-up, cut from one long stream without drift."""
    served = family.ticks - WORLD.warmup
    whole = family.scenario(WORLD.warmup + logs * served, family.rows)(model)
    first = np.arange(WORLD.warmup * family.rows)
    for log in range(logs):
        start = len(first) + log * served * family.rows
        rows = np.concatenate([first, np.arange(start, start + served * family.rows)])
        yield _of(whole, whole.x[rows], whole.y[rows], even_ticks(family.ticks, family.rows))


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


def replayed(family: Family, stream: Stream, seed: int) -> tuple[Floats, NDArray[np.bool_]]:
    """Return (T, S) losses of each tick, and (T, S) whether a retraining was decided and served."""
    with threadpool_limits(1):
        fits = FitCache(stream, Learner(family.learner, stream), family.loss, seed)
        losses, starts = [], []
        for strategy in strategies(stream.task).values():
            ledger = replay(stream, strategy, WORLD, fits)
            losses.append(ledger.columns["loss"])
            start = np.zeros(stream.ticks - WORLD.warmup, dtype=np.bool_)
            start[[t.decided - WORLD.warmup for t in ledger.trainings[1:]]] = True
            starts.append(start)
    return np.column_stack(losses), np.column_stack(starts)


def edge(logs: list[tuple[Floats, NDArray[np.bool_]]]) -> float:
    """Return the price at which the best setting saves nothing on average over the logs."""
    saved = np.mean([losses[:, :1].sum(0) - losses.sum(0) for losses, _ in logs], axis=0)
    trained = np.mean([starts.sum(0) for _, starts in logs], axis=0)
    return max(0.0, float(np.max(saved[1:] / np.maximum(trained[1:], 1e-9), initial=0.0)))


def answers(logs: list[tuple[Floats, NDArray[np.bool_]]], price: float) -> Mapping[str, int]:
    """Count the answers on the logs at a price of a retraining."""
    counts = dict.fromkeys(ANSWERS, 0)
    for number, (losses, starts) in enumerate(logs):
        used = starts.any(axis=0)
        gains = losses[:, :1] - losses[:, used] - spread_evenly(price * starts[:, used])
        counts[answer(gains, losses[:, 0], number)[0]] += 1
    return counts


def rate(count: int, logs: int) -> str:
    """Write a share with its interval: "3.0 % (1.4 to 6.4)"."""
    low, high = binomtest(count, logs).proportion_ci(method="wilson")
    return f"{100 * count / logs:.1f} % ({100 * low:.1f} to {100 * high:.1f})"


def _at_the_edge(family: Family, logs: int, parallel: Parallel) -> list[str]:
    """Replay logs without drift; return the edges and the share of each answer there."""
    each, edges = logs // MODELS, []
    total: Counter[str] = Counter()
    for model in range(MODELS):
        streams = without_drift(family, model, each)
        replays = parallel(delayed(replayed)(family, stream, model) for stream in streams)
        edges.append(edge(replays))
        total.update(answers(replays, edges[-1]))
    shares = [rate(total[kind], MODELS * each) for kind in ANSWERS]
    return [f"{min(edges):.1f} to {max(edges):.1f}", *shares]


def _power(family: Family, logs: int, parallel: Parallel) -> Iterator[list[str]]:
    """Replay logs with a drift; yield each price and the share of each answer there."""
    streams = enumerate(with_drift(family, logs))
    replays = parallel(delayed(replayed)(family, stream, seed) for seed, stream in streams)
    for price in POWER:
        counts = answers(replays, price)
        yield [f"{price:g}", *(rate(counts[kind], logs) for kind in ANSWERS)]


def main() -> None:
    """Print a table of wrong answers, and one of power."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.one_stream")
    parser.add_argument("families", nargs="*", default=[*STATIONARY, *DRIFTING])
    parser.add_argument("--logs", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=-1)
    asked = parser.parse_args()
    wrong = Table("logs without drift", "price at the edge", "Retrain", "Keep", "Undecided")
    power = Table("logs with a drift", "price", "Retrain", "Keep", "Undecided")
    with Parallel(n_jobs=asked.jobs) as parallel:
        for name in track(asked.families, "families", console=Console(stderr=True)):
            if name in STATIONARY:
                wrong.add_row(name, *_at_the_edge(STATIONARY[name], asked.logs, parallel))
            else:
                for row in _power(DRIFTING[name], asked.logs, parallel):
                    power.add_row(name, *row)
    console = Console()
    console.print(wrong)
    console.print(power)


if __name__ == "__main__":
    main()
