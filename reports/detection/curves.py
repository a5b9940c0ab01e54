"""Trade-off curves of a benchmark: what each detector does at every one of its settings."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from math import ceil

import numpy as np

from retrainlab.reports.detection.tables import DetectorBenchmark
from retrainlab.sim.detection import null_alarms
from retrainlab.sim.detection.counts import tally
from retrainlab.sim.detection.metrics import false_per_1000, restricted_delay
from retrainlab.sim.detection.trade_off import TradeOffPoint, at_sensitivity
from retrainlab.sim.seeds import seed_of

PERIODIC_ALARMS = 18  # intervals at which the alarm by the clock is tried
PHASES = 120  # streams with each, so that the curve is its own and not that of a few lucky rows


@dataclass(frozen=True)
class TradeOffCurve:
    """A detector's points, from strict to sensitive; configured: the parameter it is run with."""

    detector: str
    points: list[TradeOffPoint]
    configured: str


@dataclass(frozen=True)
class Plane:
    """The curves of one kind of detector on one stream, and that of an alarm by the clock."""

    problem: str
    labelled: bool
    seeds: int
    curves: list[TradeOffCurve]
    clock: list[TradeOffPoint]


def planes(bench: DetectorBenchmark) -> Iterator[Plane]:
    """Yield the planes of the streams in detect.curves that have drifts and rows without."""
    asked = bench.manifest.options.curves or ()
    for problem in (p for p in bench.problems if p in asked):
        rows = _rows(bench, problem)
        for labelled in (True, False):
            real = [name for name in bench.of_kind(labelled) if not bench.info(name).null]
            curves = [c for name in real if (c := _curve(bench, name, problem, rows))]
            if curves:
                clock = _clock(bench, problem, bench.info(curves[0].detector).signal, rows)
                yield Plane(problem, labelled, len(rows), curves, clock)


def _curve(
    bench: DetectorBenchmark, detector: str, problem: str, seeds: Collection[int]
) -> TradeOffCurve | None:
    """Return the curve of a detector; None where it did not run, or has no place on one."""
    info = bench.info(detector)
    runs = []
    for setting in [*([] if info.same else [""]), *info.curve]:
        by_seed = bench.matchings(detector, problem, setting)
        matchings = [matching for seed, matching in by_seed.items() if seed in seeds]
        if any(len(m.delays) for m in matchings) and any(m.stationary for m in matchings):
            runs.append((setting, matchings))
    if not runs:
        return None
    order = [setting for setting, _ in runs]
    points = sorted(at_sensitivity(runs), key=lambda point: order.index(point.parameter))
    return TradeOffCurve(detector, points, info.same)


def _clock(
    bench: DetectorBenchmark, problem: str, signal: str, rows: Mapping[int, int]
) -> list[TradeOffPoint]:
    """Return the curve of an alarm every k rows, from the rarest to the most frequent."""
    phases = ceil(PHASES / len(rows))
    points = []
    for k in (
        np.geomspace(20 * max(rows.values()), 10, PERIODIC_ALARMS).round().astype(int).tolist()
    ):
        sums = tally(
            [
                bench.matched(null_alarms.every(k, n, seed_of(seed, phase)), problem, seed, signal)
                for seed, n in rows.items()
                for phase in range(phases)
            ]
        )
        points.append(
            TradeOffPoint(k, float(false_per_1000(sums)), float(restricted_delay(sums)), False)
        )
    return points


def _rows(bench: DetectorBenchmark, problem: str) -> dict[int, int]:
    """Rows by seed, of the seeds on which every setting ran."""
    streams = bench.streams[bench.streams["problem"] == problem]
    rows = dict(zip(streams["seed"].tolist(), streams["rows"].tolist(), strict=True))
    seeds = bench.manifest.seeds[: bench.manifest.options.curve_seeds]
    return {seed: rows[seed] for seed in seeds if seed in rows}
