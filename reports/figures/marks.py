"""Marks: colour, marker and dash of every strategy, determined by its name.

Colours are those of Okabe and Ito (2008), darkened where they would be faint on a light panel, so
that colour-blind readers can tell them apart; markers and dashes say the same thing once more.
"""

from dataclasses import dataclass
from typing import Any, Literal

from retrainlab.reports.figures.dark import css_colour
from retrainlab.sim.seeds import seed_of

Dash = str | tuple[float, tuple[float, ...]]
Fill = Literal["full", "left", "top", "right", "bottom"]


@dataclass(frozen=True)
class Mark:
    """Colour, marker and dash of one strategy."""

    colour: str
    marker: str
    dash: Dash

    @property
    def named(self) -> str:
        """The colour as a page writes it, so that it follows the page's scheme."""
        return css_colour(self.colour)


KNOWN = {
    "never": Mark("#1a1a1a", "X", (0, (5, 1.6))),
    "periodic": Mark("#0072b2", "o", "-"),
    "trigger": Mark("#d55e00", "^", (0, (4, 1.2, 1, 1.2))),
    "sliding_window": Mark("#009e73", "s", (0, (7, 1.5))),
    "full_replace": Mark("#b0408a", "D", (0, (2.2, 1.2))),
    "majority": Mark("#8a6d00", "_", (0, (1, 1.6))),
    "mean": Mark("#8a6d00", "_", (0, (1, 1.6))),
    "newest_majority": Mark("#8a6d00", "_", (0, (4, 1, 1, 1))),
    "newest_mean": Mark("#8a6d00", "_", (0, (4, 1, 1, 1))),
    "no_change": Mark("#7a4a2b", "_", (0, (1, 1, 3, 1))),
    "incumbent": Mark("#7f4f24", "P", (0, (3, 1, 1, 1, 1, 1))),
    "oracle": Mark("#6a51a3", "_", (0, (1, 2))),
    "ceiling": Mark("#5f5f5f", "_", (0, (9, 2.5))),
}
RING: dict[str, Any] = {
    "marker": "o",
    "markersize": 15,
    "markeredgewidth": 1.4,
    "linestyle": "none",
    "markerfacecolor": "none",
    "markeredgecolor": "#1f2328",
    "zorder": 4,
}
COLOURS = ("#882255", "#332288", "#6b6b00", "#117a72", "#8c510a", "#aa3377", "#4d4d9c")
MARKERS = ("v", "P", "<", ">", "p", "h", "*")
DASHES: tuple[Dash, ...] = ("-", (0, (6, 2)), (0, (3, 1.5)), (0, (5, 1.5, 1, 1.5)))


VARIANTS: tuple[tuple[Fill, Dash | None], ...] = (
    ("full", None),
    ("left", (0, (1, 1.2))),
    ("top", (0, (4, 1.5, 1, 1.5, 1, 1.5))),
    ("right", (0, (2, 2))),
    ("bottom", (0, (8, 3))),
)


def mark(strategy: str) -> Mark:
    """Return the mark of a strategy; the user's own ones have marks that follow from the name."""
    if strategy in KNOWN:
        return KNOWN[strategy]
    return Mark(
        COLOURS[seed_of("colour", strategy) % len(COLOURS)],
        MARKERS[seed_of("marker", strategy) % len(MARKERS)],
        DASHES[seed_of("dash", strategy) % len(DASHES)],
    )


def variant(strategy: str, number: int) -> dict[str, Any]:
    """Keyword arguments of one of a strategy's lines: its colour, with another fill and dash."""
    style = mark(strategy)
    fill, dash = VARIANTS[number % len(VARIANTS)]
    return {
        "color": style.colour,
        "marker": style.marker,
        "fillstyle": fill,
        "markerfacecoloralt": "white",
        "linestyle": dash or style.dash,
    }


def line(strategy: str) -> dict[str, Any]:
    """Keyword arguments of a line of the strategy."""
    style = mark(strategy)
    return {"color": style.colour, "linestyle": style.dash}
