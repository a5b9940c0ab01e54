"""The page of a map: the picture, what it says in words, and its cells as a table."""

import math
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd

from retrainlab.reports.analysis.map_winners import map_of
from retrainlab.reports.decision.sensitivity import own_decision
from retrainlab.reports.decision.summary import summary
from retrainlab.reports.drawing.canvas import theme
from retrainlab.reports.drawing.inline import Picture, picture
from retrainlab.reports.drawing.marks import mark
from retrainlab.reports.figures.strategy_map import Place, strategy_map
from retrainlab.reports.pages.html import write_page
from retrainlab.reports.pages.study_page import provenance
from retrainlab.reports.results.decision_file import save
from retrainlab.reports.results.manifest import MapInfo
from retrainlab.reports.results.tables import Tables
from retrainlab.reports.text.clocks import clocks
from retrainlab.reports.text.format import (
    count,
    in_currency,
    money,
    number,
    plus_minus,
    slug,
    three_digits,
)
from retrainlab.reports.text.map_text import lines, plain
from retrainlab.reports.text.provenance import source_line
from retrainlab.sim.atomic import write_atomic
from retrainlab.sim.errors import make_folder

EXPLAINED = (
    "The cheapest setting at each size of the drift and price of a retraining; the study's own is "
    "shaded. Pale: it is not significantly cheapest. A cell leads to its numbers."
)
UNITS = {
    "rate": "drifts a {tick}",
    "omega": "radians a row",
    "rows": "rows a {tick}",
    **dict.fromkeys(("duration", "period", "start", "soft", "ticks"), "{tick}s"),
}
MAGNITUDES = {
    "concept": "share of labels that change",
    "prior": "change of P(y)",
    "covariate": "shift of the mean in standard deviations",
}


def build(tables: Tables, folder: Path) -> Path:
    """Write `map.parquet`, `decision.json`, `report.html` and the picture; return the page's path.

    tables: of a study that was made for a map. The scenarios' own figures are not drawn.
    """
    cells, info = map_of(tables), _map(tables)
    write_atomic(folder / "map.parquet", partial(cells.to_parquet, index=False))
    parts = [tables.of(name) for name in tables.scenarios]
    save([own_decision(part, summary(part)) for part in parts], folder)
    text = sentences(tables, cells)
    chart = _picture(tables, cells, text, folder)
    return write_page(
        folder,
        "map.html.j2",
        name=info.scenario,
        overview=_overview(tables, cells),
        lines=text,
        picture=chart,
        front=_front(tables, cells),
        groups=_groups(cells),
        in_currency=in_currency("", tables.manifest.prices.currency),
        axis=axis_name(tables),
        price_axis=price_name(tables),
        source=provenance(tables, folder),
    )


def sentences(tables: Tables, cells: pd.DataFrame | None = None) -> list[str]:
    """Return the map in up to five sentences."""
    cells = map_of(tables) if cells is None else cells
    return lines(cells, _map(tables), tables.manifest.prices)


def _map(tables: Tables) -> MapInfo:
    assert tables.manifest.map is not None
    return tables.manifest.map


def axis_name(tables: Tables) -> str:
    """Return the name of the option with its unit: "duration (ticks)"."""
    axis, scenarios = _map(tables).axis, tables.manifest.scenarios
    unit = UNITS.get(axis, "").format(tick=next(iter(scenarios.values())).tick_name)
    if axis == "magnitude":
        unit = MAGNITUDES.get(_kind(tables), "")
    return f"{axis} ({unit})" if unit else str(axis)


def _kind(tables: Tables) -> str:
    """Kind of the drifts whose magnitude is the value of the map; empty where it is not theirs."""
    values, scenarios = _map(tables).values, tables.manifest.scenarios
    kinds = {
        drift.kind if math.isclose(drift.magnitude, values[name]) else ""
        for name in tables.scenarios
        for drift in scenarios[name].drifts
    }
    return kinds.pop() if len(kinds) == 1 else ""


