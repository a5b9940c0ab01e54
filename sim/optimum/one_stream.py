"""Whether retraining pays on one stream: one test on its ticks, simultaneous over all settings.

The saving of a setting is a sum over ticks that are not independent, and its standard error has to
be right although the saving itself changes over the stream: before a drift it is negative, after
it positive. So the error is taken from differences of neighbouring blocks, in which a step counts
once and not in every block (difference-based estimation of the long-run variance: Chan 2022, Annals
of Statistics 50; Axt & Fried 2020). How often the test is wrong was measured: docs/one_stream.md.
"""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.errors import require
from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Floats

BLOCKS = 16  # a block is a sixteenth of the stream, rounded up
FEWEST_BLOCKS, SHORTEST_BLOCK = 10, 5
STUDIES = 1_000
LEVEL = 0.975  # one-sided, so that the two-sided interval has 95 %
NEGLIGIBLE = 0.05  # of never's cost: the smallest band that 200 ticks can support
NEGLIGIBLE_LATELY = 0.10  # of never's cost in the last third of the stream

Answer = Literal["retrain", "keep", "undecided"]


@dataclass(frozen=True, eq=False)
class StreamTest:
    """What S settings saved over one stream of `ticks` ticks, and how sure that is.

    saving, error: (S,) in money, over the whole stream. critical: factor of the error at which
    all S intervals hold together. blocks: number of blocks that the error rests on.
    """

    saving: Floats
    error: Floats
    critical: float
    ticks: int
    blocks: int

    @property
    def low(self) -> Floats:
        """(S,) lower ends of the simultaneous intervals."""
        return self.saving - self.critical * self.error

    @property
    def high(self) -> Floats:
        """(S,) upper ends of the simultaneous intervals."""
        return self.saving + self.critical * self.error

    @property
    def proven(self) -> NDArray[np.bool_]:
        """(S,) whether a setting saved anything, the number of settings counted."""
        return self.low > 0

    def ticks_needed(self, setting: int) -> float:
        """Ticks of such a stream that would prove the saving of a setting; inf if it saves none."""
        saving = float(self.saving[setting])
        if saving <= 0:
            return math.inf
        return self.ticks * (self.critical * float(self.error[setting]) / saving) ** 2


def blocks_of(ticks: int) -> tuple[int, int]:
    """Return length and number of the blocks of a stream."""
    length = math.ceil(ticks / BLOCKS)
    return length, ticks // length if length else 0


def is_long_enough(ticks: int) -> bool:
    """Whether a stream has enough blocks, and these enough ticks, for the test."""
    length, number = blocks_of(ticks)
    return length >= SHORTEST_BLOCK and number >= FEWEST_BLOCKS


def spread_evenly(spent: Floats) -> Floats:
    """Spread what retrainings cost over the time that they are for.

    spent: (T, S) money at the tick of each decision. Each amount is spread evenly from its tick to
    the one before the setting's next retraining, or the end. Charged at its own tick, the lump
    would make the error so large that hardly anything could be proven.
    """
    even = np.zeros_like(spent, dtype=np.float64)
    for setting, column in enumerate(spent.T):
        for start, stop in pairwise([*np.flatnonzero(column), len(spent)]):
            even[start:stop, setting] = column[start] / (stop - start)
    return even


def stream_test(gains: Floats, seed: int = 0, level: float = LEVEL) -> StreamTest:
    """Test the savings of S settings from what each saved at every tick.

    gains: (T, S) money saved against a base at each tick, costs of retraining spread evenly and
    taken off. Raises `InputError` for a stream that is too short (`is_long_enough`), for no setting
    at all, and for gains that are not finite.
    """
    ticks, settings = gains.shape
    require(settings > 0, "there is no setting to test; give one at least")
    require(bool(np.isfinite(gains).all()), "gains hold a value that is not finite")
    require(
        is_long_enough(ticks),
        f"the stream serves {ticks} ticks, and the test needs {BLOCKS * (SHORTEST_BLOCK - 1) + 1}",
    )
    length, number = blocks_of(ticks)
    steps = _block_differences(gains, length)
    error = ticks * np.sqrt(np.mean(steps**2, axis=0) / number)
    critical = _critical_value(steps.T @ steps / len(steps), number, level, seed)
    return StreamTest(gains.sum(axis=0), error, critical, ticks, number)


def answer(gains: Floats, base_costs: Floats, seed: int = 0) -> tuple[Answer, StreamTest | None]:
    """Say whether to retrain, from the gains (T, S) of all settings that retrained.

    base_costs: (T,) what never retraining cost at each tick. retrain: a setting's saving is proven.
    keep: none is, and none can save more than a negligible share of the base's cost, neither over
    the whole stream nor in its last third. undecided: all else, and a stream that is too short
    (its test is None).
    """
    if gains.shape[1] == 0:
        return "keep", None
    if not is_long_enough(len(gains)):
        return "undecided", None
    test = stream_test(gains, seed)
    if test.proven.any():
        return "retrain", test
    last = len(gains) * 2 // 3
    lately = gains[last:].sum(axis=0) + test.critical * test.error / math.sqrt(3)
    is_negligible = float(test.high.max()) < NEGLIGIBLE * float(base_costs.sum())
    is_negligible_lately = float(lately.max()) < NEGLIGIBLE_LATELY * float(base_costs[last:].sum())
    return ("keep" if is_negligible and is_negligible_lately else "undecided"), test


def _block_differences(gains: Floats, length: int) -> Floats:
    """(T - 2 length + 1, S) differences of the means of neighbouring blocks, over sqrt 2."""
    start = np.zeros((1, gains.shape[1]))
    sums = np.cumsum(np.concatenate([start, gains]), axis=0)
    means = (sums[length:] - sums[:-length]) / length
    return (means[length:] - means[:-length]) / math.sqrt(2)


def _critical_value(covariance: Floats, blocks: int, level: float, seed: int) -> float:
    """Quantile of the largest t over settings, in studies of normal blocks that save nothing.

    Each study estimates its errors from differences of neighbouring blocks, as the test does.
    """
    values, vectors = np.linalg.eigh(covariance)
    factor = vectors * np.sqrt(np.maximum(values, 0))
    normal = generator(seed, "one stream").standard_normal((STUDIES, blocks, len(factor)))
    drawn = normal @ factor.T
    error = np.sqrt(np.mean(np.diff(drawn, axis=1) ** 2 / 2, axis=1) / blocks)
    mean = drawn.mean(axis=1)
    largest = np.divide(mean, error, out=np.full_like(mean, -np.inf), where=error > 0).max(axis=1)
    return max(0.0, float(np.quantile(largest, level)))
