"""The best value of a parameter in a figure: its interval, and the flat band around it."""

import math

import numpy as np
from matplotlib.axes import Axes

from retrainlab.reports.analysis.cost_curve import CostCurve
from retrainlab.reports.drawing.marks import mark

FOOT = 0.025


def marked(curve: CostCurve) -> str:
    """Say what `show_optimum` draws."""
    band = "Shaded: nearly as good as the best"
    if math.isnan(curve.best.low):
        return f"{band} of {curve.strategy}."
    return f"{band} of {curve.strategy}. Bar at the foot: 95 % interval of the best."


def show_optimum(axes: Axes, curve: CostCurve) -> None:
    """Shade the flat band, and draw the interval of the best value at the foot of the axes.

    A single value is widened halfway to its neighbours; never lies beyond the right edge.
    """
    colour, values = mark(curve.strategy).colour, curve.values[np.isfinite(curve.values)]
    _, right = axes.get_xlim()

    def reach(low: float, high: float) -> tuple[float, float]:
        below, above = values[values < low], values[values > high]
        start = math.sqrt(low * below[-1]) if len(below) else low
        end = math.sqrt(high * above[0]) if len(above) else min(high, right)
        return start, right if math.isinf(high) else end

    best = curve.best
    if math.isfinite(best.value):
        axes.axvspan(*reach(best.flat_low, best.flat_high), color=colour, alpha=0.1, lw=0, zorder=0)
    if math.isfinite(best.low):
        span = reach(best.low, best.high)
        foot = axes.get_xaxis_transform()
        axes.plot(span, [FOOT, FOOT], transform=foot, color=colour, lw=4, solid_capstyle="butt")
