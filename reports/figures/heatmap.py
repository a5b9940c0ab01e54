"""Heatmap of total cost over two parameters at once, such as interval and window."""

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from retrainlab.reports.drawing.canvas import (
    INK,
    SMALL,
    axes_box,
    is_phone,
    new_figure,
    tag,
    titled,
)
from retrainlab.reports.drawing.colour_distance import readable_on
from retrainlab.reports.drawing.dual_renderer import POINT
from retrainlab.reports.drawing.marks import mark
from retrainlab.reports.text.format import number, three_digits

FAR, NEAR = 1.0, 0.05  # as far above the best as the colours reach, at most and at least
DIGIT = 0.64  # of the size of a text, the width of a digit


def surface(
    grid: pd.DataFrame, strategy: str, title: str, names: tuple[str, str], finding: str = ""
) -> Figure:
    """Draw how much more than the best each pair of values costs, in percent.

    grid: mean costs, a row a value of the second parameter, a column a value of the first.
    names: what the two parameters are called on the axes. finding: the title.
    """
    above = grid.to_numpy() / np.nanmin(grid.to_numpy()) - 1
    rows, columns = above.shape
    xs, ys = (list(map(_value, axis)) for axis in (grid.columns, grid.index))
    far = min(max(float(np.nanmax(above)), NEAR), FAR)
    figure = new_figure(
        10,
        min(2.0 + 0.32 * rows, 9),
        *titled(
            finding,
            title,
            f"total cost over {names[0]} and {names[1]}, {strategy}",
            "Percent above the cheapest pair, which is framed; the lighter, the more expensive.",
        ),
    )
    axes = axes_box(figure, left=0.75, right=0.2, top=0.85, bottom=0.8 if is_phone() else 0.6)
    shades = LinearSegmentedColormap.from_list("cost", [mark(strategy).colour, "#ffffff"])
    axes.imshow(np.minimum(above, far), cmap=shades, vmin=0, vmax=far, aspect="auto")
    axes.grid(visible=False)
    wide = axes.get_window_extent().width / columns * POINT / figure.dpi
    for (row, column), value in np.ndenumerate(above):
        text = f"{100 * value:,.0f}" if value < 9.995 else "≥999"
        if np.isfinite(value) and DIGIT * SMALL * len(text) < wide:
            colour = readable_on(to_hex(shades(min(value / far, 1.0))))
            note = axes.text(column, row, text, ha="center", va="center", size=SMALL, color=colour)
            at = f"{names[0]} {xs[column]}, {names[1]} {ys[row]}"
            if not is_phone():
                tag(note, strategy=strategy, says=f"{at}: {text} % above the cheapest pair")
    row, column = np.unravel_index(np.nanargmin(above), above.shape)
    corner = (float(column) - 0.5, float(row) - 0.5)
    axes.add_patch(Rectangle(corner, 1, 1, fill=False, edgecolor=INK, linewidth=2.4))
    axes.set_xticks(range(columns), xs, rotation=90 if is_phone() else 0)
    axes.set_yticks(range(rows), ys)
    axes.invert_yaxis()
    axes.set_xlabel(names[0])
    axes.set_ylabel(names[1])
    return figure


def _value(value: float) -> str:
    """Write a value of a parameter: whole ones with all digits, others with three."""
    return number(value) if float(value).is_integer() else three_digits(value)
