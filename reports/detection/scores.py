"""Metrics of every detector: on each problem, and pooled over all problems of its signal."""

import math
from collections.abc import Sequence

import pandas as pd

from retrainlab.reports.detection.tables import DetectorBenchmark
from retrainlab.sim.detection.matching import Matching, joined
from retrainlab.sim.detection.metrics import METRICS, interval, intervals, summarise

BOUNDED = (
    *("recall", "precision", "f1", "restricted_delay", "mean_delay"),
    *("false_per_1000", "surplus_per_1000", "mtr"),
)
POOLED = "all"


def scores(bench: DetectorBenchmark) -> pd.DataFrame:
    """Return a row a detector and problem, and one pooled over problems (problem "all").

    Pooled are the classifications on which every detector with labels ran, or every one without.
    detector, problem, seeds, alarms, the counts and metrics of `sim.detection.metrics.summarise`,
    and for each metric of BOUNDED its 95 % interval over seeds as <metric>_low and <metric>_high.
    """
    rows = []
    for labelled in (True, False):
        detectors = bench.of_kind(labelled)
        shared = common(bench, detectors)
        for detector in detectors:
            for problem in bench.problems:
                matchings = list(bench.matchings(detector, problem).values())
                if matchings:
                    rows.append(_row(detector, problem, matchings))
            if shared:
                rows.append(_row(detector, POOLED, pooled(bench, detector, shared)))
    return pd.DataFrame(rows)


def common(bench: DetectorBenchmark, detectors: Sequence[str]) -> list[str]:
    """Return the classifications on which all of the detectors ran."""
    ran = {p: set(names) for p, names in bench.runs.groupby("problem")["detector"]}
    binary = set(bench.streams.loc[bench.streams["binary"], "problem"])
    return [p for p in bench.problems if p in binary and ran.get(p, set()) >= set(detectors)]


def pooled(bench: DetectorBenchmark, detector: str, problems: Sequence[str]) -> list[Matching]:
    """Join the streams of each seed that ran on all problems: what is resampled are seeds.

    The streams of a seed share their random numbers.
    """
    matchings = [bench.matchings(detector, problem) for problem in problems]
    seeds = set.intersection(*map(set, matchings))
    return [joined([by_seed[seed] for by_seed in matchings]) for seed in sorted(seeds)]


def speeds(bench: DetectorBenchmark) -> dict[str, float]:
    """Measured updates a second of each detector; nan for one that took no time.

    Runs without a time were made in batches.
    """
    timed = bench.runs[bench.runs["seconds"].notna()]
    sized = timed.merge(bench.streams[["problem", "seed", "rows"]], on=["problem", "seed"])
    sums = sized.groupby("detector")[["rows", "seconds"]].sum()
    return {
        str(name): rows / seconds if seconds > 0 else math.nan
        for name, rows, seconds in sums.itertuples()
    }


def wide(bench: DetectorBenchmark, share: float) -> list[tuple[str, str]]:
    """Return pairs of (detector, problem) whose interval of restricted delay is wider than this.

    share: of the window.
    """
    pairs = []
    for detector in bench.detectors:
        for problem in bench.problems:
            matchings = list(bench.matchings(detector, problem).values())
            if matchings:
                low, high = interval(matchings, METRICS["restricted_delay"])
                if high - low > share * bench.window:
                    pairs.append((detector, problem))
    return pairs


def best(bench: DetectorBenchmark, problem: str, among: Sequence[str]) -> str | None:
    """Return the detector of the highest F1, then least restricted delay, then false alarms."""
    ranked = []
    for detector in among:
        matchings = list(bench.matchings(detector, problem).values())
        if matchings:
            s = summarise(matchings)
            delay = s["restricted_delay"]
            key = (
                -s["f1"] if math.isfinite(s["f1"]) else 0.0,
                delay if math.isfinite(delay) else 0.0,
                s["false_alarms"],
            )
            ranked.append((key, detector))
    return min(ranked)[1] if ranked else None


def _row(detector: str, problem: str, matchings: Sequence[Matching]) -> dict[str, object]:
    row: dict[str, object] = {"detector": detector, "problem": problem, "seeds": len(matchings)}
    row |= summarise(matchings)
    row["alarms"] = sum(m.alarms for m in matchings)
    bounds = intervals(matchings, [METRICS[name] for name in BOUNDED])
    for name, (low, high) in zip(BOUNDED, bounds, strict=True):
        row[f"{name}_low"], row[f"{name}_high"] = low, high
    return row
