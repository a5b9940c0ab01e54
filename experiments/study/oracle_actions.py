"""What each kind of action could reach with the whole stream known: rows of `references`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from retrainlab.sim.arrivals import arrivals
from retrainlab.sim.oracle.actions import best_actions, corrections, floor_of_all
from retrainlab.sim.oracle.candidates import LossTable
from retrainlab.sim.oracle.schedule import best_schedule
from retrainlab.sim.prices import Prices, price
from retrainlab.sim.replay.corrections import Bias, ClassShares
from retrainlab.sim.replay.estimated import by_em, by_residuals
from retrainlab.sim.replay.fit_cache import Fit, FitCache
from retrainlab.sim.replay.ledger import Ledger
from retrainlab.sim.rows import span
from retrainlab.sim.stream import Floats
from retrainlab.sim.world import World

TICKS = 5  # newest ones, from which a correction is made
ORACLE, REFITS = "oracle", "oracle of refits"
REUSE, RECALIBRATION = "oracle with reuse", "oracle with recalibration"


def reached_by_actions(
    table: LossTable, fits: FitCache, world: World, prices: Prices, ledgers: Sequence[Ledger]
) -> dict[str, dict[str, float]]:
    """Return the quantities of the best schedule by the actions that it may use.

    The oracle may use all of them, and is the cheapest of the ledgers too where one of these is
    cheaper than what is found.
    """
    refits = best_schedule(table, prices)
    reuse, chosen = best_actions(table, prices)
    corrected = corrections(table, fits, world, sorted({0, *chosen}), _correct(fits, world))
    recalibration, _ = best_actions(table, prices, corrected, may_reuse=False)
    everything, _ = best_actions(table, prices, corrected)
    schedules = {REFITS: refits, REUSE: reuse, RECALIBRATION: recalibration}
    floor = floor_of_all([everything, *schedules.values()], ledgers, prices)
    return {ORACLE: floor, **{name: each.quantities() for name, each in schedules.items()}}


def lowered(losses: Floats, done: Iterable[Mapping[str, float]], prices: Prices) -> Floats:
    """Return a frontier, (k + 1,) the least loss with 0, 1, .. k refits, that knows what was done.

    What other actions cost counts as loss. A schedule of more refits than the frontier has says
    nothing of it.
    """
    least = losses.copy()
    for quantities in done:
        refits = int(quantities["retrainings"])
        if refits < len(least) and prices.error:
            rest = price(quantities, prices)["cost"] - prices.fit * refits
            least[refits] = min(least[refits], rest / prices.error)
    lowest: Floats = np.minimum.accumulate(least)
    return lowest


def _correct(fits: FitCache, world: World) -> Callable[[Fit, int], Any]:
    """Return what corrects a model at the end of a tick: class shares by EM, or the mean residual.

    None where it is not possible.
    """
    stream, known = fits.stream, arrivals(fits.stream, world)

    def by_shares(fit: Fit, decided: int) -> ClassShares | None:
        first = max(decided + 1 - TICKS, world.warmup)
        given = fits.outputs(fit, span(stream.offsets[first], stream.offsets[decided + 1]))
        if given.ndim != 2 or not len(given):
            return None
        shares, now = by_em(fits, fit, given)
        return ClassShares(tuple((now / shares).tolist()))

    def by_level(fit: Fit, decided: int) -> Bias | None:
        stop = known.stop(decided)
        first = stream.offsets[max(stop - TICKS, 0)]
        return by_residuals(fits, fit, known.known(span(first, stream.offsets[stop]), decided))

    return by_shares if stream.task == "classification" else by_level
