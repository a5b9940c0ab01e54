"""All figures of a scenario, as files and as text for the page."""

import math
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from retrainlab.reports.analysis.cost_curve import INTERVAL, CostCurve, cheapest, plane_of
from retrainlab.reports.analysis.decision import Decision
from retrainlab.reports.analysis.how_often import by_price
from retrainlab.reports.analysis.references import oracle_cost, oracle_of
from retrainlab.reports.analysis.summary import by_seed
from retrainlab.reports.analysis.tables import Tables
from retrainlab.reports.figures.bars import breakdown
from retrainlab.reports.figures.canvas import theme
from retrainlab.reports.figures.heatmap import surface
from retrainlab.reports.figures.inline import Picture, picture
from retrainlab.reports.figures.intervals import Shape, intervals
from retrainlab.reports.figures.parameter import knob_curve
from retrainlab.reports.figures.prices import best_by_price
from retrainlab.reports.figures.seeds import by_seeds
from retrainlab.reports.figures.timeline import close_up, timeline, whole
from retrainlab.reports.figures.tradeoff import tradeoff
from retrainlab.reports.text.format import percent, slug
from retrainlab.reports.text.how_often import named

LINES, BASELINES = 6, 2


def pictures(
    tables: Tables,
    rows: pd.DataFrame,
    decision: Decision,
    name: str,
    found: list[CostCurve],
    folder: Path,
) -> list[Picture]:
    """Draw a scenario's figures, write them into the folder and return them for the page.

    tables: of the scenario. rows: its part of `reports.summary`. found: its curves.
    """
    about = tables.manifest.scenarios[name]
    metric, unit, best = about.metric, about.tick_name, leaders(rows)
    with theme():
        figures = {
            "tradeoff": tradeoff(rows, decision.choice, name, metric),
            "interval": intervals(
                tables.runs,
                decision.choice,
                name,
                unit,
                cheapest(found),
                oracle_cost(tables).mean,
                _law(tables, name, cheapest(found)),
            ),
            **_searched(tables, name, unit, found),
            "costs": breakdown(_shown(rows), name),
            **_seeds(tables, rows, name),
            "timeline": timeline(tables, best, f"{name} over time", about, whole(tables)),
        }
        near = close_up(tables, about)
        if near:
            figures["closeup"] = timeline(tables, best, f"{name} while it drifts", about, near)
        alts = _words(rows, decision, name, metric)
        drawn = []
        for kind, figure in figures.items():
            alt = alts.get(kind, f"{name}: {kind}.")
            png = folder / f"{slug(name)}-{slug(kind)}.png"
            drawn.append(picture(figure, kind.split()[0], png, f"{name}, {kind}", alt))
    return drawn


def _shown(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the cheapest setting of each strategy, then of the better baselines."""
    baselines = rows.loc[rows["kind"] == "baseline", "label"].tolist()[:BASELINES]
    return rows.set_index("label").loc[[*leaders(rows), *baselines]].reset_index()


def _seeds(tables: Tables, rows: pd.DataFrame, name: str) -> dict[str, Figure]:
    """Draw every seed, where there are several."""
    costs, shown = by_seed(tables.runs), leaders(rows)
    if len(costs) < 2:
        return {}
    strategy_of = dict(zip(rows["label"], rows["strategy"], strict=True))
    return {"seeds": by_seeds(costs[shown], oracle_of(tables)["cost"], strategy_of, name)}


def _law(tables: Tables, name: str, curve: CostCurve | None) -> Shape | None:
    """Return law 2, C / T + K s T / 2 a tick, where the stream has it and a window is trained on.

    T ticks serve models of ages 0 to T - 1, so the mean age is (T - 1) / 2.
    """
    staleness = float(tables.manifest.scenarios[name].staleness)
    if curve is None or math.isnan(staleness):
        return None
    if "last" not in str(tables.manifest.strategies[curve.choice].what):
        return None
    ticks, rows = (float(tables.runs[column].max()) for column in ("ticks", "rows"))
    error, fit = (tables.manifest.prices.error, tables.manifest.prices.fit)
    return lambda every: ticks * fit / every + error * staleness * rows * (every - 1) / 2


def _searched(tables: Tables, name: str, unit: str, found: list[CostCurve]) -> dict[str, Figure]:
    """Draw what a search adds: curves of other knobs, pairs of knobs, and T* at other prices."""
    figures: dict[str, Figure] = {}
    prices = tables.manifest.prices
    for curve in found:
        searched = tables.manifest.search.get(curve.strategy, [])
        if curve.knob not in searched:
            continue
        held = "".join(f", {named(value, knob, unit)}" for knob, value in curve.held)
        if curve.knob != INTERVAL:
            drawn = knob_curve(curve, name, held, oracle_cost(tables).mean)
            figures[f"knob {curve.strategy} {curve.knob}"] = drawn
        elif (sweep := by_price(curve, tables)) is not None:
            drawn = best_by_price(curve, sweep, prices.error, prices.fit, name, unit)
            figures[f"price {curve.strategy}"] = drawn
        if curve.held and curve.knob == searched[0]:
            plane = plane_of(tables.runs, curve.strategy, searched)
            axes = (f"{searched[0]} (ticks)", f"{searched[1]} (ticks)")
            figures[f"surface {curve.strategy}"] = surface(plane, curve.strategy, name, axes)
    return figures


def leaders(rows: pd.DataFrame) -> list[str]:
    """Return the cheapest label of each strategy, never among them, by cost; at most six."""
    strategies = rows[rows["kind"] == "strategy"].drop_duplicates("strategy")
    is_never = strategies["strategy"] == "never"
    kept = strategies[is_never | ((~is_never).cumsum() < LINES)]
    return [str(label) for label in kept["label"]]


def _words(rows: pd.DataFrame, decision: Decision, name: str, metric: str) -> dict[str, str]:
    strategies = rows[rows["kind"] == "strategy"]
    low, high = percent(strategies["score"].min()), percent(strategies["score"].max())
    return {
        "tradeoff": (
            f"{name}: {metric} against the cost of retraining for {len(strategies)} strategies, "
            f"from {low} to {high}, with the efficient frontier; {decision.choice} is recommended."
        ),
        "interval": (
            f"{name}: total cost against the interval between retrainings; the cheapest strategy "
            f"is {decision.best}."
        ),
        "timeline": (
            f"{name}: {metric} over time for the best setting of each strategy, drifts shaded, "
            "and below it the models that served, the retrainings and the alarms."
        ),
        "costs": (
            f"{name}: mean total cost of the best setting of each strategy, split into what it was "
            "spent on."
        ),
        "seeds": (
            f"{name}: cost of the best setting of each strategy on every seed, with means and "
            "intervals."
        ),
        "closeup": f"{name}: the same while it drifts, drawn larger and smoothed less.",
    }
