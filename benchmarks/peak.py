"""A process of its own that makes a big stream, replays it, and prints how much memory that took.

`python -m benchmarks.peak ROWS FEATURES` prints peak bytes, and bytes of the stream's own arrays.
"""

import sys

from sklearn.naive_bayes import GaussianNB
from threadpoolctl import threadpool_limits

from experiments.forecast import peak_bytes
from scenarios.gradual import Gradual
from sim.fits import Fits
from sim.learners import Learner
from sim.losses import ZeroOne
from sim.replay import replay
from sim.strategy import Gate, Strategy
from sim.world import World
from strategies.what import Everything, Last
from strategies.when import Every

TICKS = 1000


def main(rows: int, features: int) -> None:
    """Replay a periodic and a sliding strategy, a few fits each, through one memo."""
    third = TICKS // 3
    stream = Gradual(TICKS, rows // TICKS, features, start=third, duration=third)(0)
    fits = Fits(stream, Learner(GaussianNB(), stream), ZeroOne())
    for what in (Everything(), Last(TICKS // 10)):
        replay(stream, Strategy(Every(TICKS // 5), what, Gate()), World(), fits)
    arrays = (stream.x, stream.y, stream.ceiling, stream.concept, stream.offsets)
    print(peak_bytes(), sum(a.nbytes for a in arrays))


if __name__ == "__main__":
    with threadpool_limits(1):
        main(*map(int, sys.argv[1:]))