def price_name(tables: Tables) -> str:
    """Return the name of the other axis with its unit."""
    tasks = {tables.manifest.scenarios[name].task for name in tables.scenarios}
    unit = "an error" if tasks == {"classification"} else "a unit of loss"
    error = money(plain(tables.manifest.prices.error), tables.manifest.prices.currency)
    return f"price of a retraining ({unit} costs {error})"


def _overview(tables: Tables, cells: pd.DataFrame) -> str:
    info = tables.manifest.scenarios[tables.scenarios[0]]
    strategies = tables.runs.loc[tables.runs["role"] == "strategy", "label"].nunique()
    tried = f"{number(strategies)} settings of strategies"
    seeds = count(tables.runs["seed"].nunique(), "seed")
    sizes = f"{count(info.ticks, info.tick_name)} and {count(info.rows, 'row')} a stream"
    learner = ", ".join(sorted(set(tables.runs["learner"])))
    replayed = f"{count(cells['value'].nunique(), 'value')} x {seeds} x {tried}, replayed once"
    return (
        f"{replayed}; {count(cells['price'].nunique(), 'price')} put on them afterwards. {sizes}, "
        f"learner {learner}. {clocks(info)}"
    )


def _picture(tables: Tables, cells: pd.DataFrame, text: list[str], folder: Path) -> Picture:
    info = _map(tables)
    place = Place(
        scenario=info.scenario,
        axis=axis_name(tables),
        prices=price_name(tables),
        value=info.own,
        price=tables.manifest.prices.fit,
    )
    make_folder(folder / "figures")
    alt = f"The map: {place.axis} to the right, {place.prices} upwards. {' '.join(text)}"
    png = folder / "figures" / f"{slug(info.scenario)}-map.png"
    with theme():
        figure = strategy_map(cells, place)
        return picture(figure, "map", png, f"{place.scenario}, map", alt, source_line(tables))


def _front(tables: Tables, cells: pd.DataFrame) -> dict[str, Any]:
    """Return the map as a table: a row a value, a column a price, and what to do there."""
    info, own_price = _map(tables), float(tables.manifest.prices.fit)
    prices = sorted(cells["price"].unique())
    places = {(c["value"], c["price"]): (i, c) for i, c in enumerate(cells.to_dict("records"))}
    return {
        "first": (axis_name(tables),),
        "explained": EXPLAINED,
        "headings": [money(plain(p), tables.manifest.prices.currency) for p in prices],
        "rows": [
            {
                "name": plain(value),
                "anchor": anchor_of(places[value, prices[0]][0]),
                "cells": [
                    _front_cell(*places[value, p], value == info.own and p == own_price)
                    for p in prices
                ],
            }
            for value in cells["value"].unique()
        ],
    }


def _front_cell(place: int, cell: dict[Any, Any], own: bool) -> dict[str, Any]:
    label, is_open = str(cell["label"]), not cell["significant"]
    text = f"open; {label} costs least" if is_open else label
    kind = "undecided" if is_open else "retrain"
    return {"text": text, "kind": kind, "own": own, "anchor": anchor_of(place)}


def anchor_of(place: int) -> str:
    """Return the anchor of a cell's row in the table of all cells."""
    return f"cell-{place}"


def _groups(cells: pd.DataFrame) -> list[tuple[str, list[dict[str, Any]]]]:
    """Rows of the table of cells, by value."""
    rows = enumerate(cells.to_dict("records"))
    records = groupby(rows, key=lambda row: row[1]["value"])
    return [(plain(value), [_row(*row) for row in part]) for value, part in records]


def _row(place: int, cell: dict[Any, Any]) -> dict[str, Any]:
    half = (cell["margin_high"] - cell["margin_low"]) / 2
    return {
        "anchor": anchor_of(place),
        "price": plain(cell["price"]),
        "label": cell["label"],
        "colour": mark(cell["strategy"]).named,
        "cost": three_digits(cell["cost"]),
        "runner_up": cell["runner_up"],
        "margin": f"{plus_minus(cell['margin'], half)} %",
        "open_against": cell["open_against"],
    }
