"""The baseline: one JSON file with the alarms of every detector, to be committed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pandas as pd

from retrainlab.experiments.check import settings as check_settings
from retrainlab.experiments.check.repeat import overrides_of
from retrainlab.reports.detection.manifest import DetectorManifest
from retrainlab.reports.detection.tables import DetectorBenchmark, frame
from retrainlab.reports.results.typed_json import to_plain
from retrainlab.sim import atomic

SCHEMA = 2
ANEW = "write a new one with: retrainlab check --update"
JUDGING = ("window", "early", "warmup", "rows")
Alarms = dict[str, dict[str, dict[str, tuple[int, ...]]]]


@dataclass(frozen=True)
class StreamRecord:
    """The streams of a problem: rows by seed, and drifts.

    digest: changes with any value of any of them. drifts: seed, start, stop, mean error before and
    after, and whether P(x) changes.
    """

    digest: str
    binary: bool
    rows: dict[str, int]
    drifts: tuple[tuple[int, int, int, float, float, bool], ...]

    @property
    def outline(self) -> tuple[Any, ...]:
        """What an alarm is matched with: rows by seed, and the spans of the drifts."""
        return self.rows, sorted(drift[:3] for drift in self.drifts)


@dataclass(frozen=True)
class Baseline:
    """A baseline as it is saved; alarms: rows by detector, problem and seed.

    overrides: those of the command line that it was made with; a later check repeats them.
    """

    schema: int
    created: str
    command: str
    overrides: tuple[str, ...]
    versions: dict[str, str]
    settings: dict[str, Any]
    detectors: dict[str, str]
    streams: dict[str, StreamRecord]
    alarms: Alarms

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Pairs of detector and problem."""
        return [(detector, problem) for detector, of in self.alarms.items() for problem in of]


def settings(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return what must be the same for a comparison: everything but what is under test.

    Under test are the detectors' parameters, and the versions of the libraries.
    """
    return {
        "detect": {name: config["detect"][name] for name in JUDGING},
        "seeds": config["seeds"],
        "errors": config.get("errors") or {},
        "scenario": config.get("scenario") or {},
        **{group: config[group] for group in ("drift", "damage") if config.get(group)},
        "learner": config["learner"],
        "detector": {
            name: {"signal": node.get("signal", "error"), "seeds": node.get("check_seeds")}
            for name, node in config["detector"].items()
        },
    }


def write(bench: DetectorBenchmark, path: Path) -> Baseline:
    """Write the baseline of a benchmark, and return it."""
    manifest = bench.manifest
    made = Baseline(
        schema=SCHEMA,
        created=manifest.created,
        command=manifest.command,
        overrides=tuple(overrides_of(manifest.command)),
        versions=manifest.versions,
        settings=settings(manifest.config),
        detectors={name: info.detector for name, info in manifest.detectors.items()},
        streams={name: stream_of(bench, name) for name in bench.problems},
        alarms={name: _alarms(bench, name) for name in bench.detectors},
    )
    atomic.write_text(path, _text(to_plain(made)))
    return made


def require_same(baseline: Baseline, config: Mapping[str, Any], path: Path) -> None:
    """Refuse a baseline that was made under other settings; name the first that differs."""
    check_settings.require_same(baseline.settings, settings(config), path, ANEW)


def bench_of(baseline: Baseline, manifest: DetectorManifest) -> DetectorBenchmark:
    """Return the tables of a baseline. manifest: of a benchmark with the same settings."""
    streams, drifts, runs, alarms = [], [], [], []
    for problem, stream in baseline.streams.items():
        for seed, rows in stream.rows.items():
            where = {"problem": problem, "seed": int(seed)}
            streams.append({**where, "rows": rows, "digest": "", "binary": stream.binary})
        for seed_of_drift, *values in stream.drifts:
            named = dict(zip(("start", "stop", "before", "after", "moved"), values, strict=True))
            drifts.append({"problem": problem, "seed": seed_of_drift, **named})
    for detector, problem in baseline.pairs:
        for seed, alarm_rows in baseline.alarms[detector][problem].items():
            where = {"problem": problem, "seed": int(seed), "detector": detector, "setting": ""}
            runs.append({**where, "alarms": len(alarm_rows), "seconds": 0.0})
            alarms += [{**where, "row": row} for row in alarm_rows]
    parts = {"streams": streams, "drifts": drifts, "runs": runs, "alarms": alarms}
    return DetectorBenchmark(
        **{name: frame(name, rows) for name, rows in parts.items()}, manifest=manifest
    )


def alarms_of(bench: DetectorBenchmark, detector: str, problem: str) -> dict[str, tuple[int, ...]]:
    """Return the rows of a detector's alarms by seed, as text."""
    of = (bench.runs["detector"] == detector) & (bench.runs["problem"] == problem)
    rows: dict[str, list[int]] = {
        str(seed): [] for seed in sorted(bench.runs.loc[of & (bench.runs["setting"] == ""), "seed"])
    }
    table = bench.alarms
    of = (table["detector"] == detector) & (table["problem"] == problem) & (table["setting"] == "")
    for seed, row in table.loc[of, ["seed", "row"]].itertuples(index=False):
        rows[str(seed)].append(int(row))
    return {seed: tuple(by_seed) for seed, by_seed in rows.items()}


def stream_of(bench: DetectorBenchmark, problem: str) -> StreamRecord:
    """Return what a baseline says of a problem's streams."""
    streams = bench.streams[bench.streams["problem"] == problem].sort_values("seed")
    drifts: pd.DataFrame = bench.drifts[bench.drifts["problem"] == problem]
    digest = blake2b("".join(streams["digest"]).encode(), digest_size=8)
    return StreamRecord(
        digest=digest.hexdigest(),
        binary=bool(streams["binary"].all()),
        rows={str(seed): int(rows) for seed, rows in streams[["seed", "rows"]].to_numpy()},
        drifts=tuple(
            (int(seed), int(start), int(stop), round(before, 6), round(after, 6), bool(moved))
            for _, seed, start, stop, before, after, moved in drifts.itertuples(index=False)
        ),
    )


def _alarms(bench: DetectorBenchmark, detector: str) -> dict[str, dict[str, tuple[int, ...]]]:
    alarms = {problem: alarms_of(bench, detector, problem) for problem in bench.problems}
    return {problem: by_seed for problem, by_seed in alarms.items() if by_seed}


def _text(record: Mapping[str, Any]) -> str:
    """JSON with a line for each detector and problem, so that a change is a line of a diff."""
    parts = []
    for name, value in record.items():
        if name in ("streams", "alarms"):
            lines = [f"  {json.dumps(k)}: {_lines(v, name == 'alarms')}" for k, v in value.items()]
            parts.append(f"{json.dumps(name)}: {{\n" + ",\n".join(lines) + "\n }")
        else:
            parts.append(f"{json.dumps(name)}: {json.dumps(value, sort_keys=True)}")
    return "{\n " + ",\n ".join(parts) + "\n}\n"


def _lines(value: Any, deep: bool) -> str:
    if not deep:
        return json.dumps(value, separators=(",", ":"))
    rows = [f"   {json.dumps(k)}: {json.dumps(v, separators=(',', ':'))}" for k, v in value.items()]
    return "{\n" + ",\n".join(rows) + "\n  }"
