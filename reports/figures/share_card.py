"""Card and badge: one picture of 1600 x 900 pixels for a message, and one line for a README."""

import textwrap
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from retrainlab.reports.drawing.canvas import FAINT, INK, axes_box, theme
from retrainlab.reports.drawing.dual_renderer import save_png
from retrainlab.reports.results.decision import Kind
from retrainlab.sim.atomic import write_text

WIDE, HIGH, DPI = 16, 9, 100  # inches, and pixels an inch
MOST = 8  # scenarios on a card
COLOURS: Mapping[Kind, str] = {
    "retrain": "#0a6b46",
    "keep": "#3b4450",
    "baseline": "#9a3b00",
    "undecided": "#5b6470",
}
LETTER = 6.6  # pixels, mean width of a letter of a badge


def share_card(png: Path, sections: Sequence[Mapping[str, Any]], source: str) -> None:
    """Write the card: one scenario in full, or a line each.

    sections: what the first screen says of each. source: what its foot says.
    """
    with theme():
        figure = Figure(figsize=(WIDE, HIGH))
        _text(figure, 0.7, 8.3, "When should the model be retrained?", size=22, color=FAINT)
        if len(sections) == 1:
            _one(figure, sections[0])
        else:
            _several(figure, sections)
        _text(figure, 0.7, 0.35, source, size=13, color=FAINT)
        save_png(figure, png, DPI)


def _one(figure: Figure, card: Mapping[str, Any]) -> None:
    _text(figure, 0.7, 7.6, card["name"][:60], size=18, color=FAINT)
    _text(figure, 0.7, 6.95, card["badge"], size=32, weight="bold", color=COLOURS[card["kind"]])
    height = _lines(figure, card["headline"], 6.7, 76, 20, weight="bold")
    for heading, text in (("How sure", card["sure"]), ("What it saves", card["rates"])):
        _text(figure, 0.7, height - 0.5, heading, size=14, color=FAINT)
        height = _lines(figure, text, height - 0.52, 108, 16)
    _bars(figure, card["bars"][:5])


def _bars(figure: Figure, bars: Sequence[Mapping[str, Any]]) -> None:
    """Draw the costs side by side: solid the errors, pale the retraining."""
    axes = axes_box(figure, left=4.6, right=2.0, top=0, bottom=0.85, height=0.4 * len(bars))
    axes.set_axis_off()
    axes.set_xlim(0, 100)
    axes.set_ylim(len(bars) - 0.5, -0.5)
    for row, bar in enumerate(bars):
        error, retraining, colour = float(bar["error"]), float(bar["retraining"]), bar["plain"]
        axes.barh(row, error, 0.6, color=colour)
        axes.barh(row, retraining, 0.6, error, color=colour, alpha=0.45)
        end = (error + retraining, row)
        axes.annotate(bar["cost"], end, (8, 0), textcoords="offset points", va="center", size=15)
        name = axes.annotate(bar["label"][:40], (0, row), (-10, 0), textcoords="offset points")
        name.set(ha="right", va="center", size=15)


def _several(figure: Figure, sections: Sequence[Mapping[str, Any]]) -> None:
    """Write a scenario below the other: what to do, and what it saves where there is room."""
    height, shown = 7.4, sections[:MOST]
    room = min(6.4 / len(shown), 2.2)  # inches a scenario
    for card in shown:
        _text(figure, 0.7, height, card["name"][:24], size=17, weight="bold")
        colour = COLOURS[card["kind"]]
        _text(figure, 4.1, height, card["badge"], size=17, weight="bold", color=colour)
        end = _lines(figure, card["headline"], height + 0.28, 84, 14, left=6.6, most=2)
        if room > 1.2:
            _lines(figure, card["rates"], end, 84, 14, left=6.6, most=2, color=FAINT)
        height -= room
    if len(sections) > MOST:
        _text(figure, 0.7, height, f"and {len(sections) - MOST} more", size=15, color=FAINT)


def _lines(
    figure: Figure,
    text: str,
    top: float,
    wide: int,
    size: float,
    *,
    left: float = 0.7,
    most: int = 3,
    **style: Any,
) -> float:
    """Write a text in lines below a height; return the height of their end, in inches.

    wide: letters in a line. most: lines; what does not fit is cut with a mark.
    """
    for line in textwrap.wrap(text, wide, max_lines=most, placeholder=" …"):
        top -= size * 1.45 / 72
        _text(figure, left, top, line, size=size, **style)
    return top


def _text(figure: Figure, x: float, y: float, text: str, **style: Any) -> None:
    figure.text(x / WIDE, y / HIGH, text, **({"color": INK} | style))


def badge(svg: Path, label: str, value: str, kind: Kind) -> None:
    """Write a badge: a label in grey, and beside it a value in the colour of what to do."""
    left, right = (round(LETTER * len(text)) + 12 for text in (label, value))
    whole, said = left + right, escape(f"{label}: {value}")
    write_text(
        svg,
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="20" role="img" '
        f'aria-label="{said}"><title>{said}</title>'
        f'<rect width="{left}" height="20" fill="#555"/>'
        f'<rect x="{left}" width="{right}" height="20" fill="{COLOURS[kind]}"/>'
        '<g fill="#fff" font-family="Verdana, \'DejaVu Sans\', sans-serif" font-size="11">'
        f'<text x="6" y="14" textLength="{left - 12}">{escape(label)}</text>'
        f'<text x="{left + 6}" y="14" textLength="{right - 12}">{escape(value)}</text></g></svg>\n',
    )
