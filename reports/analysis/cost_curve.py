"""How often: the best value of each knob that a study tried, from its tables alone."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from retrainlab.reports.analysis.summary import by_seed, never_of
from retrainlab.reports.analysis.tables import Tables
from retrainlab.sim.optimum.optimum import Optimum, optimum, optimum_in_time
from retrainlab.sim.stream import Floats

FEWEST = 3
INTERVAL, PHASE, WINDOW = "when.ticks", "when.phase", "what.ticks"


@dataclass(frozen=True, eq=False)
class CostCurve:
    """Total cost over the values of one knob of a strategy, all else held at its best.

    values: (V,) ascending, with never as inf where it was in the study. labels: (V,) of the cells.
    costs: (seeds, V). held: the other knob and its value, if there are two.
    """

    scenario: str
    strategy: str
    knob: str
    values: Floats
    labels: tuple[str, ...]
    costs: pd.DataFrame
    best: Optimum
    held: tuple[tuple[str, float], ...] = ()

    @property
    def choice(self) -> str:
        """Label of the cell at the best finite value."""
        return self.labels[int(np.searchsorted(self.values, self.best.finite))]

    @property
    def in_time(self) -> bool:
        """Whether the interval comes from blocks of one stream."""
        return len(self.costs) == 1


def curves(tables: Tables) -> list[CostCurve]:
    """Return a curve for each knob of each strategy of each scenario that has enough values.

    Knobs are those that the manifest says were searched, else the interval of schedules.
    """
    found = []
    for scenario in tables.scenarios:
        one = tables.of(scenario)
        for strategy, runs in one.runs[one.runs["kind"] == "strategy"].groupby("strategy"):
            knobs = tables.manifest.search.get(str(strategy), [INTERVAL])
            found += list(_of_strategy(one, scenario, str(strategy), runs, knobs))
    return found


def cheapest(found: list[CostCurve]) -> CostCurve | None:
    """Return the curve of the cheapest schedule; None where no interval was tried."""
    schedules = [curve for curve in found if curve.knob == INTERVAL]
    return min(schedules, key=lambda curve: curve.best.cost, default=None)


def points(runs: pd.DataFrame, knobs: list[str]) -> pd.DataFrame:
    """Return a row a label: the value of each knob as a number, in columns of their paths.

    Cells without a value are left out.
    """
    cells = runs.drop_duplicates("label").set_index("label")
    columns = {knob: cells[f"p_{knob}"] for knob in knobs if f"p_{knob}" in cells}
    frame = pd.DataFrame(columns, index=cells.index).apply(pd.to_numeric, errors="coerce")
    return frame.dropna()


def _of_strategy(
    one: Tables, scenario: str, strategy: str, runs: pd.DataFrame, knobs: list[str]
) -> Iterator[CostCurve]:
    others = [c for c in _parameters(runs) if c not in knobs]
    plain = points(runs, knobs)
    if plain.empty:
        return
    means = by_seed(runs).mean()[plain.index]
    best = str(means.idxmin())
    kept = _same(runs, others, best)
    plain = plain[plain.index.isin(kept)]
    for knob in plain.columns:
        held = {str(c): float(plain[c][best]) for c in plain.columns if c != knob}
        line = plain
        for other, value in held.items():
            line = line[line[other] == value]
        line = line.sort_values(knob)
        if line[knob].nunique() < FEWEST:
            continue
        never = never_of(one.runs)
        labels = [*map(str, line.index), *([never] if never else [])]
        values = np.array([*line[knob], *([math.inf] if never else [])])
        costs = by_seed(one.runs)[labels].dropna()
        if costs.empty:
            continue
        yield CostCurve(
            scenario,
            strategy,
            str(knob),
            values,
            tuple(labels),
            costs,
            _best(one, values, labels, costs, _block(one, str(knob), held)),
            tuple(held.items()),
        )


def plane_of(runs: pd.DataFrame, strategy: str, knobs: list[str]) -> pd.DataFrame:
    """Return mean costs over two knobs: a column a value of the first, a row of the second."""
    own = runs[runs["strategy"] == strategy]
    places = points(own, knobs)
    cost = by_seed(own).mean()[places.index]
    return places.assign(cost=cost).pivot(index=knobs[1], columns=knobs[0], values="cost")


def _parameters(runs: pd.DataFrame) -> list[str]:
    """Paths of the parameters that this strategy has."""
    own = [c for c in runs.columns if c.startswith("p_") and runs[c].notna().any()]
    return [c.removeprefix("p_") for c in own]


def _same(runs: pd.DataFrame, others: list[str], best: str) -> set[str]:
    """Labels of the cells whose other parameters are those of the best one."""
    cells = runs.drop_duplicates("label").set_index("label")
    same = pd.Series(True, index=cells.index)
    for other in others:
        column = cells[f"p_{other}"].astype(str)
        same &= column == column[best]
    return set(same[same].index)


def _block(one: Tables, knob: str, held: dict[str, float]) -> int | None:
    """Return ticks that a block of time has to cover: one retraining is felt until the next.

    None where the knob is the interval itself, which `optimum_in_time` knows.
    """
    if knob == INTERVAL:
        return None
    ticks = float(one.runs["ticks"].max())
    return math.ceil(max(math.sqrt(ticks), held.get(INTERVAL, 0)))


def _best(
    one: Tables, values: Floats, labels: list[str], costs: pd.DataFrame, block: int | None
) -> Optimum:
    """Return the optimum with its interval, over seeds or over blocks of the one stream."""
    options = one.manifest.optimize
    if len(costs) > 1:
        return optimum(values.tolist(), costs.to_numpy(), **options)
    ticks = one.ticks[one.ticks["label"].isin(labels)]
    lost = ticks.pivot(index="tick", columns="label", values="loss")[labels].to_numpy()
    runs = one.runs.set_index("label").loc[labels]
    spent = runs["cost_retraining"].to_numpy()
    price = float(one.manifest.prices.error)
    return optimum_in_time(values.tolist(), lost * price, spent, block, **options)


def table(found: list[CostCurve]) -> pd.DataFrame:
    """Return a row a curve, to be saved: what was searched, the best, its interval and band."""
    return pd.DataFrame([_row(curve) for curve in found])


def _row(curve: CostCurve) -> dict[str, Any]:
    best = curve.best
    return {
        "scenario": curve.scenario,
        "strategy": curve.strategy,
        "knob": curve.knob,
        "held": ", ".join(f"{knob}={value:g}" for knob, value in curve.held),
        "label": curve.choice,
        "values": len(curve.values),
        "best": best.value,
        "best_finite": best.finite,
        "low": best.low,
        "high": best.high,
        "flat_low": best.flat_low,
        "flat_high": best.flat_high,
        "edge": best.edge,
        "decision": best.decision,
        "cost": best.cost,
        "saving": best.saving,
        "saving_low": best.saving_low,
        "saving_high": best.saving_high,
        "draws": best.draws,
        "over": "blocks of time" if curve.in_time else "seeds",
    }
