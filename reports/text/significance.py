"""Which settings differ significantly, in words and as a triangle of pairs."""

from collections.abc import Sequence
from typing import Any

from retrainlab.reports.decision.candidates import Candidates
from retrainlab.reports.decision.significance import pairs
from retrainlab.reports.results.decision import Comparison
from retrainlab.reports.text.format import count, interval, listed
from retrainlab.sim.optimum.several_seeds import FEWEST_SEEDS


def compared(candidates: Candidates, labels: Sequence[str]) -> dict[str, Any]:
    """Return the comparison for the page: `said`, and the lines of a lower triangle, by cost.

    labels: the settings to compare, the cheapest first.
    """
    order = list(labels)
    refused = _refused(candidates)
    if refused:
        return {"said": refused, "order": order[:-1], "lines": []}
    tested = pairs(candidates, order)
    cells = {(gap.reference, gap.label): _cell(gap) for gap in tested}
    lines = [{"label": a, "cells": [cells[a, b] for b in order[:at]]} for at, a in enumerate(order)]
    return {"said": _summary(tested), "order": order[:-1], "lines": lines[1:]}


def _refused(candidates: Candidates) -> str:
    """Say why there is no test; empty where there is one."""
    seeds, over_time = len(candidates.costs), candidates.over_time
    if over_time is None:
        few = f"{count(seeds, 'seed')}: no test; it takes at least {FEWEST_SEEDS}."
        return few if seeds < FEWEST_SEEDS else ""
    return "" if over_time.is_long_enough else "One stream of too few ticks: no test."


def _summary(tested: list[Comparison]) -> str:
    alike = [f"{gap.reference} from {gap.label}" for gap in tested if not gap.clear]
    whole = f"{len(tested) - len(alike)} of {count(len(tested), 'pair')} differ significantly"
    return f"{whole}." if not alike else f"{whole}; not told apart: {listed(alike, at_most=4)}."


def _cell(gap: Comparison) -> dict[str, Any]:
    return {"gap": interval(gap.saving, gap.low, gap.high, sign=True), "differ": gap.clear}
