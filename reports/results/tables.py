"""Saved results of a study, checked when they are loaded."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from shlex import quote

import pandas as pd

from retrainlab.reports.results.manifest import Manifest, read
from retrainlab.reports.results.saved_table import columns_of, read_table
from retrainlab.sim.checksums import PAGE, removed, verify
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.metrics import METRICS
from retrainlab.sim.prices import Prices, cost_parts
from retrainlab.sim.replay.summary import SPREAD

CELL = ("scenario", "seed", "label")
COLUMNS = {
    "runs": (
        *(*CELL, "learner", "strategy", "role", "never", "interval", "ticks", "score", "ceiling"),
        *("no_change_row_by_row", "loss", "retrainings", "unfinished", "rejected"),
        *("cost_retraining", "cost"),
    ),
    "ticks": (*CELL, "tick", "rows", "loss"),
    "retrainings": (
        *(*CELL, "number", "reason", "decided", "ready", "deployed", "charged"),
        *("rows", "labels", "seconds"),
    ),
    "alarms": (*CELL, "tick", "source"),
    "streams": ("scenario", "seed", "tick", "rows", "ceiling", "truth_abs"),
}
# Tables that a study need not have: they are empty then.
OPTIONAL = {
    "references": ("scenario", "seed", "reference", "label", "retrainings", "cost"),
    "frontier": ("scenario", "seed", "retrainings", "loss"),
    "schedule": ("scenario", "seed", "decided"),
    "policy_logs": ("scenario", "seed", "span", "fresh", "price"),
    "policy_costs": ("scenario", "seed", "span", "policy", "step", "cost"),
}
ASIDE = {"probes": "probe", "price_steps": "price_step"}  # roles that do not compete
ERRORS = ("abs_error", "abs_actual")
# What monitoring looks at, as far as a study has it; the counts are of each class.
MONITORED = (*SPREAD, "scored", "error")
COUNTS = re.compile(r"(hit|actual|predicted)_\d+")


@dataclass(frozen=True, eq=False)
class Tables:
    """The tables of a study and its manifest.

    runs: a row a cell (scenario, seed, label); metrics that were not computed are nan. probes: the
    same of cells that are no choices, and only tell how stable an answer is. price_steps: of cells
    that stand for a setting which follows the price, at other prices. ticks: a row a cell
    and served tick, with `hits`, the number of right rows (nan for a regression), the sums
    abs_error and abs_actual (nan for a classification), the counts of each class, and the spread
    of the predictions. The others: as saved.
    """

    runs: pd.DataFrame
    probes: pd.DataFrame
    price_steps: pd.DataFrame
    ticks: pd.DataFrame
    retrainings: pd.DataFrame
    alarms: pd.DataFrame
    streams: pd.DataFrame
    references: pd.DataFrame
    frontier: pd.DataFrame
    schedule: pd.DataFrame
    policy_logs: pd.DataFrame
    policy_costs: pd.DataFrame
    manifest: Manifest

    @property
    def asked_metrics(self) -> tuple[str, ...]:
        """Metrics that were computed only because they were asked for."""
        infos = [self.manifest.scenarios[name] for name in self.scenarios]
        return tuple(dict.fromkeys(name for info in infos for name in info.metrics))

    @property
    def scenarios(self) -> list[str]:
        """Scenarios in which at least one strategy was replayed, in the order of the manifest."""
        finished = set(self.runs.loc[self.runs["role"] == "strategy", "scenario"])
        return [name for name in self.manifest.scenarios if name in finished]

    def of(self, scenario: str) -> "Tables":
        """Return the same tables with the rows of one scenario, and the prices that it has."""
        tables = {name: getattr(self, name) for name in (*COLUMNS, *ASIDE, *OPTIONAL)}
        kept = {n: t[t["scenario"] == scenario].reset_index(drop=True) for n, t in tables.items()}
        prices = self.manifest.scenarios[scenario].prices or self.manifest.prices
        return Tables(**kept, manifest=replace(self.manifest, prices=prices))


def first_seed(rows: pd.DataFrame, labels: Iterable[str]) -> int:
    """Return the first seed on which most of some settings ran: one may have failed on others."""
    counts = rows[rows["label"].isin([*labels])].groupby("seed")["label"].nunique()
    return int(counts.index.to_numpy()[counts.to_numpy().argmax()])


def failed_altogether(folder: Path) -> bool:
    """Whether every cell of a study failed: it has a manifest that says so, and no tables."""
    manifest = folder / "manifest.json"
    has_tables = (folder / "runs.parquet").exists()
    return not has_tables and manifest.is_file() and bool(read(manifest).failures)


def load(folder: str | PathLike[str]) -> Tables:
    """Read a study's folder; an `InputError` names the file that is damaged, or what is missing."""
    folder = Path(folder)
    require(folder.is_dir(), f"{folder} is not a folder with the results of a study")
    verify(folder, but=PAGE)
    require(
        not failed_altogether(folder),
        f"every replay of {folder} failed, so there are no tables; "
        f"`retrainlab report {quote(str(folder))}` says why",
    )
    manifest = read(folder / "manifest.json")
    gone = {path.stem for path in removed(folder)}
    never_there = {n for n in OPTIONAL if n not in gone and not (folder / f"{n}.parquet").exists()}
    tables = {
        name: _table(folder / f"{name}.parquet", name, manifest.prices)
        for name in (*COLUMNS, *OPTIONAL)
        if name not in never_there
    }
    tables |= {name: pd.DataFrame(columns=[*OPTIONAL[name]]) for name in never_there}
    asked = tables["runs"].loc[tables["runs"]["role"] == "strategy", "scenario"]
    # Where everything that was asked for failed, what stands around it is no result.
    tables["runs"] = tables["runs"][tables["runs"]["scenario"].isin(asked)]
    roles = tables["runs"]["role"]
    tables |= {name: tables["runs"][roles == role] for name, role in ASIDE.items()}
    runs = tables["runs"] = tables["runs"][~roles.isin(ASIDE.values())]
    # `never` is weighed like a strategy, whether it was asked for or not.
    runs["role"] = runs["role"].replace("reference", "strategy")
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


