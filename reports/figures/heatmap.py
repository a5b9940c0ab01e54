"""Heatmap of total cost over two parameters at once, such as interval and window."""

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from retrainlab.reports.figures.canvas import INK, axes_box, new_figure
from retrainlab.reports.figures.marks import mark

FAR = 1.0  # as far above the best as the colours reach


def surface(grid: pd.DataFrame, strategy: str, title: str, names: tuple[str, str]) -> Figure:
    """Draw how much more than the best each pair of values costs, in percent.

    grid: mean costs, a row a value of the second parameter, a column a value of the first.
    names: what the two parameters are called on the axes.
    """
    above = grid.to_numpy() / np.nanmin(grid.to_numpy()) - 1
    rows, columns = above.shape
    figure = new_figure(
        14.6,
        min(2.0 + 0.32 * rows, 9),
        f"{title}: total cost over {names[0]} and {names[1]}, {strategy}",
        "Percent above the cheapest pair, which is framed; the lighter, the more expensive.",
    )
    axes = axes_box(figure, left=0.95, right=0.4, top=0.75, bottom=0.62)
    shades = LinearSegmentedColormap.from_list("cost", [mark(strategy).colour, "#ffffff"])
    axes.imshow(np.minimum(above, FAR), cmap=shades, vmin=0, vmax=FAR, aspect="auto")
    axes.grid(visible=False)
    for (row, column), value in np.ndenumerate(above):
        if np.isfinite(value):
            colour = "#ffffff" if value < 0.35 * FAR else INK
            text = f"{100 * value:,.0f}" if value < 9.995 else "≥ 999"
            axes.text(column, row, text, ha="center", va="center", size=8, color=colour)
    row, column = np.unravel_index(np.nanargmin(above), above.shape)
    corner = (float(column) - 0.5, float(row) - 0.5)
    axes.add_patch(Rectangle(corner, 1, 1, fill=False, edgecolor=INK, linewidth=2.4))
    axes.set_xticks(range(columns), [f"{value:,.4g}" for value in grid.columns])
    axes.set_yticks(range(rows), [f"{value:,.4g}" for value in grid.index])
    axes.invert_yaxis()
    axes.set_xlabel(names[0])
    axes.set_ylabel(names[1])
    return figure
