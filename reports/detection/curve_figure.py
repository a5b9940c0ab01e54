"""A figure of trade-off curves: the delay of detectors against their false alarms."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from matplotlib.transforms import Bbox

from retrainlab.reports.detection.curves import Plane, TradeOffCurve
from retrainlab.reports.detection.marks import CONFIGURED, GREY, curve_style
from retrainlab.reports.drawing.callouts import Callouts
from retrainlab.reports.drawing.canvas import axes_box, new_figure, plain_numbers
from retrainlab.reports.drawing.labels import legend_below
from retrainlab.reports.text.format import count, number, shorten
from retrainlab.sim.detection.trade_off import TradeOffPoint

NAME = 24
CLOCK: dict[str, Any] = {"color": GREY, "linestyle": (0, (5, 2)), "linewidth": 1.6}
Place = tuple[float, float]


def draw(plane: Plane, window: int) -> Figure:
    """Draw a line a detector over its settings; down and to the left is better."""
    figure = new_figure(
        7.2,
        5.6,
        f"{plane.problem}: delay against false alarms, {KINDS[plane.labelled]}",
        "Each line is a detector, each point one of its settings; down and to the left is better.\n"
        "Where a line runs above the grey one, an alarm every so many rows is no worse. "
        f"{count(plane.seeds, 'seed')}.",
    )
    foot = legend_below(figure, _handles(plane))
    axes = axes_box(figure, left=0.8, right=0.25, top=0.85, bottom=foot)
    axes.set_xlabel("false alarms in 1,000 rows without drift (log scale)")
    axes.set_ylabel("restricted mean delay (rows)")
    none = _scale(axes, plane, window)
    lines = [_places(curve.points, none) for curve in plane.curves]
    clock = _visible(_places(plane.clock, none), axes)
    axes.plot(*zip(*clock, strict=True), zorder=1.5, **CLOCK)
    for curve, line in zip(plane.curves, lines, strict=True):
        axes.plot(*zip(*line, strict=True), zorder=3, **curve_style(curve.detector))
        for point, place in zip(curve.points, line, strict=True):
            if point.parameter == curve.configured:
                axes.plot(*place, **CONFIGURED)
    _name(axes, plane, lines, clock)
    return figure


KINDS = {True: "with labels", False: "without labels"}


def _scale(axes: Axes, plane: Plane, window: int) -> float:
    """Set both scales; return where on x no false alarm at all stands."""
    points = [point for curve in plane.curves for point in curve.points]
    rates = [p.false_per_1000 for p in points if p.false_per_1000 > 0]
    low, high = (min(rates), max(rates)) if rates else (0.1, 1.0)
    none = low / 4
    axes.set_xscale("log")
    axes.set_xlim(none / 1.8, max(high, 4 * low) * 1.8)
    steps = (1, 2, 5) if high < 30 * low else (1,)
    marks = [float(f"{step}e{e}") for e in range(-9, 4) for step in steps]
    shown = [m for m in marks if low / 1.5 <= m <= axes.get_xlim()[1]]
    axes.xaxis.set_major_locator(FixedLocator([none, *shown]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda value, _: "none" if math.isclose(value, none) else f"{value:.3g}")
    )
    axes.axvspan(none / 1.8, none * 1.8, color="#f1f3f5", linewidth=0, zorder=0)
    delays = [p.restricted_delay for p in points]
    top = max([window, *delays])
    axes.set_ylim(-0.04 * top, 1.06 * top)
    plain_numbers(axes, x=False)
    return none


def _places(points: list[TradeOffPoint], none: float) -> list[Place]:
    return [(p.false_per_1000 or none, p.restricted_delay) for p in points]


def _visible(line: list[Place], axes: Axes) -> list[Place]:
    """The places inside the axes, with the next one on either side."""
    low, high = axes.get_xlim()
    inside = [low <= x <= high for x, _ in line]
    near = [any(inside[max(i - 1, 0) : i + 2]) for i in range(len(line))]
    return [place for place, kept in zip(line, near, strict=True) if kept] or line


def _name(axes: Axes, plane: Plane, lines: list[list[Place]], clock: list[Place]) -> None:
    """Write each name at one of its own points, where there is room."""
    marks = axes.transData.transform([place for line in lines for place in line])
    taken = [Bbox([at - 7, at + 7]) for at in marks]
    for line in (*lines, clock):
        taken += _along(axes, line)
    names = Callouts(axes, marks, taken)
    for curve, line in zip(plane.curves, lines, strict=True):
        for place in _candidates(curve, line):
            if names.add(*place, shorten(curve.detector, NAME), curve.detector):
                axes.texts[-1].set_color(curve_style(curve.detector)["color"])
                break


def _candidates(curve: TradeOffCurve, line: list[Place]) -> list[Place]:
    """Points to write the name at: the configured one first, then from the ends inwards."""
    order = sorted(
        range(len(line)),
        key=lambda i: (
            curve.points[i].parameter != curve.configured,
            min(i, len(line) - 1 - i),
        ),
    )
    return [line[i] for i in order]


def _along(axes: Axes, line: list[Place]) -> list[Bbox]:
    """Small boxes in pixels along a line, for names to stay clear of."""
    boxes = []
    for a, b in pairwise(axes.transData.transform(line)):
        steps = max(2, int(np.hypot(*(b - a)) / 6))
        boxes += [Bbox([at - 2, at + 2]) for at in a + np.linspace(0, 1, steps)[:, None] * (b - a)]
    return boxes


def _handles(plane: Plane) -> list[Line2D]:
    handles = [
        Line2D([], [], label=shorten(curve.detector, NAME), **curve_style(curve.detector))
        for curve in plane.curves
    ]
    handles.append(Line2D([], [], label="alarm every k rows", **CLOCK))
    handles.append(Line2D([], [], label="as configured", **(CONFIGURED | {"markersize": 10})))
    return handles


def words(plane: Plane) -> str:
    """Say in words what the figure shows."""
    ringed = [
        f"{curve.detector} {number(point.restricted_delay, 0)} rows at "
        f"{number(point.false_per_1000, 2)}"
        for curve in plane.curves
        for point in curve.points
        if point.parameter == curve.configured
    ]
    return (
        f"{plane.problem}: restricted mean delay against false alarms in 1,000 rows without drift, "
        f"{KINDS[plane.labelled]}. As configured: {'; '.join(ringed)}."
    )
