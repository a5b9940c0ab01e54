"""All figures of a scenario, as files and as text for the page."""

import math
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from retrainlab.reports.analysis.cost_curve import CostCurve, cheapest
from retrainlab.reports.analysis.monitoring import Monitoring
from retrainlab.reports.analysis.saving_parts import SavingParts
from retrainlab.reports.decision.candidates import INCUMBENT
from retrainlab.reports.decision.references import oracle_cost, oracle_of
from retrainlab.reports.decision.summary import by_seed
from retrainlab.reports.drawing.canvas import LARGE, phone, theme
from retrainlab.reports.drawing.inline import Picture, picture
from retrainlab.reports.figures.bars import breakdown
from retrainlab.reports.figures.forecast import forecast_figures
from retrainlab.reports.figures.intervals import Shape, intervals
from retrainlab.reports.figures.monitoring import monitoring_figure
from retrainlab.reports.figures.price_strips import price_strips
from retrainlab.reports.figures.searched import searched_figures
from retrainlab.reports.figures.seeds import by_seeds
from retrainlab.reports.figures.timeline import close_up, measure, timeline, whole
from retrainlab.reports.figures.tradeoff import tradeoff
from retrainlab.reports.figures.waterfall import waterfall
from retrainlab.reports.results.decision import Decision
from retrainlab.reports.results.tables import Tables
from retrainlab.reports.text import findings, monitoring
from retrainlab.reports.text import saving_parts as saving
from retrainlab.reports.text.decision import mark_of_choice
from retrainlab.reports.text.descriptions import descriptions
from retrainlab.reports.text.format import in_currency, listed, shorten, slug
from retrainlab.reports.text.price_words import units_of
from retrainlab.reports.text.provenance import source_line

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
    seen: Monitoring,
    parts: SavingParts | None,
) -> list[Picture]:
    """Draw a scenario's figures, write them into the folder and return them for the page.

    tables: of the scenario. rows: its part of `reports.summary`. curves: of the scenario. seen:
    what a monitor would have shown. parts: of what the choice saves.
    """
    info = tables.manifest.scenarios[name]
    with theme():
        with phone():
            narrow = drawings(tables, rows, decision, name, curves, seen, parts)
        figures = drawings(tables, rows, decision, name, curves, seen, parts)
        for figure in (*figures.values(), *narrow.values()):
            name_currency(figure, tables.manifest.prices.currency)
        alts = descriptions(rows, decision, name, info.metric, measure(tables, info))
        alts |= _of_monitoring(seen, name) | _of_waterfall(parts, decision, name)
        source = source_line(tables)
        return [
            _picture(figure, kind, name, alts, folder, source, narrow[kind])
            for kind, figure in figures.items()
        ]


def drawings(
    tables: Tables,
    rows: pd.DataFrame,
    decision: Decision,
    name: str,
    curves: list[CostCurve],
    seen: Monitoring,
    parts: SavingParts | None,
) -> dict[str, Figure]:
    """Draw all figures of a scenario by what they show; arguments as of `pictures`."""
    metric, currency = tables.manifest.scenarios[name].metric, tables.manifest.prices.currency
    shown = _shown(rows, decision.choice, tables.manifest.current_policy)
    return {
        **_monitoring(tables, seen, name),
        **_waterfall(parts, decision, name),
        "tradeoff": tradeoff(
            rows,
            decision.choice,
            name,
            metric,
            currency,
            mark_of_choice(decision),
            findings.of_scores(decision, metric),
        ),
        "interval": _intervals(tables, decision, name, cheapest(curves)),
        "costs": breakdown(shown, name, currency, findings.of_costs(decision)),
        **_strips(tables, decision, name),
        **forecast_figures(tables, decision, name),
        **searched_figures(tables, name, curves),
        **_seeds(tables, rows, decision, name),
        **_timelines(tables, rows, decision, name),
    }


def _timelines(
    tables: Tables, rows: pd.DataFrame, decision: Decision, name: str
) -> dict[str, Figure]:
    """Draw what decides over time, and once more while it drifts where that is short."""
    info, policy = tables.manifest.scenarios[name], tables.manifest.current_policy
    served = list(dict.fromkeys([decision.choice, *leaders(rows, policy, LINES)]))
    figures = {"timeline": timeline(tables, served, name, info, whole(tables), finding=True)}
    near = close_up(tables, info)
    if near:
        figures["closeup"] = timeline(tables, served, f"{name} while it drifts", info, near)
    return figures


def _monitoring(tables: Tables, seen: Monitoring, name: str) -> dict[str, Figure]:
    """Draw quality and predictions over time, as far as they were saved."""
    info, seeds = tables.manifest.scenarios[name], tables.runs["seed"].nunique()
    return {
        kind: monitoring_figure(
            tables,
            seen,
            charts,
            info,
            monitoring.finding(seen, monitoring.main_chart(charts)),
            monitoring.reading(shorten(name, 40), seen, info, seeds),
        )
        for kind, charts in seen.by_kind.items()
        if charts
    }


