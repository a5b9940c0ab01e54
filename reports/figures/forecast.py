"""Fans of cost: what a few policies have cost so far, and will cost over the coming period."""

import math
from collections.abc import Sequence
from textwrap import wrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from retrainlab.reports.analysis.forecaster import LOG, Forecaster, forecaster
from retrainlab.reports.drawing.canvas import (
    FAINT,
    SMALL,
    axes_box,
    is_phone,
    new_figure,
    plain_numbers,
    titled,
)
from retrainlab.reports.drawing.marks import KNOWN
from retrainlab.reports.results.coming_period import ComingPeriod
from retrainlab.reports.results.decision import Decision
from retrainlab.reports.results.tables import Tables
from retrainlab.reports.text.coming_period import finding
from retrainlab.reports.text.format import count, in_currency
from retrainlab.sim.forecast.policies import CATALOGUE, NEVER
from retrainlab.sim.stream import Floats

LEFT, GAP, ABOVE, BELOW = 0.95, 0.25, 0.85, 0.35  # inches, around the panels
PANEL, LINE, TICKS = 1.4, 0.17, 0.35  # inches, of a panel, a line of its title, and its values
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
    """Draw the fan of each of a few policies in panels, never dashed in each; unit: of a tick.

    The line is the expected cost, the bands hold 50 and 90 %; left of 0 is what it cost before.
    """
    moments = np.linspace(0, coming.ticks, MOMENTS + 1)
    bands, shown = _bands(log, moments[1:]), _shown(coming)
    columns, letters, lines = (1, 28, 3) if is_phone() else (2, 34, 2)
    high = PANEL + LINE * lines + TICKS
    rows = math.ceil(len(shown) / columns)
    figure = new_figure(
        7.2,
        ABOVE + high * rows + BELOW,
        *titled(
            finding(coming, currency),
            name,
            f"cost before, and expected over the next {count(coming.ticks, unit)}",
            "Bands: intervals of 50 % and 90 %. Dashed: never.",
        ),
    )
    width = float(figure.get_size_inches()[0])
    wide = (width - LEFT - GAP * columns) / columns
    panels = []
    for i, label in enumerate(shown):
        row, column = divmod(i, columns)
        left, bottom = LEFT + column * (wide + GAP), BELOW + TICKS + high * (rows - 1 - row)
        axes = axes_box(figure, left, width - left - wide, 0, bottom, PANEL)
        _fan(axes, log, log.labels.index(label), moments, bands, COLOURS[i])
        axes.set_xlim(-coming.ticks, coming.ticks)
        axes.xaxis.set_major_locator(MaxNLocator(4, integer=True, prune="upper"))
        axes.set_title(_in_lines(label, letters, lines), size=SMALL)
        panels.append(axes)
    _share_limits(panels, columns)
    size = {plain_numbers(axes, x=False) for axes in panels}.pop()
    for axes in panels[-columns:]:
        axes.set_xlabel(f"{unit}s from the end of the log")
    middle = (BELOW + TICKS + high * rows / 2) / float(figure.get_size_inches()[1])
    counted_in = " of ".join(word for word in (size, currency) if word)
    label = in_currency("total cost from there", counted_in)
    figure.text(0.12 / width, middle, label, rotation=90, va="center")
    return figure


def _fan(
    axes: Axes, log: Forecaster, place: int, moments: Floats, bands: Floats, colour: str
) -> None:
    """Draw one policy; bands: (5, moments, policies)."""
    last = -float(moments[-1])
    if place < len(CATALOGUE):
        so_far = np.concatenate([[0.0], np.cumsum(log.costs[LOG][place])])
        ticks = np.linspace(-log.ticks, 0, len(so_far))
        axes.plot(ticks[ticks >= last], (so_far - so_far[-1])[ticks >= last], color=colour, lw=1.6)
    start = np.zeros((len(bands), 1))
    never = np.append(0.0, bands[0, :, NEVER])
    mean, *ends = np.concatenate([start, bands[:, :, place]], axis=1)
    for low, high, alpha in ((ends[0], ends[3], 0.15), (ends[1], ends[2], 0.3)):
        axes.fill_between(moments, low, high, color=colour, alpha=alpha, lw=0)
    axes.plot(moments, never, color=FAINT, lw=1.2, ls="--")
    axes.plot(moments, mean, color=colour, lw=2)
    axes.axvline(0, color=FAINT, lw=1)


def _share_limits(panels: Sequence[Axes], columns: int) -> None:
    """Give all panels the same y, and numbers to the first of each row alone."""
    low = min(axes.get_ylim()[0] for axes in panels)
    high = max(axes.get_ylim()[1] for axes in panels)
    for i, axes in enumerate(panels):
        axes.set_ylim(low, high)
        axes.tick_params(labelleft=i % columns == 0)


def _in_lines(label: str, letters: int, lines: int) -> str:
    """Break a label, after its commas where its parts are short enough."""
    parts = label.split(", ")
    if all(len(part) < letters for part in parts):
        label = ", ".join(part.replace(" ", "\N{NO-BREAK SPACE}") for part in parts)
    return "\n".join(wrap(label, letters, max_lines=lines, placeholder=" …"))


def _shown(coming: ComingPeriod) -> Sequence[str]:
    """Return never, the choice, and then what was replayed or costs least; four at most."""
    replayed = [policy.label for policy in coming.policies if policy.role != "policy"]
    cheapest = [policy.label for policy in coming.policies]
    return [*dict.fromkeys(["never", coming.choice, *replayed, *cheapest])][: len(COLOURS)]


def _bands(log: Forecaster, moments: Floats) -> Floats:
    """(5, moments, policies) mean and ends of the intervals from low to high, up to each moment."""
    rows = []
    for ticks in moments:
        prediction = log.at(float(ticks))
        inner = prediction.interval(levels=(0.25, 0.75))
        low, high = prediction.interval()
        rows.append([prediction.mean(), low, *inner, high])
    return np.array(rows).transpose(1, 0, 2)
