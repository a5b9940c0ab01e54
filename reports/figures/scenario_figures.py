"""All figures of a scenario, as files and as text for the page."""

import math
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from retrainlab.reports.analysis.candidates import INCUMBENT
from retrainlab.reports.analysis.cost_curve import CostCurve, cheapest, plane_of
from retrainlab.reports.analysis.decision import Decision
from retrainlab.reports.analysis.how_often import by_price
from retrainlab.reports.analysis.parameters import Parameter
from retrainlab.reports.analysis.references import oracle_cost, oracle_of
from retrainlab.reports.analysis.summary import by_seed
from retrainlab.reports.analysis.tables import Tables
from retrainlab.reports.figures.bars import breakdown
from retrainlab.reports.figures.canvas import theme
from retrainlab.reports.figures.forecast import forecast_figures
from retrainlab.reports.figures.heatmap import surface
from retrainlab.reports.figures.inline import Picture, picture
from retrainlab.reports.figures.intervals import Shape, intervals
from retrainlab.reports.figures.parameter import parameter_curve
from retrainlab.reports.figures.price_strips import price_strips
from retrainlab.reports.figures.prices import best_by_price
from retrainlab.reports.figures.seeds import by_seeds
from retrainlab.reports.figures.timeline import close_up, measure, timeline, whole
from retrainlab.reports.figures.tradeoff import tradeoff
from retrainlab.reports.text.decision import mark_of_choice
from retrainlab.reports.text.format import in_currency, percent, slug
from retrainlab.reports.text.price_words import units_of
from retrainlab.reports.text.values import named

LINES, BASELINES = 6, 2
COSTS = (
    "total cost",
    "cost of retraining",
    "regret",
    "price of a retraining",
)  # how the labels of axes begin that are in the currency


def pictures(
    tables: Tables,
    rows: pd.DataFrame,
    decision: Decision,
    name: str,
    curves: list[CostCurve],
    folder: Path,
) -> list[Picture]:
    """Draw a scenario's figures, write them into the folder and return them for the page.

    tables: of the scenario. rows: its part of `reports.summary`. curves: of the scenario.
    """
    info = tables.manifest.scenarios[name]
    metric, unit = info.metric, info.tick_name
    currency = tables.manifest.prices.currency
    served = [*leaders(rows), *_chosen_baseline(decision)]
    with theme():
        figures = {
            "tradeoff": tradeoff(
                rows, decision.choice, name, metric, currency, mark_of_choice(decision)
            ),
            "interval": intervals(
                tables,
                decision.choice,
                name,
                unit,
                cheapest(curves),
                oracle_cost(tables).mean,
                _law(tables, name, cheapest(curves)),
                mark_of_choice(decision),
            ),
            **_searched(tables, name, unit, curves),
            "costs": breakdown(_shown(rows), name, currency),
            **_strips(tables, decision, name),
            **_seeds(tables, rows, name),
            **forecast_figures(tables, decision, name),
            "timeline": timeline(tables, served, f"{name} over time", info, whole(tables)),
        }
        near = close_up(tables, info)
        if near:
            figures["closeup"] = timeline(tables, served, f"{name} while it drifts", info, near)
        for figure in figures.values():
            name_currency(figure, currency)
        alts = _words(rows, decision, name, metric, measure(tables, info))
        return [_picture(figure, kind, name, alts, folder) for kind, figure in figures.items()]


def name_currency(figure: Figure, currency: str | None) -> None:
    """Add the currency to the labels of axes that show a cost."""
    for axes in figure.axes if currency else ():
        for axis in (axes.xaxis, axes.yaxis):
            label = axis.get_label_text()
            if label.startswith(COSTS):
                axis.set_label_text(in_currency(label, currency))


def _picture(figure: Figure, kind: str, name: str, alts: dict[str, str], folder: Path) -> Picture:
    """Write a figure of a scenario; kind: what it shows, then whose it is."""
    alt = alts.get(kind, f"{name}: {kind}.")
    png = folder / f"{slug(name)}-{slug(kind)}.png"
    return picture(figure, kind.split()[0], png, f"{name}, {kind}", alt)


