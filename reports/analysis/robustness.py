"""Robustness: what one setting costs in every scenario, where nobody knows which one will come."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from retrainlab.reports.results.tables import Tables


@dataclass(frozen=True, eq=False)
class Robustness:
    """Costs of settings over scenarios.

    excess: (labels, scenarios) cost above the cheapest setting of the scenario, as a share of it.
    strategy: of each label. minimax: the label whose highest excess is lowest.
    """

    excess: pd.DataFrame
    strategy: dict[str, str]
    minimax: str

    @property
    def worst(self) -> pd.Series:
        """The highest excess of each label."""
        return self.excess.max(axis=1)


def robustness(tables: Tables, policy: str | None = None) -> Robustness | None:
    """Return a row for the best setting of each strategy, by its highest excess.

    Settings count that have a result in every scenario; policy: label of today's, which is always a
    row. None for one scenario, for a sweep, or where no setting is everywhere.
    """
    runs = tables.runs[tables.runs["role"] == "strategy"]
    if len(tables.scenarios) < 2 or tables.manifest.sweep is not None:
        return None
    costs = runs.pivot_table(index="label", columns="scenario", values="cost", observed=True)
    costs = costs.dropna()[tables.scenarios]
    if costs.empty or not (costs.min() > 0).all():
        return None
    every = runs.groupby("scenario", observed=True)
    least = every[["label", "cost"]].apply(lambda part: part.groupby("label")["cost"].mean().min())
    excess = costs / least[tables.scenarios] - 1
    named = runs.drop_duplicates("label")
    strategy = dict(zip(map(str, named["label"]), map(str, named["strategy"]), strict=True))
    worst = excess.max(axis=1)
    best = worst.groupby([strategy[str(label)] for label in worst.index]).idxmin()
    kept = excess.index.isin([*best, policy])
    order = np.argsort(worst[kept].to_numpy(), kind="stable")
    return Robustness(excess[kept].iloc[order], strategy, str(worst.idxmin()))
