"""Reading a baseline: what is no baseline, or a damaged one, is refused in one sentence."""

import math
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from retrainlab.experiments.check.settings import sound
from retrainlab.experiments.detection.baseline import ANEW, SCHEMA, Baseline, StreamRecord


def read(path: Path) -> Baseline:
    """Read a baseline; `InputError` where there is none, and names what is wrong in one."""
    return sound(path, Baseline, SCHEMA, ANEW, _unsound)


def _unsound(baseline: Baseline) -> Iterator[str]:
    """Say what is wrong with a baseline whose entries all have their type."""
    if not baseline.pairs:
        yield "it has no alarms of any detector, so nothing can be compared with it"
    for name, stream in baseline.streams.items():
        yield from (f"streams.{name}: {sentence}" for sentence in _unsound_stream(stream))
    for detector, problem in baseline.pairs:
        where, by_seed = f"alarms.{detector}.{problem}", baseline.alarms[detector][problem]
        if detector not in baseline.detectors:
            yield f"{where}: there is no {detector} in detectors"
        if problem not in baseline.streams:
            yield f"{where}: there is no {problem} in streams"
            continue
        if not by_seed:
            yield f"{where} has no seed"
        for seed, alarms in by_seed.items():
            last = baseline.streams[problem].rows.get(seed, 0) - 1
            ordered = all(a < b for a, b in pairwise(alarms))
            if last < 0:
                yield f"{where}: the stream has no seed {seed!r}"
            elif alarms and not (ordered and alarms[0] >= 0 and alarms[-1] <= last):
                yield f"{where}.{seed} must be rising rows from 0 to {last}"


def _unsound_stream(stream: StreamRecord) -> Iterator[str]:
    if not stream.rows:
        yield "it has no seed"
    for seed, rows in stream.rows.items():
        if not (seed.isascii() and seed.isdecimal() and str(int(seed)) == seed):
            yield f"{seed!r} is no seed"
        if rows < 1:
            yield f"seed {seed} has {rows} rows"
    for seed_of_drift, start, stop, before, after, _ in stream.drifts:
        rows = stream.rows.get(str(seed_of_drift), -1)
        if not (0 <= start <= stop <= rows and math.isfinite(before) and math.isfinite(after)):
            yield f"the drift from {start} to {stop} of seed {seed_of_drift} is not in its rows"