def _shown(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the cheapest setting of each strategy, of what was done, of the better baselines."""
    baselines = rows.loc[rows["role"] == "baseline", "label"].tolist()[:BASELINES]
    done = rows.loc[rows["role"] == INCUMBENT, "label"].tolist()
    return rows.set_index("label").loc[[*leaders(rows), *done, *baselines]].reset_index()


def _strips(tables: Tables, decision: Decision, name: str) -> dict[str, Figure]:
    """Draw which price decides, where one has been looked at."""
    strips = price_strips(
        decision.sensitivity,
        units_of(tables.manifest, name),
        name,
        tables.manifest.prices.currency,
    )
    return {} if strips is None else {"sensitivity": strips}


def _seeds(tables: Tables, rows: pd.DataFrame, name: str) -> dict[str, Figure]:
    """Draw every seed, where there are several."""
    costs, shown = by_seed(tables.runs), leaders(rows)
    if len(costs) < 2:
        return {}
    strategy_of = dict(zip(rows["label"], rows["strategy"], strict=True))
    return {
        "seeds": by_seeds(
            costs[shown],
            oracle_of(tables)["cost"],
            strategy_of,
            name,
            tables.manifest.prices.currency,
        )
    }


def _law(tables: Tables, name: str, curve: CostCurve | None) -> Shape | None:
    """Return law 2, C / T + K s T / 2 a tick, where the stream has it and a window is trained on.

    T ticks serve models of ages 0 to T - 1, so the mean age is (T - 1) / 2.
    """
    staleness = float(tables.manifest.scenarios[name].staleness)
    if curve is None or math.isnan(staleness):
        return None
    if not math.isfinite(tables.manifest.strategies[curve.choice].window):
        return None
    ticks, rows = (float(tables.runs[column].max()) for column in ("ticks", "rows"))
    error, fit = (tables.manifest.prices.error, tables.manifest.prices.fit)
    return lambda every: ticks * fit / every + error * staleness * rows * (every - 1) / 2


def _searched(tables: Tables, name: str, unit: str, curves: list[CostCurve]) -> dict[str, Figure]:
    """Draw what a search adds: curves of other parameters, pairs, and T* at other prices."""
    figures: dict[str, Figure] = {}
    prices = tables.manifest.prices
    for curve in curves:
        strategy, path = curve.strategy, curve.parameter.path
        searched = tables.manifest.search.get(strategy, [])
        if path not in searched:
            continue
        if not curve.is_interval:
            held = "".join(f", {named(value, other, unit)}" for other, value in curve.held)
            oracle = oracle_cost(tables).mean
            figures[f"parameter {strategy} {path}"] = parameter_curve(curve, name, held, oracle)
        elif (sweep := by_price(curve, tables)) is not None:
            drawing = best_by_price(curve, sweep, prices.error, prices.fit, name, unit)
            figures[f"price {strategy}"] = drawing
        if curve.held and path == searched[0]:
            plane = plane_of(tables, strategy, searched)
            first, second = _axis(curve.parameter), _axis(curve.held[0][0])
            figures[f"surface {strategy}"] = surface(plane, strategy, name, (first, second))
    return figures


def _axis(parameter: Parameter) -> str:
    """Return what an axis says of a parameter."""
    return f"{parameter.path} (ticks)" if parameter.sets else parameter.path


def leaders(rows: pd.DataFrame) -> list[str]:
    """Return the cheapest label of each strategy, never among them, by cost; at most six."""
    strategies = rows[rows["role"] == "strategy"].drop_duplicates("strategy")
    is_never = strategies["never"]
    kept = strategies[is_never | ((~is_never).cumsum() < LINES)]
    return [str(label) for label in kept["label"]]


def _chosen_baseline(decision: Decision) -> list[str]:
    """Return the baseline that is recommended, if one is: it is drawn beside the strategies."""
    return [decision.choice] if decision.kind == "baseline" else []


def _words(
    rows: pd.DataFrame, decision: Decision, name: str, metric: str, measured: str
) -> dict[str, str]:
    """Alternative texts by figure; measured: what is drawn over time."""
    strategies = rows[rows["role"] == "strategy"]
    low, high = percent(strategies["score"].min()), percent(strategies["score"].max())
    return {
        "tradeoff": (
            f"{name}: {metric} against the cost of retraining for {len(strategies)} strategies, "
            f"from {low} to {high}, with the Pareto frontier; {mark_of_choice(decision)}: "
            f"{decision.choice}."
        ),
        "interval": (
            f"{name}: total cost against the interval between retrainings; the cheapest strategy "
            f"is {decision.best}."
        ),
        "timeline": (
            f"{name}: {measured} over time for the best setting of each strategy, drifts shaded, "
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
        "sensitivity": (
            f"{name}: what is recommended as each price goes from a tenth to ten times the study's."
        ),
        "closeup": f"{name}: the same while it drifts, drawn larger and smoothed less.",
    }
