"""The command line, run in this process."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from retrainlab.experiments import cli, terminal
from retrainlab.experiments.config import safe
from retrainlab.experiments.detection import terminal as detection_terminal
from retrainlab.experiments.study.group import TABLES
from retrainlab.reports.detection.tables import load
from retrainlab.sim.threads import AT_LOADING

MEASURED = ["seconds", "fit_seconds", "cost_seconds"]


def run(folder: Path, *words: str, page: bool = False, figures: bool = True) -> int:
    """Run the command line in a folder; return its exit code.

    page: whether a study or benchmark ends with its report and its words in the terminal, which
    take longer than a small study itself. figures: whether a report has those of its scenarios.
    """
    with pytest.MonkeyPatch.context() as patch:
        if not page:
            patch.setattr("retrainlab.experiments.terminal.show", _only_tell)
            patch.setattr("retrainlab.experiments.detection.terminal.show", _only_tell_failures)
        if not figures:
            patch.setattr("retrainlab.reports.pages.scenario.pictures", lambda *_: [])
        patch.chdir(folder)
        # The command sets it for its workers; it is taken back here, or later tests would have it.
        patch.setenv("PYTHONSAFEPATH", "1")
        patch.setenv(safe.VARIABLE, "")
        patch.setenv("MPLBACKEND", "agg")
        patch.setenv("PYTHONWARNINGS", "")
        for name in AT_LOADING:
            patch.setenv(name, "1")
        patch.setattr(sys, "argv", ["retrainlab", *words])
        with pytest.raises(SystemExit) as stop:
            cli.main()
    return int(stop.value.code or 0)


def _only_tell(
    folder: Path,
    failures: Sequence[str],
    skipped: Sequence[dict[str, Any]] = (),
    *report: Any,
) -> None:
    terminal.tell(failures, skipped)


def _only_tell_failures(folder: Path) -> None:
    detection_terminal.tell(load(folder).manifest.failures)


def only_run(folder: Path) -> Path:
    """Return the one folder of results."""
    (folder_of_run,) = (path for path in (folder / "runs").iterdir() if not path.is_symlink())
    return folder_of_run


def tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Read every table, without the columns that were measured with a clock."""
    return {
        name: pd.read_parquet(folder / f"{name}.parquet").drop(columns=MEASURED, errors="ignore")
        for name in TABLES
        if (folder / f"{name}.parquet").exists()
    }
