"""The command line, run in this process."""

import sys
from pathlib import Path

import pandas as pd
import pytest

from experiments import cli
from experiments.group import TABLES

MEASURED = ["seconds", "fit_seconds", "cost_seconds"]


def run(folder: Path, *words: str) -> int:
    """Run the command line in a folder; return its exit code."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(sys, "argv", ["retrainlab", *words])
        with pytest.raises(SystemExit) as stop:
            cli.main()
    return int(stop.value.code or 0)


def only_run(folder: Path) -> Path:
    """Return the one folder of results."""
    (found,) = (folder / "runs").iterdir()
    return found


def tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Read every table, without the columns that were measured with a clock."""
    return {
        name: pd.read_parquet(folder / f"{name}.parquet").drop(columns=MEASURED, errors="ignore")
        for name in TABLES
    }
