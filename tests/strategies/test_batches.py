"""Many values at once raise the very alarms that River raises one by one."""

import copy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from river.base import BinaryDriftDetector
from river.drift import ADWIN, KSWIN, PageHinkley, binary

from retrainlab.strategies.detectors import registry
from retrainlab.strategies.detectors.fhddm import FHDDM
from retrainlab.strategies.detectors.river_batches import KNOWN, alarms

share = st.floats(0.0001, 0.2)
DETECTORS = {
    "ADWIN": st.builds(ADWIN, delta=share, clock=st.sampled_from([1, 32])),
    "DDM": st.builds(binary.DDM, st.integers(1, 60), drift_threshold=st.floats(0.5, 4)),
    "EDDM": st.builds(binary.EDDM, st.integers(1, 40), beta=st.floats(0.5, 0.95)),
    "HDDM_A": st.builds(binary.HDDMA, share, two_sided_test=st.booleans()),
    "HDDM_W": st.builds(binary.HDDMW, share, lambda_val=st.floats(0.01, 0.3)),
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
    kinds = [ADWIN, PageHinkley, FHDDM, binary.FHDDM, binary.DDM, binary.EDDM]
    kinds += [binary.HDDMA, binary.HDDMW]
    assert {f"{kind.__module__}.{kind.__name__}" for kind in kinds} == set(KNOWN)
    assert all(alarms(kind(), [0, 1]) == [] for kind in kinds)


def test_what_is_not_known_is_left_to_the_detector_itself():
    assert alarms(KSWIN(seed=1), [0.0] * 9) is None
    assert alarms(binary.HDDMW(two_sided_test=True), [0]) is None
    assert alarms(binary.FHDDM(short_window_size=5), [0]) is None
    assert alarms(type("ADWIN", (ADWIN,), {})(), [0]) is None
