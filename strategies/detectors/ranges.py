"""Ranges of detector parameters, as data: River's detectors take any number, and may panic."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from retrainlab.sim.errors import InputError


@dataclass(frozen=True)
class Range:
    """Values that a parameter may have. right: what stands in a sentence for them."""

    admits: Callable[[Any], bool]
    right: str

    def check(self, name: str, value: object) -> None:
        """Raise `InputError` for a value out of the range, or of another type."""
        if not self.admits(value):
            raise InputError(f"{name} is {value!r}; it must {self.right}")


def is_number(value: Any) -> bool:
    """Whether it is a finite number; a truth value is none."""
    return type(value) in (int, float, np.float64) and math.isfinite(value)


def whole(least: int, unit: str = "rows") -> Range:
    """Whole numbers of at least so many."""
    right = f"be a whole number of {unit}, {least} or more"
    return Range(lambda v: type(v) is int and v >= least, right)


def between(low: float, high: float) -> Range:
    """Numbers between two bounds, without these."""
    return Range(lambda v: is_number(v) and low < v < high, f"lie between {low:g} and {high:g}")


def optional(inner: Range) -> Range:
    """None as well."""
    return Range(lambda v: v is None or inner.admits(v), f"{inner.right}, or null")


SHARE = between(0, 1)
WEIGHT = Range(lambda v: is_number(v) and 0 < v <= 1, "be above 0, and 1 at most")
POSITIVE = Range(lambda v: is_number(v) and v > 0, "be above 0, and finite")
NOT_NEGATIVE = Range(lambda v: is_number(v) and v >= 0, "be 0 or more, and finite")
SWITCH = Range(lambda v: isinstance(v, bool), "be true or false")
SEED = optional(whole(0, "a seed"))

# River's detectors by class. Without a range: what River itself refuses.
RANGES: dict[str, dict[str, Range]] = {
    "ADWIN": {
        "delta": SHARE,
        "clock": whole(1),
        "max_buckets": whole(1, "buckets"),
        "min_window_length": whole(1),
        "grace_period": whole(0),
    },
    "DDM": {"warm_start": whole(0), "warning_threshold": POSITIVE, "drift_threshold": POSITIVE},
    "EDDM": {"warm_start": whole(0, "errors"), "alpha": SHARE, "beta": SHARE},
    "FHDDM": {
        "sliding_window_size": whole(1),
        "confidence_level": SHARE,
        "short_window_size": optional(whole(1)),
    },
    "HDDMA": {"drift_confidence": SHARE, "warning_confidence": SHARE, "two_sided_test": SWITCH},
    "HDDMW": {
        "drift_confidence": SHARE,
        "warning_confidence": SHARE,
        "lambda_val": WEIGHT,
        "two_sided_test": SWITCH,
    },
    "KSWIN": {"alpha": SHARE, "window_size": whole(2), "stat_size": whole(1), "seed": SEED},
    "PageHinkley": {
        "min_instances": whole(1),
        "delta": NOT_NEGATIVE,
        "threshold": POSITIVE,
        "alpha": WEIGHT,
    },
}
# Parameters of which one is bounded by another: the smaller one, how many times, the larger one.
BOUNDS: dict[str, tuple[str, int, str]] = {
    "EDDM": ("beta", 1, "alpha"),
    "FHDDM": ("short_window_size", 1, "sliding_window_size"),
    "KSWIN": ("stat_size", 2, "window_size"),
}


def check(kind: str, values: Mapping[str, Any]) -> None:
    """Raise `InputError` for a parameter of a class of River's that is out of range.

    values: all parameters, those that were not given at their defaults.
    """
    for name, allowed in RANGES.get(kind, {}).items():
        allowed.check(name, values[name])
    if kind in BOUNDS:
        small, times, large = BOUNDS[kind]
        is_fine = values[small] is None or times * values[small] <= values[large]
        most = f"{large} ({values[large]})" if times == 1 else f"half of {large} ({values[large]})"
        Range(lambda _: is_fine, f"be at most {most}").check(small, values[small])
