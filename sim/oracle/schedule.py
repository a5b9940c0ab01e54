"""The oracle: the cheapest schedule of retrainings, by dynamic programming.

A schedule is a chain of models: the warm-up's serves until the first training is ready, that
one until the next. Over candidates sorted by the tick r at which they are ready, the least cost up
to the moment at which model g takes over is

    cost[g] = charge[g] + min over models p ready before r[g] of
              cost[p] + error * (loss of p from r[p] to r[g]) + label * (labels g buys after p),

the shortest path through a graph without cycles (Bellman 1958), under the clocks of
`sim.replay.loop`. It may look ahead, so it is a bound and not a strategy.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from retrainlab.sim.errors import require, require_whole
from retrainlab.sim.oracle.candidates import Candidate, LossTable, extended, loss_table
from retrainlab.sim.prices import Prices, cost_parts, price
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.ledger import Ledger
from retrainlab.sim.rows import count, first, last
from retrainlab.sim.stream import Floats, Ints, Stream
from retrainlab.sim.world import World

# Sums of the same losses in another order differ by at most n * 1.1e-16 for n rows.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Schedule:
    """The trainings chosen, in order, and the quantities that prices are put on.

    loss: summed over the served rows. labels: see `best_schedule`. switches: models that were put
    into service without a training (`sim.oracle.actions`).
    """

    candidates: tuple[Candidate, ...]
    loss: float
    train_rows: int
    labels: int
    fit_seconds: float
    switches: int = 0

    @property
    def retrainings(self) -> int:
        """Number of trainings."""
        return len(self.candidates)

    def quantities(self) -> dict[str, float]:
        """Return the quantity of every cost part; 0 of one that a schedule has none of."""
        counted = {
            "loss": self.loss,
            "retrainings": self.retrainings,
            "deployed": self.retrainings,
            "switches": self.switches,
            "train_rows": self.train_rows,
            "labels": self.labels,
            "fit_seconds": self.fit_seconds,
        }
        return {part.quantity: counted.get(part.quantity, 0) for part in cost_parts()}

    def table(self, stream: Stream) -> pd.DataFrame:
        """Return a row a training: decided, rows, first_tick, last_tick (trained on)."""
        offsets = stream.offsets
        ends = [(first(c.rows), last(c.rows)) for c in self.candidates]
        ticks = np.searchsorted(offsets, np.reshape(ends, (-1, 2)), side="right") - 1
        return pd.DataFrame(
            {
                "decided": np.array([c.decided for c in self.candidates], dtype=np.int64),
                "rows": np.array([count(c.rows) for c in self.candidates], dtype=np.int64),
                "first_tick": ticks[:, 0],
                "last_tick": ticks[:, 1],
            }
        )


def best_schedule(table: LossTable, prices: Prices) -> Schedule:
    """Return the schedule that costs least; of equal ones that with the fewest retrainings.

    If there are several still, the one whose last training is earliest, then the one before it,
    and so on; at one tick the candidate that stands first in the table.

    Labels: those of the warm-up are owned. A training buys the labels among its rows that had not
    arrived when the schedule's previous training was decided; older ones are taken as owned. That
    is exact if each window reaches back to the newest label of the training before it, as
    "everything known" does. Where windows leave holes and labels have a price, the oracle pays for
    fewer than a strategy would, and is a lower bound.
    """
    charge = charges(table, prices)
    m = len(table.models)
    cost, fitted, previous = np.zeros(m), np.zeros(m, dtype=int), np.zeros(m, dtype=int)
    for group, column in zip(_groups(table)[1:], _columns(table)[:-1], strict=True):
        earlier = group[0]
        served = cost[:earlier] + prices.error * table.loss[:earlier, column]
        for model in group:
            bought = labels_bought(table, model, table.decided[:earlier]) if prices.label else 0
            total = served + prices.label * bought
            before = _least(total, fitted[:earlier])
            previous[model], fitted[model] = before, fitted[before] + 1
            cost[model] = total[before] + charge[model]
    final = _least(cost + prices.error * table.loss[:, -1], fitted)
    return _schedule(table, _chain(previous, final))


def labels_bought(table: LossTable, model: int, decided: Ints) -> Ints:
    """(p,) labels among the rows of a model that came after a training decided at `decided[i]`."""
    return table.arrivals.later(table.models[model].rows, decided)


def charges(table: LossTable, prices: Prices) -> Floats:
    """(m,) cost of each training whatever came before it: all parts but errors and labels."""
    ones = np.ones(len(table.models))
    counted = {
        "retrainings": ones,
        "deployed": ones,
        "train_rows": table.train_rows,
        "fit_seconds": table.seconds,
    }
    charge = np.zeros(len(table.models))
    for part in cost_parts(prices):
        charge += getattr(prices, part.name) * counted.get(part.quantity, 0)
    return charge


def frontier(table: LossTable, limit: int | None = None) -> Floats:
    """(k + 1,) the least loss with at most 0, 1, .., k retrainings.

    It ends where more no longer help, or at `limit`. It never rises, but need not be convex: a
    model for a short spike is worth having only if another one follows. With prices of error and
    fit alone, the oracle costs the least over k of `error * frontier[k] + fit * k`.
    """
    if limit is not None:
        require_whole("limit", limit, 0, "retrainings")
    free = best_schedule(table, Prices(error=1, fit=0)).retrainings
    between = _between(table)
    loss = between[:, 0]  # until group j + 1 takes over, from j = k on, after k retrainings
    losses = [loss[-1]]
    for k in range(1, 1 + (free if limit is None else min(free, limit))):
        loss = (loss[:-1] + between[k:, k:]).min(axis=1)
        losses.append(loss[-1])
    least = np.minimum.accumulate(losses)
    if len(least) > free:  # `free` comes from sums in another order, so rounding may add to it
        least = least[: int(np.argmin(least)) + 1]
    return least


def hull(losses: Floats) -> Ints:
    """(h,) the numbers of retrainings that are cheapest at some price of a fit.

    losses: (k + 1,) a frontier. The answer is the corners of the lower convex hull of its points
    (k, loss), from 0 to the first k with the least loss. Points on a line between two corners are
    left out: at the one price at which they are as cheap, there is a cheapest with fewer.
    """
    corners: list[int] = []
    for k in range(int(np.argmin(losses)) + 1):
        while len(corners) > 1 and not _below(losses, corners[-2], corners[-1], k):
            corners.pop()
        corners.append(k)
    return np.array(corners)


def floor(
    fits: FitCache,
    world: World,
    prices: Prices,
    ledgers: Sequence[Ledger],
    candidates: Sequence[Candidate],
) -> Schedule:
    """Return the best schedule over the candidates and what `completed` adds from the ledgers."""
    table = loss_table(fits, world, candidates, ledgers)
    return best_schedule(completed(table, fits, world, prices, ledgers), prices)


def completed(
    table: LossTable, fits: FitCache, world: World, prices: Prices, ledgers: Sequence[Ledger]
) -> LossTable:
    """Return the table with so many candidates that no ledger is cheaper than its best schedule.

    The ledgers are of strategies that were replayed on these fits in this world, and the table was
    made with them. As long as one of them costs less than the best schedule, its own trainings
    become candidates, at the seconds that it was charged.

    It ends, because a ledger is added once at most: from then on the models that it deployed are
    a schedule, which pays for no training, row, second or label that the ledger does not pay for.
    Raises `InputError` if a ledger is cheaper all the same: it is from elsewhere.
    """
    costs = [price(ledger.quantities(), prices)["cost"] for ledger in ledgers]
    margins = [ROUNDING * _magnitude(ledger, prices) for ledger in ledgers]
    added: set[int] = set()
    while True:
        least = price(best_schedule(table, prices).quantities(), prices)["cost"]
        cheaper = {i for i, cost in enumerate(costs) if cost < least - margins[i]}
        if not cheaper:
            return table
        require(
            not cheaper & added,
            f"ledgers {sorted(cheaper & added)} cost less than any schedule of their own trainings "
            f"({least:g}); they must be replays on these fits in this world",
        )
        table = extended(table, fits, world, _charged(ledgers[i] for i in sorted(cheaper)))
        added |= cheaper


def _magnitude(ledger: Ledger, prices: Prices) -> float:
    """Cost of a ledger, were no loss negative: what rounding is relative to."""
    loss = ledger.ticks["loss"].abs().sum()
    return price(ledger.quantities() | {"loss": loss}, prices)["cost"]


def _charged(ledgers: Iterable[Ledger]) -> dict[Candidate, float]:
    """Seconds of every training of the ledgers, the fewest where two have the same."""
    seconds: dict[Candidate, float] = {}
    for ledger in ledgers:
        for training in ledger.charged:
            candidate, spent = Candidate(training.decided, training.fit.rows), training.fit.seconds
            seconds[candidate] = min(spent, seconds.get(candidate, spent))
    return seconds


def _groups(table: LossTable) -> list[Ints]:
    """Models by the tick at which they are ready; the first group is the warm-up's model."""
    starts = np.flatnonzero(np.diff(table.ready)) + 1
    return np.split(np.arange(len(table.models)), starts)


