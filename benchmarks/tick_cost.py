"""Cost of the replay loop per tick, on a stream with one row per tick."""

from functools import partial
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import Measurement, seconds
from benchmarks.needs import NotingFitCache
from retrainlab.scenarios.sudden import Sudden
from retrainlab.sim.replay.learners import Learner
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.losses import ZeroOne
from retrainlab.sim.replay.strategy import Gate, Strategy, When
from retrainlab.sim.stream import Floats, Stream
from retrainlab.sim.world import World
from retrainlab.strategies.what import Last
from retrainlab.strategies.when import Every, Never, OnAlarm


class FirstFeature:
    """A learner that costs next to nothing: the class is the sign of the first feature."""

    def fit(self, x: Floats, y: NDArray[Any]) -> Self:
        return self

    def predict(self, x: Floats) -> NDArray[np.int64]:
        return (x[:, 0] > 0).astype(np.int64)


def run(ticks: int = 100_000, interval: int = 1000, repeats: int = 5) -> list[Measurement]:
    """Replay a row a tick, less the fits and predictions, which are measured alone."""
    stream = Sudden(ticks, rows=1, at=(ticks // 3, 2 * ticks // 3), magnitude=0.5)(0)
    world = World(warmup=interval)
    cases: tuple[tuple[str, When, float | None], ...] = (
        ("never", Never(), 30),
        (f"every {interval:,} ticks", Every(interval), 30),
        ("on an alarm of ADWIN, its updates included", OnAlarm("ADWIN"), None),
    )
    return [
        Measurement(
            f"the loop's own cost a tick, {name}",
            _own_cost(stream, Strategy(when, Last(interval), Gate()), world, repeats),
            "us",
            most=most,
        )
        for name, when, most in cases
    ]


def _own_cost(stream: Stream, strategy: Strategy, world: World, repeats: int) -> float:
    """Microseconds a tick that are left once fits and predictions are taken away."""
    whole, alone = [], []
    for _ in range(repeats):
        fits = NotingFitCache(stream, Learner(FirstFeature(), stream), ZeroOne())
        whole.append(seconds(partial(replay, stream, strategy, world, fits)))
        alone.append(fits.measure_alone())
    return (min(whole) - min(alone)) / (stream.ticks - world.warmup) * 1e6
