"""Law 17: Katz's table; CUSUM to a challenger, calendars and learning debt at six prices.

The streams and the order of a period are those of the published simulation: a challenger learns
from 5 rows, is compared on 5 others, and 40 more rows measure the regret of what serves. Drifts are
none, one jump of the coefficient, one of the variance, or a walk that begins at one moment.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import NDArray

from retrainlab.experiments.validation.setting import ALLOWED
from retrainlab.sim.closed_form import Chart, Check, Law, ReferenceCurve
from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Floats
from retrainlab.strategies.policies.bayes_linear import Posterior
from retrainlab.strategies.policies.challenger import RESET, AgeCurve, chosen, cusum

QUIET_PATHS, CALIBRATIONS = 80, 4  # without a drift, for what is usual; times that it is done
PERIODS, QUIET, INITIAL, ROWS = 200, 20, 300, (5, 5, 40)  # learnt from, compared on, measured
KINDS, CHANCES = ("none", "jump", "variance", "walk"), (0.02, 0.05, 0.1, 0.2)
UNIT, PATHS = 0.080699258661979, 128  # published: the score unit, and paths of each mean
KAPPAS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0)  # price of a retraining, in score units
# Published by kappa: the parameter, the mean objective, and the mean number of retrainings.
CUSUM = (
    *((0.01, 1.41483, 42.969), (0.025, 1.89214, 29.211), (0.05, 2.44082, 21.328)),
    *((0.1, 3.23525, 15.305), (0.2, 4.32203, 10.750), (0.5, 5.90998, 6.711)),
)
CALENDAR = (
    *((2, 1.90722, 99.0), (3, 2.80497, 66.0), (5, 3.76322, 39.0)),
    *((5, 5.33685, 39.0), (10, 7.07388, 19.0), (10, 10.14045, 19.0)),
)
DEBT = (
    *((0.94958, 1.54640, 24.008), (0.94958, 1.83701, 24.008), (0.94958, 2.32136, 24.008)),
    *((1.82633, 3.08330, 14.938), (2.51552, 4.19907, 11.672), (3.55546, 5.82747, 8.5)),
)


@dataclass(frozen=True, eq=False)
class Paths:
    """Streams of P paths: first rows (P, INITIAL), and of each period x and y (P, PERIODS, n)."""

    first: tuple[Floats, Floats]
    learnt: tuple[Floats, Floats]
    compared: tuple[Floats, Floats]
    measured: tuple[Floats, Floats]

    def at(self, part: str, period: int) -> tuple[Floats, Floats]:
        """(P, n, 1) features and (P, n) values of one period."""
        x, y = getattr(self, part)
        return x[:, period, :, None], y[:, period]

    @cached_property
    def challengers(self) -> list[Posterior]:
        """The challenger before the first period, and after what it learns in each."""
        known = [Posterior.prior(1, len(self.first[0])).updated(*self.at("first", 0))]
        for period in range(PERIODS):
            known.append(known[-1].updated(*self.at("learnt", period)))
        return known

    @cached_property
    def scores(self) -> list[tuple[Floats, Floats]]:
        """(P,) log scores of the challenger in each period: on what is compared, and measured."""
        return [
            (one.log_score(*self.at("compared", i)), one.log_score(*self.at("measured", i)))
            for i, one in enumerate(self.challengers[1:])
        ]


@dataclass(frozen=True, eq=False)
class State:
    """What a policy sees of P paths in a period (1, 2, ..)."""

    period: int
    age: Floats
    total: Floats
    challenger: Posterior
    served: Posterior

    @property
    def debt(self) -> Floats:
        """(P,) divergence from what serves to the challenger."""
        return self.challenger.divergence(self.served)


Table = tuple[tuple[float, float, float], ...]
Policy = Callable[[State], NDArray[np.bool_]]


def learning_debt(size: float = 1.0) -> Law:
    """Law 17. size: number of paths, as a share of 512."""
    several = max(8, int(32 * size))
    paths = drawn([*product(KINDS, CHANCES)] * several, "paths")
    quiet = [drawn([("none", 0.0)] * QUIET_PATHS, f"quiet {i}") for i in range(CALIBRATIONS)]
    curves_of_age = [_usual(one) for one in quiet]
    policies: dict[str, tuple[Table, Callable[[float], list[Policy]]]] = {
        "CUSUM": (CUSUM, lambda h: [lambda state: state.total > h]),
        "calendar": (CALENDAR, lambda k: [lambda s: np.full(len(s.age), s.period % k == 0)]),
        "debt": (DEBT, lambda h: [_debt_above(h, usual) for usual in curves_of_age]),
    }
    checks, curves = [], []
    for name, (table, policy) in policies.items():
        made = {value: _replays(paths, policy(value)) for value in {row[0] for row in table}}
        objectives = []
        for kappa, (value, published, trained) in zip(KAPPAS, table, strict=True):
            regret, count = made[value]
            objectives.append(kappa * UNIT * count + regret)
            at = f"{name} at {value:g}, kappa {kappa:g}"
            checks.append(_check(f"objective, {at}", published, objectives[-1]))
            checks.append(_check(f"retrainings, {at}", trained, count))
        means = np.array([one.mean() for one in objectives])
        line = np.array(KAPPAS), np.array([row[1] for row in table])
        curves.append(ReferenceCurve(name, line, (np.array(KAPPAS), means)))
    return Law(
        17,
        "A challenger's lead, and learning debt",
        "A challenger that learns from every label tells when to retrain: by the sum of its leads "
        "in log score, or by its divergence from what serves, above what is usual at that age "
        "(Katz, learning debt). The published table is of 128 paths.",
        f"Bayesian linear regression; {PERIODS} periods of {ROWS[0]} rows to learn from, {ROWS[1]} "
        f"to compare on and {ROWS[2]} to measure; four drifts at four rates, "
        f"{several * len(KINDS) * len(CHANCES):,} paths. Objective: kappa x {UNIT:.4f} a "
        "retraining, and the sum of the positive regrets in log score.",
        tuple(checks),
        (Chart("Objective by price", "kappa", "objective", tuple(curves), True),),
    )


def _replays(paths: Paths, policies: list[Policy]) -> tuple[Floats, Floats]:
    """(policies, P) regrets and retrainings."""
    regrets, counts = zip(*(replayed(paths, policy) for policy in policies), strict=True)
    return np.array(regrets), np.array(counts)


def _debt_above(h: float, usual: AgeCurve) -> Policy:
    return lambda state: usual.standardised(state.age, state.debt) > h


def _check(what: str, published: float, values: Floats) -> Check:
    """values: (calibrations, P). The published figure is of one calibration, and fewer paths."""
    alike = values.mean(axis=0).reshape(-1, len(KINDS) * len(CHANCES))  # a kind of path a column
    spread = alike.var(axis=0, ddof=1).mean() * (1 / PATHS + 1 / values.shape[1])
    why = f"4 standard errors of {PATHS} published paths and of {values.shape[1]:,} here"
    if len(values) > 1:
        spread += values.mean(axis=1).var(ddof=1) * (1 + 1 / len(values))
        why += f", and of what is usual by age, from {QUIET_PATHS} paths"
    return Check(what, published, float(values.mean()), float(ALLOWED * np.sqrt(spread)), why)


def drawn(cells: list[tuple[str, float]], name: str) -> Paths:
    """Return a path for each kind of drift and its chance a period."""
    rng, n = generator("learning debt", name), len(cells)
    kind, chance = np.array([k for k, _ in cells]), np.array([p for _, p in cells])
    is_on = np.zeros(n, dtype=bool)
    slope, variance = np.zeros(n), np.ones(n)
    slopes, variances = np.empty((n, PERIODS)), np.empty((n, PERIODS))
    for period in range(PERIODS):
        begins = ~is_on & (period >= QUIET) & (kind != "none") & (rng.random(n) < chance)
        is_on |= begins
        slope = slope + np.where(begins & (kind == "jump"), rng.normal(0, 2, n), 0)
        slope = slope + np.where(is_on & (kind == "walk"), rng.normal(0, 0.15, n), 0)
        variance = variance * np.where(begins & (kind == "variance"), rng.uniform(3, 6, n), 1)
        slopes[:, period], variances[:, period] = slope, variance
    first = rng.standard_normal((n, 1, INITIAL)), rng.standard_normal((n, 1, INITIAL))
    parts = []
    for rows in ROWS:
        x = rng.standard_normal((n, PERIODS, rows))
        noise = np.sqrt(variances)[..., None] * rng.standard_normal(x.shape)
        parts.append((x, slopes[..., None] * x + noise))
    return Paths(first, *parts)


def replayed(paths: Paths, policy: Policy) -> tuple[Floats, Floats]:
    """(P,) sum of the regrets, and number of retrainings; each serves from the next period on."""
    served = paths.challengers[0]
    regret, count, age, total = np.zeros((4, len(paths.first[0])))
    for period, challenger in enumerate(paths.challengers[1:], start=1):
        compared, measured = paths.scores[period - 1]
        age = age + 1
        total = cusum(total, compared - served.log_score(*paths.at("compared", period - 1)))
        gap = measured - served.log_score(*paths.at("measured", period - 1))
        regret = regret + np.maximum(gap, 0)
        if period < PERIODS:
            fires = policy(State(period, age, total, challenger, served))
            served, count = chosen(fires, challenger, served), count + fires
            age, total = np.where(fires, 0, age), np.where(fires, 0, total)
    return regret, count


def _usual(paths: Paths) -> AgeCurve:
    """Return the debt that is usual by age, from paths without a drift, retrained at random."""
    rng = generator("learning debt", "resets")
    ages, roots = [], []

    def policy(state: State) -> NDArray[np.bool_]:
        ages.append(state.age)
        roots.append(np.sqrt(state.debt))
        return rng.random(len(state.age)) < RESET

    replayed(paths, policy)
    return AgeCurve.fitted(np.concatenate(ages), np.concatenate(roots))
