"""One stream tick by tick: what each setting and baseline cost at every tick, at any price."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from retrainlab.reports.results.label_index import label_index
from retrainlab.reports.results.tables import Tables
from retrainlab.sim.optimum.one_stream import (
    BLOCKS,
    StreamTest,
    is_long_enough,
    is_negligible,
    is_open,
    is_surely_not_negligible,
    proven_below,
    spread_evenly,
    stream_test,
)
from retrainlab.sim.prices import Prices
from retrainlab.sim.stream import Floats, Ints

Tested = tuple[str, tuple[str, ...], int]  # reference, settings and blocks of a test
Searched = tuple[tuple[float, ...] | str, ...]  # other prices, reference and settings
DIGITS = 4  # of a price that was searched for: it is known to a part in 10,000
PER_ACTION = {"row": "rows", "label": "labels", "second": "seconds"}
OTHERS = {"update": "updates", "deploy": "switches"}  # not before other actions were counted


@dataclass(frozen=True, eq=False)
class OverTime:
    """What settings and baselines cost at every tick of one stream, at some prices.

    costs: (T, labels), in which a retraining's money is spread evenly from its tick to the one
    before the next. spent: (T, labels) the same money at the ticks of the decisions. starts:
    (T, labels) how many refits were decided. fit, error: the prices of one, and of a unit of loss.
    others: the other prices that were paid, over that of a unit of loss. known: what `proven_below`
    has searched for, shared between the prices of a stream: only `others` change it.
    """

    costs: pd.DataFrame
    spent: pd.DataFrame
    starts: pd.DataFrame
    fit: float
    error: float = 1.0
    others: tuple[float, ...] = ()
    known: dict[Searched, float] = field(default_factory=dict, repr=False)
    _tests: dict[Tested, StreamTest] = field(default_factory=dict, repr=False)

    @cached_property
    def total(self) -> dict[str, float]:
        """What each setting and baseline cost, by label."""
        return dict(zip(self.place, self.costs.sum().tolist(), strict=True))

    @cached_property
    def place(self) -> dict[str, int]:
        """The column of each setting and baseline, by label."""
        return {str(label): place for place, label in enumerate(self.costs)}

    @property
    def nbytes(self) -> int:
        """Memory of the tables that belong to these prices alone."""
        return sum(table.to_numpy().nbytes for table in (self.costs, self.spent))

    def among(self, labels: Sequence[str]) -> "OverTime":
        """Return these settings and baselines alone."""
        if [*labels] == [*self.place]:
            return self
        at = [self.place[label] for label in labels]
        tables = (self.costs, self.spent, self.starts)
        costs, spent, starts = (table.take(at, axis="columns") for table in tables)
        return replace(self, costs=costs, spent=spent, starts=starts, _tests={})

    @property
    def is_long_enough(self) -> bool:
        """Whether the stream has enough ticks for a test."""
        return is_long_enough(len(self.costs))

    def savings(self, reference: str, tested: Sequence[str], blocks: int = BLOCKS) -> StreamTest:
        """Test what settings save against one reference, all of them at once.

        The draws of the test belong to the names: no order of the settings changes an interval.
        """
        names = sorted(tested)
        key = (reference, tuple(names), blocks)
        if key not in self._tests:
            self._tests[key] = stream_test(*self.gains(reference, names), blocks=blocks)
        place = {name: at for at, name in enumerate(names)}
        return self._tests[key].take([place[name] for name in tested])

    def is_negligible(self, never: str, tested: Sequence[str], above: Floats) -> bool:
        """Whether no setting can save a share of never's cost that matters.

        above: (S,) from their savings to the upper ends of the intervals.
        """
        gains, _ = self.gains(never, tested)
        return is_negligible(gains, self.costs[never].to_numpy(), above)

    def is_surely_not_negligible(self, never: str, tested: Sequence[str]) -> bool:
        """Whether some setting can, told by a part of the test; false where that leaves it open."""
        gains, spent = self.gains(never, sorted(tested))  # as `savings` tests them
        return is_surely_not_negligible(gains, spent, self.costs[never].to_numpy())

    def is_open(self, a: str, b: str) -> bool:
        """Whether no test can tell which of two settings costs less; such a test is not run."""
        return bool(is_open(-self._against(self.costs, a, [b]))[0])

    def gains(self, reference: str, tested: Sequence[str]) -> tuple[Floats, Floats]:
        """(T, S) twice: what settings saved against a reference, and spent more than it."""
        gains = -self._against(self.costs, reference, tested)
        return gains, self._against(self.spent, reference, tested)

    def proven_below(self, reference: str, tested: Sequence[str]) -> float:
        """Return the price of a retraining below which a saving is proven, nan if none is.

        To be asked where nothing is proven at the price that there is. Twice all prices are twice
        the money, so one search serves every price of a unit of loss; its digits are those that do
        not depend on the price at which it was asked first.
        """
        if not tested or not self.is_long_enough:
            return math.nan
        names = sorted(tested)
        key: Searched = (self.others, reference, *names)
        if key not in self.known:
            starts = self._against(self.starts, reference, names)
            below = proven_below(*self.gains(reference, names), starts, self.fit)
            self.known[key] = float(f"{below / self.error:.{DIGITS}g}")
        return self.known[key] * self.error

    def _against(self, table: pd.DataFrame, reference: str, tested: Sequence[str]) -> Floats:
        """(T, S) columns of a table less the reference's."""
        values, at = table.to_numpy(), [self.place[label] for label in tested]
        base = self.place[reference]
        less: Floats = values[:, at] - values[:, base : base + 1]
        return less


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
    known: dict[Searched, float] = {}
    paid = [*PER_ACTION, *(name for name, what in OTHERS.items() if _is_done(trainings, what))]

    def like(values: Floats) -> pd.DataFrame:
        return pd.DataFrame(values, losses.index, losses.columns)

    lost = losses.to_numpy()
    counted = _counted(trainings)
    decisions = _decisions(trainings, losses)
    starts = like(_at_decisions(_refits(trainings), decisions, losses.shape))

    def at(prices: Prices, retraining: pd.Series) -> OverTime:
        spent = _at_decisions(_amounts(counted, prices), decisions, losses.shape)
        total = retraining.reindex(losses.columns).fillna(0.0).to_numpy()
        rest = (total - spent.sum(axis=0)) / len(losses)
        costs = like(prices.error * lost + spread_evenly(spent) + rest)
        error = float(prices.error) or 1.0
        others = tuple(float(getattr(prices, name)) / error for name in paid)
        fit = float(prices.fit)
        return OverTime(costs, like(spent), starts, fit, error, others, known)

    return at


