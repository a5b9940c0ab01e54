"""Gap to a challenger that learns from every label: CUSUM, and learning debt.

After Katz's learning debt: a Bayesian linear regression is updated with every label that arrives,
and compared with itself as it was at the last retraining. It stands in for the models, so that a
challenger costs no training; what it cannot represent, it does not notice.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.errors import require
from retrainlab.sim.replay.clause import Clause
from retrainlab.sim.replay.memory import Memory
from retrainlab.sim.replay.view import View
from retrainlab.sim.rows import Rows, count
from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Floats
from retrainlab.strategies.policies.bayes_linear import Posterior

PATHS, LENGTH, RESET = 50, 200, 1 / 25  # of the simulation that debt is compared with
SMALLEST = 0.01  # standard deviation of debt at an age


def cusum(total: Any, gap: Any) -> Any:
    """Return the sum of the gaps after another one, of which what is below 0 does not count."""
    return total + np.maximum(gap, 0)


@dataclass(frozen=True, eq=False)
class AgeCurve:
    """Root of the debt that is usual without a drift, by age in ticks; and its standard deviation.

    weights: (4,) of 1, log(1 + age), the root of the age, and the age.
    """

    weights: Floats
    spread: float

    @classmethod
    def fitted(cls, age: Floats, root: Floats) -> "AgeCurve":
        """Return the least squares of the roots (n,) of debts at ages (n,)."""
        weights: Any = np.linalg.lstsq(_ages(age), root, rcond=None)[0]
        residuals = root - _ages(age) @ weights
        return cls(weights, max(float(residuals.std(ddof=4)), SMALLEST))

    def standardised(self, age: Any, debt: Any) -> Any:
        """Return how many standard deviations debts lie above what is usual at their ages."""
        return (np.sqrt(debt) - _ages(age) @ self.weights) / self.spread


def _ages(age: Any) -> Floats:
    age = np.asarray(age, dtype=float)
    return np.stack([np.ones_like(age), np.log1p(age), np.sqrt(age), age], axis=-1)


def usual_debt(first: Posterior, x: Floats, rows: int, rng: np.random.Generator) -> AgeCurve:
    """Return the debt by age of streams without a drift, as they are drawn from a posterior.

    x: (n, d) rows that features are drawn from. rows: a tick.
    """
    several = Posterior(
        np.tile(first.mean, (PATHS, 1)),
        np.tile(first.precision, (PATHS, 1, 1)),
        np.tile(first.shape, PATHS),
        np.tile(first.rate, PATHS),
    )
    noise = np.sqrt(first.rate / first.shape)
    ages, debts = [], []
    shadow = served = several
    age = np.zeros(PATHS)
    for _ in range(LENGTH):
        drawn = x[rng.integers(len(x), size=(PATHS, rows))]
        y = drawn @ first.mean + noise * rng.standard_normal((PATHS, rows))
        shadow, age = shadow.updated(drawn, y), age + 1
        ages.append(age)
        debts.append(shadow.divergence(served))
        is_reset = rng.random(PATHS) < RESET
        served, age = chosen(is_reset, shadow, served), np.where(is_reset, 0, age)
    return AgeCurve.fitted(np.concatenate(ages), np.sqrt(np.concatenate(debts)))


def chosen(is_first: NDArray[np.bool_], one: Posterior, other: Posterior) -> Posterior:
    """Return one posterior where it is chosen (...), else the other."""
    return Posterior(
        np.where(is_first[..., None], one.mean, other.mean),
        np.where(is_first[..., None, None], one.precision, other.precision),
        np.where(is_first, one.shape, other.shape),
        np.where(is_first, one.rate, other.rate),
    )


class _Challenger(ABC):
    """Keeps the challenger, and itself as it was at the last retraining.

    Features and values are put on the scale of the warm-up; gaps in features become its means.
    """

    memory = Memory.EVERYTHING
    source: str

    def __init__(self) -> None:
        self.shadow: Posterior | None = None
        self.age = self.trainings = 0
        self.total = 0.0

    def __call__(self, view: View) -> str | None:
        """Return the reason to retrain, once the gap is large enough."""
        if self.shadow is None:
            self._begin(view)
        rows = view.rows(view.first_new_label, view.labelled)
        x, y = self._scaled(view, rows)
        shadow = self.shadow
        assert shadow is not None
        if view.trainings != self.trainings:
            self._renew(shadow, view.trainings)
        self.shadow, self.age = shadow.updated(x, y), self.age + 1
        if view.pending or view.requested is not None or not count(rows):
            return None
        reason = self.compare(shadow, x, y)
        if reason is not None:
            view.alarm(-1, self.source)
        return reason

    @abstractmethod
    def compare(self, shadow: Posterior, x: Floats, y: Floats) -> str | None:
        """Return the reason to retrain, after the labels of a tick.

        shadow: before these rows x (n, d) with y (n,); `self.shadow` has learnt from them.
        """

    def _renew(self, shadow: Posterior, trainings: int) -> None:
        """Put the challenger into service as it was when a training was decided."""
        self.served, self.trainings, self.age, self.total = shadow, trainings, 0, 0.0

    def _begin(self, view: View) -> None:
        rows = view.rows(0, view.warmup)
        x, y = view.features_of(rows), view.labels_of(rows).astype(float)
        self.means, self.scales = np.nanmean(x, axis=0), np.nanstd(x, axis=0)
        self.scales[~(self.scales > 0)] = 1.0
        self.means = np.nan_to_num(self.means)
        self.mean, self.scale = float(y.mean()), float(y.std()) or 1.0
        self.rows_a_tick = max(1, round(count(rows) / view.warmup))
        x, y = self._scaled(view, rows)
        self.history = x
        self.shadow = Posterior.prior(x.shape[1]).updated(x, y)
        self._renew(self.shadow, view.trainings)

    def _scaled(self, view: View, rows: Rows) -> tuple[Floats, Floats]:
        """(n, d + 1) features and (n,) values of labelled rows, with a column of ones."""
        if not count(rows):
            return np.empty((0, len(self.means) + 1)), np.empty(0)
        x = np.nan_to_num((view.features_of(rows) - self.means) / self.scales)
        y = (view.labels_of(rows).astype(float) - self.mean) / self.scale
        return np.column_stack([np.ones(len(x)), x]), y


class ChallengerCusum(_Challenger):
    """When the challenger has predicted the labels better than what serves, by a sum of log scores.

    h: the sum of the gaps, a tick's mean in nats a row, at which to retrain; gaps below 0 count
    as 0.
    """

    source = "gap to a challenger"

    def __init__(self, h: float = 0.1):
        require(h > 0, f"h is {h}; the sum of gaps must be above 0")
        self.h = h
        super().__init__()

    def describe(self) -> Clause:
        """Return what it waits for."""
        return Clause("condition", f"when a challenger is ahead by {self.h:g} nats in sum")

    def compare(self, shadow: Posterior, x: Floats, y: Floats) -> str | None:
        """Compare the scores of the labels that neither had seen."""
        self.total = float(cusum(self.total, shadow.log_score(x, y) - self.served.log_score(x, y)))
        if not self.total > self.h:
            return None
        return f"a challenger is ahead by {self.total:.2f} nats in sum"


class LearningDebt(_Challenger):
    """When the challenger has learnt more than is usual at its age without a drift (Katz).

    h: standard deviations of the root of the debt, the divergence from what serves to the
    challenger. What is usual comes from streams without a drift, drawn from the warm-up's model.
    """

    source = "learning debt"

    def __init__(self, h: float = 1.83):
        self.h = h
        super().__init__()

    def describe(self) -> Clause:
        """Return what it waits for."""
        return Clause("condition", f"when learning debt is {self.h:g} standard deviations high")

    def _begin(self, view: View) -> None:
        super()._begin(view)
        assert self.shadow is not None
        rng = generator("learning debt")
        self.usual = usual_debt(self.shadow, self.history, self.rows_a_tick, rng)

    def compare(self, shadow: Posterior, x: Floats, y: Floats) -> str | None:
        """Compare what the challenger has learnt with what serves."""
        assert self.shadow is not None
        debt = self.shadow.divergence(self.served)
        excess = float(self.usual.standardised(self.age, debt))
        if not excess > self.h:
            return None
        return f"learning debt is {excess:.1f} standard deviations high"
