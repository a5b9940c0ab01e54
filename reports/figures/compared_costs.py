"""Compared runs figure: total cost of the same settings in several runs, at the same prices."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from retrainlab.reports.drawing.canvas import SMALL, axes_box, new_figure, plain_numbers, tag
from retrainlab.reports.drawing.labels import legend_below, room_for
from retrainlab.reports.drawing.marks import COLOURS, MARKERS, mark
from retrainlab.reports.text.format import shorten, three_digits

ROW, LONGEST, MOST = 0.3, 34, 12


def compared_costs(
    means: pd.DataFrame, strategy_of: Mapping[str, str], title: str, subtitle: str
) -> Figure:
    """Draw a row a setting and a mark a run; means: (labels, runs) total costs, nan if missing."""
    shown = means.iloc[:MOST]
    figure = new_figure(7.2, 1.75 + ROW * len(shown), title, subtitle)
    styles = dict(zip(shown, zip(COLOURS, MARKERS * 2, strict=False), strict=False))
    foot = legend_below(figure, [_handle(str(run), *styles[run]) for run in styles])
    names = [shorten(str(label), LONGEST) for label in shown.index]
    axes = axes_box(
        figure, left=0.3 + room_for(figure, names, size=SMALL), right=0.35, top=0.85, bottom=foot
    )
    axes.set_ylim(len(shown) - 0.4, -0.6)
    for row, label in enumerate(shown.index):
        known = shown.loc[label].dropna()
        colour = mark(strategy_of[str(label)]).colour
        axes.plot([known.min(), known.max()], [row, row], color=colour, linewidth=1.2, zorder=1)
        for run in known.index.intersection([*styles]):
            fill, marker = styles[run]
            dots = axes.plot(known[run], row, marker=marker, color=fill, markersize=7, zorder=3)
            tag(dots, says=f"{label}, {run}: {three_digits(float(known[run]))}")
    axes.set_yticks(range(len(shown)), names, size=SMALL)
    axes.tick_params(axis="y", length=0)
    axes.grid(False, axis="y")
    axes.set_xlabel("total cost")
    plain_numbers(axes)
    return figure


def _handle(run: str, colour: str, marker: str) -> Line2D:
    return Line2D([], [], color=colour, marker=marker, linestyle="none", label=shorten(run, 30))
