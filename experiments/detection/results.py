"""A benchmark of detectors as tables: from what was found to a folder of results."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from retrainlab.experiments.detection.bench import BenchmarkPlan, Found
from retrainlab.experiments.storage import files
from retrainlab.reports.detection import tables
from retrainlab.reports.detection.tables import COLUMNS, SCHEMA, frame
from retrainlab.reports.detection.wording import failure
from retrainlab.sim.errors import InputError


def tables_of(
    bench: BenchmarkPlan, found: Sequence[Found], command: str
) -> tables.DetectorBenchmark:
    """Return what was found as tables; `InputError` if there is nothing."""
    failures = _merged([f for own in found for f in own.failures])
    parts = {name: [r for own in found for r in own.tables[name]] for name in COLUMNS}
    if not parts["runs"]:
        raise InputError("; ".join(dict.fromkeys(failure(f) for f in failures)) or NOTHING)
    manifest = {
        "schema": SCHEMA,
        "kind": "detectors",
        "command": command,
        "created": datetime.now().astimezone().isoformat(timespec="seconds"),
        "config": bench.config,
        "versions": files.versions(),
        "git": files.git_state(),
        "seeds": list(bench.seeds),
        "detectors": {e.name: {**e.described(), "null": False} for e in bench.entries},
        "problems": {p.name: {"kind": p.kind, "config": p.node} for p in bench.problems},
        "failures": failures,
    }
    return tables.DetectorBenchmark(
        **{n: frame(n, rows) for n, rows in parts.items()}, manifest=manifest
    )


NOTHING = (
    "no detector could run on any problem: those on inputs and predictions need a scenario, those "
    "on errors of 0 or 1 a classification"
)


def _merged(failures: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Failures that differ in nothing but their seed, as one with its `seeds`."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for failed in failures:
        own = {k: v for k, v in failed.items() if k != "seed"}
        entry = found.setdefault(tuple(own.values()), {**own, "seeds": []})
        entry["seeds"].append(failed["seed"])
    return list(found.values())


def save(found: tables.DetectorBenchmark, folder: Path) -> None:
    """Write the tables, then the manifest."""
    for name in COLUMNS:
        table = getattr(found, name)
        text = [c for c in ("problem", "detector", "setting") if c in table]
        table = table.astype(dict.fromkeys(text, "category"))
        path = folder / f"{name}.parquet"
        files.write_atomic(path, partial(table.to_parquet, index=False))
    files.write_json(found.manifest, folder / "manifest.json")
