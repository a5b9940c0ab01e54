"""Evidence that the share of wrong rows has risen: bets that gain nothing while it has not.

With errors x of 0 and 1 whose mean is at most m, the product of 1 + l (x - m) over the rows of a
tick has a mean of at most 1, whatever came before: an e-value. Three ways to join e-values over
time keep a promise that needs no large numbers. `m` is an upper confidence bound of the fresh
model's error, so that its uncertainty is in the promise.
"""

from abc import abstractmethod
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from retrainlab.sim.errors import require, require_whole
from retrainlab.sim.replay.clause import Clause, Ticks, in_ticks
from retrainlab.sim.replay.view import View
from retrainlab.sim.stream import Floats, Task
from retrainlab.strategies import monitors
from retrainlab.strategies.policies.watch import Watch, require_classes

BETS = np.array([0.02, 0.05, 0.1, 0.25, 0.5])  # shares of the largest bet, mixed evenly
Join = Callable[[Floats], Floats]
JOINS: dict[str, Join] = {
    "sr": lambda wealth: wealth + 1,
    "cusum": lambda wealth: np.maximum(wealth, 1),
}


def upper_bound(errors: Any, rows: int, chance: float) -> Floats:
    """(...) upper bound of the chance of an error, from errors (...) among rows.

    It is too low with this chance at most (Clopper and Pearson 1934).
    """
    bound = beta.ppf(1 - chance, np.asarray(errors) + 1, np.maximum(rows - np.asarray(errors), 1))
    return np.where(np.asarray(errors) < rows, bound, 1.0)


def log_e_values(errors: Any, rows: Any, bound: Any, bets: Any = BETS) -> Floats:
    """(..., k) logarithm of the e-value of each bet, of errors among rows (...) against a bound.

    bets: (k,) or (..., k) shares of the largest bet, below 1.
    """
    wrong, right = np.asarray(errors)[..., None], (np.asarray(rows) - errors)[..., None]
    bound = np.asarray(bound)[..., None]
    bet = bets / bound
    gain: Floats = wrong * np.log1p(bet * (1 - bound)) + right * np.log1p(-bet * bound)
    return gain


class Wealth:
    """What bets against a bound (...) have come to, (..., k); several streams at once.

    join: what the wealth becomes before the next bet. It begins with `start`. bets: as above.
    """

    def __init__(self, bound: Any, join: Join, start: float, bets: Floats = BETS):
        self.bound, self.join, self.bets = np.asarray(bound, dtype=float), join, bets
        self.wealth: NDArray[np.float64] = np.full((*self.bound.shape, bets.shape[-1]), start)

    def bet(self, errors: Any, rows: Any) -> Floats:
        """(...) mean wealth after the errors among the rows of a tick."""
        with np.errstate(over="ignore"):
            gain = np.exp(log_e_values(errors, rows, self.bound, self.bets))
            self.wealth = self.join(self.wealth) * gain
        mean: Floats = self.wealth.mean(axis=-1)
        return mean


def e_detector(bound: Any, kind: str) -> Wealth:
    """Return the wealth of e-SR or e-CUSUM (Shin, Ramdas, Rinaldo 2022)."""
    return Wealth(bound, JOINS[kind], 0.0)


def harm_test(bound: Any) -> Wealth:
    """Return the wealth of a test: by Ville, it ever reaches 1/chance with that chance at most."""
    return Wealth(bound, lambda wealth: wealth, 1.0)


