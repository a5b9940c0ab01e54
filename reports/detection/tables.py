"""The saved tables of a benchmark of detectors, checked, and the matchings that follow."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from retrainlab.reports.detection.manifest import KIND, SCHEMA, DetectorInfo, DetectorManifest
from retrainlab.reports.results import typed_json
from retrainlab.reports.results.saved_table import columns_of, read_table
from retrainlab.sim.checksums import PAGE, verify
from retrainlab.sim.detection.matching import Matching, match
from retrainlab.sim.stream import Ints

WHERE = ("problem", "seed")
RUN = (*WHERE, "detector", "setting")
COLUMNS = {
    "streams": (*WHERE, "rows", "digest", "binary"),
    "drifts": (*WHERE, "start", "stop", "before", "after", "moved"),
    "runs": (*RUN, "alarms", "seconds"),
    "alarms": (*RUN, "row"),
}
ROUNDING = 1e-9
SURE = 3  # standard errors by which errors must rise for a drift to count as harmful


@dataclass(frozen=True, eq=False)
class DetectorBenchmark:
    """Tables as saved (docs/detectors.md has the columns), and the manifest."""

    streams: pd.DataFrame
    drifts: pd.DataFrame
    runs: pd.DataFrame
    alarms: pd.DataFrame
    manifest: DetectorManifest

    @property
    def window(self) -> int:
        """Rows after a drift in which an alarm finds it."""
        return self.manifest.options.window

    @property
    def problems(self) -> list[str]:
        """Names of the problems, in the order of the configuration."""
        return list(self.manifest.problems)

    @property
    def detectors(self) -> list[str]:
        """Names of the detectors that ran, null detectors last."""
        ran = set(self.runs["detector"])
        return [name for name in self.manifest.detectors if name in ran]

    def info(self, detector: str) -> DetectorInfo:
        """What the manifest says of a detector."""
        return self.manifest.detectors[detector]

    def of_kind(self, labelled: bool) -> list[str]:
        """Names of the detectors that ran and need labels, or of those that need none."""
        return [name for name in self.detectors if self.info(name).labelled == labelled]

    def matchings(self, detector: str, problem: str, setting: str = "") -> dict[int, Matching]:
        """Return the matching of each seed; none where the detector did not run."""
        key, signal = (detector, problem, setting), self.info(detector).signal
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
        return match(alarms, spans, rows, self.window, self.manifest.options.early, counts)

    @cached_property
    def harmful(self) -> dict[str, list[bool]]:
        """For each drift of a problem, in order, whether errors rise significantly over seeds."""
        harmful: dict[str, list[bool]] = {name: [] for name in self.problems}
        number = self.drifts.groupby(["problem", "seed"], sort=False).cumcount()
        rise = self.drifts["after"] - self.drifts["before"]
        for (problem, _), rises in rise.groupby([self.drifts["problem"], number]):
            error = rises.std(ddof=1) / np.sqrt(rises.count()) if rises.count() > 1 else 0.0
            harmful[str(problem)].append(bool(rises.mean() > SURE * error + ROUNDING))
        return harmful

    @cached_property
    def _streams(self) -> dict[tuple[str, int], tuple[int, Ints, list[bool]]]:
        """Rows, (D, 2) spans of drifts, and whether P(x) changes, by problem and seed."""
        drifts: dict[Any, Any] = {
            where: (part[["start", "stop"]].to_numpy(), part["moved"].tolist())
            for where, part in self.drifts.groupby(list(WHERE))
        }
        none: tuple[Ints, list[bool]] = np.empty((0, 2), dtype=np.int64), []
        return {
            (p, s): (n, *drifts.get((p, s), none))
            for p, s, n in self.streams[["problem", "seed", "rows"]].itertuples(index=False)
        }

    @cached_property
    def _matchings(self) -> dict[tuple[str, str, str], dict[int, Matching]]:
        """Results of `matchings`: tables, rankings and figures all ask for them."""
        return {}

    @cached_property
    def _rows(self) -> dict[tuple[str, str, str], dict[int, Ints]]:
        """Alarms by (detector, problem, setting) and seed; none for a run without any."""
        alarms = {
            key: part["row"].to_numpy() for key, part in self.alarms.groupby(list(RUN), sort=False)
        }
        nothing = np.empty(0, dtype=np.int64)
        by_seed: dict[tuple[str, str, str], dict[int, Ints]] = {}
        for problem, seed, detector, setting in self.runs[list(RUN)].itertuples(index=False):
            rows = alarms.get((problem, seed, detector, setting), nothing)
            by_seed.setdefault((detector, problem, setting), {})[seed] = rows
        return by_seed


def frame(name: str, records: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Return records as the table of this name, in the order of its columns."""
    table = pd.DataFrame.from_records(list(records), columns=list(COLUMNS[name]))
    whole = {c: "int64" for c in ("seed", "rows", "row", "start", "stop", "alarms") if c in table}
    return table.astype(whole)


def is_benchmark(folder: Path) -> bool:
    """Whether a folder holds a benchmark of detectors, and not a study."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and manifest.get("kind") == KIND


def load(folder: Path) -> DetectorBenchmark:
    """Read a benchmark's folder; `InputError` names what is missing or damaged."""
    verify(folder, but=PAGE)
    manifest = typed_json.read(DetectorManifest, folder / "manifest.json", SCHEMA)
    assert manifest.options  # checked here, and not when a figure first asks for one
    tables = {name: _table(folder / f"{name}.parquet", name) for name in COLUMNS}
    return DetectorBenchmark(**tables, manifest=manifest)


def _table(path: Path, name: str) -> pd.DataFrame:
    columns_of(path, COLUMNS[name], "benchmark")
    table = read_table(path)
    return table.astype(dict.fromkeys(table.select_dtypes("category"), "str"))
