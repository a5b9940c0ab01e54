"""Likelihood ratios of an error rate p0 against p0 + delta: Shiryaev-Roberts, and repeated SPRT.

The ratio of a row is a bet of `evidence`, at one stake: (p0 + delta) / p0 if it is wrong, and
(1 - p0 - delta) / (1 - p0) if it is right. Its mean is 1 at p0 and below 1 at a lower rate, so both
keep their promise of false alarms where p0 is an upper bound. They look at the end of a tick.
"""

from typing import Any

import numpy as np

from retrainlab.sim.errors import require
from retrainlab.sim.replay.clause import Clause, Ticks, in_ticks
from retrainlab.sim.stream import Floats
from retrainlab.strategies.policies.evidence import JOINS, ErrorBets, Wealth

LARGEST = 0.99  # share of the way from p0 to 1 that the higher rate lies at, at most


def stake(p0: Any, delta: float) -> Floats:
    """(..., 1) share of the largest bet that makes it the likelihood ratio, for p0 (...)."""
    share: Floats = delta / np.maximum(1 - np.asarray(p0, dtype=float), delta / LARGEST)
    return share[..., None]


class _LikelihoodRatio(ErrorBets):
    """Bets on an error rate of p0 + delta, against a stated p0 or that of the model's first ticks.

    The promise is a mean of at least `between` ticks from one false alarm to the next.
    """

    def __init__(self, p0: float | None, delta: float, ticks: Ticks, between: float):
        require(p0 is None or 0 < p0 < 1, f"p0 is {p0}; an error rate must lie between 0 and 1")
        require(0 < delta < 1, f"delta is {delta}; it must lie between 0 and 1")
        require(
            p0 is None or p0 + delta < 1,
            f"p0 + delta is {(p0 or 0) + delta:g}; the higher error rate must be below 1",
        )
        self.delta, chance = delta, 1 / between
        # Where p0 is taken, its bound is too low with this chance, and nothing is promised then.
        threshold = between if p0 is not None else between / (1 - chance)
        super().__init__(ticks, chance, threshold, p0)

    def condition(self, test: str, promise: str) -> Clause:
        """Return what it waits for: that a test finds an error rate above p0."""
        base = "the fresh model's" if self.known is None else f"{self.known:.1%}"
        rise = f"{100 * self.delta:.3g} percentage points above {base}"
        text = f"when {test} finds the error {rise} ({promise})"
        return Clause("condition", text)


class ShiryaevRoberts(_LikelihoodRatio):
    """When the sum of the likelihood ratios since every tick reaches `between`.

    With R(n) = (1 + R(n - 1)) times the ratio of tick n, R(n) - n is a martingale at p0: the mean
    time between false alarms is the mean of R at them, and so at least `between` ticks, for any
    number of rows. It is longer by as much as R overshoots (Shiryaev 1963, Roberts 1966).

    p0: stated error rate; None: an upper confidence bound of that of a model's first `ticks` ticks.
    delta: the rise in it that is looked for, as a share of rows. between: ticks, above 1; as a
    reciprocal chance it may be longer than any stream.
    """

    what, source = "Shiryaev-Roberts", "Shiryaev-Roberts"

    def __init__(
        self, p0: float | None = None, delta: float = 0.05, between: float = 1000, ticks: Ticks = 5
    ):
        require(between > 1, f"between is {between}; it must be above 1 tick")
        self.between = between
        super().__init__(p0, delta, ticks, between)

    def begin(self, bound: Any) -> Wealth:
        """Return the statistic, 0 before the first tick."""
        return Wealth(bound, JOINS["sr"], 0.0, stake(bound, self.delta))

    def describe(self) -> Clause:
        """Return what it waits for."""
        often = f"at most one false alarm in {in_ticks(round(self.between))} on average"
        return self.condition("Shiryaev-Roberts", often)


class Sprt(_LikelihoodRatio):
    """When Wald's sequential test decides for the higher error rate; for the lower, it restarts.

    The likelihood ratio since the test began alarms at (1 - beta) / alpha; at beta / (1 - alpha)
    the test ends and the next one begins (Wald 1945). At p0 a test alarms with a chance of at most
    alpha / (1 - beta), so that the mean time between false alarms is at least (1 - beta) / alpha
    tests, each of a tick or more.

    p0, delta, ticks: as those of `ShiryaevRoberts`. alpha, beta: chances of a false alarm of a test
    and of a missed rise, as Wald approximates them.
    """

    what, source = "the sequential test", "SPRT"

    def __init__(
        self,
        p0: float | None = None,
        delta: float = 0.05,
        alpha: float = 1e-3,
        beta: float = 0.05,
        ticks: Ticks = 5,
    ):
        for name, chance in (("alpha", alpha), ("beta", beta)):
            require(0 < chance < 1, f"{name} is {chance}; it must lie between 0 and 1")
        require(alpha + beta < 1, f"alpha + beta is {alpha + beta:g}; it must be below 1")
        self.alpha, self.lower = alpha, beta / (1 - alpha)
        super().__init__(p0, delta, ticks, (1 - beta) / alpha)

    def begin(self, bound: Any) -> Wealth:
        """Return the likelihood ratio, 1 at the start of each test."""
        return Wealth(bound, self._restarted, 1.0, stake(bound, self.delta))

    def _restarted(self, ratio: Floats) -> Floats:
        return np.where(ratio <= self.lower, 1.0, ratio)

    def describe(self) -> Clause:
        """Return what it waits for."""
        often = f"false alarms in {100 * self.alpha:.3g}% of the tests"
        return self.condition("Wald's sequential test", often)
