"""A scenario at another price of a retraining: costs are linear, so nothing is replayed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pandas as pd

from retrainlab.reports.analysis.references import oracle_of
from retrainlab.reports.analysis.summary import by_seed, first_never, labels_of
from retrainlab.reports.analysis.tables import Tables
from retrainlab.sim.prices import Prices


@dataclass(frozen=True, eq=False)
class Priced:
    """What one scenario costs at one price of a retraining.

    costs: (seeds, labels) in total. errors, retraining: (labels,) mean costs. oracle: (seeds,)
    cost of the best schedule in hindsight, empty where it is not known. labels: what no price
    changes, see `outline.labels_of`. never: the label of the strategy `never`, if it is there.
    """

    fit: float
    costs: pd.DataFrame
    errors: pd.Series
    retraining: pd.Series
    oracle: pd.Series
    labels: pd.DataFrame
    never: str | None


def at_prices(tables: Tables, fits: Iterable[float]) -> Iterator[Priced]:
    """Yield the costs of one scenario at each price of a retraining.

    At the tables' own price the oracle is the saved one. Elsewhere it is that of its frontier,
    which is exact where only errors and fits have a price; otherwise it is left out.
    """
    columns = ("cost_error", "retrainings", "cost_retraining", "cost_fit")
    errors, trained, spent, fitted = (by_seed(tables.runs, column) for column in columns)
    labels, rest, saved = labels_of(tables.runs), spent - fitted, oracle_of(tables)["cost"]
    frontier, never = _frontier(tables) if len(saved) else None, first_never(labels["never"])
    for fit in fits:
        retraining, oracle = fit * trained + rest, saved
        if fit != tables.manifest.prices.fit:
            oracle = saved.iloc[:0] if frontier is None else _least(*frontier, fit)
        costs = errors + retraining
        yield Priced(fit, costs, errors.mean(), retraining.mean(), oracle, labels, never)


def only_fits_and_errors(prices: Prices) -> bool:
    """Whether nothing else has a price."""
    return not any(price for name, price in vars(prices).items() if name not in ("error", "fit"))


def _frontier(tables: Tables) -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """(retrainings, seeds) least cost of errors with so many retrainings, and their number."""
    prices, steps = tables.manifest.prices, tables.frontier
    if steps.empty or not only_fits_and_errors(prices):
        return None
    losses = steps.pivot(index="retrainings", columns="seed", values="loss")
    trained = losses.mul(0).add(losses.index.to_numpy(float), axis=0)
    return prices.error * losses, trained


def _least(errors: pd.DataFrame, trained: pd.DataFrame, fit: float) -> pd.Series:
    return (errors + fit * trained).min()
