"""Judging a benchmark of detectors by its baseline: pair by pair, and nothing left out."""

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from retrainlab.experiments.check.lines import before_and_after
from retrainlab.experiments.check.verdict import (
    Figure,
    Kind,
    PairResult,
    Verdict,
    changes,
    state_of,
)
from retrainlab.experiments.detection.baseline import (
    ANEW,
    Baseline,
    alarms_of,
    bench_of,
    stream_of,
)
from retrainlab.reports.detection.tables import DetectorBenchmark
from retrainlab.reports.detection.wording import failure
from retrainlab.reports.text.format import listed
from retrainlab.sim.comparison import Comparison, judged, least_seeds
from retrainlab.sim.detection.counts import tally
from retrainlab.sim.detection.metrics import surplus_per_1000
from retrainlab.sim.detection.regression import compare
from retrainlab.sim.errors import InputError, require

Pair = tuple[str, str]
WHEN = ("before", "after")
DETECTORS = Kind(
    "detector",
    "Drift detectors against the baseline",
    "problem",
    "seeds, or check_seeds of a detector",
    {
        "restricted_delay": Figure("restricted mean delay, rows", 0),
        "false_per_1000": Figure("false alarms in 1,000 rows"),
    },
    ("repeated alarms", "false and repeated in 1,000"),
)


def decide(
    baseline: Baseline, bench: DetectorBenchmark, path: Path, factor: float, level: float
) -> Verdict:
    """Compare a benchmark with a baseline of the same settings, detector by detector.

    Raises `InputError` where a pair has no baseline, or one that is of another stream.
    """
    require_each_watches(bench)
    ran, failed = _ran(bench), _failed(bench, baseline.pairs)
    _require_same_pairs(baseline, {*ran, *failed}, path)
    pairs = [pair for pair in baseline.pairs if pair not in failed]
    for pair in pairs:
        _require_same_rows(baseline, bench, pair, path)
    old = bench_of(baseline, bench.manifest)
    comparisons = [
        comparison
        for pair in pairs
        for comparison in compare(*pair, old.matchings(*pair), bench.matchings(*pair))
    ]
    by_pair: dict[Pair, list[Comparison]] = {pair: [] for pair in pairs}
    for comparison in judged(comparisons, factor, level):
        by_pair[comparison.subject, comparison.stream].append(comparison)
    least = least_seeds(len(comparisons), level)
    now = {name: info.detector for name, info in bench.manifest.detectors.items()}
    rows = [_row(baseline, (old, bench), *pair, tuple(by_pair[pair]), least) for pair in pairs]
    return Verdict(
        DETECTORS,
        tuple(rows),
        len(pairs) + len(failed),
        tuple(map(failure, bench.manifest.failures)),
        factor,
        level,
        least,
        str(path),
        parameters=changes(baseline.detectors, now),
        versions=changes(baseline.versions, bench.manifest.versions),
    )


def require_each_watches(bench: DetectorBenchmark) -> None:
    """Refuse a detector that no stream of the check has a signal for: nothing is known of it."""
    failures = bench.manifest.failures
    known = {*bench.detectors, *(entry.detector for entry in failures)}
    idle = [name for name in bench.manifest.detectors if name not in known]
    require(
        not idle or any(entry.detector is None for entry in failures),
        f"no stream of this check has what {listed(idle, 9)} can watch, so nothing can be said of "
        "that; leave it out of detector=[...], or add a scenario",
    )


def _ran(bench: DetectorBenchmark) -> list[Pair]:
    runs = bench.runs.loc[bench.runs["setting"] == "", ["detector", "problem"]]
    return list(runs.drop_duplicates().itertuples(index=False, name=None))


def _failed(bench: DetectorBenchmark, pairs: Iterable[Pair]) -> set[Pair]:
    """Pairs that failed on a seed; pairs: those of a stream that failed as a whole."""
    failures = bench.manifest.failures
    streams = {entry.problem for entry in failures if entry.detector is None}
    alone = {(entry.detector, entry.problem) for entry in failures if entry.detector is not None}
    return alone | {pair for pair in pairs if pair[1] in streams}


def _require_same_pairs(baseline: Baseline, pairs: set[Pair], path: Path) -> None:
    for detector, problem in sorted(pairs - set(baseline.pairs)):
        raise InputError(f"{path} has no alarms of {detector} on {problem}; {ANEW}")
    for detector, problem in sorted(set(baseline.pairs) - pairs):
        raise InputError(
            f"{path} has alarms of {detector} on {problem}, which did not run here; {ANEW}"
        )


def _require_same_rows(
    baseline: Baseline, bench: DetectorBenchmark, pair: Pair, path: Path
) -> None:
    detector, problem = pair
    require(
        baseline.alarms[detector][problem].keys() == alarms_of(bench, *pair).keys(),
        f"{path} has other seeds of {detector} on {problem} than this check; {ANEW}",
    )
    require(
        baseline.streams[problem].outline == stream_of(bench, problem).outline,
        f"{path} has other rows or drifts of the stream {problem} than this check; {ANEW}",
    )


def _row(
    baseline: Baseline,
    benches: tuple[DetectorBenchmark, DetectorBenchmark],
    detector: str,
    problem: str,
    comparisons: tuple[Comparison, ...],
    least: int,
) -> PairResult:
    bench = benches[1]
    before, after = baseline.alarms[detector][problem], alarms_of(bench, detector, problem)
    other = stream_of(bench, problem).digest != baseline.streams[problem].digest
    changed = 0 if other else sum(before[s] != after[s] for s in before)
    tested = bool(comparisons) and all(c.seeds >= least for c in comparisons)
    # Few seeds are enough only where that is declared, or there is no figure to test.
    few = bench.info(detector).seeds == len(before) or not comparisons
    same = not any(c.differing for c in comparisons) if comparisons else before == after
    return PairResult(
        detector,
        problem,
        state_of(comparisons, tested or (few and same), bool(changed or other)),
        comparisons,
        tested,
        _note(changed, len(before), other),
        len(before),
        _seconds(bench, detector, problem),
        *_beside(benches, detector, problem, {"changed_seeds": changed, "stream_changed": other}),
    )


def _note(changed: int, seeds: int, is_other_stream: bool) -> str:
    """Say what changed of the alarms; nothing where nothing did."""
    if is_other_stream:
        return "the stream itself is another one here, so its alarms are not compared"
    return f"other alarms on {changed} of {seeds} seeds" if changed else ""


def _beside(
    benches: tuple[DetectorBenchmark, DetectorBenchmark],
    detector: str,
    problem: str,
    more: Mapping[str, Any],
) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Return repeated alarms, and false and repeated ones in 1,000 stationary rows, over all seeds.

    As texts, and for verdict.json, with more entries. They decide nothing: a detector that is
    sooner may well alarm again. The rate is nan without stationary rows.
    """
    pooled = [tally(list(of.matchings(detector, problem).values())) for of in benches]
    repeats = [int(of.repeats) for of in pooled]
    surplus = [float(surplus_per_1000(of)) for of in pooled]
    texts = before_and_after(repeats, 0), before_and_after(surplus, 3)
    known = [rate if math.isfinite(rate) else None for rate in surplus]
    return texts, {
        **more,
        "repeats": dict(zip(WHEN, repeats, strict=True)),
        "surplus_per_1000": dict(zip(WHEN, known, strict=True)),
    }


def _seconds(bench: DetectorBenchmark, detector: str, problem: str) -> float:
    runs = bench.runs
    of = (runs["detector"] == detector) & (runs["problem"] == problem) & (runs["setting"] == "")
    return float(runs.loc[of, "seconds"].sum())
