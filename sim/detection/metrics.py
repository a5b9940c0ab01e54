"""Metrics of drift detectors, over matchings of their alarms to the drifts.

Every metric is a function of `DetectionCounts`, the sums over the matchings of several streams
(seeds): a pooled metric is a ratio of sums, not a mean of ratios. Undefined is nan. No metric
stands alone: alarms at every row find every drift at once, and no alarm at all is never false.
"""

from collections.abc import Callable, Sequence
from math import ceil, nan

import numpy as np
from scipy.special import gammaincinv

from retrainlab.sim.detection.counts import COUNTS, DetectionCounts, resampled, tally
from retrainlab.sim.detection.matching import Matching
from retrainlab.sim.errors import require, require_whole
from retrainlab.sim.stream import Floats

Metric = Callable[[DetectionCounts], Floats]


def precision(t: DetectionCounts) -> Floats:
    """True alarms over true and false ones; repeats are neither.

    nan without either, and without stationary rows: then no alarm could have been false.
    """
    return _ratio(_judged(t, t.detected), t.detected + t.false_alarms)


def recall(t: DetectionCounts) -> Floats:
    """Share of the drifts that were found; nan without drifts."""
    return _ratio(t.detected, t.drifts)


def f1(t: DetectionCounts) -> Floats:
    """Harmonic mean of precision and recall, as 2 true / (2 true + false + missed).

    0 if nothing was found; nan without drifts, and without stationary rows. An alarm every so often
    does as well as any detector where the windows cover most of the stream, so that few alarms
    can be false, and where false alarms are no rarer than windows are long, so that everything
    is found by chance. `restricted_delay` at equal `false_per_1000` tells them apart.
    """
    scored = np.where(t.drifts > 0, _judged(t, 2 * t.detected), nan)
    return _ratio(scored, t.detected + t.false_alarms + t.drifts)


def missed_rate(t: DetectionCounts) -> Floats:
    """Missed detection rate (MDR), 1 - recall; nan without drifts."""
    return 1 - recall(t)


def mean_delay(t: DetectionCounts) -> Floats:
    """Mean delay in rows over the drifts that were found (MTD); nan if none was.

    It leaves the missed ones out, and so gets better when drifts that are hard to find are
    missed; to count a miss as delay 0, as MOA does, rewards it even more. See `restricted_delay`.
    """
    return _ratio(t.times @ t.delays, t.detected)


def median_delay(t: DetectionCounts) -> Floats:
    """Median delay in rows over the drifts that were found, as they are in `mean_delay`."""
    if not len(t.delays):
        return np.full(np.shape(t.detected), nan)[()]
    twice, total = 2 * np.cumsum(t.times, axis=-1), np.expand_dims(t.detected, -1)
    below = np.stack([(twice < total).sum(axis=-1), (twice <= total).sum(axis=-1)])
    middle = t.delays[np.minimum(below, len(t.delays) - 1)].mean(axis=0)
    return np.where(t.detected > 0, middle, nan)[()]


def restricted_delay(t: DetectionCounts) -> Floats:
    """Restricted mean delay in rows: a missed drift counts with its window's end; nan without any.

    The mean of min(delay, limit) (Irwin 1949; Royston and Parmar 2013), where the limit of a
    drift is the end of its window, which the next drift or the end of the stream may cut. A
    miss costs more than any detection, so it is never worth while.
    """
    return _ratio(t.times @ t.delays + t.charged, t.drifts)


def mtfa(t: DetectionCounts) -> Floats:
    """Mean time between false alarms: stationary rows over false alarms.

    inf if none came: right for a detector that never alarms, and else as good as the number of
    rows, so read it beside `mtfa_lower`. nan without stationary rows.
    """
    none = np.where(t.stationary > 0, np.inf, nan)
    return np.divide(t.stationary, t.false_alarms, out=none, where=t.false_alarms > 0)[()]


