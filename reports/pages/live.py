"""What the page shows at each step of each price, for its scripts to fill in."""

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from retrainlab.reports.analysis.price_steps import PriceStep, PriceSteps
from retrainlab.reports.decision.among import decisions_among
from retrainlab.reports.decision.price_grid import PriceSlider
from retrainlab.reports.decision.repriced import Pricing
from retrainlab.reports.decision.sensitivity import PriceAxis
from retrainlab.reports.drawing.marks import mark
from retrainlab.reports.pages.live_charts import (
    interval,
    interval_at,
    shorts,
    tradeoff,
    tradeoff_at,
)
from retrainlab.reports.pages.strategy_table import lines, shown_columns
from retrainlab.reports.results.decision import Decision
from retrainlab.reports.results.tables import Tables
from retrainlab.reports.text.best_interval import best_interval
from retrainlab.reports.text.decision import mark_of_choice
from retrainlab.reports.text.format import tight

Values = dict[str, Any]
Axes = Sequence[tuple[PriceSlider, PriceAxis]]


def embedded(sliders: list[Values], labels: dict[str, str], scenarios: list[Values]) -> str:
    """Return what the sliders show as packed JSON (zlib, base64), which is safe in an element.

    labels: of the two axes that are costs, and the currency.
    """
    study = {"sliders": sliders, "labels": labels, "scenarios": scenarios}
    return packed(study)


def packed(values: Values) -> str:
    """Return values as packed JSON (zlib, base64), which is safe in an element."""
    text = json.dumps(values, separators=(",", ":"), allow_nan=False, ensure_ascii=False)
    return b64encode(zlib.compress(text.encode(), 9)).decode()


def unpacked(text: str) -> Values:
    """Return what `packed` has packed."""
    values: Values = json.loads(zlib.decompress(b64decode(text)))
    return values


def live(
    tables: Tables,
    rows: pd.DataFrame,
    anchor: str,
    pricing: Pricing,
    axes: Axes,
    own: Decision,
    card: Callable[[Decision, str], Values],
) -> Values:
    """Return one scenario at its own prices, and at every step of each price; rows are in order.

    tables, pricing: of the scenario. rows: its part of `summary`. own: its decision. card: values
    of the first screen of a decision at a step of a price, by its name. A step holds what differs
    from `own`; at the study's price there is none. among: what differs where strategies are left
    out, by their names.
    """
    page = _Steps(tables, rows, pricing, own)

    def step(decision: Decision, part: str) -> Values:
        return page.at(decision, card(decision, part))

    first = step(own, "fit")
    steps = {
        slider.part.name: [
            None if value == slider.own else step(axis.shown(value), slider.part.name)
            for value in slider.values
        ]
        for slider, axis in axes
    }
    among = {
        ",".join(without): _card_difference(
            {**_tight(card(decision, "")), "mark": mark_of_choice(decision)}, first
        )
        for without, decision in decisions_among(tables, rows, pricing)
    }
    every = [step for along in steps.values() for step in along if step]
    names = _changing([step["cells"] for step in every], first["cells"])
    return {
        "anchor": anchor,
        "rows": [_row(row) for row in rows.to_dict("records")],
        "tradeoff": page.tradeoff,
        "interval": page.interval,
        "own": first | {"cells": {name: first["cells"][name] for name in names}},
        "steps": {
            name: [step and _difference(step, first) for step in along]
            for name, along in steps.items()
        },
        "among": among,
    }


class _Steps:
    """The values of one scenario at any prices."""

    def __init__(self, tables: Tables, rows: pd.DataFrame, pricing: Pricing, own: Decision) -> None:
        self._info = tables.manifest.scenarios[tables.scenarios[0]]
        self._steps = PriceSteps(tables, rows, pricing)
        self._tables, self._pricing = tables, pricing
        self._shown = shown_columns(rows, self._info)
        self._priced = [column for column in self._shown if column.is_cost]
        self._cells = _columns(lines(rows, self._shown, own))
        self.tradeoff = tradeoff(rows, self._info.metric)
        self.interval = interval(tables, rows, self._info.tick_name)

    def at(self, decision: Decision, card: Values) -> Values:
        """Return the values at the prices of a decision; card: those of the first screen."""
        step, tables = self._steps.at(decision.prices), self._pricing.parts(decision.prices).tables
        is_followed = tables is not self._tables
        changing = self._shown if is_followed else self._priced
        return {
            **_tight(card),
            "mark": mark_of_choice(decision),
            "cells": self._cells | _columns(lines(step.rows, changing, decision)),
            **self._drawn(step, self._followed(step.rows, tables) if is_followed else {}),
        }

    def _drawn(self, step: PriceStep, followed: Values) -> Values:
        words = [tight(best_interval(best, self._info.tick_name)) for best in step.intervals]
        chart = followed["interval"] if followed else self.interval
        drawn = followed["tradeoff"] if followed else self.tradeoff
        return {
            **followed,
            "intervals": words,
            "tradeoff_at": tradeoff_at(step.rows, drawn["log"]),
            "interval_at": chart and interval_at(step.rows, chart, step.oracle),
        }

    def _followed(self, rows: pd.DataFrame, tables: Tables) -> Values:
        """Return both figures where settings that follow the price are other replays."""
        drawn = interval(tables, rows, self._info.tick_name)
        if drawn is None and self.interval is not None:  # nothing retrains at these prices
            drawn = {**self.interval, "x": [None] * len(rows), "lines": []}
        return {"tradeoff": tradeoff(rows, self._info.metric), "interval": drawn}


def _difference(step: Values, own: Values) -> Values:
    """Return what of a step differs from the scenario's own, column by column of its table."""
    cells = {name: cell for name, cell in step["cells"].items() if cell != own["cells"][name]}
    differs = {key: value for key, value in step.items() if value != own.get(key)}
    return differs | {"cells": cells}


def _card_difference(card: Values, own: Values) -> Values:
    """Return what of a first screen differs from the scenario's own."""
    return {key: value for key, value in card.items() if value != own[key]}


def _changing(steps: Sequence[Values], own: Values) -> list[str]:
    """Return the columns that differ at any step, and the total cost."""
    changed = [name for name in own if any(step[name] != own[name] for step in steps)]
    return list(dict.fromkeys(["cost", *changed]))


def _row(row: dict[Any, Any]) -> Values:
    look = mark(str(row["strategy"]))
    return {
        "label": row["label"],
        "strategy": row["strategy"],
        "colour": look.named,
        "marker": look.marker,
    }


def _columns(rows: list[Values]) -> dict[str, Values]:
    """Turn lines of cells into columns."""
    columns = {}
    for cells in zip(*(row["cells"] for row in rows), strict=True):
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
