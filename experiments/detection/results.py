"""Results of a benchmark of detectors: from finished cases to tables, null detectors included."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from retrainlab.experiments.detection.case import LAYOUT
from retrainlab.experiments.detection.nulls import with_nulls
from retrainlab.experiments.storage import parquet
from retrainlab.experiments.storage.artifact import Artifact, pack
from retrainlab.experiments.storage.plan import Plan
from retrainlab.experiments.storage.work_unit import UnitResult
from retrainlab.reports.detection.manifest import DetectorFailure, DetectorManifest
from retrainlab.reports.detection.tables import COLUMNS, DetectorBenchmark, frame
from retrainlab.reports.detection.wording import failure
from retrainlab.reports.results.typed_json import from_plain, to_plain
from retrainlab.sim.errors import InputError

NOTHING = (
    "no detector could run on any problem: those on inputs and predictions need a scenario, those "
    "on errors of 0 or 1 a classification"
)


def saved(plan: Plan, folders: Sequence[Path], into: Path) -> DetectorBenchmark | None:
    """Write tables and manifest of the cases that lie in the folders, and return them.

    None, and nothing is written, if no case is finished. Raises `InputError`, and leaves the
    folder as it was, if no detector could run on any.
    """
    bench = finished(plan, folders)
    if bench is None:
        return None
    if bench.runs.empty:
        plan.remove(into)
        raise InputError("; ".join(map(failure, bench.manifest.failures)) or NOTHING)
    if plan.kind == "detect":
        bench = with_nulls(bench, bench.manifest.options.every)
    tables = {name: getattr(bench, name) for name in COLUMNS}
    parquet.save([Artifact(pack(UnitResult(tables)))], into, LAYOUT, to_plain(bench.manifest))
    return bench


def finished(plan: Plan, folders: Sequence[Path]) -> DetectorBenchmark | None:
    """Return the tables of the cases that lie in the folders; None if there is none."""
    artifacts = [artifact for _, artifact in plan.done(folders)]
    if not artifacts:
        return None
    missing = [
        {"problem": unit.name, "seed": unit.seed, "error": plan.not_run(number)}
        for number, unit in plan.missing(folders)
    ]
    manifest = replace(
        from_plain(DetectorManifest, plan.header),
        created=datetime.now().astimezone().isoformat(timespec="seconds"),
        failures=(*failures_of(artifacts), *_by_seeds(missing)),
    )
    tables = {name: _joined(artifacts, name) for name in COLUMNS}
    return DetectorBenchmark(**tables, manifest=manifest)


def _joined(artifacts: Sequence[Artifact], name: str) -> pd.DataFrame:
    parts = list(parquet.tables(artifacts, name))
    if not parts:
        return frame(name, [])
    # Columns of a table without rows have no type, and take that of the others.
    return pa.concat_tables(parts, promote_options="permissive").to_pandas()


def failures_of(artifacts: Iterable[Artifact]) -> tuple[DetectorFailure, ...]:
    """Return what failed."""
    return _by_seeds(entry for artifact in artifacts for entry in artifact.failures)


def _by_seeds(failures: Iterable[dict[str, Any]]) -> tuple[DetectorFailure, ...]:
    """Return failures that differ in nothing but their seed as one."""
    seeds: dict[tuple[str, str | None, str, str], dict[int, None]] = {}
    for entry in failures:
        key = entry["problem"], entry.get("detector"), entry.get("setting", ""), entry["error"]
        seeds.setdefault(key, {})[entry["seed"]] = None
    return tuple(DetectorFailure(*key, seeds=tuple(of)) for key, of in seeds.items())
