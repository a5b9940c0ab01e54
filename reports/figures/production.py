"""Production figure: loss a row at each tick, beside what was simulated, and what was done."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from retrainlab.reports.decision.actions import REFIT, kinds
from retrainlab.reports.drawing.canvas import (
    FAINT,
    INK,
    axes_box,
    is_phone,
    new_figure,
    plain_numbers,
)
from retrainlab.reports.drawing.labels import legend_below
from retrainlab.reports.drawing.marks import KNOWN
from retrainlab.reports.text.actions import plural

LOSS, ACCEPTED, REJECTED = INK, KNOWN["periodic"].colour, KNOWN["trigger"].colour
OUTCOMES: dict[float, tuple[str, str, Any]] = {
    1.0: ("model deployed", ACCEPTED, "-"),
    0.0: ("model rejected", REJECTED, ":"),
}


def production_figure(
    ticks: pd.DataFrame, trainings: pd.DataFrame, simulated: float | None
) -> Figure:
    """Draw the loss a row of the labelled ticks, the simulated mean, and decisions to act.

    ticks, trainings: as in the ledger, with dates. simulated: loss a row in the run; None: unknown.
    """
    what = plural({*kinds(trainings)} or {REFIT})
    lines_are = f"Vertical lines: when {what} were decided."
    figure = new_figure(9.2, 3.2, "Loss a row at each tick", lines_are)
    handles = _vertical_lines(trainings)
    lines = [Line2D([], [], color=LOSS, linewidth=1.6, label="happened")]
    if simulated is not None:
        lines.append(Line2D([], [], color=FAINT, linestyle="--", label="simulated, mean"))
    foot = legend_below(figure, [*lines, *handles])
    axes = axes_box(figure, left=0.75, right=0.25, top=0.7, bottom=foot)
    x = ticks["tick"].to_numpy()
    axes.plot(x, _loss(ticks), color=LOSS, linewidth=1.6, marker="." if len(x) < 3 else "")
    if simulated is not None:
        axes.axhline(simulated, color=FAINT, linestyle="--", linewidth=1.4)
    for accepted, (_, colour, style) in OUTCOMES.items():
        for tick in trainings.loc[trainings["accepted"] == accepted, "decided"]:
            axes.axvline(tick, color=colour, linestyle=style, linewidth=1.6, zorder=1.5)
    _dates_below(axes, ticks)
    axes.set_ylabel("loss a row")
    plain_numbers(axes, x=False)
    return figure


def _loss(ticks: pd.DataFrame) -> np.ndarray:
    """(T,) loss a row; nan in a tick without rows."""
    rows = ticks["rows"].to_numpy(float)
    return ticks["loss"].to_numpy(float) / np.where(rows > 0, rows, np.nan)


def _vertical_lines(trainings: pd.DataFrame) -> list[Line2D]:
    seen = set(trainings["accepted"].dropna())
    return [
        Line2D([], [], color=colour, linestyle=style, linewidth=1.6, label=name)
        for accepted, (name, colour, style) in OUTCOMES.items()
        if accepted in seen
    ]


def _dates_below(axes: Axes, ticks: pd.DataFrame) -> None:
    """Write the date of a tick below it."""
    date_of = dict(zip(ticks["tick"], ticks["date"], strict=True))
    axes.xaxis.set_major_locator(MaxNLocator(2 if is_phone() else 6, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: date_of.get(round(x), "")))
