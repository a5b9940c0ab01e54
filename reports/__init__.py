"""From saved tables to one HTML page, its figures and its sentences."""

from pathlib import Path

import pandas as pd

from reports.load import Tables, load
from reports.outline import summary as _summary
from reports.verdict import Verdict, judge

__all__ = ["Tables", "Verdict", "build", "load", "sentences", "summary"]


def build(folder: Path, study: Tables | None = None) -> Path:
    """Write `report.html` and `figures/*.png` into a study's folder; return the page's path.

    study: the folder's tables, where they are loaded already. Works from them alone, and writes
    the same bytes from the same tables. Raises `InputError` if a table, a column or an entry of
    the manifest is missing.
    """
    from reports.render import build as render

    return render(study or load(folder), folder)


def summary(study: Path | Tables) -> pd.DataFrame:
    """Return a row a scenario and strategy, with means and intervals.

    See `reports.outline.summary` for the columns.
    """
    return _summary(_tables(study))


def sentences(study: Path | Tables) -> dict[str, str]:
    """Return for each scenario what to do and how sure it is."""
    tables = _tables(study)
    words, about = tables.manifest["strategies"], tables.manifest["scenarios"]
    return {n: judge(tables.of(n).runs, words, about[n]).sentence for n in tables.scenarios}


def _tables(study: Path | Tables) -> Tables:
    return study if isinstance(study, Tables) else load(study)
