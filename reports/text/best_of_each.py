"""The best setting of each strategy that was searched, the best of all first."""

import pandas as pd

from retrainlab.reports.decision.actions import actions
from retrainlab.reports.decision.equal_costs import larger_first
from retrainlab.reports.text.format import listed, money, three_digits


def best_of_each(runs: pd.DataFrame, currency: str | None = None) -> str:
    """Return a sentence; empty for fewer than two strategies that retrain.

    A setting that never retrained is never by another name, and left out. runs: of one scenario, a
    row a cell. currency: of the costs.
    """
    acted = actions(runs).groupby(runs["label"].astype(str)).max() > 0
    is_named = runs["never"] | runs["label"].astype(str).map(acted)
    tried = runs[(runs["role"] == "strategy") & is_named]
    by_label = tried.astype({"strategy": str, "label": str}).groupby("label")
    settings = by_label.agg({"strategy": "first", "never": "first", "cost": "mean"})
    settings = settings.loc[larger_first(settings.index)]
    best = settings.loc[settings.groupby("strategy")["cost"].idxmin()]
    best = best.sort_values(["cost", "never"], ascending=[True, False])
    retraining = tried[~tried["never"]]
    if retraining["strategy"].nunique() < 2:
        return ""
    costs = best["cost"].items()
    first, *others = [f"{label} ({money(three_digits(cost), currency)})" for label, cost in costs]
    return f"Best of all: {first}. Best of each other strategy: {listed(others)}."
