"""Every detector on every problem and seed; a stream is made once for all detectors on it."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from retrainlab.experiments.detection.entries import Entry, Setting, entries
from retrainlab.experiments.detection.problems import Problem, problems
from retrainlab.experiments.engines.local import Engine, made
from retrainlab.experiments.engines.progress import imap
from retrainlab.experiments.engines.threads import one_thread
from retrainlab.experiments.study.study import seeds_of
from retrainlab.reports.detection.tables import COLUMNS
from retrainlab.sim.detection.signals import Signals
from retrainlab.sim.errors import InputError, require, require_whole
from retrainlab.sim.stream import Ints
from retrainlab.strategies.detectors import registry

# Least value and unit of the options that are whole numbers.
WHOLE = {
    "window": (1, "rows"),
    "early": (0, "rows"),
    "warmup": (1, "ticks"),
    "every": (1, "rows"),
    "curve_seeds": (1, "seeds"),
}


@dataclass(frozen=True)
class BenchmarkPlan:
    """A checked configuration of a benchmark of detectors."""

    config: dict[str, Any]
    problems: tuple[Problem, ...]
    entries: tuple[Entry, ...]
    seeds: tuple[int, ...]
    engine: Engine


@dataclass(frozen=True)
class Case:
    """One stream, and the detectors to be run on it: (entry, its settings)."""

    problem: Problem
    seed: int
    runs: tuple[tuple[Entry, tuple[Setting, ...]], ...]


@dataclass
class Found:
    """What came of a case: rows of the tables by name, and what failed."""

    case: Case
    tables: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {name: [] for name in COLUMNS}
    )
    failures: list[dict[str, Any]] = field(default_factory=list)


def prepare(config: dict[str, Any]) -> BenchmarkPlan:
    """Check a plain configuration; `InputError` names what is wrong."""
    options = config["detect"]
    for name, (least, unit) in WHOLE.items():
        require_whole(f"detect.{name}", options[name], least, unit)
    if options["rows"] is not None:
        require_whole("detect.rows", options["rows"], 1, "rows")
    wide = options["wide"]
    require(
        wide is None or (isinstance(wide, int | float) and 0 < wide < 1),
        f"detect.wide is {wide!r}; it must be a share of the window between 0 and 1, or null",
    )
    return BenchmarkPlan(
        config,
        tuple(problems(config)),
        tuple(entries(config.get("detector"), "check_seeds" if "check" in config else "seeds")),
        tuple(seeds_of(config["seeds"])),
        made(config["engine"])[0],
    )


def cases(bench: BenchmarkPlan) -> list[Case]:
    """Return the first round: a case a problem and seed; the slow ones, of few seeds, go first."""
    curves = bench.config["detect"]["curves"]
    found = []
    for place, seed in enumerate(bench.seeds):
        asked = [e for e in bench.entries if e.seeds is None or place < e.seeds]
        for problem in bench.problems:
            curve = problem.name in curves and place < bench.config["detect"]["curve_seeds"]
            most = None if curve else 1
            found.append(Case(problem, seed, tuple((e, e.settings[:most]) for e in asked)))
    return found


def again(bench: BenchmarkPlan, wide: Sequence[tuple[str, str]]) -> list[Case]:
    """Return as many seeds again for pairs of (entry, problem) whose interval is wide."""
    last = max(bench.seeds) + 1
    more = []
    for seed in range(last, last + len(bench.seeds)):
        for problem in bench.problems:
            names = {entry for entry, on in wide if on == problem.name}
            own = [e for e in bench.entries if e.name in names and e.seeds is None]
            if own:
                more.append(Case(problem, seed, tuple((e, e.settings[:1]) for e in own)))
    return more


def run(bench: BenchmarkPlan, todo: Sequence[Case], about: str) -> list[Found]:
    """Run the cases side by side; return what was found in their order."""
    place = {(case.problem.name, case.seed): i for i, case in enumerate(todo)}
    found = list(imap(run_case, todo, bench.engine, about))
    return sorted(found, key=lambda f: place[f.case.problem.name, f.case.seed])


def run_case(case: Case) -> Found:
    """Run the detectors of a case; one that fails is recorded, and the others go on."""
    found = Found(case)
    where = {"problem": case.problem.name, "seed": case.seed}
    with one_thread():
        try:
            signals = case.problem.signals(case.seed)
        except InputError as error:
            found.failures.append({**where, "detector": None, "error": str(error)})
            return found
        found.tables["streams"].append(
            {**where, "rows": signals.rows, "digest": signals.digest, "binary": signals.binary}
        )
        found.tables["drifts"] += [
            {
                **where,
                **{"start": d.start, "stop": d.stop, "before": d.before, "after": d.after},
                "moved": moved,
            }
            for d, moved in zip(signals.drifts, signals.moved, strict=True)
        ]
        for entry, settings in case.runs:
            if entry.signal in signals.values and (signals.binary or not entry.binary):
                _run_entry(found, where, entry, settings, signals)
    return found


def _run_entry(
    found: Found,
    where: Mapping[str, Any],
    entry: Entry,
    settings: Sequence[Setting],
    signals: Signals,
) -> None:
    """Run the settings of a detector; those that are the same detector are run once."""
    done: dict[str, tuple[Ints | list[int], float]] = {}
    for setting in settings:
        own = {**where, "detector": entry.name, "setting": setting.label}
        if setting.key not in done:
            try:
                done[setting.key] = _alarms(entry, setting, signals, found.case.seed)
            # A detector may be anybody's: what goes wrong in it is named, and ends nothing else.
            except Exception as error:
                sentence = str(error) if isinstance(error, InputError) else repr(error)
                found.failures.append({**own, "error": sentence})
                continue
        alarms, seconds = done[setting.key]
        found.tables["alarms"] += [{**own, "row": row} for row in alarms]
        found.tables["runs"].append({**own, "alarms": len(alarms), "seconds": seconds})


def _alarms(entry: Entry, setting: Setting, signals: Signals, seed: int) -> tuple[list[int], float]:
    """Rows at which a fresh detector alarms, and the seconds that it took."""
    detector = setting.make(seed)
    start = time.perf_counter()
    alarms = registry.feed_own(detector, signals.values[entry.signal])
    return alarms, time.perf_counter() - start
