"""Many triggers, against as many schedules."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from sklearn.naive_bayes import GaussianNB

from benchmarks.measure import Measurement, seconds
from retrainlab.scenarios.gradual import Gradual
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.learners import Learner
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.losses import ZeroOne
from retrainlab.sim.replay.strategy import Gate, Strategy, What, When
from retrainlab.sim.stream import Stream
from retrainlab.sim.world import World
from retrainlab.strategies.what import Everything, Last
from retrainlab.strategies.when import Every, OnAlarm

WINDOWS = (10, 20, 30, 40, 60, 80, 120, 160, 240)
SHARES = (0.0001, 0.001, 0.01)
DETECTORS: tuple[dict[str, Any], ...] = (
    *({"name": "ADWIN", "delta": 10 * share} for share in SHARES),
    *({"name": name, "drift_confidence": s} for name in ("HDDM_A", "HDDM_W") for s in SHARES),
    *({"name": "DDM", "drift_threshold": level} for level in (2.5, 3, 3.5)),
    *({"name": "EDDM", "beta": beta} for beta in (0.8, 0.85, 0.9)),
    *({"name": "FHDDM", "confidence_level": share / 100} for share in SHARES),
    *({"name": "PageHinkley", "threshold": threshold} for threshold in (25, 50)),
)


def run(
    ticks: int = 1000,
    detectors: Sequence[dict[str, Any]] = DETECTORS,
    windows: Sequence[int] = WINDOWS,
    repeats: int = 2,
) -> list[Measurement]:
    """Replay each detector, and each of as many intervals, with all rows so far and each window."""
    stream = Gradual(ticks, start=ticks // 3, duration=ticks // 3)(0)
    whats: list[What] = [Everything(), *map(Last, windows)]
    alarms: list[When] = [OnAlarm(detector) for detector in detectors]
    calendars: list[When] = [Every(5 * (i + 1)) for i in range(len(detectors))]
    sides = [
        [Strategy(when, what, Gate()) for what in whats for when in whens]
        for whens in (alarms, calendars)
    ]
    rounds = [[seconds(partial(_sweep, stream, side)) for side in sides] for _ in range(repeats)]
    trigger, periodic = (min(times) for times in zip(*rounds, strict=True))
    return [
        Measurement(
            f"{len(sides[0])} strategies, by alarm / by calendar, {stream.rows:,} rows",
            trigger / periodic,
            most=3,
            note=f"{trigger:.1f} s against {periodic:.1f} s",
        )
    ]


def _sweep(stream: Stream, strategies: Sequence[Strategy]) -> None:
    """Replay the strategies through one memo, as a group does."""
    fits = FitCache(stream, Learner(GaussianNB(), stream), ZeroOne())
    for strategy in strategies:
        replay(stream, strategy, World(), fits)
