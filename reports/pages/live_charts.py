"""The two figures that the page redraws at another price: marks, lines and limits as plain values.

Lists are over the rows of `summary`; those of the strategies come first. None is undefined.
"""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from retrainlab.reports.analysis.cost_points import cost_points
from retrainlab.reports.analysis.frontier import frontier_places
from retrainlab.reports.decision.candidates import LEVELS
from retrainlab.reports.drawing import limits, zero_log
from retrainlab.reports.drawing.marks import mark
from retrainlab.reports.results.tables import Tables
from retrainlab.reports.text.baselines import level_name
from retrainlab.reports.text.format import percent, plus_minus, three_digits, tight

Chart = dict[str, Any]


def tradeoff(rows: pd.DataFrame, metric: str) -> Chart:
    """Return score against cost of retraining, as far as no price changes it."""
    strategies = rows[rows["role"] == "strategy"]
    is_known = strategies["gap"].notna().all()
    ceiling = float((strategies["score"] + strategies["gap"]).mean()) if is_known else math.nan
    baselines = rows[rows["role"].isin(LEVELS)]
    levels = [("ceiling", ceiling)] if math.isfinite(ceiling) else []
    levels += zip(baselines["strategy"], baselines["score"], strict=True)
    levels = [(name, y) for name, y in levels if math.isfinite(y)]
    halves = strategies["score_half"]
    heights = limits.scores(strategies["score"], halves, [y for _, y in levels])
    spent, scores = (strategies[name].to_numpy(float) for name in ("cost_retraining", "score"))
    return {
        "title": f"{metric} against the cost of retraining",
        "metric": metric,
        "low_high": shorts(heights),
        "log": zero_log.least_if_crowded(spent, scores, heights) is not None,
        "y": shorts(strategies["score"]),
        "dy": shorts(halves),
        "texts": [percent(*pair) for pair in zip(strategies["score"], halves, strict=True)],
        "levels": [_level(name, y, f"{level_name(name)} {percent(y)}") for name, y in levels],
    }


def tradeoff_at(rows: pd.DataFrame, log: bool) -> Chart:
    """Return what a price changes of it; frontier: positions by rising cost.

    log: whether the axis of the cost is a log one; it begins at `least`, where there is a cost.
    """
    is_strategy = (rows["role"] == "strategy").to_numpy(bool)
    spent, halves, scores = (
        rows[name].to_numpy(float)[is_strategy]
        for name in ("cost_retraining", "cost_retraining_half", "score")
    )
    never = rows["never"].to_numpy(bool)[is_strategy]
    least = zero_log.least_positive(spent) if log else None
    ends = limits.spending(spent, halves)
    ends = zero_log.limits(float(np.fmax.reduce(spent)), least) if least else ends
    return {
        "low_high": shorts(ends),
        **({"least": _short(least)} if least else {}),
        "x": shorts(spent),
        "dx": shorts(halves),
        "texts": [plus_minus(*pair) for pair in zip(spent, halves, strict=True)],
        "frontier": frontier_places(never, spent, scores).tolist(),
    }


def interval(tables: Tables, rows: pd.DataFrame, unit: str) -> Chart | None:
    """Return total cost against the interval between retrainings, as far as no price changes it.

    x: the interval of each row. lines: rows of one schedule each; what is in none waits for an
    alarm. None where nothing retrains.
    """
    points = cost_points(tables)
    if points.empty:
        return None
    position = {label: i for i, label in enumerate(rows["label"])}
    schedules = points[points["scheduled"].astype(bool)].groupby("group")["label"]
    every = points.set_index("label")["interval"].reindex(rows["label"])
    return {
        "label": f"{unit}s between retrainings (log scale)",
        "low_high": shorts(limits.spacing(points["interval"].to_numpy())),
        "x": shorts(every),
        "lines": [[position[label] for label in line] for _, line in schedules],
    }


def interval_at(rows: pd.DataFrame, chart: Chart, oracle: float) -> Chart:
    """Return what a price changes of it; oracle: its mean cost, nan where it is not known."""
    cost, half = (rows[name].to_numpy(float) for name in ("cost", "cost_half"))
    strategies, never = rows["strategy"].tolist(), rows["never"].tolist()
    is_still = [a or b in LEVELS for a, b in zip(never, rows["role"].tolist(), strict=True)]
    still = [place for place, is_level in enumerate(is_still) if is_level]
    levels = [(strategies[place], float(cost[place])) for place in still]
    inside = [float(cost[place]) for place in still if never[place]]
    baselines = [float(cost[place]) for place in still if not never[place]]
    shown = [place for place, x in enumerate(chart["x"]) if x is not None]
    if math.isfinite(oracle):
        levels.append(("oracle", oracle))
        inside.append(oracle)
    return {
        "low_high": shorts(limits.costs(cost[shown], half[shown], inside, baselines)),
        "dy": shorts(half),
        "levels": [_level(name, y, f"{level_name(name)} {three_digits(y)}") for name, y in levels],
    }


def shorts(values: Iterable[float]) -> list[float | None]:
    """Return numbers to seven digits, None for those that are undefined."""
    return [_short(float(value)) if math.isfinite(value) else None for value in values]


def _short(value: float) -> float:
    short = float(f"{value:.7g}")
    return int(short) if short.is_integer() else short


def _level(name: str, y: float, text: str) -> dict[str, Any]:
    return {"strategy": name, "colour": mark(name).named, "y": _short(y), "text": tight(text)}
