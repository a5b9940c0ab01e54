"""Figure 4: the cost of each strategy, split into its parts."""

from collections.abc import Sequence
from itertools import cycle
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from retrainlab.reports.drawing.canvas import (
    FAINT,
    SMALL,
    axes_box,
    few_ticks,
    new_figure,
    plain_numbers,
    tag,
    titled,
)
from retrainlab.reports.drawing.labels import (
    legend_below,
    legend_room,
    margin_of_names,
    name_rows,
    room_for,
    row_height,
)
from retrainlab.reports.text.format import money, shorten, three_digits
from retrainlab.sim.prices import CostPart, cost_parts

# Colour and hatch of each cost part, in the order of their table: distinct without colours as well.
STYLES = (
    ("#44546a", ""),
    ("#e69f00", "////"),
    ("#56b4e9", "...."),
    ("#cc79a7", "xxxx"),
    ("#009e73", "----"),
    ("#d55e00", "\\\\\\\\"),
    ("#0072b2", "++++"),
    ("#b8a800", "oooo"),
)
Styled = tuple[CostPart, str, str]
ROW, BEYOND, LONGEST = 0.3, 1.25, 34
THICK = 0.62  # of a row, a bar


def breakdown(
    rows: pd.DataFrame, title: str, currency: str | None = None, finding: str = ""
) -> Figure:
    """Draw a bar a row of `reports.summary`, split into what it was spent on.

    finding: the title.

    The bar of a baseline that is much more expensive than all strategies is cut at the edge, and
    an arrow says so.
    """
    parts = [
        (part, colour, hatch)
        for part, (colour, hatch) in zip(cost_parts(), cycle(STYLES), strict=False)
        if rows[part.column].fillna(0).gt(0).any()
    ]
    legend = [Patch(label=p.heading, fc=fill, hatch=hatch, ec="white") for p, fill, hatch in parts]
    row = row_height(ROW)
    figure = new_figure(
        7.2,
        1.95 + row * len(rows) + legend_room(legend),
        *titled(finding, title, "what the cost of the cheapest settings was spent on"),
    )
    foot = legend_below(figure, legend)
    names = [shorten(str(label), LONGEST) for label in rows["label"]]
    totals = [three_digits(cost) for cost in rows["cost"]]
    left = margin_of_names(figure, names)
    right = 0.35 + room_for(figure, [f"{total} →" for total in totals], size=SMALL)
    axes = axes_box(figure, left=left, right=right, top=0.68, bottom=foot)
    strategies = rows.loc[rows["role"] == "strategy", "cost"]
    edge = float(min(rows["cost"].max(), BEYOND * strategies.max())) or 1.0
    axes.set_xlim(0, edge)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    thick = THICK * ROW / row
    for line, spent in enumerate(rows.to_dict("records")):
        _bar(axes, line, thick, spent, parts, currency)
        cut = " →" if spent["cost"] > edge else ""
        end = (min(spent["cost"], edge), line)
        note = axes.annotate(
            totals[line] + cut, end, (5, 0), textcoords="offset points", size=SMALL
        )
        note.set(va="center", color=FAINT, annotation_clip=False)
        tag(note, strategy=str(spent["strategy"]))
    name_rows(axes, names, thick / 2)
    axes.set_xlabel("total cost")
    few_ticks(axes)
    plain_numbers(axes)
    return figure


def _bar(
    axes: Axes,
    line: int,
    thick: float,
    row: dict[Any, Any],
    parts: Sequence[Styled],
    currency: str | None,
) -> None:
    start = 0.0
    for part, colour, hatch in parts:
        amount = float(row[part.column])
        bar = axes.barh(line, amount, thick, start, color=colour, hatch=hatch, edgecolor="white")
        whole = money(three_digits(row["cost"]), currency)
        text = f"{row['label']}: {part.heading} {three_digits(amount)} of {whole}"
        tag(bar.patches, strategy=str(row["strategy"]), says=text)
        start += amount
