"""The report of a study: its figures and its page."""

from pathlib import Path
from typing import TYPE_CHECKING

from retrainlab.reports.analysis.cost_curve import table as optima
from retrainlab.reports.analysis.decision_file import save
from retrainlab.reports.analysis.price_grid import PriceSlider, price_sliders
from retrainlab.reports.analysis.tables import Tables
from retrainlab.reports.pages.html import REPORT, write_page
from retrainlab.reports.pages.index import of_sweep
from retrainlab.reports.pages.live import embedded
from retrainlab.reports.pages.study_page import overview, provenance, strategies, world
from retrainlab.sim.processes import pool

if TYPE_CHECKING:
    from retrainlab.reports.pages.scenario import Part

MANY = 4  # scenarios from which on it pays to start processes


def build(tables: Tables, folder: Path) -> Path:
    """Write `report.html`, `decision.json` and `figures/`; return the page's path."""
    # Matplotlib is imported only where it draws.
    from retrainlab.reports.pages.sliders import axis_labels, controls

    figures = folder / "figures"
    figures.mkdir(parents=True, exist_ok=True)
    sliders = price_sliders(tables.runs, tables.manifest.prices)
    parts = _parts(tables, sliders, figures)
    moved = controls(sliders, tables.manifest, parts)
    sections = [part.section for part in parts]
    curves = [curve for part in parts for curve in part.curves]
    if curves:
        optima(curves).to_parquet(folder / "optimum.parquet", index=False)
    save([part.decision for part in parts], folder)
    return write_page(
        folder,
        "report.html.j2",
        scripts=REPORT,
        overview=overview(tables),
        sections=sections,
        sweep=of_sweep(tables, sections),
        strategies=strategies(tables),
        sliders=moved,
        world=world(tables.manifest.world),
        source=provenance(tables, folder),
        live=embedded(moved, axis_labels(tables.manifest), [part.live for part in parts]),
    )


def _parts(tables: Tables, sliders: list[PriceSlider], figures: Path) -> "list[Part]":
    """Return the part of each scenario, side by side where there are many."""
    calls = [(name, tables.of(name), sliders, figures) for name in tables.scenarios]
    if len(calls) < MANY:
        return [_part(*call) for call in calls]
    from joblib import cpu_count

    return list(pool(min(len(calls), cpu_count())).map(_part, *zip(*calls, strict=True)))


def _part(name: str, one: Tables, sliders: list[PriceSlider], figures: Path) -> "Part":
    from retrainlab.reports.pages.scenario import part

    return part(name, one, sliders, figures)
