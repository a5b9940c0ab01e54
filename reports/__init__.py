"""From saved tables to one HTML page, its figures, its sentences and the decisions."""

from collections.abc import Mapping
from itertools import groupby
from os import PathLike
from pathlib import Path

import pandas as pd

from retrainlab.reports.analysis.cost_curve import CostCurve, curves
from retrainlab.reports.decision.summary import summary as _summary
from retrainlab.reports.pages import failed_page
from retrainlab.reports.results.decision import Decision
from retrainlab.reports.results.decision_file import load as decisions
from retrainlab.reports.results.tables import Tables, failed_altogether, load
from retrainlab.reports.text.best_of_each import best_of_each
from retrainlab.reports.text.how_often import lines
from retrainlab.reports.text.next_steps import next_steps as three_lines
from retrainlab.sim.checksums import rewriting
from retrainlab.sim.threads import one_thread

WRITTEN = (
    *("report.html", "summary.md", "decision.json", "figures/*"),
    *("optimum.parquet", "map.parquet"),
)
__all__ = [
    "Decision",
    "Tables",
    "answers",
    "build",
    "decisions",
    "failed_altogether",
    "load",
    "next_steps",
    "summary",
]


def build(
    folder: str | PathLike[str], study: Tables | None = None, workers: int | None = None
) -> Path:
    """Write `report.html`, `summary.md`, `decision.json` and `figures/` into a study's folder.

    Returns the page's path. study: the folder's tables, where they are loaded already. workers:
    processes, None for one a core. Works from the tables alone, and writes the same bytes from the
    same tables. Of a study of which every cell failed the page says why. Raises `InputError` if a
    table, a column or an entry of the manifest is missing.
    """
    folder = Path(folder)
    if study is None and failed_altogether(folder):
        with rewriting(folder, *WRITTEN):
            return failed_page.build(folder)
    tables = study or load(folder)
    with one_thread(), rewriting(folder, *WRITTEN):
        if tables.manifest.map:
            from retrainlab.reports.pages import map_page

            return map_page.build(tables, folder)
        from retrainlab.reports.pages import render

        return render.build(tables, folder, workers)


def summary(study: str | PathLike[str] | Tables) -> pd.DataFrame:
    """Return a row a scenario and strategy, with means and intervals.

    See `reports.decision.summary.summary` for the columns.
    """
    return _summary(study if isinstance(study, Tables) else load(study))


def next_steps(study: Tables, decisions: Mapping[str, Decision]) -> list[tuple[str, ...]]:
    """Return what to do, what it saves and what to check, where the truth is unknown."""
    of_scenario = {name: list(part) for name, part in groupby(curves(study), key=_scenario)}
    return [
        three_lines(decision, of_scenario.get(name, []), study.of(name))
        for name, decision in decisions.items()
        if not study.manifest.scenarios[name].truth_known
    ]


def _scenario(curve: CostCurve) -> str:
    return curve.scenario


def answers(study: Tables) -> list[str]:
    """Return what a map says, or what a search found for each strategy of each scenario.

    A few lines each; none for a plain study.
    """
    if study.manifest.map:
        from retrainlab.reports.pages.map_page import sentences

        return ["\n".join(sentences(study))]
    written = []
    for scenario, of_scenario in groupby(curves(study), key=lambda curve: curve.scenario):
        one = study.of(scenario)
        for _, part in groupby(of_scenario, key=lambda curve: curve.strategy):
            written.append("\n".join([scenario, *lines(list(part), one)]))
        if ranking := best_of_each(one.runs, one.manifest.prices.currency):
            written.append(f"{scenario}\n{ranking}")
    return written
