"""The best interval as a function of the price of a retraining, from one study's ledgers."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from retrainlab.reports.analysis.cost_curve import CostCurve
from retrainlab.reports.drawing.canvas import (
    FAINT,
    SMALL,
    axes_box,
    is_phone,
    new_figure,
    plain_numbers,
)
from retrainlab.reports.drawing.marks import mark
from retrainlab.sim.optimum.price_sweep import PriceSweep


def best_by_price(
    curve: CostCurve, sweep: PriceSweep, error: float, price: float, title: str, unit: str
) -> Figure:
    """Draw the best value over the price, with its interval; never stands above all others.

    error: price of a unit of loss, at which the ratios of the sweep become prices.
    """
    figure = new_figure(
        7.2,
        4.7,
        f"{title}: the best interval of {curve.strategy} at every price",
        "Line: the interval with the lowest total cost. Shaded: its 95 % interval over seeds.\n"
        "Prices are put on what was counted in one replay; nothing is replayed.",
    )
    axes = axes_box(figure, left=0.95, right=0.2 if is_phone() else 0.4, top=0.85, bottom=0.62)
    axes.set_xscale("log")
    axes.set_yscale("log")
    finite = curve.values[np.isfinite(curve.values)]
    top = finite[-1] * 1.8
    x = np.array(sweep.ratios) * error

    def height(values: list[float]) -> np.ndarray:
        return np.minimum(values, top)

    best = height([optimum.value for optimum in sweep.optima])
    low, high = (height([getattr(o, end) for o in sweep.optima]) for end in ("low", "high"))
    style = mark(curve.strategy)
    axes.fill_between(x, low, high, step="mid", color=style.colour, alpha=0.18, lw=0)
    axes.plot(x, best, drawstyle="steps-mid", color=style.colour, linestyle="-", lw=2)
    axes.axvline(price, color=FAINT, lw=1.2, linestyle=(0, (4, 3)))
    axes.annotate(
        "price of this study",
        (price, 0),
        xycoords=("data", "axes fraction"),
        xytext=(5, 4),
        textcoords="offset points",
        va="bottom",
        size=SMALL,
        color=FAINT,
    )
    axes.set_xlim(x[0], x[-1])
    axes.set_ylim(finite[0] / 1.3, top * 1.15)
    ticks = [float(v) for v in finite if v in _readable(finite)]
    axes.set_yticks([*ticks, top], [*(f"{v:,.0f}" for v in ticks), "never"])
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_xlabel("price of a retraining (log scale)")
    axes.set_ylabel(f"{unit}s between retrainings")
    plain_numbers(axes)
    return figure


def _readable(values: np.ndarray) -> set[float]:
    """Those of the values that stand far enough apart on a log scale to be labelled."""
    kept: list[float] = []
    for value in values:
        if not kept or value / kept[-1] > (values[-1] / values[0]) ** 0.09:
            kept.append(value)
    return set(kept)
