"""Recipes: a bank of models is asked once for all strategies, and a chain of updates is linear."""

import time
from dataclasses import dataclass, field
from typing import Any

from sklearn.naive_bayes import GaussianNB

from benchmarks.measure import Measurement
from benchmarks.needs import NotingFitCache
from retrainlab.scenarios.gradual import Gradual
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.learners import Learner
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.losses import ZeroOne
from retrainlab.sim.replay.memory import Memory
from retrainlab.sim.replay.strategy import Gate, Strategy
from retrainlab.sim.replay.view import View
from retrainlab.sim.stream import Stream
from retrainlab.sim.world import World
from retrainlab.strategies.reuse import BestRecent
from retrainlab.strategies.update import Update
from retrainlab.strategies.what import Last, SinceFit
from retrainlab.strategies.when import Every

EVERY = 10


@dataclass
class BankThenBest:
    """Train until there are `size` models, then serve the best of them on the newest ticks."""

    ticks: int
    size: int
    memory: Memory = field(default=Memory.NOTHING, init=False)

    def __call__(self, view: View) -> Any:
        """Return rows to train on, or the model to put into service."""
        if len({view.bank.fit(number).key for number in view.bank.numbers}) < self.size:
            return Last(20)(view)
        return BestRecent(self.ticks, self.size)(view)


def run(
    ticks: int = 600, strategies: int = 20, size: int = 10, repeats: int = 3
) -> list[Measurement]:
    """Compare a bank of so many models by many strategies, and update one model at every tick."""
    stream = _stream(ticks)
    one, many = (_asked(stream, range(1, n + 1), size) for n in (1, strategies))
    streams = [_stream(n) for n in (ticks, 2 * ticks)]
    rounds = [[_updated(each) for each in streams] for _ in range(repeats)]
    half, whole = (min(spent) for spent in zip(*rounds, strict=True))
    made = f"models and blocks of predictions made, bank of {size}"
    return [
        Measurement(
            f"{made}: {strategies} strategies / one",
            many.done / one.done,
            most=1.1,
            note=f"{many.done:,} against {one.done:,}",
        ),
        Measurement(
            f"{made}: one strategy / each once",
            one.done / (size * (1 + _blocks(one))),
            most=1.1,
            note=f"{_blocks(one)} blocks a model",
        ),
        Measurement(
            f"an update a tick, {2 * ticks:,} ticks / {ticks:,}",
            whole / half,
            most=2.4,
            note=f"{whole:.2f} against {half:.2f} s of the processor",
        ),
    ]


def _stream(ticks: int) -> Stream:
    return Gradual(ticks, start=ticks // 3, duration=ticks // 3)(0)


def _asked(stream: Stream, ticks: range, size: int) -> NotingFitCache:
    """Return the memo of strategies that compare the bank on so many newest ticks, each."""
    fits = NotingFitCache(stream, Learner(GaussianNB(), stream), ZeroOne(), memo_bytes=2**30)
    for newest in ticks:
        strategy = Strategy(Every(EVERY), BankThenBest(newest, size), Gate())
        replay(stream, strategy, World(), fits)
    return fits


def _blocks(fits: FitCache) -> int:
    """Return how many blocks of predictions the ticks after the warm-up have."""
    served = range(World().warmup, fits.stream.ticks)
    return len({fits.block(tick)[0] for tick in served})


def _updated(stream: Stream) -> float:
    """Return the seconds of the processor that an update a tick takes."""
    start = time.process_time()
    fits = FitCache(stream, Learner(GaussianNB(), stream), ZeroOne())
    replay(stream, Strategy(Every(1), Update(SinceFit()), Gate()), World(), fits)
    return time.process_time() - start
