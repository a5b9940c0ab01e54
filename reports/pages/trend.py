"""The section of the index on trends: a figure and a table for each scenario with enough runs."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from retrainlab.reports.analysis.trend import FinishedRun, Trend, trends
from retrainlab.reports.drawing.canvas import phone, theme, titled
from retrainlab.reports.drawing.inline import Picture, picture
from retrainlab.reports.drawing.marks import distinct
from retrainlab.reports.figures.trend import trend_figure
from retrainlab.reports.text import trend as words
from retrainlab.reports.text.format import count, shorten, slug
from retrainlab.reports.text.provenance import named_source
from retrainlab.sim.errors import make_folder

SHARE = words.HEADINGS.index("cost as a share of never's")
MOST = 12  # scenarios whose trend is drawn
HOW = (
    "Each mark is a run; a ring is a change of what is recommended, whose name stands below.",
    "Upright lines: 95 % intervals. The level line is never, at 100 %.",
)


def trend_sections(
    runs: Sequence[FinishedRun], folder: Path, pages: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Draw the trends into `figures/` of the folder, and return what the index shows of them.

    pages: address of the report of each run, by its name.
    """
    shown = trends(runs)
    strategies = {s.strategy for one in shown for p in one.points for s in p.decision.settings}
    with theme(), distinct(strategies):
        return [_section(one, folder, pages, place < MOST) for place, one in enumerate(shown)]


def _section(
    trend: Trend, folder: Path, pages: Mapping[str, str], is_drawn: bool
) -> dict[str, Any]:
    return {
        "name": trend.scenario,
        "anchor": f"trend-{slug(trend.scenario)}",
        "finding": words.finding(trend),
        "changes": words.changes(trend),
        "picture": _picture(trend, folder) if is_drawn else None,
        "table": _table(trend, pages),
    }


def _picture(trend: Trend, folder: Path) -> Picture:
    make_folder(folder / "figures")
    png = folder / "figures" / f"trend-{slug(trend.scenario)}.png"
    subject = "cost of the recommended setting, run after run"
    title, subtitle = titled(words.finding(trend), trend.scenario, subject, *HOW)
    alt = f"{title}. " + "; ".join(words.spoken(point) for point in trend.points[-8:])
    with phone():
        narrow = trend_figure(trend, title, subtitle)
    figure = trend_figure(trend, title, subtitle)
    source = named_source(
        f"scenario {shorten(trend.scenario, 60)}",
        count(len(trend.points), "run"),
        trend.points[-1].created[:10],
    )
    return picture(figure, "trend", png, shorten(title, 100), alt, source, phone=narrow)


def _table(trend: Trend, pages: Mapping[str, str]) -> dict[str, Any]:
    """Return headings and rows, newest run first."""
    sizes = [len(places) for places in trend.series]
    rows = []
    for point in reversed(trend.points):
        texts = words.cells(point, sizes)
        cells = [{"text": text, "value": None} for text in texts]
        cells[SHARE]["value"] = f"{100 * point.share:.10g}" if math.isfinite(point.share) else ""
        rows.append(
            {
                "name": point.run,
                "page": pages[point.run],
                "anchor": slug(trend.scenario),
                "label": " ".join([point.run, *texts[:3]]),
                "strategy": point.decision.setting(point.decision.choice).strategy,
                "cells": cells,
            }
        )
    return {
        "headings": [(h, -(place == 3)) for place, h in enumerate(words.HEADINGS)],
        "rows": rows,
    }
