"""A process of its own that makes a big stream, replays it, and prints how much memory that took.

`python -m benchmarks.peak ROWS FEATURES` prints peak bytes, and bytes of the stream's own arrays.
"""

import sys

from sklearn.naive_bayes import GaussianNB
from threadpoolctl import threadpool_limits

from retrainlab.experiments.study.estimate import peak_bytes
from retrainlab.scenarios.gradual import Gradual
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.learners import Learner
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.losses import ZeroOne
from retrainlab.sim.replay.strategy import Gate, Strategy
from retrainlab.sim.world import World
from retrainlab.strategies.what import Everything, Last
from retrainlab.strategies.when import Every

TICKS = 1000


def main(rows: int, features: int) -> None:
    """Replay a periodic and a sliding strategy, a few fits each, through one memo."""
    third = TICKS // 3
    stream = Gradual(TICKS, rows // TICKS, features, start=third, duration=third)(0)
    fits = FitCache(stream, Learner(GaussianNB(), stream), ZeroOne())
    for what in (Everything(), Last(TICKS // 10)):
        replay(stream, Strategy(Every(TICKS // 5), what, Gate()), World(), fits)
    arrays = (stream.x, stream.y, stream.ceiling, stream.concept, stream.offsets)
    print(peak_bytes(), sum(a.nbytes for a in arrays))


if __name__ == "__main__":
    with threadpool_limits(1):
        main(*map(int, sys.argv[1:]))
