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
    asked = bench.manifest["config"]["detect"]["curves"] or []
    about = bench.manifest["detectors"]
    for problem in (p for p in bench.problems if p in asked):
        rows = _rows(bench, problem)
        for labelled in (True, False):
            real = [
                d for d in bench.detectors if bench.labelled(d) == labelled and not about[d]["null"]
            ]
            found = [c for d in real if (c := _curve(bench, d, problem, rows))]
            if found:
                clock = _clock(bench, problem, bench.signal(found[0].detector), rows)
                yield Plane(problem, labelled, len(rows), found, clock)


def _curve(
    bench: DetectorBenchmark, detector: str, problem: str, seeds: Collection[int]
) -> TradeOffCurve | None:
    """Return the curve of a detector; None where it did not run, or has no place on one."""
    about = bench.manifest["detectors"][detector]
    runs = []
    for setting in [*([] if about["same"] else [""]), *about["curve"]]:
        own = bench.matchings(detector, problem, setting)
        found = [matching for seed, matching in own.items() if seed in seeds]
        if any(len(m.delays) for m in found) and any(m.stationary for m in found):
            runs.append((setting, found))
    if not runs:
        return None
    order = [setting for setting, _ in runs]
    points = sorted(at_sensitivity(runs), key=lambda point: order.index(point.parameter))
    return TradeOffCurve(detector, points, about["same"])


def _clock(
    bench: DetectorBenchmark, problem: str, signal: str, rows: Mapping[int, int]
) -> list[TradeOffPoint]:
    """Return the curve of an alarm every k rows, from the rarest to the most frequent."""
    phases = ceil(PHASES / len(rows))
    found = []
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
        found.append(
            TradeOffPoint(k, float(false_per_1000(sums)), float(restricted_delay(sums)), False)
        )
    return found


def _rows(bench: DetectorBenchmark, problem: str) -> dict[int, int]:
    """Rows by seed, of the seeds on which every setting ran."""
    own = bench.streams[bench.streams["problem"] == problem]
    rows = dict(zip(own["seed"].tolist(), own["rows"].tolist(), strict=True))
    seeds = bench.manifest["seeds"][: bench.manifest["config"]["detect"]["curve_seeds"]]
    return {seed: rows[seed] for seed in seeds if seed in rows}