def _columns(table: LossTable) -> Ints:
    """(g,) the boundary at which each group but the first is ready, then the stream's end."""
    ends = [*np.unique(table.ready)[1:], table.boundaries[-1]]
    return np.searchsorted(table.boundaries, ends)


def _least(cost: Floats, fitted: Ints) -> int:
    """The first of the cheapest, among those the first with the fewest retrainings."""
    cheapest = np.flatnonzero(cost == cost.min())
    return int(cheapest[np.argmin(fitted[cheapest])])


def _chain(previous: Ints, model: int) -> list[int]:
    """Models from the warm-up's to this one."""
    chain = [model]
    while model:
        model = int(previous[model])
        chain.append(model)
    return chain[::-1]


def _schedule(table: LossTable, chain: list[int]) -> Schedule:
    """Sum up the quantities of a chain of models."""
    chosen = chain[1:]
    ends = [*np.searchsorted(table.boundaries, table.ready[chosen]), -1]
    candidates = tuple(table.models[model] for model in chosen)
    bought = [
        labels_bought(table, model, table.decided[[previous]])[0]
        for model, previous in zip(chosen, chain[:-1], strict=True)
    ]
    return Schedule(
        candidates,
        loss=float(sum(table.loss[chain, ends])),
        train_rows=int(table.train_rows[chosen].sum()),
        labels=int(sum(bought)),
        fit_seconds=float(table.seconds[chosen].sum()),
    )


def _between(table: LossTable) -> Floats:
    """(g, g) at j, i: loss of the best model of group i until group j + 1 is ready, inf if i > j.

    Of the models that are ready at one tick the best may be another for each successor; none of
    them costs anything here.
    """
    starts = [group[0] for group in _groups(table)]
    best = np.minimum.reduceat(table.loss[:, _columns(table)], starts, axis=0).T
    return np.where(np.tri(len(best), dtype=bool), np.ascontiguousarray(best), np.inf)


def _below(losses: Floats, a: int, b: int, c: int) -> bool:
    """Whether the point at b lies below the line from a to c."""
    return bool((losses[b] - losses[a]) * (c - a) < (losses[c] - losses[a]) * (b - a))
