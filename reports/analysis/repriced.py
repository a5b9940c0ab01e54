"""A scenario at other prices: costs are linear in each price, so nothing is replayed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

import pandas as pd

from retrainlab.reports.analysis.candidates import Candidates, candidates_of
from retrainlab.reports.analysis.decision import Drifting
from retrainlab.reports.analysis.following import Following
from retrainlab.reports.analysis.over_time import OverTime, costs_over_time
from retrainlab.reports.analysis.references import oracle_of
from retrainlab.reports.analysis.summary import FITS, by_seed, first_never, summary
from retrainlab.reports.analysis.tables import Tables
from retrainlab.sim.prices import Prices, cost_parts, price


@dataclass(frozen=True, eq=False)
class Priced:
    """What one scenario costs at some prices.

    costs: (seeds, labels) in total. errors, retraining: (labels,) mean costs. oracle: (seeds,)
    cost of the oracle, empty where it is not known. rows: by label, what no price changes, see
    `reports.analysis.summary`; records: the same as plain values. never: the label of the
    strategy `never`, if it is there. over_time: the costs of each tick, where there is a single
    stream. fits: (seeds, labels) retrainings that a price is paid for. drift: whether the streams
    drift, by their truth.
    """

    prices: Prices
    costs: pd.DataFrame
    errors: pd.Series
    retraining: pd.Series
    oracle: pd.Series
    rows: pd.DataFrame
    records: dict[str, dict[Any, Any]]
    never: str | None
    over_time: OverTime | None
    fits: pd.DataFrame
    drift: Drifting

    @cached_property
    def candidates(self) -> Candidates:
        """The strategies and baselines side by side, with their tests."""
        return candidates_of(
            self.costs, self.fits, float(self.prices.fit), self.rows, self.never, self.over_time
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


class Quantities:
    """What one scenario used, where each setting is one replay.

    rows: see `Priced`. quantities: (seeds, labels) of each cost part, by the name of the quantity.
    """

    def __init__(self, tables: Tables, rows: pd.DataFrame, drift: Drifting) -> None:
        self.prices, self.tables, self.rows, self.drift = (
            tables.manifest.prices,
            tables,
            rows,
            drift,
        )
        self.quantities = quantities_of(tables.runs, self.prices)
        self._records = {str(k): row for k, row in self.rows.to_dict("index").items()}
        self._never = first_never(self.rows["never"].sort_index())
        self._saved, self._losses = oracle_of(tables)["cost"], _frontier(tables)
        self._over_time = costs_over_time(tables)

    def at(self, prices: Prices) -> Priced:
        """Return the costs at these prices.

        At the tables' own prices the oracle is the saved one. Elsewhere it is that of its frontier,
        which is exact where only errors and fits have a price; otherwise it is left out.
        """
        parts = price(self.quantities, prices)
        return Priced(
            prices=prices,
            costs=parts["cost"],
            errors=parts["cost_error"].mean(),
            retraining=parts["cost_retraining"].mean(),
            oracle=self.oracle(prices),
            rows=self.rows,
            records=self._records,
            never=self._never,
            over_time=self._over_time and self._over_time(prices, parts),
            fits=self.quantities[FITS],
            drift=self.drift,
        )

    def oracle(self, prices: Prices) -> pd.Series:
        """(seeds,) cost of the oracle; empty where it is not known."""
        if prices == self.prices:
            return self._saved
        is_known = (
            len(self._saved)
            and not self._losses.empty
            and only_fits_and_errors(prices, self.tables)
        )
        return _least(self._losses, prices) if is_known else self._saved.iloc[:0]


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
    others = [part for part in cost_parts(prices) if part.name not in ("error", "fit")]
    return not any(
        getattr(prices, part.name)
        and not (part.optional and _never_done(part.quantity, tables.runs))
        for part in others
    )


def _never_done(quantity: str, runs: pd.DataFrame) -> bool:
    return quantity not in runs or not runs[quantity].any()


def _frontier(tables: Tables) -> pd.DataFrame:
    """(retrainings, seeds) least losses; empty where they are not known."""
    if tables.frontier.empty or not only_fits_and_errors(tables.manifest.prices, tables):
        return pd.DataFrame()
    return tables.frontier.pivot(index="retrainings", columns="seed", values="loss")


def _least(losses: pd.DataFrame, prices: Prices) -> pd.Series:
    """(seeds,) cost of the cheapest number of retrainings."""
    trained = losses.mul(0).add(losses.index.to_numpy(float), axis=0)
    return (prices.error * losses + prices.fit * trained).min()
