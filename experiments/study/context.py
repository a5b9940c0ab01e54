"""What strategies are held against: the oracle, and as many retrainings evenly spaced."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from retrainlab.experiments.study.oracle_actions import lowered, reached_by_actions
from retrainlab.sim.errors import require, require_whole
from retrainlab.sim.oracle.candidates import Candidate, LossTable, candidate_grid, loss_table
from retrainlab.sim.oracle.schedule import best_schedule, completed, frontier
from retrainlab.sim.prices import Prices, price
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.ledger import Ledger
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.strategy import Gate, Strategy
from retrainlab.sim.stream import Stream
from retrainlab.sim.world import World
from retrainlab.strategies.when import At

MOMENTS = 24
Replayed = tuple[Strategy, Ledger]


@dataclass(frozen=True)
class References:
    """The oracle's candidates, besides the trainings of strategies that are cheaper than these.

    every: ticks between two moments at which it may retrain; None: some 24 in a stream.
    windows: newest labelled ticks that it may train on; None: everything so far.
    """

    every: int | None = None
    windows: Sequence[int | None] = (5, 20, None)

    def __post_init__(self) -> None:
        require(
            isinstance(self.windows, list | tuple) and len(self.windows) > 0,
            f"windows is {self.windows!r}; it must be a list of numbers of ticks, "
            "with null for everything so far",
        )
        for name, ticks in (("every", self.every), *(("a window", w) for w in self.windows)):
            if ticks is not None:
                require_whole(name, ticks, 1)

    def table(
        self, fits: FitCache, world: World, prices: Prices, ledgers: Sequence[Ledger]
    ) -> LossTable:
        """Return the candidates with their losses; no ledger is cheaper than their best."""
        table = loss_table(fits, world, self.candidates(fits.stream, world), ledgers)
        return completed(table, fits, world, prices, ledgers)

    def candidates(self, stream: Stream, world: World) -> list[Candidate]:
        """Return the trainings to choose from, whatever strategies do."""
        served = stream.ticks - world.warmup
        every = max(1, served // MOMENTS) if self.every is None else self.every
        return candidate_grid(stream, world, every, self.windows)


def evenly_spaced(strategy: Strategy, ledger: Ledger, world: World, fits: FitCache) -> Ledger:
    """Replay as many retrainings as the ledger is charged, evenly spaced, on the same kind of rows.

    A trigger that is no better than this has chosen its moments no better than a calendar. All of
    them can serve before the stream ends, so that as many are charged.
    """
    count, served = len(ledger.charged), fits.stream.ticks - world.warmup
    steps = np.arange(1, count + 1) * (served - world.fit_delay) / (count + 1)
    moments = world.warmup - 1 + np.round(steps).astype(int)
    return replay(fits.stream, Strategy(At(moments.tolist()), strategy.what, Gate()), world, fits)


def reference_tables(
    references: References,
    fits: FitCache,
    world: World,
    prices: Prices,
    replayed: Mapping[str, Replayed],
    where: Mapping[str, Any],
    steps: frozenset[str] = frozenset(),
) -> dict[str, pd.DataFrame]:
    """Return the oracle, its frontier and schedule, and irregular retrainings evenly spaced.

    replayed: by label. where: coordinates that all rows share. steps: labels of price steps, which
    the oracle may take for itself, and which nothing is evenly spaced for.
    """
    ledgers = [ledger for _, ledger in replayed.values()]
    of_refits = [ledger for ledger in ledgers if ledger.is_of_refits]
    table = references.table(fits, world, prices, of_refits)
    best, losses = best_schedule(table, prices), frontier(table)
    rows = {("oracle", ""): best.quantities()}
    if len(of_refits) < len(ledgers):
        reached = reached_by_actions(table, fits, world, prices, ledgers)
        rows = {(name, ""): quantities for name, quantities in reached.items()}
        losses = lowered(losses, [*reached.values(), *map(Ledger.quantities, ledgers)], prices)
    for label, (strategy, ledger) in replayed.items():
        if math.isnan(strategy.interval) and ledger.charged and label not in steps:
            even = evenly_spaced(strategy, ledger, world, fits)
            rows["evenly spaced", label] = even.quantities()
    records = [
        {**where, "reference": reference, "label": label}
        | {name: quantities[name] for name in best.quantities()}
        | price(quantities, prices)
        for (reference, label), quantities in rows.items()
    ]
    least = {"retrainings": np.arange(len(losses)), "loss": losses}
    return {
        "references": pd.DataFrame(records),
        "frontier": pd.DataFrame({**where, **least}),
        "schedule": best.table(fits.stream).assign(**where),
    }
