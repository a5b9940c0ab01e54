"""A calendar that names its ticks, against the same one that is asked at every tick."""

from functools import partial

from benchmarks.measure import Figure, quickest
from benchmarks.tick_cost import FirstFeature
from scenarios.sudden import Sudden
from sim.fits import Fits
from sim.learners import Learner
from sim.losses import ZeroOne
from sim.replay import replay
from sim.strategy import Gate, Strategy, When
from sim.view import View
from sim.world import World
from strategies.what import Last
from strategies.when import Every, Never


class Asked:
    """Another part's answers, without its schedule."""

    def __init__(self, when: When):
        self.when = when

    def __call__(self, view: View) -> str | None:
        """Return the other part's answer."""
        return self.when(view)


def run(ticks: int = 100_000, interval: int = 1000, repeats: int = 5) -> list[Figure]:
    """Replay a row a tick, where the loop weighs most; fits and predictions come from the memo."""
    stream = Sudden(ticks, rows=1, at=(ticks // 3, 2 * ticks // 3), magnitude=0.5)(0)
    fits = Fits(stream, Learner(FirstFeature(), stream), ZeroOne())
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
            Figure(f"asked at every tick / by calendar, {name}", loop / calendar, note=note)
        )
    return figures
