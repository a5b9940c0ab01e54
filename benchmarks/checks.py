"""Cost of the checks of values in a replay: predictions, losses, and rows predicted alone."""

import time
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB

from benchmarks.measure import Measurement, seconds
from retrainlab.scenarios.gradual import Gradual
from retrainlab.sim.replay import predictions
from retrainlab.sim.replay.audit import Audit
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.learners import Learner
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.losses import ZeroOne
from retrainlab.sim.replay.row_loss import RowLoss
from retrainlab.sim.replay.strategy import Gate, Strategy
from retrainlab.sim.stream import Stream
from retrainlab.sim.world import World
from retrainlab.strategies.what import Last
from retrainlab.strategies.when import Every


class Stopwatch:
    """Adds up the seconds of functions; one that another of them calls counts once."""

    def __init__(self) -> None:
        self.spent, self.is_running = 0.0, False

    def timed(self, work: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function, timed."""

        def measured(*arguments: Any) -> Any:
            if self.is_running:
                return work(*arguments)
            self.is_running, start = True, time.perf_counter()
            try:
                return work(*arguments)
            finally:
                self.is_running = False
                self.spent += time.perf_counter() - start

        return measured


def run(ticks: int = 1000, interval: int = 10, repeats: int = 7) -> list[Measurement]:
    """Replay 100 rows a tick, retrained on the last 2,000 rows.

    The checks are timed within the replay: two whole replays differ by more than they cost.
    """
    stream = Gradual(ticks, 100, start=ticks // 3, duration=ticks // 3)(0)
    figures = []
    for estimator in (LogisticRegression(), GaussianNB()):
        rounds = [_measured(stream, estimator, interval) for _ in range(repeats)]
        # The least of each: other work on the machine only ever adds time.
        rest, checks = (min(times) for times in zip(*rounds, strict=True))
        figures.append(
            Measurement(
                f"replay with checks / without, {type(estimator).__name__}",
                1 + checks / rest,
                most=1.02,
                note=f"{checks * 1e3:.1f} and {rest * 1e3:.0f} ms",
            )
        )
    return figures


def _measured(stream: Stream, estimator: Any, interval: int) -> tuple[float, float]:
    """Seconds of a replay without its checks, and of these."""
    strategy, world = Strategy(Every(interval), Last(20), Gate()), World(warmup=20)
    checks, loss = Stopwatch(), Stopwatch()
    fits = FitCache(stream, Learner(estimator, stream), loss.timed(ZeroOne()))
    with (
        patch.object(Audit, "require_rows_alone", checks.timed(Audit.require_rows_alone)),
        patch.object(predictions, "checked", checks.timed(predictions.checked)),
        patch.object(RowLoss, "__call__", checks.timed(RowLoss.__call__)),
    ):
        whole = seconds(lambda: replay(stream, strategy, world, fits))
    spent = checks.spent - loss.spent
    return whole - spent, spent