def _intervals(tables: Tables, decision: Decision, name: str, best: CostCurve | None) -> Figure:
    """Draw the total cost against the interval; best: the cheapest curve."""
    unit = tables.manifest.scenarios[name].tick_name
    return intervals(
        tables,
        decision.choice,
        name,
        unit,
        best,
        oracle_cost(tables).mean,
        _law(tables, name, best),
        mark_of_choice(decision),
        findings.of_intervals(decision, best, unit),
    )


def _waterfall(parts: SavingParts | None, decision: Decision, name: str) -> dict[str, Figure]:
    """Draw what the saving consists of, where there is one or the oracle is known."""
    if parts is None or not (parts.gained or parts.remaining):
        return {}
    currency = decision.prices.currency
    levels, title = saving.levels(parts, decision), saving.finding(parts, currency)
    ends = ["never"] if parts.gained else []
    ends += [shorten(parts.label, 34), *(["the oracle"] if parts.remaining else [])]
    subject = f"{shorten(name, 40)}: what lies between {listed(ends)}."
    return {"waterfall": waterfall(levels, title, subject, currency)}


def _of_monitoring(seen: Monitoring, name: str) -> dict[str, str]:
    return {
        kind: f"{name}: {monitoring.described(seen, charts)}"
        for kind, charts in seen.by_kind.items()
    }


def _of_waterfall(parts: SavingParts | None, decision: Decision, name: str) -> dict[str, str]:
    return {} if parts is None else {"waterfall": f"{name}: {saving.described(parts, decision)}"}


def name_currency(figure: Figure, currency: str | None) -> None:
    """Add the currency to the labels of axes that show a cost."""
    for axes in figure.axes if currency else ():
        for axis in (axes.xaxis, axes.yaxis):
            label = axis.get_label_text()
            if label.startswith(COSTS):
                counted = label.endswith(tuple(f"({unit})" for _, unit in LARGE))
                money = f"{label[:-1]} of {currency})" if counted else in_currency(label, currency)
                axis.set_label_text(money)


def _picture(
    figure: Figure,
    kind: str,
    name: str,
    alts: dict[str, str],
    folder: Path,
    source: str,
    narrow: Figure,
) -> Picture:
    """Write a figure of a scenario; kind: what it shows, then whose it is. narrow: for a phone."""
    alt = alts.get(kind, f"{name}: {kind}.")
    png = folder / f"{slug(name)}-{slug(kind)}.png"
    return picture(figure, kind.split()[0], png, f"{name}, {kind}", alt, source, phone=narrow)


def _shown(rows: pd.DataFrame, choice: str, policy: str | None) -> pd.DataFrame:
    """Rows of the cheapest setting of each strategy, of the choice, what was done, baselines."""
    baselines = rows.loc[rows["role"] == "baseline", "label"].tolist()[:BASELINES]
    done = rows.loc[rows["role"] == INCUMBENT, "label"].tolist()
    shown = [*leaders(rows, policy, choice=choice), *done, *baselines]
    return rows.set_index("label").loc[shown].reset_index()


def _strips(tables: Tables, decision: Decision, name: str) -> dict[str, Figure]:
    """Draw which price decides, where one has been looked at."""
    units, currency = units_of(tables.manifest, name), tables.manifest.prices.currency
    effects = [effect for effect in decision.sensitivity if effect.price]
    title = findings.of_prices(effects, units, currency)
    strips = price_strips(decision.sensitivity, units, name, currency, title)
    return {} if strips is None else {"sensitivity": strips}


def _seeds(tables: Tables, rows: pd.DataFrame, decision: Decision, name: str) -> dict[str, Figure]:
    """Draw every seed, where there are several."""
    policy = tables.manifest.current_policy
    costs, shown = by_seed(tables.runs), leaders(rows, policy, choice=decision.choice)
    if len(costs) < 2:
        return {}
    return {
        "seeds": by_seeds(
            costs[shown],
            oracle_of(tables)["cost"],
            dict(zip(rows["label"], rows["strategy"], strict=True)),
            name,
            tables.manifest.prices.currency,
            findings.of_seeds(decision),
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


def leaders(
    rows: pd.DataFrame, policy: str | None = None, most: int | None = None, choice: str = ""
) -> list[str]:
    """Return the cheapest label of each strategy by cost; never and today's policy are among them.

    policy: label of today's, None where none was named. most: of the others and these. choice: a
    setting that is among them too, if it is one of a strategy.
    """
    strategies = rows[rows["role"] == "strategy"]
    best = strategies.drop_duplicates("strategy")
    others = (~best["never"]).cumsum()
    kept = best[best["never"] | (others < (most or len(best) + 1))]
    is_shown = strategies["label"].isin([*kept["label"], policy, choice])
    return [str(label) for label in strategies.loc[is_shown, "label"]]
