"""Trade-off curve of a drift detector: detection delay against false alarms."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from retrainlab.sim.detection.counts import tally
from retrainlab.sim.detection.matching import Matching
from retrainlab.sim.detection.metrics import false_per_1000, restricted_delay
from retrainlab.sim.errors import InputError


@dataclass(frozen=True)
class TradeOffPoint:
    """A setting of a detector on its trade-off curve.

    efficient: no other setting is better in one of the two and at least as good in the other.
    """

    parameter: Any
    false_per_1000: float
    restricted_delay: float
    efficient: bool


def at_sensitivity(runs: Iterable[tuple[Any, Sequence[Matching]]]) -> list[TradeOffPoint]:
    """Return the trade-off curve of (parameter, matchings) at each: delay against false alarms.

    Sorted by false alarms, then by delay. This is the activity monitoring operating characteristic
    of Fawcett and Provost (1999), with the restricted mean delay. Raises `InputError` for matchings
    without drifts or without stationary rows: they have no place on the curve.
    """
    settings = []
    for parameter, matchings in runs:
        pooled = tally(matchings)
        if not (pooled.drifts and pooled.stationary):
            raise InputError(
                f"the matchings at {parameter!r} hold {pooled.drifts:.0f} drifts and "
                f"{pooled.stationary:.0f} stationary rows; the curve needs some of both"
            )
        settings.append((float(false_per_1000(pooled)), float(restricted_delay(pooled)), parameter))
    settings.sort(key=lambda point: point[:2])
    places = [(rate, delay) for rate, delay, _ in settings]
    return [
        TradeOffPoint(p, rate, delay, not _beaten(rate, delay, places))
        for rate, delay, p in settings
    ]


def _beaten(rate: float, delay: float, places: list[tuple[float, float]]) -> bool:
    """Whether another place is as low on both axes and lower on one."""
    return any(r <= rate and d <= delay and (r < rate or d < delay) for r, d in places)
