"""Law 18: the forecast of drifts whose future is known in closed form."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from retrainlab.experiments.validation.setting import ALLOWED, fits_of, share_error
from retrainlab.scenarios.poisson import Poisson
from retrainlab.scenarios.random_walk import RandomWalk
from retrainlab.scenarios.rotating import Rotating
from retrainlab.sim.closed_form import Chart, Check, Law, ReferenceCurve
from retrainlab.sim.forecast.library import load
from retrainlab.sim.forecast.own_past import whole
from retrainlab.sim.forecast.policies import CATALOGUE, NEVER, PAST, SHORT
from retrainlab.sim.forecast.prediction import predict
from retrainlab.sim.prices import Prices
from retrainlab.sim.stream import Floats, Stream
from retrainlab.sim.world import World

LOGS, FEWEST = 60, 20
WARMUP, ROWS = 8, 40  # a tick is a step
HORIZON = 0.5  # of the past
STEPS = round(HORIZON * PAST)
NOISE, OMEGA, RATE = 0.1, 0.0004, 0.2  # some ten changes of the rule in the past
WALK = 0.3  # standard deviation of a step of the level, in that of a row
FOUR = next(i for i, policy in enumerate(CATALOGUE) if policy.name == "every 4, short")
PRICE = 10.0
TRUE = 0.9  # an interval of 90 %


@dataclass(frozen=True)
class Case:
    """Logs of one drift, and what a policy costs in expectation over the coming period."""

    name: str
    stream: Callable[[int], Stream]
    learner: str
    policy: int
    cost: float


def forecast(size: float = 1.0) -> Law:
    """Law 18. size: number of logs of each kind, as a share of 60, but 20 at least."""
    logs = max(FEWEST, round(LOGS * size))
    ends = {case.name: _ends(case, logs) for case in _cases()}
    return Law(
        18,
        "The coming period",
        "What a policy costs in a drift that goes on for ever is known: a boundary that turns "
        "costs (1 - 2p) omega a / pi a row at the age a; rules that change at the rate r, each "
        "worth nothing to the one before, cost (1 - 2p) (1 - exp(-r a)) / 2; a level that walks "
        "costs what law 4 says. The 90 % interval of the forecast holds it.",
        f"Scenarios rotating, poisson and random_walk, {PAST} ticks of {ROWS} rows after a warm-up "
        f"of {WARMUP}; the forecast of the next {STEPS}, with the library that is shipped. "
        f"C = {PRICE:g}.",
        tuple(_check(case, ends[case.name]) for case in _cases()),
        (_chart(ends),),
    )


def _cases() -> tuple[Case, ...]:
    size = {"ticks": WARMUP + PAST, "rows": ROWS, "features": 5}
    age = np.arange(STEPS) + (WARMUP + 1) / 2
    stale = (1 - 2 * NOISE) * OMEGA * ROWS * age / np.pi
    outlived = 0.5 * (1 - 2 * NOISE) * (1 - np.exp(-RATE * age))
    lag = (SHORT - 1) * (2 * SHORT - 1) / (6 * SHORT) + (4 + 1) / 2
    squared = 1 + 1 / (SHORT * ROWS) + WALK**2 * lag
    return (
        Case(
            "rotating, never",
            Rotating(**size, noise=NOISE, omega=OMEGA),
            "logistic",
            NEVER,
            float(ROWS * (NOISE + stale).sum()),
        ),
        Case(
            "poisson, never",
            Poisson(**size, noise=NOISE, rate=RATE),
            "logistic",
            NEVER,
            float(ROWS * (NOISE + outlived).sum()),
        ),
        Case(
            "random walk, every 4 on the last 6",
            RandomWalk(**size, step=WALK),
            "mean",
            FOUR,
            float(STEPS * ROWS * squared + PRICE * (STEPS / 4 - 1)),
        ),
    )


def _ends(case: Case, logs: int) -> Floats:
    """(logs, 2) ends of the interval of what the policy will cost, in what it costs."""
    library, ends = load(), []
    for seed in range(logs):
        fits = fits_of(case.stream(seed), case.learner)
        own = whole(fits, World(warmup=WARMUP), Prices(fit=PRICE))
        assert own is not None
        ends.append(predict(own.past, library, HORIZON, STEPS).interval()[:, case.policy])
    return np.array(ends) / case.cost


def _check(case: Case, ends: Floats) -> Check:
    held = float(((ends[:, 0] <= 1) & (ends[:, 1] >= 1)).mean())
    error = share_error(TRUE, len(ends))
    return Check(
        f"share of intervals that hold it: {case.name}",
        TRUE,
        held,
        max(1 - TRUE, ALLOWED * error),
        f"4 standard errors over {len(ends)} logs, but all may hold it: it is a mean",
    )


def _chart(ends: dict[str, Floats]) -> Chart:
    """Mean ends of the intervals, in what the policy costs."""
    place = np.arange(1.0, len(ends) + 1)
    low, high = (np.array([part[:, i].mean() for part in ends.values()]) for i in (0, 1))
    curves = (
        ReferenceCurve("true", (place, np.ones(len(ends)))),
        ReferenceCurve("lower end", measured=(place, low)),
        ReferenceCurve("upper end", measured=(place, high)),
    )
    title = "Ends of the interval: 1 rotating, 2 poisson, 3 random walk"
    return Chart(title, "case", "share of the true cost", curves)
