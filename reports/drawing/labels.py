"""Placement of labels, legends and margins without overlaps."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.transforms import Bbox

from retrainlab.reports.drawing.canvas import PANEL, SMALL, is_phone, tag
from retrainlab.reports.drawing.dual_renderer import POINT, size_of
from retrainlab.reports.drawing.limits import Limits, around
from retrainlab.reports.drawing.marks import line, mark

NAME = 34
WIDE = 7.2  # inches, of a figure with a legend
NAME_LINE = 0.2  # inches, of the name of a row on a phone
# Of a legend below a figure: columns at most, and in sizes of its text the length of a sample, from
# there to its text, between two columns, and around all.
MOST, HANDLE, GAP, SPACING, PADDING = 4, 3.2, 0.8, 1.6, 0.5
LEVEL: dict[str, Any] = {"size": SMALL, "weight": "bold"}


def spread(wanted: list[float], gap: float, low: float, high: float) -> list[float]:
    """Move positions as little as it takes to lie `gap` apart, inside [low, high] if they fit."""
    order = np.argsort(wanted, kind="stable")
    placed = np.array(wanted, dtype=np.float64)[order]
    for i in range(1, len(placed)):
        placed[i] = max(placed[i], placed[i - 1] + gap)
    if len(placed) and placed[-1] > high:
        placed[-1] = high
        for i in range(len(placed) - 2, -1, -1):
            placed[i] = min(placed[i], placed[i + 1] - gap)
    placed = np.maximum(placed, low + gap * np.arange(len(placed)))
    result = np.empty_like(placed)
    result[order] = placed
    return result.tolist()


def view(axes: Axes, inner: list[float], outer: list[float], reach: float = 0.5) -> None:
    """Set the limits of y to hold `inner`, and what of `outer` is no farther than `reach` spans."""
    axes.set_ylim(*around(inner, outer, reach))


def room_for(figure: Figure, texts: list[str], **style: Any) -> float:
    """Width in inches of the widest of the texts, once they are drawn in this style."""
    notes = [figure.text(0, 0, text, **style) for text in texts]
    widths = [note.get_window_extent().width for note in notes]
    for note in notes:
        note.remove()
    return max(widths, default=0.0) / figure.dpi


def margin_for(figure: Figure, texts: list[str]) -> float:
    """Inches to leave right of the axes for the labels of `levels`, with their arrows."""
    if is_phone():
        return 0.2
    return 0.2 + room_for(figure, [f"↑ {text}" for text in texts], **LEVEL)


def levels(axes: Axes, lines: list[tuple[str, float, str]]) -> list[Bbox]:
    """Draw horizontal lines with labels right of the axes: (strategy or "ceiling", y, text).

    One that lies outside the limits gets its label at the edge, with an arrow and no line. On a
    phone the labels are those of `level_handles`, in the legend.
    Returns the boxes in pixels of the lines, for other labels to stay clear of.
    """
    low, high = axes.get_ylim()
    lines = sorted(lines, key=lambda entry: entry[1])
    bottom, top = axes.transAxes.transform([(0, 0), (0, 1)])[:, 1]
    pixels = [float(axes.transData.transform((0, np.clip(y, low, high)))[1]) for _, y, _ in lines]
    figure = axes.figure
    gap = LEVEL["size"] * figure.dpi / 72 * 1.35
    frame, boxes = axes.get_window_extent(), []
    for (name, y, text), pixel in zip(lines, spread(pixels, gap, bottom, top), strict=True):
        arrow = _way(y, (low, high))
        if not arrow:
            tag(axes.axhline(y, linewidth=1.5, zorder=1.5, **line(name)), strategy=name, says=text)
            at = float(axes.transData.transform((axes.get_xlim()[0], y))[1])
            boxes.append(Bbox([[frame.x0, at - 1], [frame.x1, at + 1]]))
        if is_phone():
            continue
        height = (pixel - bottom) / (top - bottom)
        note = axes.annotate(
            arrow + text,
            (1, height),
            xycoords="axes fraction",
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            color=mark(name).colour,
            **LEVEL,
        )
        tag(note, strategy=name)
    return boxes


def _way(y: float, limits: Limits) -> str:
    """Return an arrow to what lies outside the limits."""
    return "↓ " if y < limits[0] else "↑ " if y > limits[1] else ""


def level_handles(lines: Sequence[tuple[str, float, str]], limits: Limits) -> list[Line2D]:
    """Return what the legend of a phone says of `levels` at these limits; nothing elsewhere."""
    shown = lines if is_phone() else ()
    return [
        Line2D([], [], linewidth=1.5, label=_way(y, limits) + text, **line(name))
        for name, y, text in shown
    ]


def legend_room(handles: Sequence[Artist]) -> float:
    """Return inches by which a figure is higher for its `legend_below` than for one of three lines.

    On a phone each entry has its own lines, for which no room was left.
    """
    texts = [str(handle.get_label()) for handle in handles]
    if is_phone():
        return 0.2 * sum(1 + text.count("\n") for text in texts)
    return 0.2 * max(0, math.ceil(len(texts) / _columns(WIDE, texts)) - 3)


def row_height(inches: float) -> float:
    """Return the height in inches of a row of bars: on a phone its name stands above its bar."""
    return inches + NAME_LINE * is_phone()


def margin_of_names(figure: Figure, names: list[str]) -> float:
    """Inches to leave left of the axes for the names of rows."""
    return 0.25 if is_phone() else 0.3 + room_for(figure, names, size=SMALL)


def name_rows(axes: Axes, names: list[str], above: float) -> None:
    """Name the rows of bars 0, 1, ... left of the axes, on a phone over each bar.

    above: from the middle of a bar to the foot of its name on a phone, as a share of a row.
    """
    axes.tick_params(axis="y", length=0)
    axes.grid(False, axis="y")
    if not is_phone():
        axes.set_yticks(range(len(names)), names, size=SMALL)
        return
    axes.set_yticks([])
    for row, name in enumerate(names):
        note = axes.text(0, row - above, name, transform=axes.get_yaxis_transform(), size=SMALL)
        note.set(va="bottom", bbox={"fc": PANEL, "ec": "none", "pad": 0})


def legend_below(figure: Figure, handles: Sequence[Artist]) -> float:
    """Put a legend at the foot, in as many columns as fit; return the margin in inches to leave."""
    legend = figure.legend(
        handles=list(handles),
        loc="lower center",
        ncol=_columns(figure.get_figwidth(), [str(handle.get_label()) for handle in handles]),
        fontsize=SMALL,
        columnspacing=SPACING,
        handlelength=HANDLE,
    )
    return 0.62 + float(legend.get_window_extent().height) / figure.dpi


def _columns(width: float, texts: Sequence[str]) -> int:
    """Return how many columns of a legend fit into so many inches; it is filled column by column.

    Before it is made: a legend that does not fit takes as long as one that does.
    """
    room = width * POINT / SMALL - 2 * PADDING  # in sizes of its text
    style = FontProperties(family="DejaVu Sans", size=SMALL)
    wide = [
        HANDLE + GAP + max(size_of(line, style)[0] for line in text.split("\n")) / SMALL
        for text in texts
    ]
    for columns in range(min(MOST, len(texts)), 1, -1):
        parts = np.array_split(wide, columns)
        if sum(part.max() for part in parts) + SPACING * (columns - 1) <= room:
            return columns
    return 1
