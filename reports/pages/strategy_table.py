"""The table of all strategies of a scenario: columns with something in them, best values marked."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from retrainlab.reports.analysis.decision import Verdict
from retrainlab.reports.analysis.manifest import ScenarioInfo
from retrainlab.reports.figures.marks import mark
from retrainlab.reports.text.format import UNKNOWN, number, percent, plus_minus


@dataclass(frozen=True)
class Column:
    """A column: its heading and group, how a row is written, and which way is better.

    better: 1 where more is, -1 where less is, 0 where neither. optional: left out where it is
    zero or undefined throughout. own: only of strategies; baselines have a dash.
    """

    name: str
    heading: str
    write: Callable[[pd.Series], str]
    group: str = ""
    better: int = 0
    optional: bool = False
    own: bool = False


OF_CLASS = "of the class"  # which one, `table` is told


def _mean(name: str) -> Callable[[pd.Series], str]:
    """A mean over seeds: whole from 10 on, one decimal below."""

    def write(row: pd.Series) -> str:
        value = float(row[name])
        whole = not math.isfinite(value) or value.is_integer() or abs(value) >= 10
        return number(value, 0 if whole else 1)

    return write


def _rate(name: str, heading: str) -> Column:
    def write(row: pd.Series) -> str:
        return percent(row[name])

    return Column(name, heading, write, OF_CLASS, better=1, optional=True)


def _bias(row: pd.Series) -> str:
    return number(row["bias"], 2, sign=True)


def _counted(name: str, heading: str, optional: bool = False) -> Column:
    return Column(name, heading, _mean(name), "mean number of", optional=optional, own=True)


def _paid(name: str, heading: str) -> Column:
    return Column(name, heading, _mean(name), "mean cost of", optional=True, own=True)


def _saving(row: pd.Series) -> str:
    if row["strategy"] == "never":
        return UNKNOWN
    return plus_minus(row["saving"], row["saving_half"], sign=True)


COLUMNS = (
    Column("score", "", lambda row: percent(row["score"], row["score_half"]), better=1),
    Column(
        "gap",
        "points below ceiling",
        lambda row: number(100 * row["gap"], 1),
        better=-1,
        optional=True,
    ),
    _rate("precision", "precision"),
    _rate("recall", "recall"),
    _rate("f1", "F1"),
    Column("mae", "mean absolute error", _mean("mae"), better=-1, optional=True),
    Column("bias", "bias", _bias, optional=True),
    _counted("retrainings", "retrainings"),
    _counted("rejected", "rejected", optional=True),
    _counted("labels", "labels bought"),
    _counted("train_rows", "training rows"),
    Column("cost_error", "errors", _mean("cost_error"), "mean cost of", better=-1),
    _paid("cost_fit", "fits"),
    _paid("cost_rows", "training rows"),
    _paid("cost_labels", "labels"),
    _paid("cost_seconds", "seconds"),
    Column("cost", "total cost", lambda row: plus_minus(row["cost"], row["cost_half"]), better=-1),
    Column("saving", "saved against never", _saving, better=1, optional=True, own=True),
)


def table(
    rows: pd.DataFrame,
    verdict: Verdict,
    about: ScenarioInfo,
    columns_of: pd.DataFrame | None = None,
) -> dict[str, Any]:
    """Return the headings, with their groups, and the lines.

    rows: of `reports.summary`. about: what the manifest says of the scenario. columns_of: rows
    whose optional columns are shown, where they are not those of `rows`.
    """
    filled = rows if columns_of is None else columns_of
    classes = about.classes
    named = {OF_CLASS: f"of class {classes[1]}" if len(classes) == 2 else "mean over classes"}
    shown = [c for c in COLUMNS if not c.optional or filled[c.name].fillna(0).ne(0).any()]
    best = {c.name: (c.better * rows[c.name]).max() for c in shown if c.better}
    groups: dict[str, list[str]] = {}
    for column in shown:
        name = named.get(column.group, column.group) or column.name
        groups.setdefault(name, []).append(column.heading or about.metric)
    return {
        "groups": list(groups.items()),
        "better": [c.better for c in shown],
        "plain": [c.name for c in shown if not c.group],
        "lines": [_line(row, shown, best, verdict) for _, row in rows.iterrows()],
    }


def _line(
    row: pd.Series, shown: list[Column], best: dict[str, float], verdict: Verdict
) -> dict[str, Any]:
    baseline = row["kind"] == "baseline"
    return {
        "label": row["label"],
        "strategy": row["strategy"],
        "colour": mark(str(row["strategy"])).named,
        "baseline": baseline,
        "chosen": row["label"] == verdict.choice,
        "cells": [
            {
                "name": column.name,
                "value": _raw(row[column.name]),
                "text": UNKNOWN if baseline and column.own else column.write(row),
                "best": best.get(column.name) == column.better * row[column.name],
            }
            for column in shown
        ],
    }


def _raw(value: float) -> str:
    """Write a value for sorting by it; nothing where it is undefined."""
    return f"{value:.10g}" if math.isfinite(value) else ""
