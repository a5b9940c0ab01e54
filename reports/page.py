"""What the page says, as plain values for its template."""

import math
from itertools import groupby
from typing import Any

import pandas as pd

from reports.days import period
from reports.figures.marks import mark
from reports.load import Tables
from reports.often import hindsight, lines, regrets
from reports.optima import Curve
from reports.table import table
from reports.verdict import Verdict
from reports.words import (
    count,
    drift_name,
    listed,
    number,
    plain_name,
    pretty,
    sentence,
    slug,
    spaced,
)

BADGES = {"retrain": "Retrain", "keep": "Do not retrain", "baseline": "Baseline wins"}
SURETIES = {
    "clear": "clear beyond noise",
    "several tie": "clear that it pays; which one is open",
    "likely": "likely, not certain",
    "within noise": "within noise",
    "one stream": "one stream: no interval over streams",
    "one seed": "one seed: no interval; use seeds=10",
}


def verdict_card(name: str, verdict: Verdict, rows: pd.DataFrame, oracle: float) -> dict[str, Any]:
    """Return the entry of a scenario on the first screen. oracle: its mean cost, or nan."""
    return {
        "name": name,
        "anchor": slug(name),
        "kind": verdict.kind,
        "badge": BADGES[verdict.kind],
        "surety": SURETIES[verdict.surety],
        "headline": verdict.headline,
        "evidence": verdict.evidence,
        "notes": verdict.notes,
        "bars": _bars(verdict, rows, oracle),
    }


def _bars(verdict: Verdict, rows: pd.DataFrame, oracle: float) -> list[dict[str, Any]]:
    """Cost of what is recommended beside hindsight, never, the best strategy and baseline."""
    never = rows.loc[rows["strategy"] == "never", "label"].tolist()
    baselines = rows.loc[rows["kind"] == "baseline", "label"].tolist()
    labels = list(dict.fromkeys([verdict.choice, verdict.best, *never[:1], *baselines[:1]]))
    kept = rows.set_index("label").loc[labels]
    longest = max(float(kept["cost"].max()), 1e-9)
    bars = [
        _bar(str(label), str(row["strategy"]), row["cost_error"], row["cost_retraining"], longest)
        for label, row in kept.iterrows()
    ]
    if math.isnan(oracle):
        return bars
    return [_bar("best in hindsight", "oracle", oracle, 0, longest), *bars]


def _bar(
    label: str, strategy: str, error: float, retraining: float, longest: float
) -> dict[str, Any]:
    cost = error + retraining
    return {
        "label": label,
        "colour": mark(strategy).colour,
        "cost": number(cost, 0 if cost >= 10 else None),
        "error": f"{100 * max(0.0, error) / longest:.2f}",
        "retraining": f"{100 * max(0.0, retraining) / longest:.2f}",
    }


def section(
    name: str, tables: Tables, rows: pd.DataFrame, verdict: Verdict, found: list[Curve]
) -> dict[str, Any]:
    """Return the section of a scenario, without its pictures.

    tables: of the scenario. found: its curves.
    """
    about = tables.manifest["scenarios"][name]
    sizes = [
        count(about["ticks"], about["tick_name"]),
        count(about["rows"], "row"),
        count(len(about["features"]), "feature"),
        *([f"classes {', '.join(map(str, about['classes']))}"] if about["classes"] else []),
        count(tables.runs["seed"].nunique(), "seed"),
        f"learner {', '.join(sorted(set(tables.runs['learner'])))}",
    ]
    return {
        **verdict_card(name, verdict, rows, hindsight(tables)),
        "story": spaced(sentence(about["story"])),
        "sizes": sizes,
        "clocks": clocks(about.get("world", tables.manifest["world"]), about["tick_name"]),
        "truth_known": about["truth_known"],
        "drifts": [_drift(drift, about) for drift in about["drifts"]],
        "facts": [(fact, spaced(str(value))) for fact, value in about["facts"]],
        "table": table(rows, verdict, about),
        "often": [
            {"strategy": strategy, "lines": lines(list(own), tables)}
            for strategy, own in groupby(found, key=lambda curve: curve.strategy)
        ],
        "regrets": [r | {"colour": mark(r["strategy"]).colour} for r in regrets(tables, rows)],
    }


def _drift(drift: dict[str, Any], about: dict[str, Any]) -> str:
    return f"{drift_name(drift)}: {period(drift['start'], drift['stop'], about)}"


def clocks(world: dict[str, Any], unit: str) -> str:
    """Say in one sentence when labels, models and the count begin."""
    label, fit = int(world["label_delay"]), int(world["fit_delay"])
    known = f"{count(label, unit)} after its {unit}" if label else f"at the end of its {unit}"
    trained = f"takes {count(fit, unit)}" if fit else "takes no time"
    return (
        f"The first {count(int(world['warmup']), unit)} train the first model and are in no "
        f"accuracy and no cost; a label is known {known}, training {trained}."
    )


def world(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return the four clocks, in ticks from the tick at which a row is served."""
    clocks = manifest["world"]
    label, fit = int(clocks["label_delay"]), int(clocks["fit_delay"])
    return {
        "label_delay": label,
        "fit_delay": fit,
        "labelled": f"t + {label}" if label else "t",
        "trained": f"t + {label + fit}" if label + fit else "t",
        "serves": f"t + {label + fit + 1}",
    }


def provenance(tables: Tables) -> dict[str, Any]:
    """Return where the numbers come from: command, versions, git state, seeds, config."""
    manifest = tables.manifest
    git = manifest["git"]
    state = "not in a git checkout"
    if git:
        changed = ", with uncommitted changes" if git["dirty"] else ""
        state = f"commit {str(git['commit'])[:12]}{changed}"
    return {
        "command": manifest["command"],
        "created": str(manifest["created"]),
        "seconds": number(float(manifest["seconds"]), 0),
        "seeds": ", ".join(str(seed) for seed in manifest["seeds"]),
        "git": state,
        "versions": list(manifest["versions"].items()),
        "prices": [(name, f"{float(price):,g}") for name, price in manifest["prices"].items()],
        "loss": [(task, plain_name(str(loss))) for task, loss in manifest["loss"].items()],
        "strategies": list(manifest["strategies"].items()),
        "config": pretty(manifest["config"]),
        "failures": manifest["failures"],
    }


def overview(tables: Tables) -> str:
    """Return the line below the title: how much was tried, and what decides."""
    strategies = tables.runs.loc[tables.runs["kind"] == "strategy", "label"].nunique()
    seeds = tables.manifest["seeds"]
    scenarios = count(len(tables.scenarios), "scenario")
    tried = f"{number(strategies)} strateg{'y' if strategies == 1 else 'ies'}"
    prices = {name: float(price) for name, price in tables.manifest["prices"].items()}
    paid = [f"{price:,g} per {name}" for name, price in prices.items() if price]
    spread = " ± is the 95 % interval of a mean over seeds." if len(seeds) > 1 else ""
    return (
        f"{scenarios}, {tried}, {count(len(seeds), 'seed')}. "
        f"The lowest total cost decides: {listed(paid, 5) or 'nothing has a price'}.{spread}"
    )
