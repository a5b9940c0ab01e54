"""From saved tables to one HTML page, its figures and its sentences."""

from itertools import groupby
from pathlib import Path

import pandas as pd

from retrainlab.reports.analysis.cost_curve import curves
from retrainlab.reports.analysis.decision import Verdict, judge
from retrainlab.reports.analysis.summary import summary as _summary
from retrainlab.reports.analysis.tables import Tables, load
from retrainlab.reports.text.how_often import lines

__all__ = ["Tables", "Verdict", "answers", "build", "load", "sentences", "summary"]


def build(folder: Path, study: Tables | None = None) -> Path:
    """Write `report.html` and `figures/*.png` into a study's folder; return the page's path.

    study: the folder's tables, where they are loaded already. Works from them alone, and writes
    the same bytes from the same tables. Raises `InputError` if a table, a column or an entry of
    the manifest is missing.
    """
    tables = study or load(folder)
    if tables.manifest.map:
        from retrainlab.reports.pages.map_page import build as render
    else:
        from retrainlab.reports.pages.render import build as render
    return render(tables, folder)


def summary(study: Path | Tables) -> pd.DataFrame:
    """Return a row a scenario and strategy, with means and intervals.

    See `reports.analysis.summary.summary` for the columns.
    """
    return _summary(_tables(study))


def sentences(study: Path | Tables) -> dict[str, str]:
    """Return for each scenario what to do and how sure it is."""
    tables = _tables(study)
    words, about = tables.manifest.strategies, tables.manifest.scenarios
    return {n: judge(tables.of(n).runs, words, about[n]).sentence for n in tables.scenarios}


def answers(study: Tables) -> list[str]:
    """Return what a map says, or what a search found for each strategy of each scenario.

    A few lines each; none for a plain study.
    """
    if study.manifest.map:
        from retrainlab.reports.pages.map_page import sentences as said

        return ["\n".join(said(study))]
    found = groupby(curves(study), key=lambda curve: (curve.scenario, curve.strategy))
    return [
        "\n".join([scenario, *lines(list(own), study.of(scenario))]) for (scenario, _), own in found
    ]


def _tables(study: Path | Tables) -> Tables:
    return study if isinstance(study, Tables) else load(study)
