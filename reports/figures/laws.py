"""A law as a line, and what was measured as points on it."""

from typing import Any

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullFormatter

from reports.figures.canvas import axes_box, new_figure, plain_numbers
from reports.figures.labels import legend_below
from reports.figures.marks import KNOWN
from reports.law import Chart, Curve

NAMES = ("periodic", "trigger", "sliding_window", "full_replace", "never")
COLOURS = [KNOWN[name].colour for name in NAMES]
MARKERS = [KNOWN[name].marker for name in NAMES]


def chart(drawn: Chart) -> Figure:
    """Draw every curve in a colour of its own: the law as a line, measured as points."""
    figure = new_figure(6.4, 4.2, drawn.title, "Line: the law. Points: measured.")
    foot = legend_below(figure, [_handle(curve, i) for i, curve in enumerate(drawn.curves)])
    axes = axes_box(figure, left=0.85, right=0.2, top=0.7, bottom=foot)
    axes.set_xlabel(drawn.x)
    axes.set_ylabel(drawn.y)
    if drawn.log:
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.xaxis.set_minor_formatter(NullFormatter())
    for i, curve in enumerate(drawn.curves):
        axes.plot(*curve.law, color=_colour(i), linewidth=1.6)
        axes.plot(*curve.measured, markersize=6, zorder=3, **_points(i))
    plain_numbers(axes)
    plain_numbers(axes, x=False)
    return figure


def _colour(i: int) -> str:
    return COLOURS[i % len(COLOURS)]


def _points(i: int) -> dict[str, Any]:
    return {
        "color": _colour(i),
        "marker": MARKERS[i % len(MARKERS)],
        "linestyle": "none",
        "markeredgecolor": "white",
    }


def _handle(curve: Curve, i: int) -> Line2D:
    """A line with a point where the curve has both."""
    style = _points(i) | ({"linestyle": "-"} if len(curve.law[0]) else {})
    if not len(curve.measured[0]):
        style["marker"] = ""
    return Line2D([], [], label=curve.name, **style)
