"""Strategy map figure: the cheapest strategy over an option and the price of a retraining."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from retrainlab.reports.drawing.canvas import FAINT, INK, axes_box, new_figure, titled
from retrainlab.reports.drawing.colour_distance import readable_on
from retrainlab.reports.drawing.labels import NAME, room_for
from retrainlab.reports.drawing.marks import mark
from retrainlab.reports.text.format import count, shorten
from retrainlab.reports.text.map_text import finding, percent, plain, winners

WIDE, TALL = 0.92, 0.47  # inches of a cell
TOP, FOOT = 1.14, 0.68
NARROWEST, FEWEST = 8.2, 7  # inches of the figure; rows that the name of the upright axis needs
GAP = 0.06  # between cells, as a share of one
BLANK: dict[str, Any] = {"facecolor": "#f6f7f9", "edgecolor": "#c3c9d1", "hatch": "////"}
FRAME: dict[str, Any] = {"facecolor": "none", "edgecolor": INK, "linewidth": 2.2, "zorder": 4}
TEXT: dict[str, Any] = {"size": 10, "weight": "bold"}
KEY: dict[str, Any] = {"size": 9.5}
STUDY = ""  # no strategy has an empty name


@dataclass(frozen=True)
class Place:
    """Names of the axes, and the study's own value and price; None: outside of the map.

    axis, prices: names of the option and of the price of a retraining, with their units.
    """

    scenario: str
    axis: str
    prices: str
    value: float | None
    price: float | None


def strategy_map(cells: pd.DataFrame, place: Place) -> Figure:
    """Draw a cell for each value (to the right) and price (upwards); see `map_winners`.

    A cell has the colour and mark of the cheapest strategy and its margin over the next one in
    percent of cost; it is hatched and blank where no strategy is significantly the cheapest.
    """
    values, prices = (np.unique(cells[name]) for name in ("value", "price"))
    key = _key(cells, place)
    figure = new_figure(NARROWEST, 4, "", "")
    right = 0.85 + room_for(figure, [text for _, text in key], **KEY)
    left = 0.52 + room_for(figure, [plain(price) for price in prices], **TEXT)
    wide = max(WIDE, 0.1 + room_for(figure, [plain(value) for value in values], **TEXT))
    seeds = cells["seeds"].min()
    figure = new_figure(
        max(NARROWEST, left + right + wide * len(values)),
        TOP + FOOT + TALL * max(len(prices), len(key), FEWEST),
        *titled(
            finding(cells),
            place.scenario,
            "the cheapest strategy",
            "In a cell: how much less it costs than the best of any other strategy "
            f"(mean of {count(int(seeds), 'seed')}).",
            "Hatched: no strategy is significantly the cheapest.",
        ),
    )
    axes = axes_box(figure, left=left, right=right, top=TOP, bottom=FOOT)
    axes.set(xlim=(-0.5, len(values) - 0.5), ylim=(-0.5, len(prices) - 0.5))
    axes.grid(False)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    axes.set_xticks(range(len(values)), [plain(value) for value in values])
    axes.set_yticks(range(len(prices)), [plain(price) for price in prices])
    axes.set_xlabel(place.axis)
    axes.set_ylabel(place.prices)
    for cell in cells.to_dict("records"):
        x, y = np.searchsorted(values, cell["value"]), np.searchsorted(prices, cell["price"])
        _cell(axes, int(x), int(y), cell)
    _frame_study(axes, values, prices, place)
    _draw_key(figure, axes, key, right)
    return figure


def _cell(axes: Axes, x: int, y: int, cell: dict[Any, Any]) -> None:
    """Draw one cell: the mark above the margin; hatched where it is not significant."""
    strategy = cell["strategy"] if cell["significant"] else None
    _tile(axes, x, y, 1 - GAP, strategy)
    if strategy is None:
        return
    text = percent(cell["margin"])
    _marker(axes, x, y + 0.2, strategy)
    ink = readable_on(mark(strategy).colour)
    axes.text(x, y - 0.2, text, color=ink, ha="center", va="center", **TEXT)


def _tile(axes: Axes, x: float, y: float, side: float, strategy: str | None) -> None:
    """Fill a square around a point with the strategy's colour, or hatch it where there is none."""
    style = BLANK if strategy is None else {"color": mark(strategy).colour}
    corner = (x - side / 2, y - side / 2)
    axes.add_patch(Rectangle(corner, side, side, linewidth=0, **style))


def _marker(axes: Axes, x: float, y: float, strategy: str) -> None:
    """Draw the strategy's marker on its colour."""
    style = mark(strategy)
    ink = readable_on(style.colour)
    axes.plot(x, y, marker=style.marker, color=ink, markersize=6.5, markeredgewidth=2)


def _frame_study(axes: Axes, values: Any, prices: Any, place: Place) -> None:
    """Frame the study's own cell, or its row where its value is not on the map."""
    own_x, own_y = values == place.value, prices == place.price
    for labels, framed in ((axes.get_xticklabels(), own_x), (axes.get_yticklabels(), own_y)):
        for label, is_own in zip(labels, framed, strict=True):
            label.set(weight="bold" if is_own else "normal", color=INK if is_own else FAINT)
    if not own_y.any():
        return
    x, wide = (int(own_x.argmax()), 1) if own_x.any() else (0, len(values))
    axes.add_patch(Rectangle((x - 0.5, int(own_y.argmax()) - 0.5), wide, 1, clip_on=False, **FRAME))


def _key(cells: pd.DataFrame, place: Place) -> list[tuple[str | None, str]]:
    """Strategy and words of each line of the key; None is what is hatched, STUDY the frame."""
    won = winners(cells)
    key: list[tuple[str | None, str]] = [
        (str(name), f"{shorten(str(name), NAME)}: {count(int(n), 'cell')}")
        for name, n in won.items()
    ]
    open_cells = len(cells) - int(won.sum())
    if open_cells:
        key.append((None, f"not significant: {count(open_cells, 'cell')}"))
    if place.price in set(cells["price"]):
        on_map = place.value in set(cells["value"])
        key.append((STUDY, "this study" if on_map else "the price of this study"))
    return key


def _draw_key(figure: Figure, axes: Axes, key: list[tuple[str | None, str]], right: float) -> None:
    """List what the cells mean right of the map, from its top."""
    rows = (axes.get_window_extent().height / figure.dpi) / TALL
    panel = axes_box(
        figure, left=figure.get_size_inches()[0] - right, right=0, top=TOP, bottom=FOOT
    )
    panel.set(xlim=(0, right / TALL), ylim=(-rows, 0))
    panel.axis("off")
    for line, (strategy, text) in enumerate(key):
        x, y = 0.93, -0.5 - line
        if strategy == STUDY:
            panel.add_patch(Rectangle((x - 0.36, y - 0.36), 0.72, 0.72, **FRAME))
        else:
            _tile(panel, x, y, 0.72, strategy)
        if strategy:
            _marker(panel, x, y, strategy)
        panel.text(x + 0.57, y, text, va="center", **KEY)
