"""Gates on a damaged stream: poisoned batches that serve, against ticks that good models wait."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from retrainlab.reports.drawing.canvas import FAINT, axes_box, in_percent, new_figure
from retrainlab.reports.drawing.marks import mark
from retrainlab.reports.text.format import shorten

LONGEST = 26  # letters of a name beside a point


def gate_curves(table: pd.DataFrame, stream: str) -> Figure:
    """Return the figure of a stream; table: the scores of gates (`reports.analysis.gate_scores`).

    Settings of one gate are joined to a curve.
    """
    rows = table[(table["stream"] == stream) & table["served"].notna()]
    subtitle = (
        "Down and to the left is better: what is damaged is stopped, what is sound soon serves."
    )
    figure = new_figure(8.0, 4.6, f"{stream}: what gates let serve", subtitle)
    axes = axes_box(figure, left=0.9, right=0.3, top=0.85, bottom=0.6)
    gates = rows["label"].str.split(" ").str[0]
    for name, curve in rows.groupby(gates, sort=False):
        look = mark(str(name))
        ordered = curve.sort_values(["waited", "served"])
        axes.errorbar(
            ordered["waited"],
            ordered["served"],
            xerr=ordered["waited_half"].fillna(0),
            yerr=ordered["served_half"].fillna(0),
            color=look.colour,
            marker=look.marker,
            markersize=6,
            linewidth=1.4,
            elinewidth=0.8,
            label=shorten(str(name), LONGEST),
        )
    axes.set_xlabel("ticks that a good model waited")
    axes.set_ylabel("poisoned batches that served", color=FAINT)
    axes.set_ylim(-0.04, 1.08)
    axes.set_xlim(left=min(-1.0, -0.02 * float(np.nanmax(rows["waited"], initial=1.0))))
    axes.legend(loc="upper right", fontsize=8)
    in_percent(axes)
    return figure
