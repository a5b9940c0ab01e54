"""What the page says, as plain values for its template."""

from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd

from retrainlab.reports.analysis.alike import acted_alike, simplest_first
from retrainlab.reports.analysis.cost_curve import CostCurve, cheapest
from retrainlab.reports.decision.significance import leading
from retrainlab.reports.decision.summary import candidates
from retrainlab.reports.drawing.marks import mark
from retrainlab.reports.figures.sparkline import sparkline
from retrainlab.reports.pages.strategy_table import table
from retrainlab.reports.results.decision import Decision
from retrainlab.reports.results.decision_file import FILE as DECISION
from retrainlab.reports.results.manifest import Manifest, ScenarioInfo
from retrainlab.reports.results.tables import Tables
from retrainlab.reports.text import column_readings
from retrainlab.reports.text import decision as words
from retrainlab.reports.text.baselines import level_name
from retrainlab.reports.text.calendar import period
from retrainlab.reports.text.clocks import clocks, few_at_first, too_late
from retrainlab.reports.text.failures import grouped
from retrainlab.reports.text.format import (
    count,
    drift_name,
    drifts_of,
    in_currency,
    listed,
    money,
    number,
    sentence,
    slug,
    spaced,
    three_digits,
)
from retrainlab.reports.text.how_often import advice, lines, regret_table
from retrainlab.reports.text.price_words import (
    effects_sentence,
    effects_table,
    paid,
    unit_of_loss,
    units_of,
)
from retrainlab.reports.text.provenance import source
from retrainlab.reports.text.significance import compared
from retrainlab.reports.text.sureness import sureness
from retrainlab.reports.text.threshold import unweighed
from retrainlab.reports.text.unset_price import asked
from retrainlab.sim.prices import amounts
from retrainlab.sim.stream import Drift
from retrainlab.sim.world import World


def at_price(decision: Decision, manifest: Manifest) -> dict[str, Any]:
    """Return what the first screen says of a decision at its prices, but for what they mean."""
    return {
        "choice": decision.choice,
        "kind": decision.kind,
        "overrides": decision.overrides,
        "badge": words.badge(decision),
        "surety": words.significance(decision),
        "sure": sureness(decision),
        "headline": words.headline(decision, manifest),
        "evidence": words.evidence(decision),
        "notes": (*unweighed(manifest), *words.notes(decision)),
        "worth": words.savings(decision),
        "bars": _bars(decision),
    }


def card(
    words_at: dict[str, Any], decision: Decision, tables: Tables, curves: list[CostCurve]
) -> dict[str, Any]:
    """Return the entry of a scenario on the first screen, with its small picture.

    words_at: of the decision, at its prices. tables: of the scenario; curves: its own.
    """
    name = decision.scenario
    return {
        "name": name,
        "anchor": slug(name),
        "curve": sparkline(curves, slug(name)),
        "spark": _best_interval(curves, tables),
        **words_at,
    }


def _best_interval(curves: list[CostCurve], tables: Tables) -> str:
    """Say under the small curve which interval costs least; what to do is the decision's to say."""
    curve = cheapest(curves)
    return f"{curve.strategy}: {advice(curve, tables)}" if curve else ""


def _bars(decision: Decision) -> list[dict[str, Any]]:
    """Cost of the choice beside oracle, what was done, today's policy, never, best and baseline."""
    against = decision.against
    others = (against.incumbent, against.current_policy, against.never)
    references = [gap.reference for gap in others if gap]
    baselines = [s for s in decision.settings if s.role == "baseline"][:1]
    labels = [decision.choice, decision.best, *references, *(s.label for s in baselines)]
    settings = [decision.setting(label) for label in dict.fromkeys(labels)]
    longest = max(*(s.errors + s.retraining for s in settings), 1e-9)
    currency = decision.prices.currency
    bars = [_bar(s.label, s.strategy, s.errors, s.retraining, longest, currency) for s in settings]
    if against.oracle is None:
        return bars
    least = against.oracle.reference_cost
    return [_bar("oracle", "oracle", least, 0, longest, currency), *bars]


def _bar(
    label: str,
    strategy: str,
    error: float,
    retraining: float,
    longest: float,
    currency: str | None,
) -> dict[str, Any]:
    cost = error + retraining
    return {
        "label": label,
        "colour": mark(strategy).named,
        "plain": mark(strategy).colour,
        "cost": money(three_digits(cost), currency),
        "error": f"{100 * max(0.0, error) / longest:.2f}",
        "retraining": f"{100 * max(0.0, retraining) / longest:.2f}",
    }


def section(
    card: dict[str, Any],
    tables: Tables,
    rows: pd.DataFrame,
    decision: Decision,
    curves: list[CostCurve],
) -> dict[str, Any]:
    """Return the section of a scenario, without its pictures.

    card: its entry on the first screen. tables: of the scenario. curves: its own.
    """
    name, competitors = card["name"], candidates(tables)
    strategy_of = dict(zip(rows["label"], rows["strategy"], strict=True))
    info, units = tables.manifest.scenarios[name], units_of(tables.manifest, name)
    order = simplest_first(rows["label"], decision.choice, tables.manifest.strategies)
    alike = acted_alike(tables.runs, order)
    sizes = [
        count(info.ticks, info.tick_name),
        count(info.rows, "row"),
        count(len(info.features), "feature"),
        *([f"classes {', '.join(map(str, info.classes))}"] if info.classes else []),
        count(tables.runs["seed"].nunique(), "seed"),
        f"learner {', '.join(sorted(set(tables.runs['learner'])))}",
    ]
    return {
        **card,
        "asked": asked(decision, tables.manifest),
        "story": spaced(sentence(info.story)),
        "sizes": sizes,
        "clocks": " ".join(filter(None, (clocks(info), few_at_first(info), too_late(info)))),
        "truth_known": info.truth_known,
        "drifts": [_drift(drift, info) for drift in info.drifts],
        "drifts_of": drifts_of(info),
        "facts": [(fact, spaced(str(value))) for fact, value in info.facts],
        "columns": _columns(info),
        "table": table(rows, decision, info, alike),
        "currency": decision.prices.currency,
        "in_currency": in_currency("", decision.prices.currency),
        "effects": effects_table(decision.sensitivity, units),
        "effects_said": effects_sentence(decision.sensitivity, units, decision.prices.currency),
        "often": [
            {"strategy": strategy, "lines": lines(list(part), tables)}
            for strategy, part in groupby(curves, key=lambda curve: curve.strategy)
        ],
        "regrets": _merged(regret_table(tables, rows), alike),
        "compared": compared(competitors, leading(competitors, strategy_of, decision.choice)),
    }


