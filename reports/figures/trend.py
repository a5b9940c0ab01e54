"""Trend figure: cost of the recommended setting over runs, and what was recommended in each."""

import math
from collections.abc import Mapping
from itertools import groupby
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, MaxNLocator

from retrainlab.reports.analysis.trend import Trend, TrendPoint
from retrainlab.reports.drawing.canvas import (
    FAINT,
    SMALL,
    axes_box,
    in_percent,
    is_phone,
    new_figure,
    tag,
)
from retrainlab.reports.drawing.labels import room_for
from retrainlab.reports.drawing.marks import DASHES, RING, mark
from retrainlab.reports.text.format import UNKNOWN, count, shorten
from retrainlab.reports.text.run_change import answer_words
from retrainlab.reports.text.trend import day, spoken

ROW, CHART, HEAD, FOOT, GAP = 0.24, 2.3, 0.95, 0.62, 0.16  # inches
NAME, ON_PHONE = 28, 13  # characters beside a row
MOST = 7  # rows of the strip; what was recommended in the fewest runs shares the last one
DATES, DATES_ON_PHONE = 5, 1.6  # days below the axis, at most
CROWDED = 60  # runs from which on marks are small


def trend_figure(trend: Trend, title: str, subtitle: str) -> Figure:
    """Draw the share of never's cost that each run's recommended setting has, oldest run first.

    A line joins comparable runs, and a ring is a change of the recommendation. Below is a row for
    each recommendation, with a bar over the runs that gave it.
    """
    rows = strip_rows(trend)
    low = FOOT + ROW * len(set(rows.values()))
    figure = new_figure(7.2, HEAD + CHART + GAP + low, title, subtitle)
    names = row_names(rows)
    right = 0.3 + room_for(figure, names, size=SMALL)
    costs = axes_box(figure, left=0.78, right=right, top=HEAD, bottom=low + GAP)
    strip = axes_box(figure, left=0.78, right=right, top=0, bottom=FOOT, height=low - FOOT)
    _costs(costs, trend)
    _strip(strip, trend, rows, names)
    for axes in (costs, strip):
        axes.set_xlim(-0.6, len(trend.points) - 0.4)
        axes.grid(False, axis="x")
    _dates(strip, trend)
    costs.xaxis.set_major_locator(FixedLocator([]))
    return figure


def strip_rows(trend: Trend) -> dict[str, int]:
    """Return the row of each recommendation, in the order in which they came."""
    given = [answer_words(point.decision) for point in trend.points]
    names = list(dict.fromkeys(given))
    if len(names) <= MOST:
        return {name: row for row, name in enumerate(names)}
    often = sorted(names, key=lambda name: (-given.count(name), names.index(name)))[: MOST - 1]
    kept = [name for name in names if name in often]
    return {name: kept.index(name) if name in kept else MOST - 1 for name in names}


def row_names(rows: Mapping[str, int]) -> list[str]:
    """Return what stands beside each row of the strip."""
    longest = ON_PHONE if is_phone() else NAME
    of_row = {row: [n for n, r in rows.items() if r == row] for row in sorted({*rows.values()})}
    return [
        shorten(names[0], longest) if len(names) == 1 else count(len(names), "other answer")
        for names in of_row.values()
    ]


def _costs(axes: Axes, trend: Trend) -> None:
    points = trend.points
    shares = np.array([point.share for point in points])
    ends = np.array([point.interval for point in points])
    size = 6.0 if len(points) <= CROWDED else 3.5
    axes.axhline(1, color=mark("never").colour, linewidth=1.2, zorder=1)
    axes.vlines(np.arange(len(points)), *ends.T, color=FAINT, alpha=0.45, linewidth=1.6, zorder=2)
    for number, places in enumerate(trend.series):
        dash: Any = DASHES[number % len(DASHES)]
        axes.plot(places, shares[places], color=FAINT, linestyle=dash, linewidth=1.2, zorder=2)
    for place, point in enumerate(points):
        style = mark(_strategy(point))
        look: dict[str, Any] = {"marker": style.marker, "color": style.colour, "markersize": size}
        tag(axes.plot(place, point.share, zorder=3, linestyle="none", **look), says=spoken(point))
    at = [place for place, point in enumerate(points) if point.is_change]
    axes.plot(at, shares[at], **{**RING, "markersize": 2.2 * size})
    known = [*shares[np.isfinite(shares)], *ends[np.isfinite(ends)], 1.0]
    low, high = min(known), max(known)
    room = 0.1 * (high - low) or 0.05
    axes.set_ylim(low - room, high + room)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    in_percent(axes)
    axes.set_ylabel("share of never's cost", color=FAINT, size=SMALL)


def _strip(axes: Axes, trend: Trend, rows: Mapping[str, int], names: list[str]) -> None:
    """Draw a row for each recommendation, with bars over the runs in which it was given."""
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_yticks(range(len(names)), names, size=SMALL)
    axes.yaxis.tick_right()
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(False, axis="y")
    at = 0
    for text, run in groupby(trend.points, key=lambda point: answer_words(point.decision)):
        points = list(run)
        colour = mark(_strategy(points[0])).colour
        bar = (at - 0.4, len(points) - 0.2)
        axes.broken_barh([bar], (rows[text] - 0.22, 0.44), color=colour, lw=0)
        at += len(points)


def _strategy(point: TrendPoint) -> str:
    return point.decision.setting(point.decision.choice).strategy


def _dates(axes: Axes, trend: Trend) -> None:
    """Write a few days at which runs were made below the axis."""
    days = [day(point) for point in trend.points]
    firsts = [place for place, one in enumerate(days) if one not in days[:place]]
    step = math.ceil(len(trend.points) / (DATES_ON_PHONE if is_phone() else DATES))
    kept: list[int] = []
    for place in firsts:
        if not kept or place - kept[-1] >= step:
            kept.append(place)
    axes.xaxis.set_major_locator(FixedLocator(kept))
    axes.set_xticklabels([days[place] if days[place] != UNKNOWN else "" for place in kept])
    axes.set_xlabel("runs, in the order in which they were made")
