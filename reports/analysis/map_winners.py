"""The map of strategies: which one is cheapest, over a scenario's option and a retraining's price.

Prices are put on the saved quantities afterwards, so that one replay serves every price.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from retrainlab.reports.analysis.statistics import corrected, half_width, paired
from retrainlab.reports.analysis.summary import by_seed, never_of
from retrainlab.reports.analysis.tables import Tables
from retrainlab.sim.errors import require
from retrainlab.sim.prices import Prices, cost_parts, price

COLUMNS = (
    *("value", "price", "label", "strategy", "role", "cost", "seeds"),
    *("runner_up", "margin", "margin_low", "margin_high", "significant"),
)


def map_of(tables: Tables) -> pd.DataFrame:
    """Return the map that a study was made for, a row a cell, as `strategy_map` does."""
    about, prices = tables.manifest.map, tables.manifest.prices
    assert about is not None
    finished = {name: about.values[name] for name in tables.scenarios}
    return strategy_map(tables.runs, finished, prices, about.prices)


def strategy_map(
    runs: pd.DataFrame, values: Mapping[str, float], prices: Prices, fits: Sequence[float]
) -> pd.DataFrame:
    """Return a row a value and price of a retraining: what is cheapest there, and by how much.

    runs: a row a cell, as saved (docs/tables.md). values: of each scenario. fits: prices of a
    retraining; the other prices stay as they are.
    label: the cell with the lowest mean cost; strategy and role are its own. runner_up: the best
    cell of another strategy. margin: how many percent of the runner-up's cost are saved, with
    Student's 95 % interval, paired by seed; nan where the runner-up costs nothing or less.
    significant: whether every cell of every other strategy is dearer beyond noise, all compared
    at once (`reports.analysis.statistics.corrected`).
    Cells that failed on a seed are left out; those that never retrained are those of `never`.
    Raises `InputError` if a scenario has a single strategy, or none that finished on every seed.
    """
    records = []
    for scenario, value in values.items():
        own = _contestants(runs[runs["scenario"] == scenario], scenario)
        roles = own.drop_duplicates("label").set_index("label")[["strategy", "role"]]
        paid = {part.quantity: own[part.quantity] for part in cost_parts(prices)}
        for fit in fits:
            costs = by_seed(own.assign(cost=price(paid, replace(prices, fit=fit))["cost"]))
            records.append({"value": value, "price": fit, **_cheapest(costs, roles)})
    return pd.DataFrame(records, columns=[*COLUMNS])


def _contestants(runs: pd.DataFrame, scenario: str) -> pd.DataFrame:
    """Leave out cells that failed on a seed, and those that are `never` under another name."""
    cells = runs.groupby("label").agg(
        seeds=("seed", "size"),
        strategy=("strategy", "first"),
        role=("role", "first"),
        never=("never", "first"),
        trained=("retrainings", "sum"),
    )
    idle = cells["role"].eq("strategy") & cells["trained"].eq(0) & ~cells["never"]
    whole = cells["seeds"].eq(runs["seed"].nunique())
    kept = cells[whole & ~(idle & (never_of(runs) is not None))]
    require(
        kept["strategy"].nunique() > 1,
        f"{scenario} has no two strategies that finished on every seed; a map compares them",
    )
    return runs[runs["label"].isin(kept.index)]


def _cheapest(costs: pd.DataFrame, roles: pd.DataFrame) -> dict[str, Any]:
    """Compare the cells of one value at one price; costs: (seeds, labels)."""
    means = costs.mean().sort_values(kind="stable")
    best = str(means.index[0])
    strategy = roles["strategy"][best]
    others = [str(label) for label in means.index if roles["strategy"][label] != strategy]
    gaps = costs[others].sub(costs[best], axis=0)
    halves = gaps.apply(half_width, confidence=corrected(len(means) - 1))
    gap, whole = paired(costs[others[0]], costs[best]), float(means[others[0]])
    percent = 100 / whole if whole > 0 else float("nan")
    return {
        "label": best,
        "strategy": strategy,
        "role": roles["role"][best],
        "cost": float(means[best]),
        "seeds": len(costs),
        "runner_up": others[0],
        "margin": gap.mean * percent,
        "margin_low": (gap.mean - gap.half) * percent,
        "margin_high": (gap.mean + gap.half) * percent,
        "significant": bool((gaps.mean() > halves).all()),
    }
