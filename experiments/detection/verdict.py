"""The verdict of a check: a row a detector and stream, and what it comes down to."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from retrainlab.experiments.detection.baseline import alarms_of, bench_of, digest
from retrainlab.reports.detection.tables import DetectorBenchmark
from retrainlab.reports.detection.wording import failure
from retrainlab.sim.detection.counts import tally
from retrainlab.sim.detection.metrics import surplus_per_1000
from retrainlab.sim.detection.regression import Comparison, compare, judged

STATES = ("worse", "better", "changed", "equal")
NAMES = {
    "restricted_delay": "restricted mean delay, rows",
    "false_per_1000": "false alarms in 1,000 rows",
}
WHEN = ("before", "after")


@dataclass(frozen=True)
class PairResult:
    """A detector on one stream, before and after.

    state: worse, better, changed (other alarms, as good) or equal. repeats: repeated alarms, and
    surplus: false and repeated alarms in 1,000 stationary rows (nan without such rows), over all
    seeds. They are shown and decide nothing: a detector that is sooner may well alarm again.
    """

    detector: str
    problem: str
    state: str
    comparisons: tuple[Comparison, ...]
    changed: int
    seeds: int
    stream_changed: bool
    repeats: tuple[int, int]
    surplus: tuple[float, float]

    @property
    def note(self) -> str:
        """What changed of the alarms, in words; empty where nothing did."""
        if self.stream_changed:
            return "the stream itself is another one here, so its alarms are not compared"
        return f"other alarms on {self.changed} of {self.seeds} seeds" if self.changed else ""


@dataclass(frozen=True)
class Verdict:
    """What a check found.

    parameters: detectors whose parameters differ, with both. versions: of libraries that differ.
    unjudged: detectors with too few seeds for a significant change of their performance.
    """

    rows: tuple[PairResult, ...]
    failures: tuple[str, ...]
    factor: float
    level: float
    baseline: str
    parameters: dict[str, tuple[str, str]] = field(default_factory=dict)
    versions: dict[str, tuple[str, str]] = field(default_factory=dict)
    unjudged: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing became worse, and every detector ran."""
        return not self.failures and not self.of("worse")

    def of(self, state: str) -> list[PairResult]:
        """Rows in a state."""
        return [row for row in self.rows if row.state == state]

    @property
    def sentence(self) -> str:
        """The verdict in one sentence."""
        counts = ", ".join(f"{len(self.of(s))} {s}" for s in STATES if self.of(s))
        verdict = "passed" if self.passed else "FAILED"
        broken = f"; {len(self.failures)} could not run" if self.failures else ""
        return (
            f"Check {verdict}: of {len(self.rows)} pairs of detector and stream, {counts}{broken}."
        )

    def plain(self) -> dict[str, Any]:
        """The verdict as plain values, for JSON; what is not finite is null."""
        return {
            "passed": self.passed,
            "sentence": self.sentence,
            "baseline": self.baseline,
            "factor": self.factor,
            "level": self.level,
            "parameters": {k: list(v) for k, v in self.parameters.items()},
            "versions": {k: list(v) for k, v in self.versions.items()},
            "unjudged": list(self.unjudged),
            "failures": list(self.failures),
            "rows": [_plain(row) for row in self.rows],
        }


def decide(
    record: Mapping[str, Any], bench: DetectorBenchmark, baseline: Path, factor: float, level: float
) -> Verdict:
    """Compare a benchmark with a baseline of the same settings, detector by detector."""
    old = bench_of(record, bench.manifest)
    failures = bench.manifest.failures
    broken = {(entry.detector, entry.problem) for entry in failures}
    pairs = [
        (detector, problem)
        for detector, by_problem in record["alarms"].items()
        for problem in by_problem
        if not {(detector, problem), (None, problem)} & broken
    ]
    comparisons = [
        comparison
        for detector, problem in pairs
        for comparison in compare(
            detector, problem, old.matchings(detector, problem), bench.matchings(detector, problem)
        )
    ]
    by_pair: dict[tuple[str, str], list[Comparison]] = {pair: [] for pair in pairs}
    for comparison in judged(comparisons, factor, level):
        by_pair[comparison.detector, comparison.problem].append(comparison)
    rows = [_row(record, (old, bench), *pair, tuple(of)) for pair, of in by_pair.items()]
    least = math.ceil(1 - math.log2((1 - level) / max(len(comparisons), 1)))
    few = {row.detector for row in rows if row.seeds < least}
    now = {name: info.detector for name, info in bench.manifest.detectors.items()}
    return Verdict(
        tuple(rows),
        tuple(map(failure, failures)),
        factor,
        level,
        str(baseline),
        parameters=_changes(record["detectors"], now),
        versions=_changes(record["versions"], bench.manifest.versions),
        unjudged=tuple(name for name in record["alarms"] if name in few),
    )


def _row(
    record: Mapping[str, Any],
    benches: tuple[DetectorBenchmark, DetectorBenchmark],
    detector: str,
    problem: str,
    comparisons: tuple[Comparison, ...],
) -> PairResult:
    old, bench = benches
    before, after = record["alarms"][detector][problem], alarms_of(bench, detector, problem)
    other_stream = digest(bench, problem) != record["streams"][problem]["digest"]
    changed = 0 if other_stream else sum(before[s] != after.get(s) for s in before)
    verdicts = {c.verdict for c in comparisons}
    # What got better in one figure and worse in the other is a trade, and somebody must look.
    state = next((s for s in ("worse", "better") if s in verdicts), "")
    state = state or ("changed" if changed or other_stream else "equal")
    pooled = [tally(list(of.matchings(detector, problem).values())) for of in (old, bench)]
    return PairResult(
        *(detector, problem, state, comparisons, changed, len(before), other_stream),
        repeats=(int(pooled[0].repeats), int(pooled[1].repeats)),
        surplus=(float(surplus_per_1000(pooled[0])), float(surplus_per_1000(pooled[1]))),
    )


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    return {
        name: (str(old), str(after[name]))
        for name, old in before.items()
        if name in after and after[name] != old
    }


def _plain(row: PairResult) -> dict[str, Any]:
    figures = {
        c.figure: {
            "before": c.before,
            "after": c.after,
            "ratio": c.ratio if math.isfinite(c.ratio) else None,
            "p": c.p,
            "adjusted_p": c.adjusted,
            "verdict": c.verdict,
        }
        for c in row.comparisons
    }
    return {
        "detector": row.detector,
        "problem": row.problem,
        "state": row.state,
        "seeds": row.seeds,
        "changed_seeds": row.changed,
        "stream_changed": row.stream_changed,
        "repeats": dict(zip(WHEN, row.repeats, strict=True)),
        "surplus_per_1000": {
            when: rate if math.isfinite(rate) else None
            for when, rate in zip(WHEN, row.surplus, strict=True)
        },
        **figures,
    }
