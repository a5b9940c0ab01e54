"""Null detectors beside the real ones: no alarm, one every k rows, and at random."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from retrainlab.reports.detection.manifest import DetectorInfo
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
    infos: dict[str, DetectorInfo] = {}
    runs: list[dict[str, Any]] = []
    alarms: list[dict[str, Any]] = []
    for family, signals in (("", ("error",)), ("_unlabelled", ("inputs", "prediction"))):
        real = [name for name in bench.detectors if bench.info(name).signal in signals]
        if not real:
            continue
        for kind, title in TITLES.items():
            infos[kind + family] = DetectorInfo(
                detector=title.format(k=every),
                signal=signals[0],
                library="",
                seeds=None,
                curve=(),
                same="",
                null=True,
            )
        for problem, seed, kind, rows in _alarms(bench, real, every):
            where = {"problem": problem, "seed": seed, "detector": kind + family, "setting": ""}
            runs.append({**where, "alarms": len(rows), "seconds": 0.0})
            alarms += [{**where, "row": row} for row in rows.tolist()]
    return replace(
        bench,
        runs=pd.concat([bench.runs, frame("runs", runs)], ignore_index=True),
        alarms=pd.concat([bench.alarms, frame("alarms", alarms)], ignore_index=True),
        manifest=replace(bench.manifest, detectors={**bench.manifest.detectors, **infos}),
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
        counts = [matching.alarms for matching in bench.matchings(leader, problem).values()]
        seeds = {seed for name in real for seed in bench.matchings(name, problem)}
        for place, seed in enumerate(sorted(seeds)):
            rows = int(sizes[problem, seed])
            yield problem, seed, "never", null_alarms.never()
            yield problem, seed, "every", null_alarms.every(every, rows, seed)
            count = counts[place % len(counts)]
            yield problem, seed, "random", null_alarms.at_random(count, rows, seed)
