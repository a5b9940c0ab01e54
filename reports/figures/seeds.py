"""Seeds figure: the regret, or else the total cost, on every seed and on average."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from retrainlab.reports.decision.statistics import half_width
from retrainlab.reports.drawing.canvas import (
    axes_box,
    error_of,
    few_ticks,
    new_figure,
    plain_numbers,
    tag,
    tag_mark,
    titled,
)
from retrainlab.reports.drawing.labels import margin_of_names, name_rows, row_height
from retrainlab.reports.drawing.marks import mark
from retrainlab.reports.text.format import money, plus_minus, shorten, three_digits

ROW, LONGEST = 0.36, 34
ABOVE, BELOW = 0.25, 0.3  # of a row: from the dots to the name on a phone, and to the mean
DOT: dict[str, Any] = {
    "marker": "o",
    "ms": 4.5,
    "ls": "",
    "alpha": 0.75,
    "zorder": 3,
    "clip_on": False,
}


def by_seeds(
    costs: pd.DataFrame,
    oracle: pd.Series,
    strategy_of: dict[str, str],
    title: str,
    currency: str | None = None,
    finding: str = "",
) -> Figure:
    """Draw a row a label and a dot a seed.

    costs: (seeds, labels). oracle: its cost by seed; where it is there for every seed, what is
    drawn is the cost above it. finding: the title.
    """
    regret = len(oracle) > 0 and set(costs.index) <= set(oracle.index)
    values = costs.sub(oracle[costs.index], axis=0) if regret else costs
    what = "regret" if regret else "total cost"
    row = row_height(ROW)
    figure = new_figure(
        7.2,
        1.65 + row * costs.shape[1],
        *titled(
            finding,
            title,
            f"{what} on each seed",
            "A pale line is one stream under every strategy. Bars: mean and its 95 % interval.",
        ),
    )
    labels = [str(label) for label in costs]
    names = [shorten(label, LONGEST) for label in labels]
    left = margin_of_names(figure, names)
    axes = axes_box(figure, left=left, right=0.3, top=0.85, bottom=0.6)
    axes.set_ylim(costs.shape[1] - 0.4, -0.6)
    axes.plot(values.T.to_numpy(), range(costs.shape[1]), color="#d5d9de", lw=0.8, zorder=1)
    for at, label in enumerate(labels):
        below = at + BELOW * ROW / row
        _row(axes, (at, below), label, values[label], strategy_of[label], currency)
    name_rows(axes, names, ABOVE * ROW / row)
    axes.set_xlabel("regret: cost above the oracle" if regret else what)
    few_ticks(axes)
    plain_numbers(axes)
    return figure


def _row(
    axes: Axes,
    heights: tuple[int, float],
    label: str,
    values: pd.Series,
    strategy: str,
    currency: str | None,
) -> None:
    """Draw the dots of a label and its mean; heights: of both."""
    at, below = heights
    style, known = mark(strategy), values.dropna()
    for seed, value in known.items():
        dot = axes.plot(value, at, color=style.colour, **DOT)
        tag(
            dot,
            strategy=strategy,
            says=f"{label}, seed {seed}: {money(three_digits(value), currency)}",
        )
    mean, half = float(known.mean()), half_width(known)
    bar = axes.errorbar(
        mean,
        below,
        xerr=error_of(half),
        color=style.colour,
        marker="|",
        markersize=9,
        markeredgewidth=2,
        elinewidth=2.4,
        zorder=4,
    )
    says = f"{label}: {money(plus_minus(mean, half), currency)}"
    tag_mark(bar, strategy, says)