def _required(name: str, prices: Prices) -> list[str]:
    """Columns that a table must have; each cost part adds its quantity and its cost to `runs`."""
    parts = [part for part in cost_parts(prices) if name == "runs" and not part.optional]
    columns = [*{**COLUMNS, **OPTIONAL}[name], *(c for p in parts for c in (p.quantity, p.column))]
    return list(dict.fromkeys(columns))


def _table(path: Path, name: str, prices: Prices) -> pd.DataFrame:
    present = columns_of(path, _required(name, prices), "study")
    if name == "runs":
        runs = read_table(path)
        runs = runs.reindex(columns=[*runs, *(metric for metric in METRICS if metric not in runs)])
        counted = [c for part in cost_parts() for c in (part.quantity, part.column)]
        runs = runs.assign(**{column: 0.0 for column in counted if column not in runs})
        return runs.astype(dict.fromkeys(runs.select_dtypes("category"), "str"))
    return _ticks(path, present) if name == "ticks" else read_table(path)


def _ticks(path: Path, present: list[str]) -> pd.DataFrame:
    """Read what the score over time needs; a study may hold one of the two tasks only."""
    hits = [column for column in present if column.startswith("hit_")]
    sums = [column for column in ERRORS if column in present]
    require(
        bool(hits) or len(sums) == len(ERRORS),
        f"{path.name} in {path.parent} lacks hit_<class> (of a classification) as well as "
        f"{' and '.join(ERRORS)} (of a regression)",
    )
    counts = [column for column in present if COUNTS.fullmatch(column)]
    extra = [column for column in MONITORED if column in present] + counts
    frame = read_table(path, [*COLUMNS["ticks"], *sums, *extra])
    frame["hits"] = frame[hits].sum(axis=1, min_count=1) if hits else float("nan")
    return frame.reindex(columns=[*COLUMNS["ticks"], *ERRORS, "hits", *extra])
