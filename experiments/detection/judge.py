"""Judging a benchmark of detectors by its baseline: pair by pair, and nothing left out."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from retrainlab.experiments.detection.baseline import (
    ANEW,
    Baseline,
    alarms_of,
    bench_of,
    stream_of,
)
from retrainlab.experiments.detection.verdict import PairResult, Verdict
from retrainlab.reports.detection.tables import DetectorBenchmark
from retrainlab.reports.detection.wording import failure
from retrainlab.reports.text.format import listed
from retrainlab.sim.detection.counts import tally
from retrainlab.sim.detection.metrics import surplus_per_1000
from retrainlab.sim.detection.regression import Comparison, compare, judged, least_seeds
from retrainlab.sim.errors import InputError, require

Pair = tuple[str, str]


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
        by_pair[comparison.detector, comparison.problem].append(comparison)
    least = least_seeds(len(comparisons), level)
    now = {name: info.detector for name, info in bench.manifest.detectors.items()}
    rows = [_row(baseline, (old, bench), *pair, tuple(by_pair[pair]), least) for pair in pairs]
    return Verdict(
        tuple(rows),
        len(pairs) + len(failed),
        tuple(map(failure, bench.manifest.failures)),
        factor,
        level,
        least,
        str(path),
        parameters=_changes(baseline.detectors, now),
        versions=_changes(baseline.versions, bench.manifest.versions),
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
    old, bench = benches
    before, after = baseline.alarms[detector][problem], alarms_of(bench, detector, problem)
    other_stream = stream_of(bench, problem).digest != baseline.streams[problem].digest
    changed = 0 if other_stream else sum(before[s] != after[s] for s in before)
    tested = bool(comparisons) and all(c.seeds >= least for c in comparisons)
    # Few seeds are enough only where that is declared, or there is no figure to test.
    few = bench.info(detector).seeds == len(before) or not comparisons
    same = not any(c.differing for c in comparisons) if comparisons else before == after
    pooled = [tally(list(of.matchings(detector, problem).values())) for of in (old, bench)]
    return PairResult(
        detector,
        problem,
        _state(comparisons, tested or (few and same), bool(changed or other_stream)),
        comparisons,
        tested=tested,
        changed=changed,
        seeds=len(before),
        stream_changed=other_stream,
        repeats=(int(pooled[0].repeats), int(pooled[1].repeats)),
        surplus=(float(surplus_per_1000(pooled[0])), float(surplus_per_1000(pooled[1]))),
        seconds=_seconds(bench, detector, problem),
    )


def _state(comparisons: tuple[Comparison, ...], judged: bool, changed: bool) -> str:
    verdicts = {c.verdict for c in comparisons}
    # What got better in one figure and worse in the other is a trade, and somebody must look.
    if "worse" in verdicts:
        return "worse"
    if not judged:
        return "unjudged"
    if "better" in verdicts:
        return "better"
    return "changed" if changed else "equal"


def _seconds(bench: DetectorBenchmark, detector: str, problem: str) -> float:
    runs = bench.runs
    of = (runs["detector"] == detector) & (runs["problem"] == problem) & (runs["setting"] == "")
    return float(runs.loc[of, "seconds"].sum())


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    return {
        name: (str(old), str(after[name]))
        for name, old in before.items()
        if name in after and after[name] != old
    }
