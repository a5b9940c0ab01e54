"""How often: the best value of each parameter that a study tried, from its tables alone."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from retrainlab.reports.decision.actions import actions
from retrainlab.reports.decision.candidates import Candidates
from retrainlab.reports.decision.equal_costs import larger_first
from retrainlab.reports.decision.summary import by_seed, candidates, never_of
from retrainlab.reports.results.decision import Comparison
from retrainlab.reports.results.parameters import Parameter, parameter_of, parameters, settings
from retrainlab.reports.results.tables import Tables
from retrainlab.sim.optimum.optimum import Optimum, optimum, optimum_in_time
from retrainlab.sim.stream import Floats

FEWEST = 3


@dataclass(frozen=True, eq=False)
class CostCurve:
    """Total cost over the values of one parameter of a strategy, all else held at its best.

    values: (V,) ascending, in ticks where the parameter sets the interval or the window, with
    never as inf where it was in the study. labels: (V,) of the cells. costs: (seeds, V). saving: of
    the best finite value against never, by the test of the decision. held: the other parameter and
    its value, if there are two. acted: whether anything was retrained at any value.
    """

    scenario: str
    strategy: str
    parameter: Parameter
    values: Floats
    labels: tuple[str, ...]
    costs: pd.DataFrame
    best: Optimum
    saving: Comparison | None
    held: tuple[tuple[Parameter, float], ...] = ()
    acted: bool = True

    @property
    def choice(self) -> str:
        """Label of the cell at the best finite value."""
        return self.labels[int(np.searchsorted(self.values, self.best.finite))]

    @property
    def in_time(self) -> bool:
        """Whether the interval comes from blocks of one stream."""
        return len(self.costs) == 1

    @property
    def is_interval(self) -> bool:
        """Whether the values are intervals between retrainings."""
        return self.parameter.sets == "interval"


def curves(tables: Tables) -> list[CostCurve]:
    """Return a curve for each parameter of each strategy of each scenario with enough values.

    Parameters are those that the manifest says were searched, else the interval of schedules.
    """
    result = []
    for scenario in tables.scenarios:
        one = tables.of(scenario)
        competitors = candidates(one)
        for strategy, runs in one.runs[one.runs["role"] == "strategy"].groupby("strategy"):
            result += list(_of_strategy(one, competitors, scenario, str(strategy), runs))
    return result


def cheapest(curves: list[CostCurve]) -> CostCurve | None:
    """Return the curve of the cheapest schedule; None where none retrained at any interval."""
    schedules = [curve for curve in curves if curve.is_interval and curve.acted]
    return min(schedules, key=lambda curve: curve.best.cost, default=None)


def points(frame: pd.DataFrame, chosen: Sequence[Parameter]) -> pd.DataFrame:
    """Return a row a label: the value of each parameter as a number, in columns of their paths.

    frame: of `settings`. Those without a value are left out.
    """
    columns = {p.path: frame[p.sets or p.path] for p in chosen if p.path in frame}
    values = pd.DataFrame(columns, index=frame.index).apply(pd.to_numeric, errors="coerce")
    return values.dropna()


def _of_strategy(
    one: Tables, competitors: Candidates, scenario: str, strategy: str, runs: pd.DataFrame
) -> Iterator[CostCurve]:
    frame = settings(one.manifest.infos(strategy, runs["label"]))
    chosen = _chosen(frame, one.manifest.search.get(strategy))
    values = points(frame, chosen)
    if values.empty:
        return
    best = str(by_seed(runs).mean()[larger_first(values.index)].idxmin())
    values = values[_same(frame, {p.path for p in chosen}, best)[values.index]]
    for parameter in chosen:
        held = [(p, float(values[p.path][best])) for p in chosen if p != parameter]
        line = values
        for other, value in held:
            line = line[line[other.path] == value]
        if line[parameter.path].nunique() >= FEWEST:
            curve = _curve(one, scenario, strategy, parameter, line[parameter.path], tuple(held))
            yield from [] if curve is None else [_with_saving(curve, competitors)]


def _chosen(frame: pd.DataFrame, searched: list[str] | None) -> list[Parameter]:
    """Return the parameters that were searched, else the one that sets the interval."""
    if searched is not None:
        return [parameter_of(frame, path) for path in searched if path in frame]
    return [p for p in parameters(frame) if p.sets == "interval"][:1]


def _curve(
    one: Tables,
    scenario: str,
    strategy: str,
    parameter: Parameter,
    line: pd.Series,
    held: tuple[tuple[Parameter, float], ...],
) -> CostCurve | None:
    """Return the curve over the values of a line, by label; None if too few seeds have them all.

    A value at which nothing was ever retrained is never by another name, and left out beside it
    and values at which something was.
    """
    line, never = line.sort_values(), never_of(one.runs)
    acted = actions(one.runs).groupby(one.runs["label"].astype(str)).max()
    active = line[acted[[*map(str, line.index)]].to_numpy() > 0]
    line = active if never and len(active) else line
    labels = [*map(str, line.index), *([never] if never else [])]
    values = np.array([*line, *([math.inf] if never else [])])
    costs = by_seed(one.runs)[labels].dropna()
    if costs.empty or len(costs) == 1 < one.runs["seed"].nunique():
        return None
    best = _best(one, values, labels, costs, _block(one, parameter, held))
    return CostCurve(
        *(scenario, strategy, parameter, values, tuple(labels), costs, best, None, held),
        acted=len(active) > 0,
    )


def _with_saving(curve: CostCurve, competitors: Candidates) -> CostCurve:
    """Put what the best finite value saves against never into a curve: one test for all."""
    if competitors.never is None:
        return curve
    saving = competitors.compare(curve.choice, competitors.never)
    best = curve.best.with_saving(saving.saving, saving.low, saving.high)
    return replace(curve, best=best, saving=saving)


def plane_of(tables: Tables, strategy: str, paths: list[str]) -> pd.DataFrame:
    """Return mean costs over two parameters: a column a value of the first, a row of the second."""
    runs = tables.runs[tables.runs["strategy"] == strategy]
    frame = settings(tables.manifest.infos(strategy, runs["label"]))
    places = points(frame, [parameter_of(frame, path) for path in paths])
    cost = by_seed(runs).mean()[places.index]
    return places.assign(cost=cost).pivot(index=paths[1], columns=paths[0], values="cost")


def _same(frame: pd.DataFrame, chosen: set[str], best: str) -> pd.Series:
    """Whether a setting, by label, differs from the best one in the chosen parameters alone."""
    is_same = pd.Series(True, index=frame.index)
    for parameter in parameters(frame):
        if parameter.path not in chosen:
            column = frame[parameter.path].astype(str)
            is_same &= column == column[best]
    return is_same


def _block(
    one: Tables, parameter: Parameter, held: tuple[tuple[Parameter, float], ...]
) -> int | None:
    """Return ticks that a block of time has to cover: one retraining is felt until the next.

    None where the parameter sets the interval itself, which `optimum_in_time` knows.
    """
    if parameter.sets == "interval":
        return None
    intervals = [value for other, value in held if other.sets == "interval"]
    return math.ceil(max(math.sqrt(float(one.runs["ticks"].max())), *intervals, 0))


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


def table(curves: list[CostCurve]) -> pd.DataFrame:
    """Return a row a curve, to be saved: what was searched, the best, its interval and band."""
    return pd.DataFrame([_row(curve) for curve in curves])


def _row(curve: CostCurve) -> dict[str, Any]:
    best = curve.best
    return {
        "scenario": curve.scenario,
        "strategy": curve.strategy,
        "parameter": curve.parameter.path,
        "held": ", ".join(f"{parameter.path}={value:g}" for parameter, value in curve.held),
        "label": curve.choice,
        "values": len(curve.values),
        "best": best.value,
        "best_finite": best.finite,
        "low": best.low,
        "high": best.high,
        "flat_low": best.flat_low,
        "flat_high": best.flat_high,
        "edge": best.edge,
        "pays": best.pays,
        "cost": best.cost,
        "saving": best.saving,
        "saving_low": best.saving_low,
        "saving_high": best.saving_high,
        "draws": best.draws,
        "over": "blocks of time" if curve.in_time else "seeds",
    }
