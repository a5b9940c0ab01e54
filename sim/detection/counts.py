"""Detection counts: matchings of alarms to drifts, summed over streams (seeds)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retrainlab.sim.detection.matching import Matching
from retrainlab.sim.errors import require
from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Floats

COUNTS = ("drifts", "detected", "false_alarms", "repeats", "ignored", "stationary")
SUMS = (*COUNTS, "charged")


@dataclass(frozen=True, eq=False)
class DetectionCounts:
    """Sums over matchings: each a number, or (B,), one for each of B resamples.

    drifts, detected, false_alarms, repeats, ignored: counts. stationary: rows.
    charged: rows from the start to the end of the window, over the missed drifts.
    delays: (U,) all delays that occurred, rising. times: (U,) or (B, U) how often each did.
    """

    drifts: Floats
    detected: Floats
    false_alarms: Floats
    repeats: Floats
    ignored: Floats
    stationary: Floats
    charged: Floats
    delays: Floats
    times: Floats


def tally(matchings: Sequence[Matching]) -> DetectionCounts:
    """Sum up the matchings; raises `InputError` if there is none."""
    units, delays = _units(matchings)
    return _tally(units.sum(axis=0), delays)


def resampled(matchings: Sequence[Matching], resamples: int, seed: int) -> DetectionCounts:
    """Sum up n of the n matchings, drawn with replacement, `resamples` times.

    The draw depends on the seed and on n alone, and the order of the matchings does not matter.
    Raises `InputError` if there is none.
    """
    units, delays = _units(matchings)
    n = len(units)
    weights = generator(seed, "detection", "resamples").multinomial(n, np.full(n, 1 / n), resamples)
    return _tally(weights @ units[np.lexsort(units.T)], delays)


def _units(matchings: Sequence[Matching]) -> tuple[Floats, Floats]:
    """(S, 7 + U) the SUMS of each matching and `times`, and the (U,) delays that occurred."""
    require(len(matchings) > 0, "there is no matching; a metric needs one or more")
    detected_delays = [m.delays[np.isfinite(m.delays)] for m in matchings]
    delays = np.unique(np.concatenate(detected_delays))
    times = [
        np.bincount(np.searchsorted(delays, d), minlength=len(delays)) for d in detected_delays
    ]
    sums = [
        (
            len(m.delays),
            m.detected,
            len(m.false_alarms),
            m.repeats,
            m.ignored,
            m.stationary,
            m.limits[np.isnan(m.delays)].sum(),
        )
        for m in matchings
    ]
    return np.column_stack([np.array(sums, dtype=np.float64), np.array(times)]), delays


def _tally(sums: Floats, delays: Floats) -> DetectionCounts:
    """The tally of sums (7 + U,) or (B, 7 + U)."""
    counts = dict(zip(SUMS, np.moveaxis(sums[..., : len(SUMS)], -1, 0), strict=True))
    return DetectionCounts(**counts, delays=delays, times=sums[..., len(SUMS) :])
