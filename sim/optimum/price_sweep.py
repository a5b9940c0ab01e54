"""Price sweep: the best value as a function of prices, and the return on investment."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retrainlab.sim.errors import require
from retrainlab.sim.optimum.checks import check_costs
from retrainlab.sim.optimum.optimum import Optimum, optimum
from retrainlab.sim.stream import Floats


@dataclass(frozen=True)
class PriceSweep:
    """The optimum at each ratio of prices (of a fit / of an error), in units of an error.

    ratios, optima: P each. never_above: the ratio above which never is best; 0 if it always is,
    nan if it never is or was not tried. shortest_below: the ratio below which the lowest value is
    best; inf if it always is, nan if it is not even where fits are free.
    """

    ratios: tuple[float, ...]
    optima: tuple[Optimum, ...]
    never_above: float
    shortest_below: float


def price_sweep(
    values: Sequence[float],
    losses: Floats,
    charges: Floats,
    ratios: Sequence[float],
    resamples: int = 2_000,
    seed: int = 0,
    within: float = 0.05,
    level: float = 0.95,
) -> PriceSweep:
    """Return the best of V ascending values at each ratio: cost = losses + ratio * charges.

    losses, charges (S, V): units of loss, and of what is paid for (fits), on the same S seeds.
    The two break-even ratios are exact for the mean costs: each value's is a straight line over
    the ratio, and the best are the lower envelope.
    Raises `InputError` as `optimum` does, and for a ratio that is negative or not finite.
    """
    tried, losses = check_costs(values, losses, "losses", "seed")
    charges = check_costs(values, charges, "charges", "seed")[1]
    for ratio in ratios:
        require(
            math.isfinite(ratio) and ratio >= 0,
            f"a ratio is {ratio}; the price of a fit over that of an error is at least 0",
        )
    optima = [
        optimum(values, losses + ratio * charges, resamples, seed, within, level)
        for ratio in ratios
    ]
    loss, charge = losses.mean(axis=0), charges.mean(axis=0)
    never = _best_above(loss, charge) if math.isinf(tried[-1]) else math.nan
    return PriceSweep(tuple(ratios), tuple(optima), never, _best_below(loss, charge))


def roi(loss_avoided: float, spent: float) -> float:
    """Return on what was spent: (loss avoided against never, at its price - spent) / spent.

    nan where nothing was spent.
    """
    return (loss_avoided - spent) / spent if spent else math.nan


def _best_above(loss: Floats, charge: Floats) -> float:
    """The ratio above which the last line is lowest; nan if there is none."""
    less, more = loss[-1] - loss[:-1], charge[:-1] - charge[-1]
    if np.any((more < 0) | ((more == 0) & (less > 0))):
        return math.nan
    return float(np.max(less[more > 0] / more[more > 0], initial=0))


def _best_below(loss: Floats, charge: Floats) -> float:
    """The ratio below which the first line is lowest; nan if it is not lowest at 0."""
    more, less = loss[1:] - loss[0], charge[0] - charge[1:]
    if np.any(more < 0) or np.any((more == 0) & (less > 0)):
        return math.nan
    return float(np.min(more[less > 0] / less[less > 0], initial=math.inf))
