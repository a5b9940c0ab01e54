"""The report of a study: its figures and its page."""

from pathlib import Path

from reports.figures.draw import pictures
from reports.html import write_page
from reports.load import Tables
from reports.often import hindsight
from reports.optima import curves
from reports.optima import table as optima
from reports.outline import summary
from reports.page import overview, provenance, section, verdict_card, world
from reports.verdict import judge


def build(tables: Tables, folder: Path) -> Path:
    """Write `report.html` and `figures/*.png` into the folder; return the page's path."""
    figures = folder / "figures"
    figures.mkdir(parents=True, exist_ok=True)
    table, found = summary(tables), curves(tables)
    if found:
        optima(found).to_parquet(folder / "optimum.parquet", index=False)
    cards, sections = [], []
    for name in tables.scenarios:
        one, rows = tables.of(name), table[table["scenario"] == name]
        verdict = judge(one.runs, tables.manifest["strategies"], tables.manifest["scenarios"][name])
        own = [curve for curve in found if curve.scenario == name]
        cards.append(verdict_card(name, verdict, rows, hindsight(one)))
        drawn = pictures(one, rows, verdict, name, own, figures)
        sections.append(section(name, one, rows, verdict, own) | {"pictures": drawn})
    return write_page(
        folder,
        "report.html.j2",
        overview=overview(tables),
        cards=cards,
        sections=sections,
        world=world(tables.manifest),
        source=provenance(tables),
    )
