"""Total cost over any parameter of a strategy: a window, a threshold, a number of rows."""

import math

import numpy as np
from matplotlib.figure import Figure

from retrainlab.reports.analysis.cost_curve import CostCurve
from retrainlab.reports.decision.statistics import half_width
from retrainlab.reports.drawing.canvas import (
    axes_box,
    error_of,
    log_scale,
    new_figure,
    plain_number,
    plain_numbers,
    tag,
    tag_mark,
    titled,
)
from retrainlab.reports.drawing.labels import (
    legend_below,
    legend_room,
    level_handles,
    levels,
    margin_for,
)
from retrainlab.reports.drawing.limits import around, spacing
from retrainlab.reports.drawing.log_axis import log_axis
from retrainlab.reports.drawing.marks import RING, variant
from retrainlab.reports.figures.optimum import marked, show_optimum
from retrainlab.reports.text.format import plus_minus, three_digits
from retrainlab.reports.text.values import axis_name, named


def parameter_curve(
    curve: CostCurve, title: str, held: str, oracle: float, unit: str = "tick"
) -> Figure:
    """Draw the cost at each value tried; never and the oracle are level lines.

    held: at what the other parameter is held, in words, or nothing. unit: what a tick is called.
    """
    name = axis_name(curve.parameter, unit)
    finite = np.isfinite(curve.values)
    means = curve.costs.mean()
    still = [("oracle", oracle, f"oracle {three_digits(oracle)}")] if np.isfinite(oracle) else []
    if not finite[-1]:
        never = float(means.iloc[-1])
        still.append(("never", never, f"never {three_digits(never)}"))
    x, y = curve.values[finite], means.to_numpy()[finite]
    halves = np.nan_to_num([half_width(curve.costs[label]) for label in means.index[finite]])
    limits = around([*(y - halves), *(y + halves)], [value for _, value, _ in still])
    handles = level_handles(still, limits)
    figure = new_figure(
        7.2,
        4.7 + legend_room(handles),
        *titled(
            f"{curve.strategy}{held}: {named(curve.best.value, curve.parameter, unit)} costs least",
            title,
            f"total cost against {name}",
            marked(curve),
        ),
    )
    foot = legend_below(figure, handles) if handles else 0.62
    right = margin_for(figure, [text for _, _, text in still])
    axes = axes_box(figure, left=0.95, right=right, top=0.85, bottom=foot)
    axes.set_xlabel(f"{name} ({log_scale()})")
    axes.set_ylabel("total cost")
    axes.set_ylim(*limits)
    log_axis(axes, x, *spacing(x))
    plain_numbers(axes, x=False)
    style = variant(curve.strategy, 0)
    tag(axes.plot(x, y, zorder=3, **{**style, "marker": ""}), strategy=curve.strategy)
    point = {**style, "linestyle": "", "markersize": 7, "elinewidth": 1, "capsize": 2, "zorder": 3}
    for at, cost, half in zip(x, y, halves, strict=True):
        says = f"{name} {plain_number(at)}: total cost {plus_minus(cost, half or math.nan)}"
        tag_mark(axes.errorbar(at, cost, yerr=error_of(half), **point), curve.strategy, says)
    axes.plot([curve.best.finite], [y.min()], **RING)
    show_optimum(axes, curve)
    levels(axes, still)
    return figure
