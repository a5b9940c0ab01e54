"""The report of a study: its figures and its page."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrainlab.reports.analysis.cost_curve import table as optima
from retrainlab.reports.decision.price_grid import PriceSlider, price_sliders
from retrainlab.reports.drawing.marks import distinct
from retrainlab.reports.pages.across_scenarios import across_scenarios
from retrainlab.reports.pages.garbage import collected_at_the_end
from retrainlab.reports.pages.html import REPORT, write_page
from retrainlab.reports.pages.index import of_sweep
from retrainlab.reports.pages.live import embedded
from retrainlab.reports.pages.study_page import overview, provenance, strategies, world
from retrainlab.reports.results.decision_file import save
from retrainlab.reports.results.tables import Tables
from retrainlab.reports.text.failures import grouped
from retrainlab.reports.text.front_table import front_table
from retrainlab.reports.text.provenance import source_line
from retrainlab.reports.text.summary_md import badge_words, summary_md
from retrainlab.sim.atomic import write_atomic, write_text
from retrainlab.sim.errors import make_folder
from retrainlab.sim.processes import pool

if TYPE_CHECKING:
    from retrainlab.reports.pages.scenario import Part

MANY = 4  # scenarios from which on it pays to start processes


def build(tables: Tables, folder: Path, workers: int | None = None) -> Path:
    """Write `report.html`, `decision.json` and `figures/`; return the page's path.

    workers: processes, None for one a core. They change no byte.
    """
    with distinct(map(str, tables.runs["strategy"].unique())):
        return _build(tables, folder, workers)


def _build(tables: Tables, folder: Path, workers: int | None) -> Path:
    # Matplotlib is imported only where it draws.
    from retrainlab.reports.pages.sliders import axis_labels, controls

    figures = folder / "figures"
    make_folder(figures)
    sliders = price_sliders(tables.runs, tables.manifest.prices)
    parts = _parts(tables, sliders, figures, workers)
    moved = controls(sliders, tables.manifest, parts)
    sections = [part.section for part in parts]
    curves = [curve for part in parts for curve in part.curves]
    if curves:
        write_atomic(folder / "optimum.parquet", partial(optima(curves).to_parquet, index=False))
    decisions = [part.decision for part in parts]
    save(decisions, folder)
    _share(sections, tables, folder)
    return write_page(
        folder,
        "report.html.j2",
        scripts=REPORT,
        overview=overview(tables),
        sections=sections,
        sweep=of_sweep(tables, sections),
        front=None if tables.manifest.sweep else front_table(decisions, tables.manifest),
        robust=across_scenarios(tables),
        strategies=strategies(tables),
        sliders=moved,
        world=world(tables.manifest.world),
        source=provenance(tables, folder),
        live=embedded(moved, axis_labels(tables.manifest), [part.live for part in parts]),
    )


def _share(sections: Sequence[dict[str, Any]], tables: Tables, folder: Path) -> None:
    """Write what is put into messages: `summary.md`, `figures/card.png` and `figures/badge.svg`."""
    from retrainlab.reports.figures.share_card import badge, share_card

    failures = grouped(tables.manifest.failures, tables.manifest)
    summary = summary_md(sections, overview(tables), failures)
    write_text(folder / "summary.md", summary)
    share_card(folder / "figures" / "card.png", sections, source_line(tables))
    badge(folder / "figures" / "badge.svg", "retraining", *badge_words(sections))


def _parts(
    tables: Tables, sliders: list[PriceSlider], figures: Path, workers: int | None
) -> "list[Part]":
    """Return the part of each scenario, side by side where there are many."""
    from joblib import cpu_count

    workers = workers or cpu_count()
    names = [str(name) for name in tables.runs["strategy"].unique()]
    calls = [(name, tables.of(name), sliders, figures, names) for name in tables.scenarios]
    if len(calls) < MANY or workers < 2:
        return [_part(*call, workers) for call in calls]
    return list(pool(min(len(calls), workers)).map(_part, *zip(*calls, strict=True)))


def _part(
    name: str,
    one: Tables,
    sliders: list[PriceSlider],
    figures: Path,
    strategies: list[str],
    workers: int = 1,
) -> "Part":
    """strategies: of the whole study, so that all its scenarios have the same marks."""
    from retrainlab.reports.pages.scenario import part

    with distinct(strategies), collected_at_the_end():
        return part(name, one, sliders, figures, workers)
