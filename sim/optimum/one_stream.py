"""Whether retraining pays on one stream: one test on its ticks, simultaneous over all settings.

The saving of a setting is a sum over ticks that are not independent, and its standard error has to
be right although the saving itself changes over the stream: before a drift it is negative, after
it positive. So the error is taken from differences of neighbouring blocks, in which a step counts
once and not in every block (difference-based estimation of the long-run variance: Chan 2022, Annals
of Statistics 50; Axt & Fried 2020).

What blocks cannot show is the luck of the retrainings: the rows that a new model happened to be
trained on, and alarms that happened to come. They last as long as the model serves, so a log holds
only as many draws as there were retrainings. Where retraining just breaks even, each brings what it
costs, and that scatters about as much as it is large; so the squares of the amounts spent are added
to the variance at the end of the interval that speaks for the spender. How often the test is wrong
was measured: docs/one_stream.md.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.errors import require
from retrainlab.sim.optimum.null_studies import STUDIES, largest_t, null_studies, root_of
from retrainlab.sim.stream import Floats

BLOCKS = 16  # a block is a sixteenth of the stream, rounded up
BASELINE_BLOCKS = 12  # fewer and longer where a baseline is compared, see `stream_test`
FEWEST_BLOCKS, SHORTEST_BLOCK = 10, 5
FEWEST_TICKS = BLOCKS * (SHORTEST_BLOCK - 1) + 1  # of a stream that is long enough
LOOKED_AT, MOST_LOOKED_AT = 50, 250  # of the studies, to tell that something is not negligible
ROUNDING = 1e-5  # relative, of single precision in products of other sizes
NEAR = 1e-4  # relative width at which the search for a price ends
LEVEL = 0.975  # one-sided, so that the two-sided interval has 95 %
FEWEST_ERRORS = 1.5  # standard errors that no test comes below: it takes 1.96 and more
NEGLIGIBLE = 0.05  # of never's cost: the smallest band that 200 ticks can support
NEGLIGIBLE_LATELY = 0.10  # of never's cost in the last third of the stream

Answer = Literal["retrain", "keep", "undecided"]


@dataclass(frozen=True, eq=False)
class StreamTest:
    """What S settings saved over one stream of `ticks` ticks, and how sure that is.

    saving: (S,) in money, over the whole stream. below, above: (S,) from there to the ends of the
    intervals. Each end holds for all settings together with 97.5 %.
    """

    saving: Floats
    below: Floats
    above: Floats
    ticks: int

    @property
    def low(self) -> Floats:
        """(S,) lower ends of the simultaneous intervals."""
        return self.saving - self.below

    @property
    def high(self) -> Floats:
        """(S,) upper ends of the simultaneous intervals."""
        return self.saving + self.above

    @property
    def proven(self) -> NDArray[np.bool_]:
        """(S,) whether a setting saved anything, the number of settings counted."""
        return self.low > 0

    def take(self, places: Sequence[int]) -> "StreamTest":
        """Return the settings at these places, whose intervals hold together with all as before."""
        at = np.asarray(places, np.int64)
        return replace(self, saving=self.saving[at], below=self.below[at], above=self.above[at])

    def ticks_needed(self, setting: int) -> float:
        """Ticks of such a stream that would prove the saving of a setting; inf if it saves none."""
        saving = float(self.saving[setting])
        if saving <= 0:
            return math.inf
        return self.ticks * (float(self.below[setting]) / saving) ** 2


def blocks_of(ticks: int, blocks: int = BLOCKS) -> tuple[int, int]:
    """Return length and number of the blocks of a stream."""
    length = math.ceil(ticks / blocks)
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
    ticks, count = spent.shape
    setting, start = np.nonzero(spent.T)
    ends = np.flatnonzero(np.diff(setting, append=count))  # of each setting's last retraining
    stop = np.append(start[1:], ticks)[: len(start)]
    stop[ends] = ticks
    length = stop - start
    before = np.cumsum(length) - length
    places = np.arange(length.sum()) + np.repeat(setting * ticks + start - before, length)
    flat = np.zeros(count * ticks)
    flat[places] = np.repeat(spent[start, setting] / length, length)
    return np.ascontiguousarray(flat.reshape(count, ticks).T)


def stream_test(
    gains: Floats, spent: Floats, seed: int = 0, level: float = LEVEL, blocks: int = BLOCKS
) -> StreamTest:
    """Test the savings of S settings from what each saved at every tick.

    gains: (T, S) money saved against a base at each tick, costs of retraining spread evenly and
    taken off. spent: (T, S) money that each spent on retraining more than the base (less, where it
    is negative), at the ticks of the decisions. blocks: how many the stream is cut into. Noise that
    wanders hits two models alike, but not a baseline: there neighbouring blocks are the more alike
    the shorter they are, and their differences show too little. Raises `InputError`
    for a stream that is too short (`is_long_enough`), for no setting at all, and for values that
    are not finite.
    """
    ticks, settings = gains.shape
    require(settings > 0, "there is no setting to test; give one at least")
    is_finite = bool(np.isfinite(gains).all() and np.isfinite(spent).all())
    require(is_finite, "gains or spent hold a value that is not finite")
    require(
        is_long_enough(ticks),
        f"the stream serves {ticks} ticks, and the test needs {FEWEST_TICKS}",
    )
    steps = _steps(gains, blocks)
    studies = null_studies(root_of(steps), blocks_of(ticks, blocks)[1], seed)
    below, above = (_half_width(steps, _stake(money), studies, level) for money in (spent, -spent))
    return StreamTest(gains.sum(axis=0), below, above, ticks)


def is_open(gains: Floats) -> NDArray[np.bool_]:
    """(S,) whether no test of gains (T, S) can tell which side of 0 a saving lies, told at once.

    The interval of `stream_test` is wider than one of a single comparison, without luck.
    """
    steps = _steps(gains, BLOCKS)
    errors = _errors(steps, np.zeros(gains.shape[1]))
    wide: NDArray[np.bool_] = np.abs(gains.sum(axis=0)) < FEWEST_ERRORS * errors
    return wide


def answer(
    gains: Floats, spent: Floats, base_costs: Floats, seed: int = 0
) -> tuple[Answer, StreamTest | None]:
    """Say whether to retrain, from the gains (T, S) of all settings that retrained.

    spent: (T, S) what they spent on it, at the ticks of the decisions. base_costs: (T,) what never
    retraining cost at each tick. retrain: a setting's saving is proven. keep: none is, and none can
    save more than a negligible share of the base's cost, neither over the whole stream nor in its
    last third. undecided: all else, and a stream that is too short (its test is None).
    """
    if gains.shape[1] == 0:
        return "keep", None
    if not is_long_enough(len(gains)):
        return "undecided", None
    test = stream_test(gains, spent, seed)
    if test.proven.any():
        return "retrain", test
    return "keep" if is_negligible(gains, base_costs, test.above) else "undecided", test


def is_negligible(gains: Floats, base_costs: Floats, above: Floats) -> bool:
    """Whether no setting can save a share of the base's cost that matters, nor lately.

    gains: (T, S) of the settings. base_costs: (T,) what never retraining cost at each tick. above:
    (S,) from the sums of gains to the upper ends of the intervals.
    """
    return bool((above < _least_that_matters(gains, base_costs)).all())


def is_surely_not_negligible(
    gains: Floats, spent: Floats, base_costs: Floats, seed: int = 0
) -> bool:
    """Whether gains (T, S) are not negligible by `stream_test`, as a few of its studies tell.

    They are not where so many of these alone exceed what is negligible that the quantile of all
    studies does. False where the few leave it open. spent: (T, S) as in `stream_test`.
    """
    steps, stake = _steps(gains, BLOCKS), _stake(-spent)
    least, errors = _least_that_matters(gains, base_costs), _errors(steps, stake)
    if (least <= 0).any():
        return True
    most = np.divide(least, errors, out=np.full_like(least, np.inf), where=errors > 0).min()
    exceeding, root = 0, root_of(steps)
    for first in range(0, MOST_LOOKED_AT, LOOKED_AT):
        some = null_studies(root, blocks_of(len(gains))[1], seed, slice(first, first + LOOKED_AT))
        exceeding += int(np.count_nonzero(largest_t(some, stake) > most * (1 + ROUNDING)))
        if exceeding > STUDIES * (1 - LEVEL) + 1:
            return True
    return False


def _least_that_matters(gains: Floats, base_costs: Floats) -> Floats:
    """(S,) least half of an interval with which a setting can save what matters; see above."""
    last = len(gains) * 2 // 3
    altogether = NEGLIGIBLE * float(base_costs.sum()) - gains.sum(axis=0)
    lately = NEGLIGIBLE_LATELY * float(base_costs[last:].sum()) - gains[last:].sum(axis=0)
    least: Floats = np.minimum(altogether, lately * math.sqrt(3))
    return least


def proven_below(
    gains: Floats, spent: Floats, starts: Floats, price: float, seed: int = 0
) -> float:
    """Return the price of a retraining below which a saving is proven, by bisection.

    gains, spent: as in `stream_test`, at `price`. starts: (T, S) retrainings decided at each tick.
    Costs are linear in the price, so nothing is replayed. The search begins at the price at which
    the best setting breaks even, so that it ends at the same one from every `price`. nan where
    nothing is proven at a price of 0 either.
    """
    even = spread_evenly(starts)

    def is_proven(at: float) -> bool:
        changed = gains + (price - at) * even, spent + (at - price) * starts
        return bool(stream_test(*changed, seed).proven.any())

    if not is_proven(0.0):
        return math.nan
    saved, count = (gains + price * even).sum(axis=0), starts.sum(axis=0)
    even_at = np.divide(saved, count, where=count > 0, out=np.zeros_like(saved))
    low, high = 0.0, max(0.0, float(even_at.max()))
    while high - low > NEAR * high:
        middle = (low + high) / 2
        low, high = (middle, high) if is_proven(middle) else (low, middle)
    return low


def _steps(gains: Floats, blocks: int) -> Floats:
    """(T - 2 length + 1, S) differences of the means of neighbouring blocks, in the sum's unit.

    The mean of their squares estimates the variance of the sum of gains (T, S).
    """
    ticks, settings = gains.shape
    length, number = blocks_of(ticks, blocks)
    sums = np.cumsum(np.concatenate([np.zeros((1, settings)), gains]), axis=0)
    means = (sums[length:] - sums[:-length]) / length
    steps: Floats = (means[length:] - means[:-length]) * (ticks / math.sqrt(2 * number))
    return steps


def _half_width(
    steps: Floats, stake: Floats, studies: tuple[Floats, Floats, Floats], level: float
) -> Floats:
    """(S,) quantile of the largest t over settings, times the standard errors.

    stake: (S,) variance of the luck of retraining, which is known and not estimated.
    """
    critical = float(np.quantile(largest_t(studies, stake), level))
    return critical * _errors(steps, stake)


def _stake(spent: Floats) -> Floats:
    """(S,) variance of the luck of retraining, from the money (T, S) spent on it."""
    stake: Floats = np.sum(np.maximum(spent, 0) ** 2, axis=0)
    return stake


def _errors(steps: Floats, stake: Floats) -> Floats:
    """(S,) standard errors of the savings."""
    errors: Floats = np.sqrt(np.mean(steps**2, axis=0) + stake)
    return errors
