"""A scenario at another price of a retraining: costs are linear, so nothing is replayed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import pandas as pd

from retrainlab.reports.analysis.over_time import OverTime, costs_over_time
from retrainlab.reports.analysis.references import oracle_of
from retrainlab.reports.analysis.summary import by_seed, first_never
from retrainlab.reports.analysis.tables import Tables
from retrainlab.sim.prices import Prices, cost_parts, price


@dataclass(frozen=True, eq=False)
class Priced:
    """What one scenario costs at one price of a retraining.

    costs: (seeds, labels) in total. errors, retraining: (labels,) mean costs. oracle: (seeds,)
    cost of the oracle, empty where it is not known. rows: by label, what no price changes, see
    `reports.analysis.summary`. never: the label of the strategy `never`, if it is there. over_time:
    the costs of each tick, where there is a single stream.
    """

    prices: Prices
    costs: pd.DataFrame
    errors: pd.Series
    retraining: pd.Series
    oracle: pd.Series
    rows: pd.DataFrame
    never: str | None
    over_time: OverTime | None


def at_prices(tables: Tables, rows: pd.DataFrame, fits: Iterable[float]) -> Iterator[Priced]:
    """Yield the costs of one scenario at each price of a retraining.

    rows: its part of `reports.summary`. At the tables' own price the oracle is the saved one.
    Elsewhere it is that of its frontier, which is exact where only errors and fits have a price;
    otherwise it is left out.
    """
    base, saved = tables.manifest.prices, oracle_of(tables)["cost"]
    rows = rows.set_index("label")
    never, losses = first_never(rows["never"].sort_index()), frontier_of(tables)
    tick_costs = costs_over_time(tables)
    for prices, parts in priced(tables.runs, base, fits):
        oracle = saved
        if prices.fit != base.fit:
            is_known = len(saved) and not losses.empty
            oracle = _least(losses, prices) if is_known else saved.iloc[:0]
        errors, retraining = parts["cost_error"].mean(), parts["cost_retraining"].mean()
        over_time = tick_costs and tick_costs(prices, parts)
        yield Priced(prices, parts["cost"], errors, retraining, oracle, rows, never, over_time)


def priced(
    runs: pd.DataFrame, prices: Prices, fits: Iterable[float]
) -> Iterator[tuple[Prices, dict[str, pd.DataFrame]]]:
    """Yield (seeds, labels) costs by part, of one scenario's runs, at each price of a retraining.

    prices: of all else. The parts are those of `sim.prices.price`.
    """
    quantities = {part.quantity: by_seed(runs, part.quantity) for part in cost_parts(prices)}
    for fit in fits:
        changed = replace(prices, fit=fit)
        yield changed, price(quantities, changed)


def only_fits_and_errors(prices: Prices) -> bool:
    """Whether nothing else has a price."""
    return not any(value for name, value in vars(prices).items() if name not in ("error", "fit"))


def frontier_of(tables: Tables) -> pd.DataFrame:
    """(retrainings, seeds) least losses; empty where they do not give the oracle's cost."""
    if tables.frontier.empty or not only_fits_and_errors(tables.manifest.prices):
        return pd.DataFrame()
    return tables.frontier.pivot(index="retrainings", columns="seed", values="loss")


def _least(losses: pd.DataFrame, prices: Prices) -> pd.Series:
    """(seeds,) cost of the cheapest number of retrainings."""
    trained = losses.mul(0).add(losses.index.to_numpy(float), axis=0)
    return (prices.error * losses + prices.fit * trained).min()
