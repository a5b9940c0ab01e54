"""Which settings differ significantly, in words and as a triangle of pairs."""

from typing import Any

import pandas as pd

from retrainlab.reports.analysis.significance import FEWEST, Pair, by_cost, pairs
from retrainlab.reports.text.format import count, listed, number, plus_minus


def compared(costs: pd.DataFrame, more_seeds: bool) -> dict[str, Any]:
    """Return the comparison for the page: `said`, and the lines of a lower triangle, by cost.

    costs: (seeds, labels). more_seeds: whether more seeds could be drawn.
    """
    tested, order = pairs(costs), by_cost(costs)
    if len(costs) < FEWEST:
        advice = ", and seeds=10 is better" if more_seeds else ""
        few = f"{count(len(costs), 'seed')}: no test; it takes at least {FEWEST}{advice}."
        return {"said": few, "order": order[:-1], "lines": []}
    cells = {(pair.a, pair.b): _cell(pair) for pair in tested}
    lines = [{"label": a, "cells": [cells[a, b] for b in order[:at]]} for at, a in enumerate(order)]
    return {"said": _summary(tested), "order": order[:-1], "lines": lines[1:]}


def _summary(tested: list[Pair]) -> str:
    alike = [f"{pair.b} from {pair.a}" for pair in tested if not pair.differ]
    clear = len(tested) - len(alike)
    whole = f"{clear} of {count(len(tested), 'pair')} differ significantly"
    return f"{whole}." if not alike else f"{whole}; not told apart: {listed(alike, at_most=4)}."


def _cell(pair: Pair) -> dict[str, Any]:
    p = "p < 0.001" if pair.p < 0.001 else f"p = {number(pair.p, 3)}"
    return {
        "gap": plus_minus(pair.gap, pair.half, sign=True),
        "p": p,
        "differ": pair.differ,
    }
