"""Waterfall figure: from the cost of never to that of a setting, and on to the oracle."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from retrainlab.reports.drawing.canvas import (
    FAINT,
    SMALL,
    axes_box,
    is_phone,
    new_figure,
    plain_numbers,
    tag,
)
from retrainlab.reports.drawing.labels import margin_of_names, name_rows, room_for, row_height
from retrainlab.reports.drawing.marks import mark
from retrainlab.reports.text.format import money, shorten, three_digits
from retrainlab.reports.text.saving_parts import Level

ROW, LONGEST = 0.31, 36
THICK = 0.62  # of a row, a bar
SAVED, PAID = "#009e73", "#d55e00"
NARROW = 0.25  # of the highest level, below which the axis does not begin at 0


def waterfall(
    levels: Sequence[Level], title: str, subtitle: str, currency: str | None = None
) -> Figure:
    """Draw a bar a level: totals from the axis on, parts from one total to the next.

    levels: from the top, see `reports.text.saving_parts`.
    """
    ends = np.array([end for level in levels for end in (level.start, level.stop)])
    cut = _cut(ends[ends > 0])
    row_high = row_height(ROW)
    thick = THICK * ROW / row_high
    figure = new_figure(7.2, 1.6 + row_high * len(levels), title, subtitle)
    names = [shorten(level.name, LONGEST) for level in levels]
    amounts = [_amount(level) for level in levels]
    left = margin_of_names(figure, names)
    right = 0.25 + room_for(figure, amounts, size=SMALL)
    axes = axes_box(figure, left=left, right=right, top=0.9, bottom=0.6)
    beyond = 0.02 * (ends.max() - cut)
    axes.set_xlim(cut, ends.max() + (beyond or 1))  # an axis has a length, also without any cost
    axes.set_ylim(len(levels) - 0.4, -0.6)
    for row, (level, text) in enumerate(zip(levels, amounts, strict=True)):
        _bar(axes, row, thick, level, text, cut, currency)
    for row in range(len(levels) - 1):
        axes.plot([levels[row].stop] * 2, [row, row + 1], color="#8a929c", lw=0.8, zorder=1)
    name_rows(axes, names, thick / 2)
    axes.set_xlabel("total cost" if cut == 0 else "total cost (the axis does not begin at 0)")
    axes.xaxis.set_major_locator(MaxNLocator(4 if is_phone() else 5))
    plain_numbers(axes)
    return figure


def _cut(ends: np.ndarray) -> float:
    """Return where the axis begins: at 0, unless all that happens lies far from it."""
    if not len(ends):
        return 0.0
    low, high = float(ends.min()), float(ends.max())
    return 0.0 if high - low > NARROW * high else max(0.0, low - 0.4 * (high - low))


def _bar(
    axes: Axes, row: int, thick: float, level: Level, text: str, cut: float, currency: str | None
) -> None:
    start = cut if level.is_total else level.start
    low, high = sorted((start, level.stop))
    saves = level.stop < level.start
    colour = mark(level.strategy).colour if level.is_total else SAVED if saves else PAID
    hatch = "" if level.is_total or saves else "////"
    bars = axes.barh(row, high - low, thick, low, color=colour, hatch=hatch, edgecolor="white")
    says = f"{level.name}: {money(text, currency)}"
    tag(bars.patches, says=says, **({"strategy": level.strategy} if level.strategy else {}))
    note = axes.annotate(text, (high, row), (5, 0), textcoords="offset points", size=SMALL)
    note.set(va="center", color=FAINT, annotation_clip=False)


def _amount(level: Level) -> str:
    if level.is_total:
        return three_digits(level.stop)
    change = level.stop - level.start
    return three_digits(change, sign=True)
