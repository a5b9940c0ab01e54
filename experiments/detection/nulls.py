"""Null detectors beside the real ones: no alarm, one every k rows, and at random."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from retrainlab.reports.detection.scores import best
from retrainlab.reports.detection.tables import DetectorBenchmark, frame
from retrainlab.sim.detection import null_alarms
from retrainlab.sim.stream import Ints

TITLES = {"never": "never alarms", "every": "every {k:,} rows", "random": "at random"}


def with_nulls(bench: DetectorBenchmark, every: int) -> DetectorBenchmark:
    """Return the benchmark with its null detectors, on errors and on what needs no label.

    every: rows between two alarms of the second one. The third alarms at random, on each stream as
    often as the best detector does there; where that one ran on fewer seeds, its counts go round.
    """
    described, runs, alarms = {}, [], []
    for family, signals in (("", ("error",)), ("_unlabelled", ("inputs", "prediction"))):
        real = [name for name in bench.detectors if bench.signal(name) in signals]
        if not real:
            continue
        for kind, title in TITLES.items():
            described[kind + family] = {
                **{"detector": title.format(k=every), "signal": signals[0], "null": True},
                **{"library": "", "seeds": None, "curve": [], "same": ""},
            }
        for problem, seed, kind, rows in _alarms(bench, real, every):
            own = {"problem": problem, "seed": seed, "detector": kind + family, "setting": ""}
            runs.append({**own, "alarms": len(rows), "seconds": 0.0})
            alarms += [{**own, "row": row} for row in rows.tolist()]
    manifest = {**bench.manifest, "detectors": {**bench.manifest["detectors"], **described}}
    return DetectorBenchmark(
        bench.streams,
        bench.drifts,
        pd.concat([bench.runs, frame("runs", runs)], ignore_index=True),
        pd.concat([bench.alarms, frame("alarms", alarms)], ignore_index=True),
        manifest,
    )


def _alarms(
    bench: DetectorBenchmark, real: list[str], every: int
) -> Iterator[tuple[str, int, str, Ints]]:
    """Problem, seed, kind and rows of each null detector's alarms, where a real one ran."""
    sizes: dict[Any, int] = bench.streams.set_index(["problem", "seed"])["rows"].to_dict()
    for problem in bench.problems:
        leader = best(bench, problem, real)
        if leader is None:
            continue
        counts = [found.alarms for found in bench.matchings(leader, problem).values()]
        seeds = {seed for name in real for seed in bench.matchings(name, problem)}
        for place, seed in enumerate(sorted(seeds)):
            rows = int(sizes[problem, seed])
            yield problem, seed, "never", null_alarms.never()
            yield problem, seed, "every", null_alarms.every(every, rows, seed)
            count = counts[place % len(counts)]
            yield problem, seed, "random", null_alarms.at_random(count, rows, seed)
