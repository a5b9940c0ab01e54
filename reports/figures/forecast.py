"""Fans of cost: what a few policies have cost so far, and will cost over the coming period."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from retrainlab.reports.analysis.coming_period import ComingPeriod
from retrainlab.reports.analysis.decision import Decision
from retrainlab.reports.analysis.forecaster import LOG, Forecaster, forecaster
from retrainlab.reports.analysis.tables import Tables
from retrainlab.reports.figures.canvas import FAINT, axes_box, new_figure
from retrainlab.reports.figures.labels import legend_below
from retrainlab.reports.figures.marks import KNOWN
from retrainlab.reports.text.format import in_currency
from retrainlab.sim.forecast.policies import CATALOGUE
from retrainlab.sim.stream import Floats

MOMENTS = 8  # of the coming period at which a fan is computed
COLOURS = [KNOWN[name].colour for name in ("never", "sliding_window", "trigger", "full_replace")]


def forecast_figures(tables: Tables, decision: Decision, name: str) -> dict[str, Figure]:
    """Return the figure of the forecast; none where there is no forecast."""
    coming = decision.coming_period
    if coming is None or coming.refusal:
        return {}
    unit = tables.manifest.scenarios[name].tick_name
    currency = tables.manifest.prices.currency
    return {"forecast": fans(forecaster(tables), coming, name, unit, currency)}


def fans(
    log: Forecaster, coming: ComingPeriod, name: str, unit: str, currency: str | None
) -> Figure:
    """Draw the cost so far and the fan of the cost to come, for never, the choice, and a few more.

    unit: of a tick. The line is the expected cost, the band its 90 % interval.
    """
    figure = new_figure(
        14.6,
        4.6,
        f"{name}: the coming period",
        f"Cost of the log so far, and of the next {coming.ticks} {unit}s: expected, 90 % interval.",
    )
    shown = _shown(coming)
    handles = [Line2D([], [], color=c, label=p, lw=2) for p, c in zip(shown, COLOURS, strict=False)]
    foot = legend_below(figure, handles)
    axes = axes_box(figure, left=0.95, right=0.4, top=0.75, bottom=foot)
    moments = np.linspace(0, coming.ticks, MOMENTS + 1)
    bands = _bands(log, moments[1:])
    for label, colour in zip(shown, COLOURS, strict=False):
        place = log.labels.index(label)
        if place < len(CATALOGUE):
            so_far = np.concatenate([[0.0], np.cumsum(log.costs[LOG][place])])
            ticks = np.linspace(-log.ticks, 0, len(so_far))
            axes.plot(ticks, so_far - so_far[-1], color=colour, lw=1.6)
        mean, low, high = (np.concatenate([[0.0], band[:, place]]) for band in bands)
        axes.fill_between(moments, low, high, color=colour, alpha=0.14, lw=0)
        axes.plot(moments, mean, color=colour, lw=2)
    axes.axvline(0, color=FAINT, lw=1)
    axes.set_xlabel(f"{unit}s from the end of the log")
    axes.set_ylabel(in_currency("total cost from there", currency))
    return figure


def _shown(coming: ComingPeriod) -> Sequence[str]:
    """Return never, the choice, and then what was replayed or costs least; four at most."""
    replayed = [policy.label for policy in coming.policies if policy.role != "policy"]
    cheapest = [policy.label for policy in coming.policies]
    return [*dict.fromkeys(["never", coming.choice, *replayed, *cheapest])][: len(COLOURS)]


def _bands(log: Forecaster, moments: Floats) -> tuple[Floats, Floats, Floats]:
    """(moments, policies) mean, lower and upper end of the costs up to each moment."""
    predictions = [log.at(float(ticks)) for ticks in moments]
    ends = np.array([prediction.interval() for prediction in predictions])
    means = np.array([prediction.mean() for prediction in predictions])
    return means, ends[:, 0], ends[:, 1]
