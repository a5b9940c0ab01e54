"""The map of strategies: which one is cheapest, over a scenario's option and a retraining's price.

Prices are put on the saved quantities afterwards, so that one replay serves every price.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from retrainlab.reports.decision.actions import actions
from retrainlab.reports.decision.candidates import INCUMBENT
from retrainlab.reports.decision.repriced import quantities_of
from retrainlab.reports.decision.statistics import half_width, paired
from retrainlab.reports.decision.summary import never_of
from retrainlab.reports.results.following import Following
from retrainlab.reports.results.tables import Tables
from retrainlab.sim.errors import require
from retrainlab.sim.multiple_comparisons import bonferroni
from retrainlab.sim.prices import Prices, price

RunsAt = Callable[[str, Prices], pd.DataFrame]  # of a scenario
COLUMNS = (
    *("value", "price", "label", "strategy", "role", "cost", "seeds"),
    *("runner_up", "margin", "margin_low", "margin_high", "significant", "open_against"),
)


def map_of(tables: Tables) -> pd.DataFrame:
    """Return the map that a study was made for, a row a cell, as `strategy_map` does."""
    info, prices = tables.manifest.map, tables.manifest.prices
    assert info is not None
    finished = {name: info.values[name] for name in tables.scenarios}
    following = {name: Following(tables.of(name)) for name in finished}
    return _map(lambda name, at: following[name].at(at).runs, finished, prices, info.prices)


def strategy_map(
    runs: pd.DataFrame, values: Mapping[str, float], prices: Prices, fits: Sequence[float]
) -> pd.DataFrame:
    """Return a row a value and price of a retraining: what is cheapest there, and by how much.

    runs: a row a cell, as saved (docs/tables.md). values: of each scenario. fits: prices of a
    retraining; the other prices stay as they are.
    label: the cell with the lowest mean cost; strategy and role are its own. runner_up: the best
    cell of another strategy. margin: how many percent of the runner-up's cost are saved, with
    its 95 % interval, paired by seed and all compared at once (Bonferroni); nan where the runner-up
    costs nothing or less. significant: whether every cell of every other strategy is significantly
    more expensive, by the same intervals. open_against: the cell of another strategy of which that
    is least sure; empty where it is significant.
    Cells that failed on a seed are left out; those that never retrained are those of `never`.
    Raises `InputError` if a scenario has a single strategy, or none that finished on every seed.
    """
    return _map(lambda name, _: runs[runs["scenario"] == name], values, prices, fits)


def _map(
    runs_at: RunsAt, values: Mapping[str, float], prices: Prices, fits: Sequence[float]
) -> pd.DataFrame:
    """Return the map; runs_at: gives the runs of a scenario at prices, which settings follow."""
    records = []
    for scenario, value in values.items():
        for fit in fits:
            at = prices.at_fit(fit)
            cells = _contestants(runs_at(scenario, at), scenario)
            roles = cells.drop_duplicates("label").set_index("label")[["strategy", "role"]]
            winner = _cheapest(price(quantities_of(cells, prices), at)["cost"], roles)
            records.append({"value": value, "price": fit, **winner})
    return pd.DataFrame(records, columns=[*COLUMNS])


def _contestants(runs: pd.DataFrame, scenario: str) -> pd.DataFrame:
    """Leave out cells that failed on a seed, and those that are `never` under another name."""
    cells = (
        runs.assign(actions=actions(runs))
        .groupby("label")
        .agg(
            seeds=("seed", "size"),
            strategy=("strategy", "first"),
            role=("role", "first"),
            never=("never", "first"),
            actions=("actions", "sum"),
        )
    )
    idle = cells["role"].eq("strategy") & cells["actions"].eq(0) & ~cells["never"]
    whole = cells["seeds"].eq(runs["seed"].nunique())
    kept = cells[whole & cells["role"].ne(INCUMBENT) & ~(idle & (never_of(runs) is not None))]
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
    confidence = bonferroni(len(means) - 1)
    gaps = costs[others].sub(costs[best], axis=0)
    low = (gaps.mean() - gaps.apply(half_width, confidence=confidence)).to_numpy()
    gap = paired(costs[others[0]], costs[best], confidence)
    whole = float(means[others[0]])
    percent = 100 / whole if whole > 0 else float("nan")
    is_significant = bool((low > 0).all())
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
        "significant": is_significant,
        "open_against": "" if is_significant else others[int(np.argmin(low))],
    }
