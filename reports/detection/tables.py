"""The saved tables of a benchmark of detectors, checked, and the matchings that follow."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from retrainlab.sim.detection.matching import Matching, match
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.stream import Ints

SCHEMA = 1
WHERE = ("problem", "seed")
RUN = (*WHERE, "detector", "setting")
COLUMNS = {
    "streams": (*WHERE, "rows", "digest", "binary"),
    "drifts": (*WHERE, "start", "stop", "before", "after", "moved"),
    "runs": (*RUN, "alarms", "seconds"),
    "alarms": (*RUN, "row"),
}
SECTIONS = ("schema", "kind", "command", "config", "versions", "detectors", "problems", "failures")
ROUNDING = 1e-9
SURE = 3  # standard errors by which errors must rise for a drift to count as harmful


@dataclass(frozen=True, eq=False)
class DetectorBenchmark:
    """Tables as saved (docs/detectors.md has the columns), and the manifest."""

    streams: pd.DataFrame
    drifts: pd.DataFrame
    runs: pd.DataFrame
    alarms: pd.DataFrame
    manifest: dict[str, Any]

    @property
    def window(self) -> int:
        """Rows after a drift in which an alarm finds it."""
        return int(self.manifest["config"]["detect"]["window"])

    @property
    def problems(self) -> list[str]:
        """Names of the problems, in the order of the configuration."""
        return list(self.manifest["problems"])

    @property
    def detectors(self) -> list[str]:
        """Names of the detectors that ran, null detectors last."""
        ran = set(self.runs["detector"])
        return [name for name in self.manifest["detectors"] if name in ran]

    def signal(self, detector: str) -> str:
        """What a detector watches."""
        return str(self.manifest["detectors"][detector]["signal"])

    def labelled(self, detector: str) -> bool:
        """Whether a detector needs labels."""
        return self.signal(detector) == "error"

    def matchings(self, detector: str, problem: str, setting: str = "") -> dict[int, Matching]:
        """Return the matching of each seed; none where the detector did not run."""
        key, signal = (detector, problem, setting), self.signal(detector)
        if key not in self._matchings:
            self._matchings[key] = {
                seed: self.matched(rows, problem, seed, signal)
                for seed, rows in self._rows.get(key, {}).items()
            }
        return self._matchings[key]

    def matched(self, alarms: Ints, problem: str, seed: int, signal: str) -> Matching:
        """Match alarms on one stream.

        On errors, only drifts count after which the model is worse: where errors do not become
        more, there is nothing to be found. On inputs and predictions those count that change P(x).
        """
        rows, spans, moved = self._streams[problem, seed]
        counts = self.harmful[problem][: len(spans)] if signal == "error" else moved
        early = int(self.manifest["config"]["detect"]["early"])
        return match(alarms, spans, rows, self.window, early, counts)

    @cached_property
    def harmful(self) -> dict[str, list[bool]]:
        """For each drift of a problem, in order, whether errors rise beyond noise over seeds."""
        found: dict[str, list[bool]] = {name: [] for name in self.problems}
        number = self.drifts.groupby(["problem", "seed"], sort=False).cumcount()
        rise = self.drifts["after"] - self.drifts["before"]
        for (problem, _), own in rise.groupby([self.drifts["problem"], number]):
            error = own.std(ddof=1) / np.sqrt(own.count()) if own.count() > 1 else 0.0
            found[str(problem)].append(bool(own.mean() > SURE * error + ROUNDING))
        return found

    @cached_property
    def _streams(self) -> dict[tuple[str, int], tuple[int, Ints, list[bool]]]:
        """Rows, (D, 2) spans of drifts, and whether P(x) changes, by problem and seed."""
        drifts: dict[Any, Any] = {
            where: (own[["start", "stop"]].to_numpy(), own["moved"].tolist())
            for where, own in self.drifts.groupby(list(WHERE))
        }
        none: tuple[Ints, list[bool]] = np.empty((0, 2), dtype=np.int64), []
        return {
            (p, s): (n, *drifts.get((p, s), none))
            for p, s, n in self.streams[["problem", "seed", "rows"]].itertuples(index=False)
        }

    @cached_property
    def _matchings(self) -> dict[tuple[str, str, str], dict[int, Matching]]:
        """What `matchings` has found: tables, rankings and figures all ask for it."""
        return {}

    @cached_property
    def _rows(self) -> dict[tuple[str, str, str], dict[int, Ints]]:
        """Alarms by (detector, problem, setting) and seed; none for a run without any."""
        alarms = {
            key: own["row"].to_numpy() for key, own in self.alarms.groupby(list(RUN), sort=False)
        }
        nothing = np.empty(0, dtype=np.int64)
        found: dict[tuple[str, str, str], dict[int, Ints]] = {}
        for problem, seed, detector, setting in self.runs[list(RUN)].itertuples(index=False):
            rows = alarms.get((problem, seed, detector, setting), nothing)
            found.setdefault((detector, problem, setting), {})[seed] = rows
        return found


def frame(name: str, records: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Return records as the table of this name, in the order of its columns."""
    table = pd.DataFrame.from_records(list(records), columns=list(COLUMNS[name]))
    whole = {c: "int64" for c in ("seed", "rows", "row", "start", "stop", "alarms") if c in table}
    return table.astype(whole)


def is_bench(folder: Path) -> bool:
    """Whether a folder holds a benchmark of detectors, and not a study."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and manifest.get("kind") == "detectors"


def load(folder: Path) -> DetectorBenchmark:
    """Read a benchmark's folder; `InputError` names a table, column or entry that is missing."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    missing = [name for name in SECTIONS if name not in manifest]
    require(not missing, f"{path} lacks the entry {', '.join(missing)}")
    require(
        manifest["schema"] == SCHEMA,
        f"{path} has schema {manifest['schema']}; this version reads schema {SCHEMA}",
    )
    tables = {name: _table(folder / f"{name}.parquet", name) for name in COLUMNS}
    return DetectorBenchmark(**tables, manifest=manifest)


def _table(path: Path, name: str) -> pd.DataFrame:
    require(
        path.is_file(), f"{path.name} is missing in {path.parent}: the benchmark is not complete"
    )
    try:
        table = pd.read_parquet(path)
    except ValueError as error:
        raise InputError(f"{path} is not a readable Parquet file: {error}") from error
    missing = [column for column in COLUMNS[name] if column not in table]
    require(not missing, f"{path.name} in {path.parent} lacks the column {', '.join(missing)}")
    return table.astype(dict.fromkeys(table.select_dtypes("category"), "str"))
