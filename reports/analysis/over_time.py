"""One stream tick by tick: what each setting and baseline cost at every tick, at any price."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from retrainlab.reports.analysis.tables import Tables
from retrainlab.sim.optimum.one_stream import spread_evenly
from retrainlab.sim.prices import Prices
from retrainlab.sim.stream import Floats

Costs = dict[str, pd.DataFrame]
PER_RETRAINING = {"row": "rows", "label": "labels", "second": "seconds"}


def costs_over_time(tables: Tables) -> Callable[[Prices, Costs], pd.DataFrame] | None:
    """Return a function of prices and costs by part to (T, labels) costs of each tick.

    tables: of one scenario. None where it has several streams. A column adds up to the total cost:
    what a retraining cost is spread evenly from its tick to the one before the next, and what was
    spent without one (labels that a monitor read) over all ticks.
    """
    if tables.runs["seed"].nunique() > 1:
        return None
    losses = tables.ticks.pivot(index="tick", columns="label", values="loss")
    trainings = tables.retrainings[tables.retrainings["charged"].astype(bool)]

    def at(prices: Prices, parts: Costs) -> pd.DataFrame:
        spent = _spent(trainings, prices, losses)
        total = parts["cost_retraining"].iloc[0].reindex(losses.columns).fillna(0.0).to_numpy()
        rest = (total - spent.sum(axis=0)) / len(losses)
        return prices.error * losses + spread_evenly(spent) + rest

    return at


def _spent(trainings: pd.DataFrame, prices: Prices, losses: pd.DataFrame) -> Floats:
    """(T, labels) what the retrainings cost, at the ticks of their decisions."""
    amounts = np.full(len(trainings), float(prices.fit))
    for price, column in PER_RETRAINING.items():
        amounts += getattr(prices, price) * trainings[column].to_numpy(float)
    spent = np.zeros(losses.shape)
    rows = losses.index.get_indexer(pd.Index(trainings["decided"]))
    np.add.at(spent, (rows, losses.columns.get_indexer(pd.Index(trainings["label"]))), amounts)
    return spent
