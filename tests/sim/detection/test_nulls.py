"""Null detectors, joined streams, and what detectors watch."""

import numpy as np
import pytest
from alarms import ROWS, sudden
from hypothesis import given
from hypothesis import strategies as st

from retrainlab.sim.detection import null_alarms
from retrainlab.sim.detection.error_stream import RateChange
from retrainlab.sim.detection.matching import joined, match
from retrainlab.sim.detection.metrics import summarise
from retrainlab.sim.detection.signals import Signals
from retrainlab.sim.errors import InputError


def test_every_k_rows_begins_at_any_phase_and_keeps_its_distance():
    first = [null_alarms.every(100, ROWS, seed)[0] for seed in range(300)]
    assert min(first) < 5
    assert max(first) > 94
    for seed in range(5):
        assert set(np.diff(null_alarms.every(100, ROWS, seed))) == {100}


@given(st.integers(0, 50), st.integers(0, 9))
def test_at_random_has_the_count_it_was_asked_for(count, seed):
    rows = null_alarms.at_random(count, 60, seed)
    assert len(set(rows.tolist())) == count
    assert np.all(np.diff(rows) > 0)
    assert np.array_equal(rows, null_alarms.at_random(count, 60, seed))
    assert not count or (rows.min() >= 0 and rows.max() < 60)


def test_never_has_no_alarm():
    assert not len(null_alarms.never())


def test_joined_streams_are_summed():
    one = match([3, 120, 130], sudden(100), ROWS, 50)
    two = match([700], sudden(100, 690), ROWS, 50)
    assert summarise([joined([one, two])]) == pytest.approx(summarise([one, two]), nan_ok=True)


def test_signals_are_shared_and_their_digest_tells_them_apart():
    drifts = (RateChange(2, 2, 0.0, 1.0),)
    first = Signals({"error": np.array([0, 0, 1])}, drifts, (False,), binary=True)
    other = Signals({"error": np.array([0, 1, 1])}, drifts, (False,), binary=True)
    renamed = Signals({"loss": np.array([0, 0, 1])}, drifts, (False,), binary=True)
    assert first.rows == 3
    assert len({first.digest, other.digest, renamed.digest}) == 3
    with pytest.raises(ValueError, match="read-only"):
        first.values["error"][0] = 1
    with pytest.raises(InputError, match=r"\{'error': 1, 'inputs': 2\} values"):
        Signals({"error": np.zeros(1), "inputs": np.zeros((2, 3))}, (), (), binary=True)
