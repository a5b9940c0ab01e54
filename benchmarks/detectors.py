"""Overhead of the detector benchmark per update."""

from functools import partial

from river.drift import ADWIN

from benchmarks.measure import Measurement, quickest
from retrainlab.scenarios.error_rates import ErrorRates
from retrainlab.strategies.detectors import registry


def run(rows: int = 1_000_000, repeats: int = 7) -> list[Measurement]:
    """Feed the fastest detector, against a bare loop that reads its alarm after every update."""
    values = ErrorRates(rows=rows, start=rows // 2)(0).values
    numbers = values.tolist()
    bare, fed = quickest(
        repeats, partial(_bare, numbers), lambda: registry.feed_own(ADWIN(), values)
    )
    note = f"{rows / fed / 1e6:.1f} million updates a second against {rows / bare / 1e6:.1f}"
    return [Measurement("detectors.feed_own / a bare loop, ADWIN", fed / bare, most=1.2, note=note)]


def _bare(numbers: list[int]) -> int:
    detector, alarms = ADWIN(), 0
    for value in numbers:
        detector.update(value)
        if detector.drift_detected:
            alarms += 1
    return alarms
