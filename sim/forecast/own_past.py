"""A log's own past: the catalogue simulated on it, and what it is like."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retrainlab.sim.forecast.backtest import Backtest, backtest
from retrainlab.sim.forecast.log_losses import LogLosses, Steps
from retrainlab.sim.forecast.policies import CATALOGUE, OFTEN, PAST, SHORT, Policy
from retrainlab.sim.forecast.prediction import Past
from retrainlab.sim.forecast.steadiness import scatter_of, unrest_of
from retrainlab.sim.prices import Prices
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.rows import count, span
from retrainlab.sim.stream import Floats
from retrainlab.sim.world import World


@dataclass(frozen=True, eq=False)
class OwnPast:
    """What the catalogue did on a log, policy by policy, and what a prediction starts from."""

    tests: tuple[Backtest, ...]
    past: Past


@dataclass(frozen=True, eq=False)
class Exam:
    """A log that is long enough to predict its second half from its first: both, step by step."""

    first: OwnPast
    second: tuple[Backtest, ...]


def own_past(losses: LogLosses, catalogue: Sequence[Policy] = CATALOGUE) -> OwnPast:
    """Simulate the catalogue on the first `PAST` steps of a log."""
    tests = tuple(backtest(losses, policy, 0, PAST) for policy in catalogue)
    often = tests[OFTEN].loss
    fresh, unrest = float(often.mean()), float(unrest_of(often)[0])
    costs = np.concatenate([test.cost for test in tests])
    charge, traits = _charges(losses, fresh)
    price = charge / fresh if fresh > 0 else np.inf
    past = Past(costs.mean(axis=1), fresh, price, traits, unrest, float(scatter_of(costs)))
    return OwnPast(tests, past)


def _charges(losses: LogLosses, fresh: float) -> tuple[float, Floats]:
    """Return what a training on a short window costs, and the traits of the log."""
    stream, prices, steps = losses.fits.stream, losses.prices, losses.steps
    first, stop = (stream.offsets[steps.tick(step)] for step in (0, PAST))
    rows = count(stream.with_label(span(first, stop))) / PAST
    of_rows = prices.row * SHORT * rows
    charge = float(losses.price[0]) + of_rows
    labels = prices.label * rows / fresh if fresh > 0 else 0.0
    share = of_rows / charge if charge > 0 else 0.0
    return charge, np.array([share, labels, losses.label_lag, losses.fit_delay])


def whole(fits: FitCache, world: World, prices: Prices) -> OwnPast | None:
    """Return the past that is the whole log; None if it serves less than a tick a step."""
    served = fits.stream.ticks - world.warmup
    if served < PAST:
        return None
    return own_past(LogLosses(fits, world, prices, Steps(world.warmup, served / PAST)))


def exam(fits: FitCache, world: World, prices: Prices) -> Exam | None:
    """Return the first half as a past, and what came; None if that is less than a tick a step."""
    served = fits.stream.ticks - world.warmup
    if served < 2 * PAST:
        return None
    losses = LogLosses(fits, world, prices, Steps(world.warmup, served / (2 * PAST)))
    later = tuple(backtest(losses, policy, PAST, 2 * PAST) for policy in CATALOGUE)
    return Exam(own_past(losses), later)
