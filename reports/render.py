"""The page: values into a strict template, every string escaped."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from reports.figures.draw import pictures
from reports.load import Tables
from reports.outline import summary
from reports.page import overview, provenance, section, verdict_card, world
from reports.verdict import judge
from reports.words import tight


def build(tables: Tables, folder: Path) -> Path:
    """Write `report.html` and `figures/*.png` into the folder; return the page's path."""
    figures = folder / "figures"
    figures.mkdir(parents=True, exist_ok=True)
    table = summary(tables)
    cards, sections = [], []
    for name in tables.scenarios:
        one, rows = tables.of(name), table[table["scenario"] == name]
        verdict = judge(one.runs, tables.manifest["strategies"], tables.manifest["scenarios"][name])
        cards.append(verdict_card(name, verdict, rows))
        drawn = pictures(one, rows, verdict, name, figures)
        sections.append(section(name, one, rows, verdict) | {"pictures": drawn})
    page = _render(
        overview=overview(tables),
        cards=cards,
        sections=sections,
        world=world(tables.manifest),
        source=provenance(tables),
    )
    path = folder / "report.html"
    unfinished = folder / "report.html.part"
    unfinished.write_text(page, encoding="utf-8")
    return unfinished.replace(path)


def _render(**values: Any) -> str:
    environment = Environment(
        loader=PackageLoader("reports"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["tight"] = tight
    return environment.get_template("report.html.j2").render(**values)
