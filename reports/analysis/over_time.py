"""One stream tick by tick: what each setting and baseline cost at every tick, at any price."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from retrainlab.reports.analysis.label_index import label_index
from retrainlab.reports.analysis.tables import Tables
from retrainlab.sim.optimum.one_stream import (
    BLOCKS,
    StreamTest,
    is_long_enough,
    is_open,
    proven_below,
    spread_evenly,
    stream_test,
)
from retrainlab.sim.prices import Prices
from retrainlab.sim.stream import Floats

Tested = tuple[str, tuple[str, ...], int]  # reference, settings and blocks of a test
PER_ACTION = {"row": "rows", "label": "labels", "second": "seconds"}
OTHERS = {"update": "updates", "deploy": "switches"}  # not before other actions were counted


@dataclass(frozen=True, eq=False)
class OverTime:
    """What settings and baselines cost at every tick of one stream, at some prices.

    costs: (T, labels), in which a retraining's money is spread evenly from its tick to the one
    before the next. spent: (T, labels) the same money at the ticks of the decisions. starts:
    (T, labels) how many refits were decided. fit: the price of one. known: what
    `proven_below` has returned, shared between the prices of a stream, as no price changes it.
    """

    costs: pd.DataFrame
    spent: pd.DataFrame
    starts: pd.DataFrame
    fit: float
    known: dict[tuple[str, ...], float] = field(default_factory=dict, repr=False)
    _tests: dict[Tested, StreamTest] = field(default_factory=dict, repr=False)

    @cached_property
    def total(self) -> pd.Series:
        """What each setting and baseline cost, by label."""
        return self.costs.sum()

    def among(self, labels: Sequence[str]) -> "OverTime":
        """Return these settings and baselines alone."""
        if [*labels] == [*self.costs]:
            return self
        costs, spent, starts = (table[[*labels]] for table in (self.costs, self.spent, self.starts))
        return OverTime(costs, spent, starts, self.fit, self.known)

    @property
    def is_long_enough(self) -> bool:
        """Whether the stream has enough ticks for a test."""
        return is_long_enough(len(self.costs))

    def savings(self, reference: str, tested: Sequence[str], blocks: int = BLOCKS) -> StreamTest:
        """Test what settings save against one reference, all of them at once."""
        key = (reference, tuple(tested), blocks)
        if key not in self._tests:
            self._tests[key] = stream_test(*self.gains(reference, tested), blocks=blocks)
        return self._tests[key]

    def is_open(self, a: str, b: str) -> bool:
        """Whether no test can tell which of two settings costs less; such a test is not run."""
        return bool(is_open(self.gains(a, [b])[0])[0])

    def gains(self, reference: str, tested: Sequence[str]) -> tuple[Floats, Floats]:
        """(T, S) twice: what settings saved against a reference, and spent more than it."""
        gains = -_against(self.costs, reference, tested)
        return gains, _against(self.spent, reference, tested)

    def proven_below(self, reference: str, tested: Sequence[str]) -> float:
        """Return the price of a retraining below which a saving is proven, nan if none is.

        To be asked where nothing is proven at the price that there is.
        """
        if not tested or not self.is_long_enough:
            return math.nan
        key = (reference, *sorted(tested))
        if key not in self.known:
            starts = _against(self.starts, reference, tested)
            self.known[key] = proven_below(*self.gains(reference, tested), starts, self.fit)
        return self.known[key]


def costs_over_time(tables: Tables) -> Callable[[Prices, pd.Series], OverTime] | None:
    """Return a function of prices and (labels,) costs of retraining to the costs of each tick.

    tables: of one scenario. None where it has several streams. A column adds up to the total cost:
    what a retraining cost is spread evenly, and so is, over all ticks, what was spent without one
    (labels that a monitor read).
    """
    if tables.runs["seed"].nunique() > 1:
        return None
    losses = tables.ticks.pivot(index="tick", columns="label", values="loss")
    losses.columns = label_index(losses.columns)
    trainings = tables.retrainings[tables.retrainings["charged"].astype(bool)]
    known: dict[tuple[str, ...], float] = {}

    def like(values: Floats) -> pd.DataFrame:
        return pd.DataFrame(values, losses.index, losses.columns)

    def at(prices: Prices, retraining: pd.Series) -> OverTime:
        spent = _at_decisions(retraining_amounts(trainings, prices), trainings, losses)
        starts = _at_decisions(_refits(trainings), trainings, losses)
        total = retraining.reindex(losses.columns).fillna(0.0).to_numpy()
        rest = (total - spent.sum(axis=0)) / len(losses)
        costs = prices.error * losses + spread_evenly(spent) + rest
        return OverTime(costs, like(spent), like(starts), float(prices.fit), known)

    return at


def _against(table: pd.DataFrame, reference: str, tested: Sequence[str]) -> Floats:
    """(T, S) columns of a table less the reference's."""
    values, places = table.to_numpy(), table.columns
    at = places.get_indexer(label_index([reference, *tested]))
    less: Floats = values[:, at[1:]] - values[:, at[:1]]
    return less


def retraining_amounts(trainings: pd.DataFrame, prices: Prices) -> Floats:
    """(R,) what each retraining cost, or what was done in place of one."""
    amounts = float(prices.fit) * _refits(trainings)
    for price, column in (PER_ACTION | OTHERS).items():
        if column in trainings:
            amounts += getattr(prices, price) * trainings[column].to_numpy(float)
    return amounts


def _refits(trainings: pd.DataFrame) -> Floats:
    """(R,) how many refits each action is; one where no others were counted yet."""
    if "refits" in trainings:
        return trainings["refits"].to_numpy(float)
    return np.ones(len(trainings))


def _at_decisions(amounts: Floats, trainings: pd.DataFrame, losses: pd.DataFrame) -> Floats:
    """(T, labels) amounts (R,) of the retrainings, at the ticks of their decisions."""
    table = np.zeros(losses.shape)
    rows = losses.index.get_indexer(pd.Index(trainings["decided"]))
    np.add.at(table, (rows, losses.columns.get_indexer(pd.Index(trainings["label"]))), amounts)
    return table
