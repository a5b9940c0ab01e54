"""The report of a study: its figures and its page."""

from pathlib import Path
from typing import Any

import pandas as pd

from reports.figures.draw import pictures
from reports.figures.inline import letters
from reports.html import script, write_page
from reports.live import embedded, quantities
from reports.load import Tables
from reports.optima import Curve, curves
from reports.optima import table as optima
from reports.outline import summary
from reports.page import decision, overview, provenance, section, strategies, verdict_card, world
from reports.reprice import holds, plain, steps, verdicts
from reports.words import slug

MANY = 4  # scenarios from which on it pays to start processes


def build(tables: Tables, folder: Path) -> Path:
    """Write `report.html` and `figures/` into the folder; return the page's path."""
    figures = folder / "figures"
    figures.mkdir(parents=True, exist_ok=True)
    table, found = summary(tables), curves(tables)
    if found:
        optima(found).to_parquet(folder / "optimum.parquet", index=False)
    parts = _scenarios(tables, table, found, figures)
    prices = steps(tables.manifest["prices"])
    own = prices.index(tables.manifest["prices"]["fit"])
    text, digest = script()
    return write_page(
        folder,
        "report.html.j2",
        overview=overview(tables),
        sections=[section for section, _ in parts],
        strategies=strategies(tables),
        slider={"last": len(prices) - 1, "own": own, "said": plain(prices[own])},
        world=world(tables.manifest),
        source=provenance(tables, folder),
        live=embedded(tables.manifest["prices"], [live for _, live in parts]),
        letters=letters(p.source for section, _ in parts for p in section["pictures"]),
        script=text,
        digest=digest,
    )


def _scenarios(
    tables: Tables, table: pd.DataFrame, found: list[Curve], figures: Path
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return `_scenario` of each, side by side where there are many."""
    calls = [
        (name, tables.of(name), table[table["scenario"] == name], _of(found, name), figures)
        for name in tables.scenarios
    ]
    if len(calls) < MANY:
        return [_scenario(*call) for call in calls]
    from joblib import Parallel, delayed

    return list(Parallel(n_jobs=-1)(delayed(_scenario)(*call) for call in calls))


def _of(found: list[Curve], name: str) -> list[Curve]:
    return [curve for curve in found if curve.scenario == name]


def _scenario(
    name: str, one: Tables, rows: pd.DataFrame, found: list[Curve], figures: Path
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the section of a scenario, and what the page needs to do its sums again."""
    price = one.manifest["prices"]["fit"]
    swept = verdicts(one, name)
    verdict = next(verdict for fit, _, verdict in swept if fit == price)
    card = verdict_card(name, one, verdict, found, holds(swept, price))
    drawn = pictures(one, rows, verdict, name, found, figures)
    live = quantities(one, rows, slug(name))
    live["decisions"] = [decision(there, said) for _, there, said in swept]
    return section(card, one, rows, verdict, found) | {"pictures": drawn}, live