def _merged(regrets: list[dict[str, str]], alike: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return one row for all that acted alike, the first of them, which names the others."""
    merged: dict[str, dict[str, Any]] = {}
    for row in regrets:
        fresh = row | {"colour": mark(row["strategy"]).named, "others": []}
        first = merged.setdefault(alike.get(row["label"], row["label"]), fresh)
        if first is not fresh:
            first["others"].append(row["label"])
    return list(merged.values())


def _columns(info: ScenarioInfo) -> dict[str, Any]:
    """Return the table of how the columns of a file were read; without lines if there is none."""
    return {
        "summary": column_readings.summary(info.columns),
        "headings": column_readings.HEADINGS,
        "lines": [
            {"odd": column.is_odd, "cells": column_readings.cells(column)}
            for column in info.columns
        ],
    }


def _drift(drift: Drift, info: ScenarioInfo) -> str:
    return f"{drift_name(drift)}: {period(drift.start, drift.stop, info)}"


def world(clocks: World) -> dict[str, Any]:
    """Return the four clocks, in ticks from the tick at which a row is served."""
    label, fit = clocks.label_delay, clocks.fit_delay
    return {
        "label_delay": label,
        "fit_delay": fit,
        "labelled": f"t + {label}" if label else "t",
        "trained": f"t + {label + fit}" if label + fit else "t",
        "serves": f"t + {label + fit + 1}",
    }


def strategies(tables: Tables) -> list[dict[str, str]]:
    """Return every strategy and baseline with its colour, strategies first."""
    order = tables.runs.sort_values("role", ascending=False, kind="stable")
    names = map(str, order["strategy"].drop_duplicates())
    return [{"name": name, "shown": level_name(name), "colour": mark(name).named} for name in names]


def provenance(tables: Tables, folder: Path) -> dict[str, Any]:
    """Return where the numbers come from: command, versions, git state, seeds, data, config.

    folder: of the study, whose tables are named.
    """
    manifest = tables.manifest
    return source(manifest) | {
        "seconds": number(float(manifest.seconds), 0),
        "prices": paid(manifest, tables.runs),
        "currency": manifest.prices.currency,
        "loss": [(task, unit_of_loss(loss)) for task, loss in manifest.loss.items()],
        "strategies": list(manifest.strategies.items()),
        "data": _data(tables),
        "gaps": gaps(tables),
        "files": [
            "manifest.json",
            DECISION,
            *sorted(path.name for path in folder.glob("*.parquet")),
        ],
        "failures": grouped(manifest.failures, manifest),
        "failed": len(manifest.failures),
    }


def _data(tables: Tables) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return file, fingerprint, rows and time span of every scenario that reads a file."""
    wanted = ("file", "fingerprint", "rows", "time span")
    files = []
    for name in tables.scenarios:
        facts = dict(tables.manifest.scenarios[name].facts)
        if "fingerprint" in facts:
            files.append((name, [(fact, facts[fact]) for fact in wanted if fact in facts]))
    return files


def gaps(tables: Tables) -> list[str]:
    """Say what no number of the page holds."""
    manifest = tables.manifest
    free = [name for name, price in amounts(manifest.prices).items() if not price]
    unknown = [n for n in tables.scenarios if not manifest.scenarios[n].truth_known]
    single = [n for n in tables.scenarios if len(manifest.scenarios[n].seeds) == 1]
    sentences = ["Serving a model, people's time, and any harm beyond the loss are in no cost."]
    if free:
        sentences.append(f"Counted, but at a price of 0: {listed(free, 5)}.")
    if unknown:
        sentences.append(f"Truth unknown, so no ceiling and no true drifts: {listed(unknown, 5)}.")
    if single:
        sentences.append(f"One stream, so nothing on how much streams vary: {listed(single, 5)}.")
    if tables.references.empty:
        sentences.append("No oracle, so no regret.")
    if manifest.failures:
        sentences.append(f"Without a result: {count(len(manifest.failures), 'replay')}.")
    return sentences


def overview(tables: Tables) -> str:
    """Return the line below the title: how much was tried, and what decides."""
    tried = tables.runs.loc[tables.runs["role"] == "strategy", ["strategy", "label"]].nunique()
    seeds = tables.manifest.seeds
    scenarios = count(len(tables.scenarios), "scenario")
    strategies = f"{number(tried['strategy'])} strateg{'y' if tried['strategy'] == 1 else 'ies'}"
    settings = f"{strategies} in {count(int(tried['label']), 'setting')}"
    spent = paid(tables.manifest, tables.runs)
    spread = " ± is the 95 % interval of a mean over seeds." if len(seeds) > 1 else ""
    return (
        f"{scenarios}, {settings}, {count(len(seeds), 'seed')}. "
        f"The lowest total cost decides: {listed(spent, 5) or 'nothing has a price'}.{spread}"
    )