def mtfa_lower(t: DetectionCounts, level: float = 0.95) -> Floats:
    """Lower bound of the mean time between false alarms, one-sided, at this confidence.

    Exact for false alarms that come as a Poisson process (Garwood 1936): stationary rows over the
    mean at which so few have probability 1 - level. Without any it is a third of the stationary
    rows (the rule of three); the whole of them would hold with 63 % only. 0 without such rows.
    """
    return t.stationary / gammaincinv(t.false_alarms + 1, level)


def false_per_1000(t: DetectionCounts) -> Floats:
    """False alarms in 1,000 stationary rows; nan without such rows."""
    return _ratio(1000 * t.false_alarms, t.stationary)


def surplus_per_1000(t: DetectionCounts) -> Floats:
    """False and repeated alarms in 1,000 stationary rows; nan without such rows.

    Who retrains at every alarm pays for each of these without having a drift to repair: a false
    alarm lies outside all windows, a repeated one comes after the first in the window of a drift
    that counts. Both are divided by the rows outside all windows, so that it is at least
    `false_per_1000`, and the same where nothing is repeated. Alarms in the windows of drifts that
    do not count are in neither.
    """
    return _ratio(1000 * (t.false_alarms + t.repeats), t.stationary)


def mtr(t: DetectionCounts) -> Floats:
    """Mean time ratio MTFA / MTD * (1 - MDR) (Bifet 2017).

    nan if no drift was found, and if every delay is 0; inf if drifts were found and no alarm was
    false. A detector's point on one curve: it says nothing about other settings.
    """
    return _ratio(np.where(t.detected > 0, mtfa(t), nan) * recall(t), mean_delay(t))


METRICS: dict[str, Metric] = {
    "precision": precision,
    "recall": recall,
    "f1": f1,
    "missed_rate": missed_rate,
    "mean_delay": mean_delay,
    "median_delay": median_delay,
    "restricted_delay": restricted_delay,
    "mtfa": mtfa,
    "mtfa_lower": mtfa_lower,
    "false_per_1000": false_per_1000,
    "surplus_per_1000": surplus_per_1000,
    "mtr": mtr,
}


def summarise(matchings: Sequence[Matching]) -> dict[str, float]:
    """Every metric by name, pooled over the matchings, and the counts behind them."""
    pooled = tally(matchings)
    counts = {name: float(getattr(pooled, name)) for name in COUNTS}
    return {**counts, **{name: float(metric(pooled)) for name, metric in METRICS.items()}}


def interval(
    matchings: Sequence[Matching],
    metric: Metric,
    level: float = 0.95,
    resamples: int = 2_000,
    seed: int = 0,
) -> tuple[float, float]:
    """`intervals` of a single metric."""
    return intervals(matchings, [metric], level, resamples, seed)[0]


def intervals(
    matchings: Sequence[Matching],
    metrics: Sequence[Metric],
    level: float = 0.95,
    resamples: int = 2_000,
    seed: int = 0,
) -> list[tuple[float, float]]:
    """Percentile bootstrap interval of each pooled metric, from resampled matchings (seeds).

    Every metric sees the same resamples. A resample in which the metric is undefined counts as
    beyond either end; both ends are nan where those are more than (1 - level) / 2, and for fewer
    than 2 matchings. If no seed differs from another (none had a false alarm), the interval has
    no width, which is not certainty: then `mtfa_lower` says what is known.
    """
    require(0 < level < 1, f"level is {level}; it must lie between 0 and 1")
    require_whole("resamples", resamples, 100, "resamples")
    if len(matchings) < 2:
        return [(nan, nan)] * len(metrics)
    counts = resampled(matchings, resamples, seed)
    last = ceil((1 + level) / 2 * resamples) - 1
    # Sorting puts nan last, whichever way round.
    return [
        (float(-np.sort(-values)[last]), float(np.sort(values)[last]))
        for values in (metric(counts) for metric in metrics)
    ]


def _judged(t: DetectionCounts, value: Floats) -> Floats:
    """The value, nan where no row was stationary."""
    return np.where(t.stationary > 0, value, nan)


def _ratio(part: Floats, whole: Floats) -> Floats:
    """part / whole, nan where the whole is not above 0."""
    undefined = np.full(np.shape(whole), nan)
    return np.divide(part, whole, out=undefined, where=np.greater(whole, 0))[()]
