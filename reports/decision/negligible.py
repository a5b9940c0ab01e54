"""What holds at every higher price: no setting saves a share of never's cost that matters, or a
baseline costs less than every strategy.

What costs more saves no more. So where no setting can save enough at lower prices of what it does,
none can at the prices that there are, though few and expensive retrainings scatter so much that
the test at these prices could not tell. "Do not retrain" and "Baseline wins" then hold at every
higher price.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from retrainlab.reports.decision.savings import Savings
from retrainlab.reports.decision.statistics import means_of
from retrainlab.sim.optimum.one_stream import NEGLIGIBLE
from retrainlab.sim.prices import Prices, amounts
from retrainlab.sim.stream import Floats

if TYPE_CHECKING:
    from retrainlab.reports.decision.candidates import Candidates

STEP = 1.5  # from one lower price to the next; they are its powers, so that all prices share them
LEAST = 0.01  # of the reference's cost: what is spent at the lowest of them, where none pays


@dataclass(frozen=True, eq=False)
class Lower:
    """The same replays where what settings do, but not an error, has lower prices.

    paid: names of the prices that somebody pays, but for that of an error. at: the candidates at
    any prices.
    """

    prices: Prices
    paid: Sequence[str]
    at: "Callable[[Prices], Candidates]"

    def times(self, factor: float) -> "Candidates":
        """Return the candidates where these prices are so many times what they are."""
        own = amounts(self.prices)
        return self.at(self.prices.with_amounts({name: factor * own[name] for name in self.paid}))

    def down_to(self, least: float) -> "Iterator[Candidates]":
        """Yield the candidates at the powers of `STEP`, of the highest of these prices, from below
        it down to the first that is less than `least` times it."""
        highest = max(amounts(self.prices)[name] for name in self.paid)
        power = math.ceil(math.log(highest, STEP)) - 1
        while (factor := STEP**power / highest) >= least:
            yield self.times(factor)
            power -= 1


def bounded(candidates: "Candidates", tested: Savings) -> Savings:
    """Return what settings save against never, with upper ends as low as a lower price has them.

    tested: by the test at these prices. They change only where nothing saves and the test alone
    leaves open whether some setting might.
    """
    never, at = str(candidates.never), tested.places(candidates.active)
    is_tested = len(at) > 0 and not np.isnan(tested.high[at]).any()
    if not is_tested or (tested.saving[at] > 0).any() or kept(candidates, tested):
        return tested
    for lower in _lower(candidates, never, candidates.active):
        if _is_surely_not_kept(lower):  # its test takes time
            continue
        found = lower.tested(never)
        if kept(lower, found):
            high = found.high[found.places(tested.labels)]
            return replace(tested, above=np.fmin(tested.above, high - tested.saving))
    if _costs_more_than_all(candidates):
        return replace(tested, above=np.fmin(tested.above, -tested.saving))
    return tested


def bounded_lead(candidates: "Candidates", baseline: str, tested: Savings) -> Savings:
    """Return what a baseline saves against each strategy, with lower ends as high as a lower price
    has them, where it is proven there against all of them.

    They change only where the baseline costs least, and is proven against what costs the same at
    every price, as never does.
    """
    if np.isnan(tested.low).any() or tested.proven.all() or not (tested.saving > 0).all():
        return tested
    if not tested.proven[tested.places(candidates.idle)].all():
        return tested
    for lower in _lower(candidates, baseline, candidates.strategies):
        found = lower.tested_lead(baseline)
        if found.proven.all():
            low = found.low[found.places(tested.labels)]
            return replace(tested, below=np.fmin(tested.below, tested.saving - low))
    return tested


def kept(candidates: "Candidates", savings: Savings) -> bool:
    """Whether no setting that retrained can save a share of never's cost that matters."""
    at, over_time = savings.places(candidates.active), candidates.over_time
    if over_time is None:
        return bool((savings.high[at] < least_that_matters(candidates)).all())
    if not over_time.is_long_enough:
        return False
    return over_time.is_negligible(str(candidates.never), candidates.active, savings.above[at])


def _is_surely_not_kept(candidates: "Candidates") -> bool:
    """Whether `kept` is false, told without the test; false where that cannot be told."""
    over_time = candidates.over_time
    if over_time is None or not over_time.is_long_enough:
        return False
    return over_time.is_surely_not_negligible(str(candidates.never), candidates.active)


def least_that_matters(candidates: "Candidates") -> float:
    """Return the mean saving over seeds below which none matters, in money."""
    return NEGLIGIBLE * abs(float(candidates.costs[str(candidates.never)].mean()))


def _lower(
    candidates: "Candidates", reference: str, labels: Sequence[str]
) -> "Iterator[Candidates]":
    """Yield the candidates at lower prices, down to where the best of some settings costs as much
    as a reference."""
    free = candidates.lower.times(0.0)
    saved = -means_of(free.spent_more(labels, reference))
    spent = saved + means_of(candidates.spent_more(labels, reference))
    if not (spent > 0).any():
        return iter(())
    cost = abs(float(free.costs[reference].mean()))
    even = float(np.max(saved[spent > 0] / spent[spent > 0]))
    return candidates.lower.down_to(max(even, LEAST * cost / float(spent.max())))


def _costs_more_than_all(candidates: "Candidates") -> bool:
    """Whether, wherever a setting acted, that alone cost as much as never lost altogether.

    Then it saves nothing, whatever chance there was in what never and it lost.
    """
    never, active = str(candidates.never), candidates.active
    free = candidates.lower.times(0.0)
    lost: Floats = free.by_label[never][:, None]
    more = free.spent_more(active, never)
    spent = candidates.spent_more(active, never) - more
    is_less = (spent >= lost) | ((spent == 0) & (more == 0)) | np.isnan(spent)
    return bool(is_less.all() and np.nanmin([free.by_label[x] for x in (never, *active)]) >= 0)
