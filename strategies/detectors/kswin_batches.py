"""KSWIN in batches: the Kolmogorov-Smirnov tests of many rows in one pass.

River's KSWIN tests at every row two samples of the same size. Their distance is a whole number of
steps, so that the p-values of all steps are a short table.
"""

import warnings
from collections import deque
from collections.abc import Iterable
from functools import cache
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from retrainlab.sim.stream import Floats

ROWS = 128  # taken at a time; samples that were drawn beyond an alarm are lost
LEAST = 0.1  # a distance up to this is no drift, whatever its p-value


def take(detector: Any, values: Iterable[float]) -> int:
    """Have a KSWIN take values up to its next alarm; return how many it took."""
    size, recent, values, taken = detector.window_size, detector.stat_size, iter(values), 0
    detector._drift_detected = False
    is_drift = _is_drift(recent, detector.alpha)
    while not detector._drift_detected and (batch := [*islice(values, ROWS)]):
        held = [*detector.window, *batch]
        tested = min(len(batch), max(0, len(held) - size + 1))
        rows = len(batch)
        if tested:
            windows = np.lib.stride_tricks.sliding_window_view(np.array(held, float), size)
            windows = windows[-tested:]
            alarms = np.flatnonzero(is_drift[_steps(windows, _drawn(detector, tested), recent)])
            if len(alarms):
                rows = len(batch) - tested + int(alarms[0]) + 1
                detector._drift_detected = True
        newest = held[: len(held) - len(batch) + rows]
        kept = recent if detector._drift_detected else size
        detector.window = deque(newest[len(newest) - min(kept, len(newest)) :], maxlen=size)
        detector.n += rows
        taken += rows
    return taken


def _drawn(detector: Any, count: int) -> NDArray[np.int64]:
    """(count, stat_size) places in the older part of the window, drawn as River draws them."""
    sample, older = detector._rng.sample, range(detector.window_size - detector.stat_size)
    return np.array([sample(older, detector.stat_size) for _ in range(count)])


def _steps(windows: Floats, drawn: NDArray[np.int64], recent: int) -> NDArray[np.int64]:
    """(m,) distances between drawn and newest values of (m, w) windows, in steps; 0 with a nan."""
    pairs = [np.take_along_axis(windows, drawn, axis=1), windows[:, -recent:]]
    both = np.concatenate(pairs, axis=1)
    order = np.argsort(both, axis=1, kind="stable")
    ordered = np.take_along_axis(both, order, axis=1)
    gap = np.cumsum(np.where(order < recent, 1, -1), axis=1)
    # Equal values count at once: only the last of them is a place of the distribution function.
    gap[:, :-1][ordered[:, :-1] == ordered[:, 1:]] = 0
    steps = np.abs(gap).max(axis=1)
    steps[np.isnan(ordered[:, -1])] = 0
    return steps


@cache
def _is_drift(size: int, alpha: float) -> NDArray[np.bool_]:
    """(size + 1,) whether two samples that are so many steps apart are a drift."""
    answers = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=RuntimeWarning)  # where no exact value is possible
        for steps in range(size + 1):
            moved = np.repeat([0.0, 1.0], [steps, size - steps])
            distance, p_value = stats.ks_2samp(moved, np.ones(size), method="auto")
            answers.append(bool(p_value <= alpha and distance > LEAST))
    return np.array(answers)
