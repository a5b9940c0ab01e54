"""Saved results of a study, checked at the door."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from retrainlab.reports.analysis.manifest import Manifest, read
from retrainlab.reports.analysis.saved_table import columns_of
from retrainlab.sim.errors import InputError, require

CELL = ("scenario", "seed", "label")
COSTS = ("cost_error", "cost_fit", "cost_rows", "cost_labels", "cost_seconds")
METRICS = ("precision", "recall", "f1", "mae", "bias")
COLUMNS = {
    "runs": (
        *(*CELL, "learner", "strategy", "kind", "interval", "ticks", "score", "ceiling"),
        *METRICS,
        *("loss", "retrainings", "rejected", "train_rows", "labels", "fit_seconds"),
        *(*COSTS, "cost_retraining", "cost"),
    ),
    "ticks": (*CELL, "tick", "rows", "loss"),
    "retrainings": (*CELL, "number", "decided", "ready", "deployed"),
    "alarms": (*CELL, "tick", "source"),
    "streams": ("scenario", "seed", "tick", "rows", "ceiling", "truth_abs"),
}
# What a study need not have: it is empty then.
OPTIONAL = {
    "references": ("scenario", "seed", "reference", "label", "retrainings", "cost"),
    "frontier": ("scenario", "seed", "retrainings", "loss"),
}
ERRORS = ("abs_error", "abs_actual")


@dataclass(frozen=True, eq=False)
class Tables:
    """The tables of a study and its manifest.

    runs: a row a cell (scenario, seed, label). probes: the same of cells that no reader would
    choose from, and that only tell how firm an answer is. ticks: a row a cell and served tick,
    with `hits`, the number of right rows (nan for a regression), and the sums abs_error and
    abs_actual (nan for a classification). The others: as saved.
    """

    runs: pd.DataFrame
    probes: pd.DataFrame
    ticks: pd.DataFrame
    retrainings: pd.DataFrame
    alarms: pd.DataFrame
    streams: pd.DataFrame
    references: pd.DataFrame
    frontier: pd.DataFrame
    manifest: Manifest

    @property
    def scenarios(self) -> list[str]:
        """Scenarios that have at least one finished cell, in the order of the manifest."""
        finished = set(self.runs["scenario"])
        return [name for name in self.manifest.scenarios if name in finished]

    def of(self, scenario: str) -> "Tables":
        """Return the same tables with the rows of one scenario."""
        tables = {name: getattr(self, name) for name in (*COLUMNS, "probes", *OPTIONAL)}
        kept = {n: t[t["scenario"] == scenario].reset_index(drop=True) for n, t in tables.items()}
        return Tables(**kept, manifest=self.manifest)


def load(folder: Path) -> Tables:
    """Read a study's folder; an `InputError` names the file, column or entry that is missing."""
    require(folder.is_dir(), f"{folder} is not a folder with the results of a study")
    manifest = read(folder / "manifest.json")
    tables = {name: _table(folder / f"{name}.parquet", name) for name in (*COLUMNS, *OPTIONAL)}
    is_probe = tables["runs"]["kind"] == "probe"
    tables["probes"] = tables["runs"][is_probe]
    runs = tables["runs"] = tables["runs"][~is_probe]
    require(len(runs) > 0, f"{folder / 'runs.parquet'} holds no finished cell to report on")
    unknown = sorted(set(runs["scenario"]) - set(manifest.scenarios))
    require(
        not unknown, f"manifest.json in {folder} says nothing about scenario {', '.join(unknown)}"
    )
    twice = runs[runs.duplicated(list(CELL))]
    if len(twice):
        where = ", ".join(f"{key} {twice.iloc[0][key]}" for key in CELL)
        raise InputError(
            f"runs.parquet in {folder} holds two cells for {where}; a report compares the "
            "strategies of one learner, so every cell must be there once"
        )
    return Tables(**tables, manifest=manifest)


def _table(path: Path, name: str) -> pd.DataFrame:
    if name in OPTIONAL and not path.exists():
        return pd.DataFrame(columns=[*OPTIONAL[name]])
    found = columns_of(path, {**COLUMNS, **OPTIONAL}[name], "study")
    if name == "runs":
        runs = pd.read_parquet(path)
        return runs.astype(dict.fromkeys(runs.select_dtypes("category"), "str"))
    return _ticks(path, found) if name == "ticks" else pd.read_parquet(path)


def _ticks(path: Path, found: list[str]) -> pd.DataFrame:
    """Read what the score over time needs; a study may hold one of the two tasks only."""
    hits = [column for column in found if column.startswith("hit_")]
    sums = [column for column in ERRORS if column in found]
    require(
        bool(hits) or len(sums) == len(ERRORS),
        f"{path.name} in {path.parent} lacks hit_<class> (of a classification) as well as "
        f"{' and '.join(ERRORS)} (of a regression)",
    )
    frame = pd.read_parquet(path, columns=[*COLUMNS["ticks"], *sums, *hits])
    frame["hits"] = frame[hits].sum(axis=1, min_count=1) if hits else float("nan")
    return frame.drop(columns=hits).reindex(columns=[*COLUMNS["ticks"], *ERRORS, "hits"])
