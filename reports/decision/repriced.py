"""A scenario at other prices: costs are linear in each price, so nothing is replayed."""

from collections.abc import Collection, Iterable, Iterator
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd

from retrainlab.reports.decision.actions import Kinds, kinds_of
from retrainlab.reports.decision.candidates import Candidates, candidates_of
from retrainlab.reports.decision.negligible import Lower
from retrainlab.reports.decision.references import oracle_of
from retrainlab.reports.decision.statistics import means_of
from retrainlab.reports.decision.summary import FITS, by_seed, first_never, paid_parts, summary
from retrainlab.reports.results.decision import Drifting, GridEdge
from retrainlab.reports.results.following import Following
from retrainlab.reports.results.label_index import label_index
from retrainlab.reports.results.over_time import OverTime, costs_over_time
from retrainlab.reports.results.records import records
from retrainlab.reports.results.tables import Tables
from retrainlab.sim.prices import Prices, cost_parts, price
from retrainlab.sim.replay.lru_cache import LruCache
from retrainlab.sim.stream import Floats

MEMO_BYTES = 256 * 2**20


@dataclass(frozen=True, eq=False)
class Priced:
    """What one scenario costs at some prices.

    costs: (seeds, labels) in total. errors, retraining: mean costs by label. oracle: (seeds,)
    cost of the oracle, empty where it is not known. records: by label, what no price changes, see
    `reports.decision.summary`; kinds: of the labels. never: the label of the strategy `never`, if
    it is there. over_time: the costs of each tick, where there is a single stream. fits: (seeds,
    labels) retrainings that a price is paid for. drift: whether the streams drift, by their truth.
    edges: the ends of the grid of each choice so far, shared between the prices. lower: the same
    replays where what they do has lower prices.
    """

    prices: Prices
    costs: pd.DataFrame
    errors: dict[str, float]
    retraining: dict[str, float]
    oracle: pd.Series
    records: dict[str, dict[Any, Any]]
    kinds: Kinds
    never: str | None
    over_time: OverTime | None
    fits: pd.DataFrame
    drift: Drifting
    edges: dict[str, tuple[GridEdge, ...]]
    lower: Lower

    @cached_property
    def candidates(self) -> Candidates:
        """The strategies and baselines side by side, with their tests."""
        return candidates_of(
            self.costs,
            self.fits,
            float(self.prices.fit),
            self.kinds,
            self.never,
            self.over_time,
            self.lower,
        )


class Pricing:
    """One scenario's quantities, to put any prices on.

    prices: those of the scenario's tables. following: the tables at any prices, which differ where
    settings follow them.
    """

    def __init__(self, tables: Tables, rows: pd.DataFrame) -> None:
        """rows: the scenario's part of `reports.summary`."""
        self.prices, self.following = tables.manifest.prices, Following(tables)
        own = self.following.chosen(self.prices)
        self._parts = {own: Quantities(tables, rows.set_index("label"), drifting(tables))}

    def parts(self, prices: Prices) -> "Quantities":
        """Return what there is to put these prices on."""
        chosen = self.following.chosen(prices)
        if chosen not in self._parts:
            (own,) = islice(self._parts.values(), 1)
            tables = self.following.at(prices)
            rows = summary(tables).set_index("label").reindex(own.rows.index)
            self._parts[chosen] = Quantities(tables, rows, own.drift)
        return self._parts[chosen]

    def at(self, prices: Prices) -> Priced:
        """Return the costs at these prices, see `Quantities.at`."""
        return self.parts(prices).at(prices)

    def among(self, labels: Collection[str]) -> Priced:
        """Return the costs of these settings and baselines alone, at the tables' own prices."""
        return self.parts(self.prices).among(labels).at(self.prices)