def retraining_amounts(trainings: pd.DataFrame, prices: Prices) -> Floats:
    """(R,) what each retraining cost, or what was done in place of one."""
    return _amounts(_counted(trainings), prices)


def _counted(trainings: pd.DataFrame) -> dict[str, Floats]:
    """(R,) by price, how much each retraining took of what has it."""
    priced = (PER_ACTION | OTHERS).items()
    kept = {price: column for price, column in priced if column in trainings}
    others = {price: trainings[column].to_numpy(float) for price, column in kept.items()}
    return {"fit": _refits(trainings), **others}


def _amounts(counted: Mapping[str, Floats], prices: Prices) -> Floats:
    """(R,) what each retraining cost; counted: of `_counted`."""
    amounts = float(prices.fit) * counted["fit"]
    for price, count in counted.items():
        if price != "fit":
            amounts += getattr(prices, price) * count
    return amounts


def _is_done(trainings: pd.DataFrame, what: str) -> bool:
    return what in trainings and bool(trainings[what].any())


def _refits(trainings: pd.DataFrame) -> Floats:
    """(R,) how many refits each action is; one where no others were counted yet."""
    if "refits" in trainings:
        return trainings["refits"].to_numpy(float)
    return np.ones(len(trainings))


def _decisions(trainings: pd.DataFrame, losses: pd.DataFrame) -> tuple[Ints, Ints]:
    """(R,) twice: row and column in the table of losses (T, labels) of each decision."""
    rows = losses.index.get_indexer(pd.Index(trainings["decided"]))
    return rows, losses.columns.get_indexer(pd.Index(trainings["label"]))


def _at_decisions(amounts: Floats, at: tuple[Ints, Ints], shape: tuple[int, int]) -> Floats:
    """(T, labels) amounts (R,) of the retrainings, at the ticks of their decisions."""
    table = np.zeros(shape)
    np.add.at(table, at, amounts)
    return table
