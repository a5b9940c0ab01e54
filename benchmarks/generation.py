"""Rows a second of a drifting stream, against the generators of River."""

from collections import deque
from collections.abc import Callable
from functools import partial

from river.datasets import base, synth

from benchmarks.measure import Measurement, quickest
from retrainlab.scenarios.gradual import Gradual
from retrainlab.scenarios.sudden import Sudden
from retrainlab.sim.stream import Stream

TICK_ROWS = 100


def run(rows: int = 100_000, repeats: int = 5) -> list[Measurement]:
    """Draw streams of as many rows; ours come with their truth, River's are only iterated."""
    ticks = rows // TICK_ROWS
    third = ticks // 3
    plane = synth.Hyperplane(
        seed=0, n_features=5, n_drift_features=5, mag_change=0.001, noise_percentage=0.05
    )
    gradual = Gradual(ticks, TICK_ROWS, start=third, duration=third)
    sudden = Sudden(ticks, TICK_ROWS, at=third)
    narrow = Sudden(ticks, TICK_ROWS, features=3, at=third)
    return [
        _compare("gradual / river Hyperplane, 5 features", gradual, plane, rows, repeats, 20),
        _compare("sudden / river Hyperplane, 5 features", sudden, plane, rows, repeats, 20),
        _compare("sudden / river SEA, 3 features", narrow, synth.SEA(seed=0), rows, repeats),
    ]


def _compare(
    what: str,
    ours: Callable[[int], Stream],
    river: base.SyntheticDataset,
    rows: int,
    repeats: int,
    least: float | None = None,
) -> Measurement:
    mine, theirs = quickest(repeats, partial(ours, 0), partial(_iterate, river, rows))
    note = f"{rows / mine / 1e6:.1f} against {rows / theirs / 1e6:.2f} million rows a second"
    return Measurement(f"rows a second, {what}", theirs / mine, least=least, note=note)


def _iterate(stream: base.SyntheticDataset, rows: int) -> None:
    deque(stream.take(rows), maxlen=0)
