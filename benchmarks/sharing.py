"""Many strategies with one fit cache, against the distinct fits and predictions that they need."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from sklearn.naive_bayes import GaussianNB

from benchmarks.measure import Measurement, seconds
from benchmarks.needs import NotingFitCache
from retrainlab.scenarios.gradual import Gradual
from retrainlab.sim.replay.fit_cache import MEMO_BYTES
from retrainlab.sim.replay.learners import Learner
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.losses import ZeroOne
from retrainlab.sim.replay.strategy import Gate, Strategy, What
from retrainlab.sim.stream import Stream
from retrainlab.sim.world import World
from retrainlab.strategies.what import Everything, Last
from retrainlab.strategies.when import Every

INTERVALS = range(5, 101, 5)
WINDOWS = (10, 20, 30, 40, 60, 80, 120, 160, 240)


def run(
    ticks: int = 1000,
    intervals: Sequence[int] = INTERVALS,
    windows: Sequence[int] = WINDOWS,
    repeats: int = 3,
) -> list[Measurement]:
    """Replay every interval with all rows so far and with every window, 100 rows a tick.

    The learner is naive Bayes: the less a fit costs, the more of the replay shows.
    """
    stream = Gradual(ticks, start=ticks // 3, duration=ticks // 3)(0)
    whats: list[What] = [Everything(), *map(Last, windows)]
    strategies = [Strategy(Every(k), what, Gate()) for what in whats for k in intervals]
    together, alone, fits = against_alone(stream, GaussianNB(), strategies, repeats)
    return [
        Measurement(
            f"{len(strategies)} strategies / their fits and predictions alone",
            together / alone,
            most=1.3,
            note=f"{together:.1f} s against {alone:.1f} s",
        ),
        Measurement(
            "fits and predictions made / distinct ones",
            fits.done / len(fits.seen),
            note=f"{fits.done:,} for {len(fits.seen):,}, in a memo of {MEMO_BYTES / 2**20:.0f} MiB",
        ),
    ]


def against_alone(
    stream: Stream, estimator: Any, strategies: Sequence[Strategy], repeats: int
) -> tuple[float, float, NotingFitCache]:
    """Seconds of all replays; of what they need, alone; and the memo of the first round.

    Of each replay, and of what it was the first to need, the quickest of several rounds counts.
    """
    rounds = [_round(stream, estimator, strategies) for _ in range(repeats)]
    together, alone = (
        sum(min(times) for times in zip(*(timings[side] for timings in rounds), strict=True))
        for side in (0, 1)
    )
    return together, alone, rounds[0][2]


def _round(
    stream: Stream, estimator: Any, strategies: Sequence[Strategy]
) -> tuple[list[float], list[float], NotingFitCache]:
    """Seconds of each replay; of what it was the first to need, alone; and the memo."""
    fits = NotingFitCache(stream, Learner(estimator, stream), ZeroOne())
    together, alone = [], []
    for strategy in strategies:
        together.append(seconds(partial(replay, stream, strategy, World(), fits)))
        alone.append(fits.measure_alone())
    return together, alone, fits
