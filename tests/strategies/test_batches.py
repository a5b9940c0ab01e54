"""Many values at once raise the very alarms that River raises one by one."""

import copy
import importlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from river.base import BinaryDriftDetector
from river.drift import ADWIN, KSWIN, PageHinkley, binary

from retrainlab.strategies.detectors import registry, river_batches
from retrainlab.strategies.detectors.fhddm import FHDDM
from retrainlab.strategies.detectors.river_batches import KNOWN, alarms

share = st.floats(0.0001, 0.2)
DETECTORS = {
    "ADWIN": st.builds(ADWIN, delta=share, clock=st.sampled_from([1, 32])),
    "DDM": st.builds(binary.DDM, st.integers(1, 60), drift_threshold=st.floats(0.5, 4)),
    "EDDM": st.builds(binary.EDDM, st.integers(1, 40), beta=st.floats(0.5, 0.95)),
    "HDDM_A": st.builds(binary.HDDMA, share, two_sided_test=st.booleans()),
    "HDDM_W": st.builds(binary.HDDMW, share, lambda_val=st.floats(0.01, 0.3)),
    "KSWIN": st.builds(
        KSWIN,
        share,
        st.integers(40, 90),
        st.integers(5, 20),
        st.integers(0, 9),
    ),
    "PageHinkley": st.builds(
        PageHinkley,
        st.integers(1, 60),
        st.floats(0, 0.1),
        st.floats(0.5, 20),
        st.floats(0.9, 1),
        st.sampled_from(["up", "down", "both"]),
    ),
    **{
        kind.__module__: st.builds(
            kind, st.integers(5, 80), share, st.sampled_from([None, None, 3])
        )
        for kind in (FHDDM, binary.FHDDM)
    },
}
# Rates of error, for some rows each; 0 and 1 among them.
spells = st.lists(
    st.tuples(st.integers(0, 400), st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0, 1))),
    min_size=1,
    max_size=6,
)


def values_of(spells, seed, detector):
    rng = np.random.default_rng(seed)
    rate = np.repeat([rate for _, rate in spells], [rows for rows, _ in spells])
    if isinstance(detector, BinaryDriftDetector):
        return (rng.random(len(rate)) < rate).astype(np.int64)
    return rate + rng.choice([0, 1e-6, 0.3]) * rng.standard_normal(len(rate))


def one_by_one(detector, values):
    found = []
    for index, value in enumerate(values.tolist()):
        detector.update(value)
        if detector.drift_detected:
            found.append(index)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", DETECTORS)
@given(st.data(), spells, st.integers(0, 99), st.integers(1, 300))
def test_the_alarms_are_those_of_river(name, data, spells, seed, batch):
    """In batches of any size, and one by one again after them: the state is River's as well."""
    detector = data.draw(DETECTORS[name])
    values = values_of(spells, seed, detector)
    expected = one_by_one(copy.deepcopy(detector), values)
    found = []
    for start in range(0, len(values), batch):
        chunk = values[start : start + batch]
        ours = one_by_one if start // batch % 3 == 2 else registry.feed
        found += [start + index for index in ours(detector, chunk)]
        assert detector.drift_detected == (bool(expected) and start + len(chunk) - 1 in expected)
    assert found == expected


def test_every_function_was_held_against_river():
    kinds = [ADWIN, KSWIN, PageHinkley, FHDDM, binary.FHDDM, binary.DDM, binary.EDDM]
    kinds += [binary.HDDMA, binary.HDDMW]
    assert {f"{kind.__module__}.{kind.__name__}" for kind in kinds} == set(KNOWN)
    assert all(alarms(kind(), [0, 1]) == [] for kind in kinds)


def test_what_is_not_known_is_left_to_the_detector_itself():
    assert alarms(binary.HDDMW(two_sided_test=True), [0]) is None
    assert alarms(binary.FHDDM(short_window_size=5), [0]) is None
    assert alarms(type("ADWIN", (ADWIN,), {})(), [0]) is None


VALUES = [int(i % 7 == 0 or i > 400) for i in range(800)]


def test_every_function_is_as_river_has_it():
    for name in KNOWN:
        module, _, kind = name.rpartition(".")
        assert river_batches._is_as_known(getattr(importlib.import_module(module), kind)), name


def other_internals(kind):
    """The class as in a version of River that keeps its state elsewhere."""

    class Other:
        def __init__(self, **options):
            self.state = kind(**options)

        def update(self, x):
            self.state.update(x)

        @property
        def drift_detected(self):
            return self.state.drift_detected

    return named_as(kind, Other)


def another_rule(kind):
    """The class as in a version of River with the same attributes that alarms later."""

    class Later(kind):
        def update(self, x):
            rows = vars(self)["rows"] = vars(self).get("rows", 0) + 1
            super().update(x)
            self._drift_detected = self._drift_detected and rows > 750

    return named_as(kind, Later)


def named_as(kind, other):
    other.__module__, other.__name__ = kind.__module__, kind.__name__
    return other


@pytest.mark.parametrize("change", [other_internals, another_rule])
@pytest.mark.parametrize(
    "kind", [ADWIN, PageHinkley, binary.DDM, binary.EDDM, binary.FHDDM, binary.HDDMA, binary.HDDMW]
)
def test_what_another_version_has_changed_is_left_to_river(kind, change):
    other = change(kind)
    assert alarms(other(), VALUES) is None
    assert registry.feed(other(), np.array(VALUES)) == one_by_one(other(), np.array(VALUES))
    assert alarms(kind(), VALUES) == one_by_one(kind(), np.array(VALUES))
