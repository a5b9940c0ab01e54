"""The table of all strategies of a scenario: columns with something in them, best values marked."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from retrainlab.reports.drawing.marks import mark
from retrainlab.reports.results.decision import Decision
from retrainlab.reports.results.manifest import ScenarioInfo
from retrainlab.reports.results.records import records
from retrainlab.reports.text.columns import OF_CLASS, Column, Row, columns
from retrainlab.reports.text.decision import mark_of_choice
from retrainlab.reports.text.format import UNKNOWN
from retrainlab.reports.text.monitoring import judged_class


def table(
    rows: pd.DataFrame, decision: Decision, info: ScenarioInfo, alike: Mapping[str, str]
) -> dict[str, Any]:
    """Return the headings, with their groups, and the lines.

    rows: of `reports.summary`. info: what the manifest says of the scenario. alike: what settings
    acted as, see `reports.analysis.alike`.
    """
    shown = shown_columns(rows, info)
    judged = judged_class(info.classes)
    titles = {OF_CLASS: f"of {judged}" if judged else "mean over classes"}
    groups: dict[str, list[str]] = {}
    alike_as = {**alike, **{label: label for label in alike.values()}}
    currency = decision.prices.currency
    for column in shown:
        group = column.titled(titles.get(column.group, column.group), currency)
        heading = column.heading or info.metric
        heading = heading if group else column.titled(heading, currency)
        groups.setdefault(group or column.name, []).append(heading)
    return {
        "groups": list(groups.items()),
        "better": [c.better for c in shown],
        "plain": [c.name for c in shown if not c.group],
        "lines": [
            {
                **line,
                "alike": alike.get(line["label"], ""),
                "group": alike_as.get(line["label"], ""),
            }
            for line in lines(rows, shown, decision)
        ],
    }


def shown_columns(rows: pd.DataFrame, info: ScenarioInfo) -> list[Column]:
    """Return the columns with something in them; arguments as of `table`."""
    every = columns(info.metrics).values()
    return [column for column in every if column.on_page and _holds_something(column, rows)]


def lines(rows: pd.DataFrame, shown: Sequence[Column], decision: Decision) -> list[dict[str, Any]]:
    """Return a line a row, of these columns."""
    best = {
        c.name: np.fmax.reduce(c.better * rows[c.name].to_numpy(float), initial=-np.inf)
        for c in shown
        if c.better
    }
    return [_line(row, shown, best, decision) for row in records(rows)]


def _line(
    row: Row, shown: Sequence[Column], best: dict[str, float], decision: Decision
) -> dict[str, Any]:
    baseline = row["role"] == "baseline"
    return {
        "label": row["label"],
        "strategy": row["strategy"],
        "colour": mark(str(row["strategy"])).named,
        "baseline": baseline,
        "chosen": row["label"] == decision.choice,
        "mark": mark_of_choice(decision),
        "cells": [
            {
                "name": column.name,
                "value": raw(row[column.name]),
                "text": UNKNOWN if baseline and column.of_strategies else column.write(row),
                "best": best.get(column.name) == column.better * row[column.name],
            }
            for column in shown
        ],
    }


def _holds_something(column: Column, rows: pd.DataFrame) -> bool:
    return not column.optional or bool(rows[column.name].fillna(0).ne(0).any())


def raw(value: float) -> str:
    """Write a value for sorting by it; nothing where it is undefined."""
    return f"{value:.10g}" if math.isfinite(value) else ""
