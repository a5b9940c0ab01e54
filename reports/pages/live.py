"""What the page shows at each step of the price of a retraining, for its scripts to fill in."""

import json
from typing import Any

import pandas as pd
from markupsafe import Markup

from retrainlab.reports.analysis.decision import Decision
from retrainlab.reports.analysis.price_grid import slider_prices
from retrainlab.reports.analysis.price_steps import price_steps
from retrainlab.reports.analysis.tables import Tables
from retrainlab.reports.figures.marks import mark
from retrainlab.reports.pages.live_charts import (
    interval,
    interval_at,
    shorts,
    tradeoff,
    tradeoff_at,
)
from retrainlab.reports.pages.strategy_table import table
from retrainlab.reports.text.best_interval import best_interval
from retrainlab.reports.text.format import price, tight
from retrainlab.sim.prices import Prices

# What would end the element, or begin another one, inside a script.
UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}
Values = dict[str, Any]


def embedded(prices: Prices, scenarios: list[Values]) -> Markup:
    """Return the values of every scenario, of `live`, as JSON that cannot end its element."""
    fits = slider_prices(prices)
    study = {"prices": [price(fit) for fit in fits], "own": fits.index(prices.fit)}
    study["scenarios"] = scenarios
    text = json.dumps(study, separators=(",", ":"), allow_nan=False, ensure_ascii=False)
    for character, code in UNSAFE.items():
        text = text.replace(character, code)
    return Markup(text)


def live(
    tables: Tables,
    rows: pd.DataFrame,
    anchor: str,
    at_prices: dict[float, Decision],
    shown: list[Values],
) -> Values:
    """Return one scenario at every price; lists are over its rows.

    tables: of the scenario. rows: its part of `summary`. at_prices: decisions by the price of a
    retraining. shown: the same as values of the first screen.
    """
    info = tables.manifest.scenarios[tables.scenarios[0]]
    chart, steps = interval(tables, rows, info.tick_name), price_steps(tables, rows, at_prices)
    entries, lines = [], []
    for step, decision, values in zip(steps, at_prices.values(), shown, strict=True):
        lines.append(table(step.rows, decision, info, columns_of=rows)["lines"])
        words = [tight(best_interval(best, info.tick_name)) for best in step.intervals]
        entries.append(
            {
                **_tight(values),
                "intervals": words,
                "tradeoff": tradeoff_at(step.rows),
                "interval": chart and interval_at(step.rows, chart, step.oracle),
            }
        )
    return {
        "anchor": anchor,
        "rows": [_row(row) for row in rows.to_dict("records")],
        "tradeoff": tradeoff(rows, info.metric),
        "interval": chart,
        "steps": [
            entry | {"cells": cells} for entry, cells in zip(entries, _cells(lines), strict=True)
        ],
    }


def _row(row: dict[Any, Any]) -> Values:
    look = mark(str(row["strategy"]))
    return {
        "label": row["label"],
        "strategy": row["strategy"],
        "colour": look.named,
        "marker": look.marker,
    }


def _cells(steps: list[list[Values]]) -> list[Values]:
    """Return at each step the columns that the price changes, by name; best: its best rows.

    steps: lines of `strategy_table.table` at each price.
    """
    columns = [_columns(lines) for lines in steps]
    names = [name for name in columns[0] if any(c[name] != columns[0][name] for c in columns)]
    kept = dict.fromkeys(["cost", *names])
    return [{name: column[name] for name in kept} for column in columns]


def _columns(lines: list[Values]) -> dict[str, Values]:
    """Turn lines of cells into columns."""
    columns = {}
    for cells in zip(*(line["cells"] for line in lines), strict=True):
        columns[cells[0]["name"]] = {
            "values": shorts(float(cell["value"] or "nan") for cell in cells),
            "texts": [cell["text"] for cell in cells],
            "best": [i for i, cell in enumerate(cells) if cell["best"]],
        }
    return columns


def _tight(value: Any) -> Any:
    """Apply `tight` to every text inside a value."""
    if isinstance(value, str):
        return tight(value)
    if isinstance(value, dict):
        return {key: _tight(entry) for key, entry in value.items()}
    return [_tight(entry) for entry in value] if isinstance(value, (list, tuple)) else value
