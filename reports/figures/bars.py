"""Figure 4: what the total cost was spent on."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from retrainlab.reports.figures.canvas import FAINT, axes_box, new_figure, plain_numbers, tag
from retrainlab.reports.figures.labels import legend_below, room_for
from retrainlab.reports.text.format import number, shorten

# Part of the cost, its name, colour and hatch: told apart without colours as well.
Part = tuple[str, str, str, str]
PARTS: tuple[Part, ...] = (
    ("cost_error", "errors", "#44546a", ""),
    ("cost_fit", "fits", "#e69f00", "////"),
    ("cost_rows", "training rows", "#56b4e9", "...."),
    ("cost_labels", "labels", "#cc79a7", "xxxx"),
    ("cost_seconds", "seconds", "#009e73", "----"),
)
ROW, BEYOND, LONGEST = 0.3, 1.25, 34


def breakdown(rows: pd.DataFrame, title: str) -> Figure:
    """Draw a bar a row of `reports.summary`, split into what it was spent on.

    A baseline that is much dearer than all strategies is cut at the edge, and says so.
    """
    parts = [p for p in PARTS if rows[p[0]].fillna(0).gt(0).any()]
    figure = new_figure(
        7.2,
        1.95 + ROW * len(rows),
        f"{title}: what the cost was spent on",
        "Mean total cost of the cheapest setting of each strategy; shorter is better.",
    )
    foot = legend_below(figure, [Patch(label=p[1], fc=p[2], hatch=p[3], ec="white") for p in parts])
    names = [shorten(str(label), LONGEST) for label in rows["label"]]
    totals = [number(cost, 0 if cost >= 10 else None) for cost in rows["cost"]]
    left = 0.3 + room_for(figure, names, size=9)
    right = 0.35 + room_for(figure, [f"{total} →" for total in totals], size=9)
    axes = axes_box(figure, left=left, right=right, top=0.68, bottom=foot)
    strategies = rows.loc[rows["role"] == "strategy", "cost"]
    edge = float(min(rows["cost"].max(), BEYOND * strategies.max())) or 1.0
    axes.set_xlim(0, edge)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    for at, row in enumerate(rows.to_dict("records")):
        _bar(axes, at, row, parts)
        cut = " →" if row["cost"] > edge else ""
        end = (min(row["cost"], edge), at)
        note = axes.annotate(totals[at] + cut, end, (5, 0), textcoords="offset points", size=9)
        note.set(va="center", color=FAINT, annotation_clip=False)
        tag(note, strategy=str(row["strategy"]))
    axes.set_yticks(range(len(rows)), names, size=9)
    axes.tick_params(axis="y", length=0)
    axes.grid(False, axis="y")
    axes.set_xlabel("total cost")
    plain_numbers(axes)
    return figure


def _bar(axes: Axes, at: int, row: dict[Any, Any], parts: Sequence[Part]) -> None:
    start = 0.0
    for column, name, colour, hatch in parts:
        amount = float(row[column])
        drawn = axes.barh(at, amount, 0.62, start, color=colour, hatch=hatch, edgecolor="white")
        says = f"{row['label']}: {name} {number(amount)} of {number(row['cost'])}"
        tag(drawn.patches, strategy=str(row["strategy"]), says=says)
        start += amount
