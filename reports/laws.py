"""The page of laws: what was expected, what was measured, and both as curves."""

from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from reports.figures.canvas import save, theme
from reports.figures.draw import Picture
from reports.figures.laws import chart
from reports.law import Law, shown
from reports.words import count, slug, tight


def build(laws: Sequence[Law], folder: Path, source: str) -> Path:
    """Write `laws.html` and `figures/*.png` into the folder; return the page's path.

    source: the command that measured the laws.
    """
    figures = folder / "figures"
    figures.mkdir(parents=True, exist_ok=True)
    sections = [_section(law, figures) for law in laws]
    environment = Environment(
        loader=PackageLoader("reports"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["tight"] = tight
    template = environment.get_template("laws.html.j2")
    page = folder / "laws.html"
    page.write_text(template.render(laws=sections, verdict=verdict(laws), source=source), "utf-8")
    return page


def verdict(laws: Sequence[Law]) -> str:
    """Say in one sentence how many figures were hit, and which laws were not."""
    rows = sum(len(law.rows) for law in laws)
    missed = sum(len(law.missed) for law in laws)
    if not missed:
        return f"All {count(rows, 'figure')} of {count(len(laws), 'law')} are hit."
    names = ", ".join(str(law.number) for law in laws if law.missed)
    return f"{missed} of {count(rows, 'figure')} are missed, in law {names}."


def _section(law: Law, folder: Path) -> dict[str, Any]:
    return {
        "law": law,
        "anchor": f"law-{law.number}",
        "rows": [(row, *shown(row)) for row in law.rows],
        "pictures": [_picture(law, i, folder) for i in range(len(law.charts))],
    }


def _picture(law: Law, i: int, folder: Path) -> Picture:
    drawn = law.charts[i]
    file = f"law-{law.number}-{slug(drawn.title)}.png"
    with theme():
        vector = save(chart(drawn), folder / file).encode()
    source = "data:image/svg+xml;base64," + b64encode(vector).decode()
    names = ", ".join(curve.name for curve in drawn.curves)
    words = f"Law {law.number}: {drawn.title}; {drawn.y} against {drawn.x}, for {names}."
    return Picture("law", source, words, file)
