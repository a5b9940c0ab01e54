"""Every numeric parameter of every detector, at the ends of its range and beyond them."""

import inspect

import numpy as np
import pytest
from river import drift
from streams import AlarmOnOne

from retrainlab.sim.errors import InputError
from retrainlab.strategies.detectors import registry
from retrainlab.strategies.when import OnAlarm

NAN, INF = float("nan"), float("inf")
SHARE = ((1e-9, 0.5, 1 - 1e-9), (0, 1, -1, 2, NAN, INF, "a", True, None))
POSITIVE = ((1e-9, 1, 1e9), (0, -1, NAN, INF, "a", None, False))
WEIGHT = ((1e-9, 1), (0, 1.1, NAN, "a"))


def whole(least, most=10_000):
    """Values in and beyond a range of whole numbers."""
    return (least, most), (least - 1, -5, least + 0.5, NAN, INF, "a", None, True)


WINDOWS = {
    "reference": whole(2),
    "window": ((50, 10_000), (1, 0, -5, 2.5, "a", None)),
    "every": ((1, 200), (0, -1, 201, 1.5, "a")),
}
# Parameters by detector: values that are right, and values that are refused.
VALUES = {
    "ADWIN": {
        "delta": SHARE,
        "clock": whole(1),
        "max_buckets": whole(1, 50),
        "min_window_length": whole(1),
        "grace_period": whole(0),
    },
    "DDM": {
        "warm_start": whole(0),
        "warning_threshold": POSITIVE,
        "drift_threshold": POSITIVE,
    },
    "EDDM": {
        "warm_start": whole(0),
        "alpha": ((0.9, 0.999), (0.89, 0, 1.5, -1, NAN, "a")),
        "beta": ((1e-9, 0.95), (0.96, 0, -1, NAN, "a")),
    },
    "FHDDM": {
        "sliding_window_size": whole(1),
        "confidence_level": SHARE,
        "short_window_size": ((None, 1, 100), (0, 101, -1, 2.5, "a")),
    },
    "HDDM_A": {
        "drift_confidence": SHARE,
        "warning_confidence": SHARE,
        "two_sided_test": ((True, False), ("yes", 2, None)),
    },
    "HDDM_W": {
        "drift_confidence": SHARE,
        "warning_confidence": SHARE,
        "lambda_val": WEIGHT,
        "two_sided_test": ((True, False), ("yes", 2, None)),
    },
    "KSWIN": {
        "alpha": SHARE,
        "window_size": ((60, 1000), (59, 0, -1, 70.5, "a")),
        "stat_size": ((1, 50), (51, 0, -1, 2.5, "a")),
        "seed": ((None, 0, 2**32), (-1, 0.5, "a")),
        "window": ((None,), (7,)),
    },
    "PageHinkley": {
        "min_instances": whole(1),
        "delta": ((0, 5), (-1, NAN, INF, "a")),
        "threshold": POSITIVE,
        "alpha": WEIGHT,
        "mode": (("up", "down", "both"), ("left", None)),
    },
    "KS": {**WINDOWS, "alpha": SHARE, "categorical": (([], [0]), ([-1], [0.5], ["a"]))},
    "ChiSquare": {**WINDOWS, "alpha": SHARE, "bins": whole(2), "categorical": (([0],), ([-1],))},
    "PSI": {**WINDOWS, "threshold": POSITIVE, "bins": whole(2), "categorical": (([0],), ([-1],))},
    "Wasserstein": {**WINDOWS, "threshold": POSITIVE, "categorical": (([0],), ([-1],))},
    "Discriminator": {
        "reference": whole(5),
        "window": ((100, 1000), (4, 99, "a")),
        "every": ((1, 200), (0, 201, "a")),
        "auc": ((0.51, 0.99), (0.5, 1, NAN, "a")),
        "classifier": (("tree",), ("forest", 3, None)),
        "seed": ((0,), (-1, 0.5, "a")),
    },
    "ControlBand": {
        "statistic": (("max",), ("mode", 3)),
        "reference": ((50, 1000), (49, 1, "a")),
        "window": ((2, 250), (1, 251, "a")),
        "sigmas": POSITIVE,
    },
    "NeverAlarms": {},
    "EveryKRows": {"rows": whole(1)},
    "AtRandom": {"rate": WEIGHT, "seed": ((0,), (-1, 0.5, "a"))},
}
RIGHT = [(n, p, v) for n, ps in VALUES.items() for p, (good, _) in ps.items() for v in good]
WRONG = [(n, p, v) for n, ps in VALUES.items() for p, (_, bad) in ps.items() for v in bad]


def test_every_parameter_of_every_detector_is_tried():
    kinds = {name: type(registry.make(name)[0]) for name in registry.NAMES}
    every = {name: set(inspect.signature(kind).parameters) for name, kind in kinds.items()}
    assert {name: set(values) for name, values in VALUES.items()} == every


@pytest.mark.parametrize(("name", "parameter", "value"), RIGHT)
def test_a_value_in_the_range_is_taken_and_works(name, parameter, value):
    detector = registry.make({"name": name, parameter: value})[0]
    values = np.arange(700) % 7 // 6
    signal = values[:, None].astype(float) if registry.watches(name)[0] == "inputs" else values
    assert all(0 <= alarm < 700 for alarm in registry.feed(detector, signal))


@pytest.mark.parametrize(("name", "parameter", "value"), WRONG)
def test_a_value_beyond_the_range_is_refused(name, parameter, value):
    with pytest.raises(InputError, match=f"^detector {name}.*{parameter}"):
        registry.make({"name": name, parameter: value})


@pytest.mark.parametrize(
    ("node", "sentence"),
    [
        (
            {"name": "ADWIN", "clock": 0},
            "ADWIN: clock is 0; it must be a whole number of rows, 1 or",
        ),
        ({"name": "ADWIN", "delta": -1}, "ADWIN: delta is -1; it must lie between 0 and 1"),
        ({"name": "PageHinkley", "threshold": -1}, "threshold is -1; it must be above 0, and fin"),
        ({"name": "KSWIN", "stat_size": 60}, r"stat_size is 60; it must be at most half of window"),
        ({"name": "EDDM", "beta": 0.96}, r"beta is 0.96; it must be at most alpha \(0.95\)"),
        (drift.ADWIN(delta=2), "detector ADWIN: delta is 2; it must lie between 0 and 1"),
        (drift.binary.DDM(warm_start=-5), "detector DDM: warm_start is -5; it must be a whole"),
    ],
)
def test_a_strategy_refuses_it_before_anything_runs(node, sentence):
    with pytest.raises(InputError, match=sentence):
        OnAlarm(node)


class PanicException(BaseException):
    """What a Rust extension raises: no `Exception`."""


class Panics(AlarmOnOne):
    """A detector of a user's own that panics."""

    def update(self, value):
        raise PanicException("attempt to divide by zero")


def test_a_panic_of_a_detector_is_an_error():
    with pytest.raises(RuntimeError, match="detector Panics panicked: attempt to divide by zero"):
        registry.feed(Panics(), np.zeros(3))
