"""The page of laws: what was expected, what was measured, and both as curves."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from retrainlab.reports.drawing.canvas import phone, theme
from retrainlab.reports.drawing.inline import Picture, picture
from retrainlab.reports.figures.law import law_figure
from retrainlab.reports.pages.html import write_page
from retrainlab.reports.text.format import count
from retrainlab.reports.text.law_figures import shown
from retrainlab.reports.text.provenance import named_source
from retrainlab.sim.closed_form import Law
from retrainlab.sim.errors import make_folder


def build(laws: Sequence[Law], folder: Path, command: str) -> Path:
    """Write `report.html` and `figures/*.png` into the folder; return the page's path.

    command: what measured the laws.
    """
    make_folder(folder / "figures")
    sections = [_section(law, folder / "figures") for law in laws]
    return write_page(
        folder,
        "laws.html.j2",
        sections=sections,
        verdict=verdict(laws),
        command=command,
    )


def verdict(laws: Sequence[Law]) -> str:
    """Say in one sentence how many figures were hit, and which laws were not."""
    rows = sum(len(law.rows) for law in laws)
    missed = sum(len(law.missed) for law in laws)
    if not missed:
        return f"All {count(rows, 'figure')} of {count(len(laws), 'law')} are hit."
    names = ", ".join(str(law.number) for law in laws if law.missed)
    return f"{missed} of {count(rows, 'figure')} missed, of law {names}."


def _section(law: Law, figures: Path) -> dict[str, Any]:
    return {
        "law": law,
        "rows": [(row, *shown(row)) for row in law.rows],
        "pictures": [_picture(law, i, figures) for i in range(len(law.charts))],
    }


def _picture(law: Law, i: int, figures: Path) -> Picture:
    chart = law.charts[i]
    title, names = f"Law {law.number}, {chart.title}", ", ".join(c.name for c in chart.curves)
    words = f"{title}: {chart.y} against {chart.x}, for {names}."
    with theme():
        png = figures / f"law-{law.number}-{i + 1}.png"
        source = named_source(f"law {law.number}", "docs/laws.md")
        with phone():
            narrow = law_figure(chart)
        return picture(law_figure(chart), "law", png, title, words, source, phone=narrow)
