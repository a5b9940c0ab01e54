"""What the page needs to redo its sums at another price of a retraining."""

import json
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup
from scipy.special import stdtrit

from retrainlab.reports.analysis.cost_points import cost_points
from retrainlab.reports.analysis.price_grid import slider_prices
from retrainlab.reports.analysis.repriced import frontier_of
from retrainlab.reports.analysis.summary import by_seed, never_of
from retrainlab.reports.analysis.tables import Tables
from retrainlab.reports.figures.marks import mark
from retrainlab.reports.text.format import price
from retrainlab.sim.prices import Prices

# What would end the element, or begin another one, inside a script.
UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


def embedded(prices: Prices, scenarios: list[dict[str, Any]]) -> Markup:
    """Return the values as JSON that cannot end the script element around it."""
    fits = slider_prices(prices)
    own = {"error": prices.error, "fits": fits, "own": fits.index(prices.fit)}
    own["said"] = [price(fit) for fit in fits]
    text = json.dumps({**own, "scenarios": scenarios}, separators=(",", ":"), allow_nan=False)
    for character, code in UNSAFE.items():
        text = text.replace(character, code)
    return Markup(text)


def quantities(tables: Tables, rows: pd.DataFrame, anchor: str) -> dict[str, Any]:
    """Return what happened in one scenario, seed by seed, and what else had a price.

    cost = error * loss + fit * fits + rest, each (labels, seeds), null where a cell is missing.
    rows: its part of `reports.summary`, which gives the order of the labels.
    t: Student's quantile of a 95 % interval by the number of seeds. frontier: (seeds, fits) the
    least loss with at most so many retrainings; empty where that does not give the oracle's cost.
    """
    runs, order = tables.runs, [str(label) for label in rows["label"]]
    rest = runs["cost_retraining"] - runs["cost_fit"]
    points = cost_points(tables).set_index("label")
    seeds, about = runs["seed"].nunique(), tables.manifest.scenarios[tables.scenarios[0]]
    return {
        "anchor": anchor,
        "metric": about.metric,
        "unit": about.tick_name,
        "labels": [_label(row, points) for row in rows.to_dict("records")],
        "never": never_of(runs),
        "loss": _grid(by_seed(runs, "loss")[order]),
        "fits": _grid(by_seed(runs, "retrainings")[order]),
        "rest": _grid(by_seed(runs.assign(rest=rest), "rest")[order]),
        "t": [None, None, *(float(stdtrit(n - 1, 0.975)) for n in range(2, seeds + 1))],
        "frontier": _grid(frontier_of(tables)),
        "within": tables.manifest.optimize["within"],
    }


def _label(row: dict[Any, Any], points: pd.DataFrame) -> dict[str, Any]:
    label, strategy = str(row["label"]), str(row["strategy"])
    found, at = mark(strategy), points.loc[label] if label in points.index else None
    return {
        "label": label,
        "strategy": strategy,
        "role": row["role"],
        "never": bool(row["never"]),
        "colour": found.named,
        "marker": found.marker,
        "score": _number(row["score"]),
        "half": _number(row["score_half"]),
        "every": None if at is None else _number(at["interval"]),
        "group": None if at is None or not at["scheduled"] else str(at["group"]),
    }


def _grid(frame: pd.DataFrame) -> list[list[float | None]]:
    """(columns, rows) of a frame as lists."""
    return [[_number(value) for value in frame[column]] for column in frame]


def _number(value: Any) -> float | None:
    """A number to twelve digits; None where it is undefined."""
    if not np.isfinite(value):
        return None
    short = float(f"{value:.12g}")
    return int(short) if short.is_integer() else short