class ErrorBets(Watch):
    """Bets that the model in service errs more than a reference says.

    ticks: the first ones of a model, at which the reference is taken. chance: that its upper bound
    is too low. threshold: of the wealth. known: the reference, where it is stated and not taken.
    """

    what: str

    def __init__(self, ticks: Ticks, chance: float, threshold: float, known: float | None = None):
        require_whole("ticks", ticks, 1)
        self.ticks, self.chance, self.threshold, self.known = ticks, chance, threshold, known
        self.reset()

    def require_task(self, task: Task) -> None:
        """Raise `InputError` for a regression."""
        require_classes(task, self.what)

    def reset(self) -> None:
        """Forget the reference and the bets."""
        self.seen = self.errors = self.rows = 0
        self.wealth: Wealth | None = None

    @abstractmethod
    def begin(self, bound: Any) -> Wealth:
        """Return the wealth before the first bet, against a bound of the error (...)."""

    def bound(self, errors: Any, rows: int) -> Floats:
        """(...) upper confidence bound of the fresh error, from errors (...) among rows."""
        return upper_bound(errors, rows, self.chance)

    def observe(self, view: View) -> str | None:
        """Take in the errors of a tick, as reference or as a bet."""
        _, wrong = monitors.error(view)
        if not len(wrong):
            return None
        if self.known is None and self.seen < self.ticks:
            self.seen += 1
            self.errors, self.rows = self.errors + int(wrong.sum()), self.rows + len(wrong)
            return None
        if self.wealth is None:
            self.wealth = self.begin(
                self.bound(self.errors, self.rows) if self.known is None else self.known
            )
        wealth = float(self.wealth.bet(wrong.sum(), len(wrong)))
        if not wealth >= self.threshold:
            return None
        return f"{wrong.mean():.1%} wrong, against {self._reference()}"

    def _reference(self) -> str:
        if self.known is not None:
            return f"{self.known:.1%} as stated"
        return f"{self.errors / self.rows:.1%} of the fresh model"


class EDetector(ErrorBets):
    """When a bet on more errors than the fresh model made has won: e-SR or e-CUSUM.

    kind: `sr` or `cusum`. alpha: while the errors of a model in service do not become more, the
    mean time between false alarms is at least 1 / alpha ticks, for any number of ticks and rows.
    ticks: the first ones of a model, which the reference is taken from.
    """

    what, source = "an e-detector", "e-detector"

    def __init__(self, alpha: float = 1e-3, kind: str = "sr", ticks: Ticks = 5):
        require(0 < alpha < 1, f"alpha is {alpha}; it must lie between 0 and 1")
        require(kind in JOINS, f"kind is {kind!r}; it must be one of {', '.join(JOINS)}")
        self.alpha, self.kind = alpha, kind
        # In a share `alpha` of the cases the bound is too low, and nothing is promised then.
        super().__init__(ticks, alpha, 1 / (alpha * (1 - alpha)))

    def begin(self, bound: Any) -> Wealth:
        """Return the wealth of the e-detector."""
        return e_detector(bound, self.kind)

    def describe(self) -> Clause:
        """Return what it waits for."""
        often = f"at most one false alarm in {in_ticks(round(1 / self.alpha))} on average"
        return Clause("condition", f"when an e-detector alarms on the error ({often})")


class OnHarm(ErrorBets):
    """When the error is proven to be above the fresh model's by more than a tolerance.

    After Podkopaev and Ramdas (2022). chance: that it ever asks while the error of a model in
    service stays within the tolerance of what it was at first, however long that is.
    """

    what, source = "the harm test", "harm test"

    def __init__(self, chance: float = 0.05, tolerance: float = 0.02, ticks: Ticks = 5):
        require(0 < chance < 1, f"chance is {chance}; it must lie between 0 and 1")
        require(0 <= tolerance < 1, f"tolerance is {tolerance}; it must be at least 0, below 1")
        self.tolerance, self.whole = tolerance, chance
        super().__init__(ticks, chance / 2, 2 / chance)

    def begin(self, bound: Any) -> Wealth:
        """Return the wealth of the test against the bound and the tolerance."""
        return harm_test(np.minimum(1.0, np.asarray(bound) + self.tolerance))

    def describe(self) -> Clause:
        """Return what it waits for."""
        return Clause("condition", f"when the error is proven {self.tolerance:.1%} above the first")