class Quantities:
    """What one scenario used, where each setting is one replay.

    rows: of `summary`, by label. quantities: (seeds, labels) of each cost part, by the name of the
    quantity. What was put a price on last is kept, up to `MEMO_BYTES`.
    """

    def __init__(self, tables: Tables, rows: pd.DataFrame, drift: Drifting) -> None:
        self.prices, self.tables, self.drift = tables.manifest.prices, tables, drift
        self.quantities = quantities_of(tables.runs, self.prices)
        self._saved, self._losses = oracle_of(tables)["cost"], _frontier(tables)
        self._over_time = costs_over_time(tables)
        self._paid = paid_parts(tables.runs)
        self._know(rows)

    def _know(self, rows: pd.DataFrame) -> None:
        self.rows = rows.set_axis(label_index(rows.index))
        self._records = dict(zip(map(str, self.rows.index), records(self.rows), strict=True))
        self._kinds, self._never = kinds_of(self.rows), first_never(self.rows["never"].sort_index())
        self._edges: dict[str, tuple[GridEdge, ...]] = {}
        self._priced = LruCache(MEMO_BYTES)

    def among(self, labels: Collection[str]) -> "Quantities":
        """Return the same of these settings and baselines alone."""
        part = copy(self)
        part.quantities = {
            name: table.loc[:, table.columns.isin(labels)]
            for name, table in self.quantities.items()
        }
        part._know(self.rows[self.rows.index.isin(labels)])
        return part

    def at(self, prices: Prices) -> Priced:
        """Return the costs at these prices.

        At the tables' own prices the oracle is the saved one. Elsewhere it is that of its frontier,
        which is exact where only errors and fits have a price; otherwise it is left out.
        """
        priced: Priced = self._priced.get((prices,), lambda: self._at(prices), _size)
        return priced

    def _at(self, prices: Prices) -> Priced:
        fits = self.quantities[FITS]
        seeds, labels = fits.index, fits.columns
        parts = price({k: table.to_numpy(float) for k, table in self.quantities.items()}, prices)
        return Priced(
            prices=prices,
            costs=pd.DataFrame(parts["cost"], seeds, labels),
            errors=dict(zip(labels, means_of(parts["cost_error"]).tolist(), strict=True)),
            retraining=dict(zip(labels, means_of(parts["cost_retraining"]).tolist(), strict=True)),
            oracle=self.oracle(prices),
            records=self._records,
            kinds=self._kinds,
            never=self._never,
            over_time=self._tick_by_tick(prices, parts["cost_retraining"], labels),
            fits=fits,
            drift=self.drift,
            edges=self._edges,
            lower=Lower(prices, ("fit", *self._paid), lambda lower: self.at(lower).candidates),
        )

    def _tick_by_tick(self, prices: Prices, spent: Floats, labels: pd.Index) -> OverTime | None:
        """Return the costs of each tick, where there is one stream; spent: (1, labels)."""
        if self._over_time is None:
            return None
        every = self._over_time(prices, pd.Series(spent[0], labels))
        return every.among([str(label) for label in every.costs if label in labels])

    def oracle(self, prices: Prices) -> pd.Series:
        """(seeds,) cost of the oracle; empty where it is not known."""
        if prices == self.prices:
            return self._saved
        is_known = (
            len(self._saved)
            and not self._losses.empty
            and not any(getattr(prices, name) for name in self._paid)
        )
        return _least(self._losses, prices) if is_known else self._saved.iloc[:0]


def _size(priced: Priced) -> int:
    over_time = priced.over_time
    return priced.costs.to_numpy().nbytes + (over_time.nbytes if over_time else 0)


def at_prices(tables: Tables, rows: pd.DataFrame, prices: Iterable[Prices]) -> Iterator[Priced]:
    """Yield the costs of one scenario at each of some prices, see `Pricing`."""
    pricing = Pricing(tables, rows)
    return (pricing.at(one) for one in prices)


def quantities_of(runs: pd.DataFrame, prices: Prices) -> dict[str, pd.DataFrame]:
    """(seeds, labels) of each quantity that has a price, of one scenario's runs."""
    return {
        part.quantity: by_seed(runs, part.quantity)
        for part in cost_parts(prices)
        if part.quantity in runs
    }


def drifting(tables: Tables) -> Drifting:
    """Say whether any stream of a scenario drifts, by its list of drifts and its concepts."""
    (name,) = tables.scenarios
    info, streams = tables.manifest.scenarios[name], tables.streams
    if not info.truth_known or "concept" not in streams:
        return "unknown"
    is_steady = bool(streams.groupby("seed")["concept"].nunique().le(1).all())
    is_listed = any(drift.magnitude != 0 for drift in info.drifts)
    return "absent" if is_steady and not is_listed else "present"


def only_fits_and_errors(prices: Prices, tables: Tables) -> bool:
    """Whether nothing else has a price that anybody would pay.

    Updates and switches cost nothing where no strategy makes any: the oracle makes none either.
    """
    return not any(getattr(prices, name) for name in paid_parts(tables.runs))


def _frontier(tables: Tables) -> pd.DataFrame:
    """(retrainings, seeds) least losses; empty where they are not known."""
    if tables.frontier.empty or not only_fits_and_errors(tables.manifest.prices, tables):
        return pd.DataFrame()
    return tables.frontier.pivot(index="retrainings", columns="seed", values="loss")


def _least(losses: pd.DataFrame, prices: Prices) -> pd.Series:
    """(seeds,) cost of the cheapest number of retrainings."""
    least = losses.to_numpy(float)
    trained = 0 * least + losses.index.to_numpy(float)[:, None]
    costs = prices.error * least + prices.fit * trained
    return pd.Series(np.fmin.reduce(costs, axis=0), losses.columns)
