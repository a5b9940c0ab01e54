"""The tables of the page: metrics as text, a row a detector."""

import math
from typing import Any

import pandas as pd

from retrainlab.reports.detection.manifest import DetectorInfo
from retrainlab.reports.detection.marks import mark_of
from retrainlab.reports.detection.strips import title
from retrainlab.reports.detection.summary import shown
from retrainlab.reports.detection.tables import DetectorBenchmark
from retrainlab.reports.text.format import number

# Columns and their headings; a cell is a value with its interval, or with a note.
SHORT = {
    "recall": "found (recall)",
    "restricted_delay": "restricted mean delay",
    "false_per_1000": "false alarms in 1,000 rows",
    "repeats": "repeated alarms",
    "surplus_per_1000": "false and repeated in 1,000 rows",
    "precision": "precision",
    "f1": "F1",
    "mean_delay": "mean delay, found only",
    "median_delay": "median delay, found only",
    "mtfa": "rows between false alarms",
    "drifts": "drifts",
    "seeds": "seeds",
    "signal": "watches",
}
LONG = {**SHORT, "mtr": "MTR", "speed": "updates a second"}
LEFT = ("signal",)
DECIMALS = {"restricted_delay": 0, "mean_delay": 0, "false_per_1000": 2, "surplus_per_1000": 2}
TO = "\N{EN DASH}"
Cell = tuple[str, str]


def lines(
    bench: DetectorBenchmark, rows: pd.DataFrame, columns: dict[str, str], library: bool
) -> list[dict[str, Any]]:
    """Return the lines of a table, in the order of the rows. rows: of `scores`.

    library: whether it stands below each name, with its version.
    """
    return [_line(bench, rows.loc[index], list(columns), library) for index in rows.index]


def _line(
    bench: DetectorBenchmark, row: "pd.Series[Any]", columns: list[str], library: bool
) -> dict[str, Any]:
    name = str(row["detector"])
    info = bench.info(name)
    return {
        "name": title(bench, name),
        "about": [] if info.null else [info.detector, *([info.library] if library else [])],
        "colour": mark_of(name, info.null).named,
        "null": info.null,
        "cells": [(column in LEFT, *_cell(bench, row, info, column)) for column in columns],
    }


def _cell(bench: DetectorBenchmark, row: "pd.Series[Any]", info: DetectorInfo, column: str) -> Cell:
    """Return the value and the interval, or the note, of one cell."""
    if column == "signal":
        return ("nothing" if info.null else info.signal), ""
    if column == "seeds":
        return number(row["seeds"]), _fewer(bench, info)
    if column == "speed":
        return ("" if info.null else speed(row["speed"])), ""
    if column == "mtfa":
        return _between(row)
    if column in ("drifts", "repeats"):
        return number(row[column]), ""
    if column == "median_delay":
        return number(row[column], 0), ""
    value, _, interval = shown(row, column, DECIMALS.get(column)).partition(" (")
    return value, interval.removesuffix(")").replace(" to ", TO)


def _fewer(bench: DetectorBenchmark, info: DetectorInfo) -> str:
    """Say why a detector ran on fewer seeds than were asked for."""
    most = info.seeds
    return "slow" if most is not None and most < len(bench.manifest.seeds) else ""


def _between(row: "pd.Series[Any]") -> Cell:
    """Rows between false alarms and the least that they are, with 95 % confidence."""
    value, least = float(row["mtfa"]), float(row["mtfa_lower"])
    if math.isnan(value):
        return number(value), ""
    return ("∞" if math.isinf(value) else number(value, 0)), f"≥ {number(least, 0)}"


def speed(updates: float) -> str:
    """Write updates a second: "4.1 million", "83,000", "1,800"; a dash where unknown."""
    if updates >= 1e6 and math.isfinite(updates):
        return f"{updates / 1e6:.1f} million"
    return number(float(f"{updates:.2g}"), 0)
