"""The plan of a benchmark of detectors: from the configuration to cases and a manifest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from retrainlab.experiments.config.build import suggest
from retrainlab.experiments.config.documented import choices
from retrainlab.experiments.detection.case import Case
from retrainlab.experiments.detection.entries import Entry, entries
from retrainlab.experiments.detection.problems import Problem, problems
from retrainlab.experiments.engines.local import Engine, made
from retrainlab.experiments.storage import files, git
from retrainlab.experiments.storage.plan import WHOLE, Job, Shard
from retrainlab.experiments.study.study import seeds_of
from retrainlab.reports.detection.manifest import (
    KIND,
    SCHEMA,
    BenchmarkOptions,
    DetectorManifest,
    ProblemInfo,
)
from retrainlab.reports.results.typed_json import from_plain, to_plain
from retrainlab.sim.errors import require, require_whole

# Least value and unit of the options that are whole numbers.
WHOLE_NUMBERS = {
    "window": (1, "rows"),
    "early": (0, "rows"),
    "warmup": (1, "ticks"),
    "every": (1, "rows"),
    "curve_seeds": (1, "seeds"),
}
RUNTIME = ("engine", "shard", "folder")  # how a benchmark is run, not what it is


@dataclass(frozen=True)
class BenchmarkPlan:
    """A checked configuration of a benchmark of detectors; config: without RUNTIME."""

    config: dict[str, Any]
    options: BenchmarkOptions
    problems: tuple[Problem, ...]
    entries: tuple[Entry, ...]
    seeds: tuple[int, ...]
    engine: Engine
    shard: Shard

    @property
    def title(self) -> str:
        """What is under way."""
        return f"{len(self.entries)} detectors on {len(self.problems)} streams"

    def job(self, kind: str, command: str) -> Job:
        """Return what is to be run. kind: detect or check. command: the command line."""
        return Job(kind, self.config, tuple(cases(self)), to_plain(header(self, command)))


def prepare(config: dict[str, Any]) -> BenchmarkPlan:
    """Check a plain configuration; `InputError` names what is wrong."""
    options = config["detect"]
    for name, (least, unit) in WHOLE_NUMBERS.items():
        require_whole(f"detect.{name}", options[name], least, unit)
    if options["rows"] is not None:
        require_whole("detect.rows", options["rows"], 1, "rows")
    wide = options["wide"]
    require(
        wide is None or (isinstance(wide, int | float) and 0 < wide < 1),
        f"detect.wide is {wide!r}; it must be a share of the window between 0 and 1, or null",
    )
    shard = Shard.of_config(config["shard"])
    require(
        shard == WHOLE or wide is None,
        f"detect.wide is {wide!r}, and needs all seeds of a stream, which no shard has; "
        "set detect.wide=null for shards",
    )
    on = tuple(problems(config))
    known = sorted({*(problem.name for problem in on), *choices("errors"), *choices("scenario")})
    for name in options["curves"] or ():
        require(name in known, f"detect.curves names {name!r}; {suggest(str(name), known)}")
    return BenchmarkPlan(
        {key: value for key, value in config.items() if key not in RUNTIME},
        from_plain(BenchmarkOptions, options, "detect"),
        on,
        tuple(entries(config.get("detector"), "check_seeds" if "check" in config else "seeds")),
        tuple(seeds_of(config["seeds"])),
        made(config["engine"])[0],
        shard,
    )


def header(bench: BenchmarkPlan, command: str) -> DetectorManifest:
    """Return the manifest of a benchmark before anything has run."""
    return DetectorManifest(
        command=command,
        created="",
        seeds=bench.seeds,
        versions=files.versions(),
        git=git.state(),
        config=bench.config,
        schema=SCHEMA,
        kind=KIND,
        detectors={entry.name: entry.info() for entry in bench.entries},
        problems={p.name: ProblemInfo(p.kind, p.node) for p in bench.problems},
        failures=(),
    )


def cases(bench: BenchmarkPlan) -> list[Case]:
    """Return the first round: a case a problem and seed.

    A check judges the code of detectors, and runs it on every seed; else that of the first one.
    The first seed of a problem takes longest; one problem after the other spreads these, so that
    the time left can be told from the first cases on.
    """
    curves, curve_seeds = bench.options.curves or (), bench.options.curve_seeds
    first_round = []
    for problem in bench.problems:
        for place, seed in enumerate(bench.seeds):
            asked = [entry for entry in bench.entries if entry.seeds is None or place < entry.seeds]
            most = None if problem.name in curves and place < curve_seeds else 1
            runs = tuple((entry, entry.settings[:most]) for entry in asked)
            by_update = None if "check" in bench.config else int(place == 0)
            first_round.append(Case(problem, seed, runs, by_update=by_update, is_first=place == 0))
    return first_round


def again(bench: BenchmarkPlan, wide: Sequence[tuple[str, str]]) -> list[Case]:
    """Return as many seeds again for pairs of (entry, problem) whose interval is wide."""
    last = max(bench.seeds) + 1
    more = []
    for seed in range(last, last + len(bench.seeds)):
        for problem in bench.problems:
            names = {entry for entry, on in wide if on == problem.name}
            runs = [e for e in bench.entries if e.name in names and e.seeds is None]
            if runs:
                tried = tuple((e, e.settings[:1]) for e in runs)
                more.append(Case(problem, seed, tried, by_update=0))
    return more
