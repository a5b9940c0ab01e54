"""Law figure: the closed form as a line, measurements as points."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from retrainlab.reports.drawing.canvas import axes_box, new_figure
from retrainlab.reports.drawing.labels import legend_below
from retrainlab.reports.drawing.marks import KNOWN
from retrainlab.reports.text.format import MINUS
from retrainlab.sim.closed_form import Chart, ReferenceCurve

MARKS = [KNOWN[name] for name in ("periodic", "trigger", "sliding_window", "full_replace")]


def law_figure(chart: Chart) -> Figure:
    """Draw every curve in a colour of its own: the law as a line, measured as points."""
    figure = new_figure(6.4, 4.2, chart.title, "Line: the law. Points: measured.")
    foot = legend_below(figure, [_handle(curve, i) for i, curve in enumerate(chart.curves)])
    axes = axes_box(figure, left=0.85, right=0.25, top=0.7, bottom=foot)
    axes.set_xlabel(chart.x + " (log scale)" * chart.log)
    axes.set_ylabel(chart.y)
    for i, curve in enumerate(chart.curves):
        axes.plot(*curve.law, color=_points(i)["color"], linewidth=1.6)
        axes.plot(*curve.measured, zorder=3, **_points(i))
    if chart.log:
        _log_scale(axes)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:,.6g}".replace("-", MINUS)))
    return figure


def _log_scale(axes: Axes) -> None:
    """Label 1, 2, 5, 10, ..; only the decades where there are many."""
    axes.set_xscale("log")
    low, high = axes.get_xlim()
    steps = (1, 2, 5) if np.log10(high / low) < 3 else (1,)
    axes.xaxis.set_major_locator(LogLocator(subs=steps))
    axes.xaxis.set_minor_formatter(NullFormatter())


def _points(i: int) -> dict[str, Any]:
    style = MARKS[i % len(MARKS)]
    return {
        "color": style.colour,
        "marker": style.marker,
        "markersize": 6,
        "markeredgecolor": "white",
        "linestyle": "none",
    }


def _handle(curve: ReferenceCurve, i: int) -> Line2D:
    """A line and a point, as far as the curve has them."""
    style = _points(i)
    if len(curve.law[0]):
        style["linestyle"] = "-"
    if not len(curve.measured[0]):
        style["marker"] = ""
    return Line2D([], [], label=curve.name, **style)
