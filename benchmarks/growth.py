"""How time grows when there is twice as much of something; 2 is in proportion."""

from collections.abc import Callable

import numpy as np
from sklearn.naive_bayes import GaussianNB

from benchmarks.measure import Measurement, quickest
from retrainlab.scenarios.gradual import Gradual
from retrainlab.sim.optimum.one_stream import stream_test
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.learners import Learner
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.losses import ZeroOne
from retrainlab.sim.replay.strategy import Gate, Strategy
from retrainlab.sim.seeds import generator
from retrainlab.sim.world import World
from retrainlab.strategies.what import Last
from retrainlab.strategies.when import Every

DAY = 20  # ticks between retrainings, and in the shortest window


def run(
    ticks: int = 1000, rows: int = 100, strategies: int = 5, repeats: int = 3
) -> list[Measurement]:
    """Replay windows of different lengths, which share no fit, at one size and at the double."""
    doubled = {
        "ticks, each of the same size": _study(2 * ticks, rows, strategies),
        "ticks, each half the size": _study(2 * ticks, rows // 2, strategies, 2 * DAY),
        "rows a tick": _study(ticks, 2 * rows, strategies),
        "strategies": _study(ticks, rows, 2 * strategies),
    }
    once, *twice = quickest(repeats, _study(ticks, rows, strategies), *doubled.values())
    figures = [
        Measurement(
            f"time for twice the {what}", time / once, note=f"{time:.2f} s against {once:.2f} s"
        )
        for what, time in zip(doubled, twice, strict=True)
    ]
    few, many = quickest(repeats, _test(ticks, 100), _test(ticks, 1000))
    what = "a test of 1,000 settings on one stream / of 100"
    note = f"{1e3 * many:.0f} ms against {1e3 * few:.0f} ms"
    return [*figures, Measurement(what, many / few, note=note)]


def _test(ticks: int, settings: int) -> Callable[[], object]:
    """Return the test of so many settings, which do much the same, on one stream."""
    random = generator(0, "benchmarks", "growth")
    gains = random.standard_normal((ticks, 20)) @ random.standard_normal((20, settings))
    gains += 0.1 * random.standard_normal((ticks, settings))
    return lambda: stream_test(gains, np.zeros_like(gains))


def _study(ticks: int, rows: int, strategies: int, day: int = DAY) -> Callable[[], None]:
    """Return the work: so many replays of one stream, a fit every `day` ticks in each."""
    stream = Gradual(ticks, rows, start=ticks // 3, duration=ticks // 3)(0)
    unit = day // DAY

    def work() -> None:
        fits = FitCache(stream, Learner(GaussianNB(), stream), ZeroOne())
        for extra in range(strategies):
            strategy = Strategy(Every(day), Last(day + extra * unit), Gate())
            replay(stream, strategy, World(warmup=day), fits)

    return work
