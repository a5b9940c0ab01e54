"""River's detectors, fed many numbers at once: the same alarms without the cost of a call each.

Each function makes a detector take values up to its next alarm, and returns how many it took. It
does what the detector's own `update` does, one number after the other and in the same order of
floating-point operations, but keeps the state in local variables meanwhile. The state is written
back, so `update` may follow; but for warnings, and for what nothing but warnings depends on.

That reads internals of River, which another version may have changed. So each function is compared
with `update` once a process, before its first use; where they differ, `update` does the work.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import islice
from math import log, sqrt
from typing import Any

from retrainlab.strategies.detectors import kswin_batches

Numbers = Iterable[float]


def alarms(detector: Any, values: Sequence[float]) -> list[int] | None:
    """Have a detector take the values; return where it alarmed, or None if it is none of these."""
    kind: type = type(detector)
    take, without = KNOWN.get(f"{kind.__module__}.{kind.__name__}", (None, ""))
    if take is None or getattr(detector, without, False) or not _is_as_known(kind):
        return None
    return _taken(take, detector, values)


def _taken(take: "Take", detector: Any, values: Sequence[float]) -> list[int]:
    alarms, taken = [], 0
    while taken < len(values):
        if detector.drift_detected:
            detector._reset()
        taken += take(detector, islice(values, taken, None))
        if detector.drift_detected:
            alarms.append(taken - 1)
    return alarms


@cache
def _is_as_known(kind: type) -> bool:
    """Whether a function alarms as the detector's own `update`, and leaves a state to go on with.

    Compared on two changes of an error rate, of which every detector alarms at the first, with
    each of the options that change what is done.
    """
    take, _ = KNOWN[f"{kind.__module__}.{kind.__name__}"]
    try:
        return all(_alike(take, kind, options) for options in OPTIONS.get(kind.__name__, ({},)))
    except Exception:  # internals that are not there raise anything
        return False


def _alike(take: "Take", kind: Any, options: dict[str, Any]) -> bool:
    rows = LESS.get(kind.__name__, slice(2000))
    values = [int(i % 10 == 0 or (700 <= i < 1200 and i % 2)) for i in range(2000)][rows]
    ours, rivers, half = kind(**options), kind(**options), len(values) // 2
    alarms = _taken(take, ours, values[:half])
    expected = _one_by_one(rivers, values)
    return bool(expected) and [*alarms, *_one_by_one(ours, values[half:], half)] == expected


def _one_by_one(detector: Any, values: Sequence[float], first: int = 0) -> list[int]:
    alarms = []
    for place, value in enumerate(values, first):
        detector.update(value)
        if detector.drift_detected:
            alarms.append(place)
    return alarms


def _adwin(detector: Any, values: Numbers) -> int:
    update, taken, alarm = detector._helper.update, 0, False
    for taken, x in enumerate(values, 1):  # noqa: B007
        if update(x):
            alarm = True
            break
    detector._drift_detected = alarm
    return taken


def _ddm(detector: Any, values: Numbers) -> int:
    error, warm, level = detector._p, detector.warm_start, detector.drift_threshold
    n, p, alarm, taken = error.n, error._mean, False, 0
    p_min, s_min, least = detector._p_min, detector._s_min, detector._ps_min
    for taken, x in enumerate(values, 1):  # noqa: B007
        n += 1.0
        p += (1.0 / n) * (x - p)
        if n > warm:
            s = sqrt(p * (1 - p) / n)
            now = p + s
            if now <= least:
                p_min, s_min, least = p, s, now
            if now > p_min + level * s_min:
                alarm = True
                break
    error.n, error._mean, detector._drift_detected = n, p, alarm
    detector._p_min, detector._s_min, detector._ps_min = p_min, s_min, least
    return taken


def _eddm(detector: Any, values: Numbers) -> int:
    distances, warm, beta = detector._error_distances, detector.warm_start, detector.beta
    n, last, errors, most = (
        detector._n,
        detector._last_error,
        detector._n_errors,
        detector._p2s_prime_max,
    )
    start, alarm = n, False
    for x in values:
        n += 1
        if x == 1:
            errors += 1
            distances.update(n - last)
            last = n
            if n > warm:
                now = distances.mean.get() + 2 * distances.get() ** 0.5
                if now > most:
                    most = now
                elif errors > warm and now / most < beta:
                    alarm = True
                    break
    detector._n, detector._last_error, detector._n_errors = n, last, errors
    detector._p2s_prime_max, detector._drift_detected = most, alarm
    return int(n - start)


def _fhddm(detector: Any, values: Numbers) -> int:
    window, size, least = detector._sliding_window, detector.sliding_window_size, detector._epsilon
    ones, most, held, taken, alarm = detector.n_one, detector._u_max, len(window), 0, False
    for taken, x in enumerate(values, 1):  # noqa: B007
        window.append(x)
        ones += x
        held += 1
        if held == size:
            u = ones / size
            most = u if most < u else most
            ones -= window.popleft()
            held -= 1
            if most - u > least:
                alarm = True
                break
    detector.n_one, detector._u_max, detector._drift_detected = ones, most, alarm
    return taken


def _fhddm_of_errors(detector: Any, values: Numbers) -> int:
    return _fhddm(detector, (1 - x for x in values))


def _hddm_a(detector: Any, values: Numbers) -> int:
    total, low, high = detector._z, detector._x_min, detector._x_max
    cut, changed = log(1.0 / detector.drift_confidence), log(2.0 / detector.drift_confidence)
    two_sided = detector.two_sided_test
    n, z, start, alarm = total.n, total._mean, total.n, False
    n_low, z_low, n_high, z_high = low.n, low._mean, high.n, high._mean
    least = z_low + sqrt(1.0 / (2 * n_low) * cut) if n_low else float("inf")
    most = z_high - sqrt(1.0 / (2 * n_high) * cut) if n_high else -float("inf")
    for x in values:
        n += 1.0
        z += (1.0 / n) * (x - z)
        eps = sqrt(1.0 / (2 * n) * cut)
        if least >= z + eps:
            n_low, z_low, least = n, z, z + eps
        if most <= z - eps:
            n_high, z_high, most = n, z, z - eps
        if z > z_low:
            alarm = z - z_low >= sqrt((n - n_low) / n_low * (1.0 / n) / 2 * changed)
        if two_sided and z < z_high and not alarm:
            alarm = z_high - z >= sqrt((n - n_high) / n_high * (1.0 / n) / 2 * changed)
        if alarm:
            break
    total.n, total._mean, detector._drift_detected = n, z, alarm
    low.n, low._mean, high.n, high._mean = n_low, z_low, n_high, z_high
    return int(n - start)


def _page_hinkley(detector: Any, values: Numbers) -> int:
    mean, least, delta = detector._x_mean, detector.min_instances, detector.delta
    alpha, threshold, mode = detector.alpha, detector.threshold, detector.mode
    up, down, n, m, start = mode != "down", mode != "up", mean.n, mean._mean, mean.n
    rise, fall, alarm = detector._sum_increase, detector._sum_decrease, False
    low, high = detector._min_increase, detector._max_decrease
    for x in values:
        n += 1.0
        m += (1.0 / n) * (x - m)
        off = x - m
        rise = alpha * rise + off - delta
        fall = alpha * fall + off + delta
        if rise < low:
            low = rise
        if fall > high:
            high = fall
        if n >= least and ((up and rise - low > threshold) or (down and high - fall > threshold)):
            alarm = True
            break
    mean.n, mean._mean, detector._drift_detected = n, m, alarm
    detector._sum_increase, detector._sum_decrease = rise, fall
    detector._min_increase, detector._max_decrease = low, high
    return int(n - start)


def _hddm_w(detector: Any, values: Numbers) -> int:
    total, before, after = detector._total, detector._s1_incr, detector._s2_incr
    fading, kept, cut = detector.lambda_val, 1 - detector.lambda_val, detector._incr_cutpoint
    squared, kept_squared, bound = (
        total._lambd_sq,
        total._c_lambd_sq,
        log(1 / detector.drift_confidence),
    )
    (mean, ibc), (low, low_ibc), (now, now_ibc) = map(_weighted_mean, (total, before, after))
    taken, alarm = 0, False
    for taken, x in enumerate(values, 1):  # noqa: B007
        mean = x if mean is None else fading * x + kept * mean
        ibc = squared + kept_squared * ibc
        high = mean + sqrt(ibc * bound / 2)
        if high < cut:
            cut, low, low_ibc, now, now_ibc = high, mean, ibc, None, 1.0
            continue
        now = x if now is None else fading * x + kept * now
        now_ibc = squared + kept_squared * now_ibc
        if now - low > sqrt((low_ibc + now_ibc) * bound / 2):
            alarm = True
            break
    states = (mean, ibc), (low, low_ibc), (now, now_ibc)
    samples = [_sample(type(total), detector.lambda_val, *state) for state in states]
    detector._total, detector._s1_incr, detector._s2_incr = samples
    detector._incr_cutpoint, detector._drift_detected = cut, alarm
    return taken


def _weighted_mean(sample: Any) -> tuple[Any, float]:
    """Return the mean of a sample of HDDM_W, None if it is empty, and the bound of its weights."""
    return sample.ewma if sample._is_init else None, sample._ibc


def _sample(kind: Any, fading: float, mean: float | None, ibc: float) -> Any:
    """Return a sample of HDDM_W with this mean: the first value of a sample is its mean."""
    sample = kind(fading)
    if mean is not None:
        sample.update(mean)
        sample._ibc = ibc
    return sample


Take = Callable[[Any, Numbers], int]
# Options, besides none, that change what a detector does.
OPTIONS: dict[str, tuple[dict[str, Any], ...]] = {
    "HDDMA": ({}, {"two_sided_test": True}),
    "KSWIN": ({"alpha": 0.05, "window_size": 60, "stat_size": 20, "seed": 1},),
    "PageHinkley": tuple({"mode": mode, "threshold": 5} for mode in ("up", "down", "both")),
}
# Rows that one is compared on, where all would take seconds.
LESS = {"KSWIN": slice(550, 950)}
# What takes the values of a River detector, and the option without which it can.
KNOWN: dict[str, tuple[Take, str]] = {
    "river.drift.adwin.ADWIN": (_adwin, ""),
    "river.drift.binary.ddm.DDM": (_ddm, ""),
    "river.drift.binary.eddm.EDDM": (_eddm, ""),
    "river.drift.binary.fhddm.FHDDM": (_fhddm, "short_window_size"),
    "river.drift.binary.hddm_a.HDDMA": (_hddm_a, ""),
    "river.drift.binary.hddm_w.HDDMW": (_hddm_w, "two_sided_test"),
    "retrainlab.strategies.detectors.fhddm.FHDDM": (_fhddm_of_errors, "short_window_size"),
    "river.drift.kswin.KSWIN": (kswin_batches.take, ""),
    "river.drift.page_hinkley.PageHinkley": (_page_hinkley, ""),
}
