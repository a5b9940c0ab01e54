"""The command line, run in this process."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from retrainlab.experiments import cli, terminal
from retrainlab.experiments.config import safe
from retrainlab.experiments.study.group import TABLES

MEASURED = ["seconds", "fit_seconds", "cost_seconds"]


def run(folder: Path, *words: str, page: bool = True) -> int:
    """Run the command line in a folder, with or without a page; return its exit code."""
    with pytest.MonkeyPatch.context() as patch:
        if not page:
            patch.setattr("retrainlab.experiments.terminal.show", _only_tell)
        patch.chdir(folder)
        # The command sets it for its workers; it is taken back here, or later tests would have it.
        patch.setenv("PYTHONSAFEPATH", "1")
        patch.setenv(safe.VARIABLE, "")
        patch.setenv("MPLBACKEND", "agg")
        patch.setattr(sys, "argv", ["retrainlab", *words])
        with pytest.raises(SystemExit) as stop:
            cli.main()
    return int(stop.value.code or 0)


def _only_tell(
    folder: Path,
    failures: Sequence[str],
    skipped: Sequence[dict[str, Any]] = (),
    chosen: Sequence[str] = (),
) -> None:
    terminal.tell(failures, skipped)


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
