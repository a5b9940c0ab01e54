"""A schedule that names its ticks, against the same one asked at every tick."""

from functools import partial

from benchmarks.measure import Measurement, quickest
from benchmarks.tick_cost import FirstFeature
from retrainlab.scenarios.sudden import Sudden
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.learners import Learner
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.losses import ZeroOne
from retrainlab.sim.replay.strategy import Gate, Strategy, When
from retrainlab.sim.replay.view import View
from retrainlab.sim.world import World
from retrainlab.strategies.what import Last
from retrainlab.strategies.when import Every, Never


class Asked:
    """Another part's answers, without its schedule."""

    def __init__(self, when: When):
        self.when = when

    def __call__(self, view: View) -> str | None:
        """Return the other part's answer."""
        return self.when(view)


def run(ticks: int = 100_000, interval: int = 1000, repeats: int = 5) -> list[Measurement]:
    """Replay a row a tick, where the loop weighs most; fits and predictions come from the memo."""
    stream = Sudden(ticks, rows=1, at=(ticks // 3, 2 * ticks // 3), magnitude=0.5)(0)
    fits = FitCache(stream, Learner(FirstFeature(), stream), ZeroOne())
    world = World(warmup=interval)
    figures = []
    for name, when in (("never", Never()), (f"every {interval:,} ticks", Every(interval))):
        sides = [
            partial(replay, stream, Strategy(asked, Last(interval), Gate()), world, fits)
            for asked in (Asked(when), when)
        ]
        loop, calendar = quickest(repeats, *sides)
        note = f"{loop * 1e3:.1f} ms against {calendar * 1e3:.1f} ms"
        figures.append(
            Measurement(f"asked at every tick / by calendar, {name}", loop / calendar, note=note)
        )
    return figures
