"""The best setting of each strategy that was searched, the best of all first."""

import pandas as pd

from retrainlab.reports.analysis.actions import actions
from retrainlab.reports.text.format import listed, money, three_digits


def best_of_each(runs: pd.DataFrame, currency: str | None = None) -> str:
    """Return a sentence; empty for fewer than two strategies that retrain.

    A setting that never retrained is never by another name, and left out. runs: of one scenario, a
    row a cell. currency: of the costs.
    """
    acted = actions(runs).groupby(runs["label"].astype(str)).max() > 0
    is_named = runs["never"] | runs["label"].astype(str).map(acted)
    tried = runs[(runs["role"] == "strategy") & is_named]
    mean = tried.groupby(["strategy", "label"], observed=True)["cost"].mean()
    best = mean[mean.groupby("strategy").idxmin()].sort_values(kind="stable")
    retraining = tried[~tried["never"]]
    if retraining["strategy"].nunique() < 2:
        return ""
    labels = best.index.get_level_values("label")
    pairs = zip(labels, best, strict=True)
    first, *others = [f"{label} ({money(three_digits(cost), currency)})" for label, cost in pairs]
    return f"Best of all: {first}. Best of each other strategy: {listed(others)}."
