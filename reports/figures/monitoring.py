"""Monitoring figure: statistics of one stream over time, with control limits and alarms."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from retrainlab.reports.analysis.class_quality import PARTS
from retrainlab.reports.analysis.monitoring import Chart, Monitoring
from retrainlab.reports.drawing.canvas import (
    FAINT,
    SMALL,
    axes_box,
    in_percent,
    is_phone,
    new_figure,
    plain_numbers,
    tag,
)
from retrainlab.reports.drawing.drifts import shade
from retrainlab.reports.drawing.labels import legend_below, legend_room, room_for
from retrainlab.reports.drawing.marks import lines_of
from retrainlab.reports.drawing.time_axis import time_axis
from retrainlab.reports.figures.rug import STYLE, handles_of_names, rug
from retrainlab.reports.results.manifest import ScenarioInfo
from retrainlab.reports.results.tables import Tables
from retrainlab.reports.text.format import shorten
from retrainlab.reports.text.monitoring import heading
from retrainlab.sim.stream import Floats

ROW, CHARTS, GAP = 0.26, 3.3, 0.34  # inches: of a row of the rug, of all charts, between two
NAME = 34
LONGEST = 60  # characters above a chart
BAND = "#e8f0f8"
DOT: dict[str, Any] = {"linewidth": 4, "solid_capstyle": "round"}


def monitoring_figure(
    tables: Tables,
    seen: Monitoring,
    charts: Sequence[Chart],
    info: ScenarioInfo,
    title: str,
    subtitle: str,
) -> Figure:
    """Draw charts below each other, and below them when each setting retrained, and its alarms.

    tables: of the scenario. charts: of `seen`. Bands are the control limits; a dot is a point
    outside of them.
    """
    strategy_of = tables.runs.drop_duplicates("label").set_index("label")["strategy"]
    strategies = {label: str(strategy_of[label]) for label in seen.labels}
    handles = handles_of_names(strategies) if is_phone() else []
    foot = legend_room(handles)
    low, head = foot + 0.62 + ROW * len(seen.labels), 1.02
    figure = new_figure(7.2, head + CHARTS + 0.08 + low, title, subtitle)
    names = [shorten(label, NAME) for label in seen.labels]
    right = 0.2 if handles else 0.75 + room_for(figure, names, **STYLE)
    if handles:
        legend_below(figure, handles)
    each = (CHARTS + GAP) / len(charts) - GAP
    for place, chart in enumerate(charts):
        bottom = low + 0.08 + (len(charts) - 1 - place) * (each + GAP)
        axes = axes_box(figure, left=0.78, right=right, top=0, bottom=bottom, height=each)
        _chart(axes, chart, seen, strategies, info)
    marks = axes_box(
        figure, left=0.78, right=right, top=0, bottom=foot + 0.54, height=low - foot - 0.62
    )
    first, stop = int(tables.ticks["tick"].min()), int(tables.ticks["tick"].max()) + 1
    for axes in figure.axes:
        axes.set_xlim(first, stop)
        time_axis(axes, (first, stop), info)
        if axes is not marks:
            axes.set_xlabel("")
            axes.tick_params(labelbottom=False, length=0)
    for axes in figure.axes[:-1]:
        shade(axes, info.drifts, numbered=False)
    rug(marks, tables.retrainings, tables.alarms, strategies, stop, NAME, not handles)
    return figure


def _chart(
    axes: Axes,
    chart: Chart,
    seen: Monitoring,
    strategies: Mapping[str, str],
    info: ScenarioInfo,
) -> None:
    """Draw one statistic of all settings, with the limits and the points outside of them."""
    longest = LONGEST // 2 if is_phone() else LONGEST
    text = shorten(heading(chart, info), longest)
    title = axes.set_title(text, loc="left", size=SMALL, pad=3, color=FAINT)
    _limits(axes, chart, seen)
    at = chart.values.index.to_numpy(float)
    can_change = bool(seen.classes) and chart.heading in PARTS
    styles = lines_of(strategies)
    for label, strategy in reversed([*strategies.items()]):
        values, style = chart.values[label], styles[label]
        lone: dict[str, Any] = {"marker": "o", "markersize": 4} if len(at) == 1 else {}
        artists = axes.plot(at, values, linewidth=1.4, **style, **lone)
        tag(artists, strategy=strategy, series=label)
        is_out = chart.outside(label)
        is_out[: seen.reference] = False
        ends = _dots(at[is_out], values.to_numpy()[is_out], at)
        dots = axes.plot(*ends, color=style["color"], **DOT)
        tag(dots, strategy=strategy, **({"out": label} if can_change else {}))
    if can_change:
        tag(axes.yaxis, part="y")
        tag(title, part="title")
    axes.yaxis.set_major_locator(MaxNLocator(3))
    axes.margins(y=0.08)
    if chart.is_share:
        in_percent(axes)
    elif size := plain_numbers(axes, x=False):
        title.set_text(shorten(f"{heading(chart, info)} ({size})", longest))
    low, high = axes.get_ylim()
    first, last = at[0], at[-1] + seen.width
    unit = info.tick_name
    share = {"share": "yes"} if chart.is_share else {}
    tag(axes.patch, x=f"{first:g} {last:g}", y=f"{low} {high}", unit=unit, **share)


def _dots(x: Floats, y: Floats, span: Floats) -> tuple[Floats, Floats]:
    """Return points as strokes that are too short to be seen but for their round ends: one path."""
    length = 0.0008 * float(span[-1] - span[0])
    gap = np.full(len(x), np.nan)
    ends = np.column_stack([x - length, x + length, gap])
    return ends.ravel(), np.column_stack([y, y, gap]).ravel()


def _limits(axes: Axes, chart: Chart, seen: Monitoring) -> None:
    """Shade the control limits, and mark where the points end that they rest on."""
    if chart.limits is None:
        return
    band = axes.axhspan(chart.limits.low, chart.limits.high, color=BAND, lw=0, zorder=0.4)
    ends = [
        axes.axhline(end, color="#8a929c", linewidth=0.8, zorder=0.6)
        for end in (chart.limits.low, chart.limits.high)
    ]
    if chart.heading in PARTS and seen.classes:
        tag(band, part="band")
        tag(ends, part="limit")
    last = chart.values.index[seen.reference]
    axes.axvline(last, color=FAINT, linewidth=1, linestyle=(0, (1, 1.5)), zorder=0.7)
