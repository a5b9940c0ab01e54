"""Seeds figure: the regret, or else the total cost, on every seed and on average."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from retrainlab.reports.analysis.statistics import half_width
from retrainlab.reports.figures.canvas import (
    SMALL,
    axes_box,
    new_figure,
    plain_numbers,
    tag,
    titled,
)
from retrainlab.reports.figures.labels import room_for
from retrainlab.reports.figures.marks import mark
from retrainlab.reports.text.format import money, plus_minus, shorten, three_digits

ROW, LONGEST = 0.36, 34


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
    figure = new_figure(
        7.2,
        1.65 + ROW * costs.shape[1],
        *titled(
            finding,
            title,
            f"{what} on each seed",
            "A pale line is one stream under every strategy. Bars: mean and its 95 % interval.",
        ),
    )
    labels = [str(label) for label in costs]
    names = [shorten(label, LONGEST) for label in labels]
    left = 0.3 + room_for(figure, names, size=SMALL)
    axes = axes_box(figure, left=left, right=0.3, top=0.85, bottom=0.6)
    axes.set_ylim(costs.shape[1] - 0.4, -0.6)
    axes.plot(values.T.to_numpy(), range(costs.shape[1]), color="#d5d9de", lw=0.8, zorder=1)
    for at, label in enumerate(labels):
        _row(axes, at, label, values[label], strategy_of[label], currency)
    axes.set_yticks(range(costs.shape[1]), names, size=SMALL)
    axes.tick_params(axis="y", length=0)
    axes.grid(False, axis="y")
    axes.set_xlabel("regret: cost above the oracle" if regret else what)
    plain_numbers(axes)
    return figure


def _row(
    axes: Axes, at: int, label: str, values: pd.Series, strategy: str, currency: str | None
) -> None:
    style, known = mark(strategy), values.dropna()
    for seed, value in known.items():
        dot = axes.plot(value, at, marker="o", ms=4.5, color=style.colour, alpha=0.75, zorder=3)
        tag(
            dot,
            strategy=strategy,
            says=f"{label}, seed {seed}: {money(three_digits(value), currency)}",
        )
    mean, half = float(known.mean()), half_width(known)
    bar = axes.errorbar(
        mean,
        at + 0.3,
        xerr=np.nan_to_num(half),
        color=style.colour,
        marker="|",
        markersize=9,
        markeredgewidth=2,
        elinewidth=2.4,
        zorder=4,
    )
    says = f"{label}: {money(plus_minus(mean, half), currency)}"
    tag(bar.get_children(), strategy=strategy, says=says)
