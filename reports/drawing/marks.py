"""Marks: colour, marker and dash of every strategy, determined by its name and those beside it.

Colours are those of Okabe and Ito (2008), darkened where they would be faint on a light panel, so
that colour-blind readers can tell them apart; markers and dashes say the same thing once more.
Strategies that are shipped most have marks of their own. Those of others and of a user follow from
the name; where two of one study would look alike, one of them gets the next free mark (`distinct`).
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal

from retrainlab.reports.drawing.colour_distance import distance
from retrainlab.reports.drawing.dark import css_colour
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
    "drop": Mark("#a3262e", "v", (0, (3, 1, 1, 1))),
    "excess": Mark("#0a6f8f", "P", (0, (6, 1, 1, 1))),
    "inputs": Mark("#5a4fcf", "<", (0, (1, 0.8))),
    "predictions": Mark("#8a5a83", ">", (0, (4, 2))),
    "majority": Mark("#8a6d00", "_", (0, (1, 1.6))),
    "mean": Mark("#8a6d00", "_", (0, (1, 1.6))),
    "newest_majority": Mark("#4f6f00", "_", (0, (4, 1, 1, 1))),
    "newest_mean": Mark("#4f6f00", "_", (0, (4, 1, 1, 1))),
    "no_change": Mark("#8f4426", "_", (0, (1, 1, 3, 1))),
    "incumbent": Mark("#6b5344", "d", (0, (3, 1, 1, 1, 1, 1))),
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
COLOURS = (
    *("#882255", "#332288", "#6b6b00", "#117a72", "#8c510a", "#c2185b", "#4d4d9c"),
    *("#2e7d32", "#00618a", "#b3541e"),
)
MARKERS = ("p", "*", "d", "P", "X", "<")
ROUND = frozenset("oph8H")  # as small as marks are, one shape
NEAR = 20.0  # of two colours that are hard to tell apart
DASHES: tuple[Dash, ...] = (
    *("-", (0, (6, 2)), (0, (3, 1.5)), (0, (5, 1.5, 1, 1.5))),
    *((0, (1, 2)), (0, (9, 2, 2, 2))),
)


VARIANTS: tuple[tuple[Fill, Dash | None], ...] = (
    ("full", None),
    ("left", (0, (1, 1.2))),
    ("top", (0, (4, 1.5, 1, 1.5, 1, 1.5))),
    ("right", (0, (2, 2))),
    ("bottom", (0, (8, 3))),
)


OWN: tuple[Mark, ...] = tuple(
    Mark(colour, MARKERS[(i + turn) % len(MARKERS)], DASHES[(i // 2 + turn) % len(DASHES)])
    for turn in range(len(MARKERS))
    for i, colour in enumerate(COLOURS)
)
_ASSIGNED: ContextVar[Mapping[str, Mark]] = ContextVar("marks")


def mark(strategy: str) -> Mark:
    """Return the mark of a strategy; inside `distinct` no other of its names has the same."""
    if strategy in KNOWN:
        return KNOWN[strategy]
    return _ASSIGNED.get({}).get(strategy) or OWN[_place(strategy)]


@contextmanager
def distinct(strategies: Iterable[str]) -> Iterator[None]:
    """Give all strategies of one study different marks, whatever the order of the names.

    Marks that look like another one of the study are used last; of the others those with a colour
    that none has yet are used first.
    """
    names = {*strategies}
    given = [KNOWN[name] for name in sorted(names & KNOWN.keys())]
    assigned: dict[str, Mark] = {}
    for name in sorted(names - KNOWN.keys()):
        assigned[name] = _next(name, given, [*assigned.values()])
    token = _ASSIGNED.set(assigned)
    try:
        yield
    finally:
        _ASSIGNED.reset(token)


def _next(name: str, known: list[Mark], assigned: list[Mark]) -> Mark:
    """Return the mark of a name beside those that are used: the first of the least bad ones."""
    start, colours = _place(name), {one.colour for one in assigned}
    used = {*assigned[len(assigned) // len(OWN) * len(OWN) :]}  # all begin anew when none is left
    turned = [one for one in (*OWN[start:], *OWN[:start]) if one not in used]
    return min(
        turned,
        key=lambda one: (any(alike(one, x) for x in (*known, *assigned)), one.colour in colours),
    )


def alike(one: Mark, two: Mark) -> bool:
    """Whether two marks are hard to tell apart: near colours, with one shape or one dash."""
    shapes = [mark.marker if mark.marker not in ROUND else "round" for mark in (one, two)]
    is_like = shapes[0] == shapes[1] or one.dash == two.dash
    return is_like and distance(one.colour, two.colour) < NEAR


def _place(strategy: str) -> int:
    return int(seed_of("colour", strategy) % len(COLOURS))


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


def lines_of(strategies: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return keyword arguments of a line for each label, different for labels of one strategy.

    strategies: of each label.
    """
    used: dict[str, int] = {}
    styles = {}
    for label, strategy in strategies.items():
        turn = used[strategy] = used.get(strategy, -1) + 1
        styles[label] = line(strategy)
        if turn:
            styles[label]["linestyle"] = variant(strategy, turn)["linestyle"]
    return styles
