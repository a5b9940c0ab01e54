"""Schedules: progress stays in [0, 1], and the changes that are listed are those that happen."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrainlab.scenarios.prior import Prior
from retrainlab.scenarios.synthetic.schedules import (
    CURVES,
    SHAPES,
    DriftSchedule,
    cycle,
    pulse,
    ramp,
    step,
)

TICKS = 80
schedules = st.builds(
    DriftSchedule,
    shape=st.sampled_from(SHAPES),
    start=st.integers(1, 40),
    duration=st.integers(1, 40),
    period=st.integers(1, 30).map(lambda half: 2 * half),
)


@given(schedules)
def test_progress_is_a_share_and_zero_before_the_start(schedule):
    position = np.linspace(0, TICKS, 801)
    progress = schedule.progress(position)
    assert progress.min() >= 0
    assert progress.max() <= 1
    assert np.all(progress[position < schedule.start] == 0)


@given(schedules)
def test_all_movement_lies_in_the_listed_changes(schedule):
    position = np.arange(0, TICKS, 1 / 8)
    moved = np.abs(np.diff(schedule.progress(position)))
    changes = schedule.changes(TICKS)
    assert all(0 <= start <= stop <= TICKS for start, stop, _ in changes)
    inside = np.zeros(len(moved), dtype=bool)
    for start, stop, _ in changes:
        inside |= (position[1:] >= start) & (position[:-1] <= stop)
    assert np.all(moved[~inside] == 0)
    # The last sample lies an eighth of a tick before the end: less than half a fastest season.
    total = sum(share for _, _, share in changes)
    assert total - np.pi / 8 <= moved.sum() <= total + 1e-9


@pytest.mark.parametrize("curve", CURVES)
def test_ramp_rises_from_exactly_zero_to_exactly_one(curve):
    position = np.linspace(5, 35, 301)
    progress = ramp(position, 10, 20, curve)
    assert progress[position <= 10].max() == 0
    assert progress[position >= 30].min() == 1
    assert np.all(np.diff(progress) >= 0)
    assert ramp(np.array([20.0]), 10, 20, curve)[0] == pytest.approx(0.5)


def test_sigmoid_is_slow_at_the_ends_and_steep_in_the_middle():
    early, middle, late = np.diff(ramp(np.array([0.0, 1.0, 2.0, 3.0]), 0, 3, "sigmoid"))
    assert middle > 3 * early
    assert early == pytest.approx(late)


def test_step_pulse_and_season_at_known_positions():
    position = np.array([9.9, 10.0, 14.9, 15.0, 20.0])
    assert step(position, 10).tolist() == [0, 1, 1, 1, 1]
    assert pulse(position, 10, 5).tolist() == [0, 1, 1, 0, 0]
    assert cycle(position, 10, 10)[[0, 1, 3, 4]] == pytest.approx([0, 0, 1, 0])


def test_changes_of_each_shape():
    def changes(shape):
        return DriftSchedule(shape, start=10, duration=20, period=40).changes(TICKS)

    assert changes("step") == [(10, 10, 1)]
    assert changes("pulse") == [(10, 10, 1), (30, 30, 1)]
    assert changes("ramp") == changes("sigmoid") == [(10, 30, 1)]
    spans = [(start, stop) for start, stop, _ in changes("season")]
    assert spans == [(10, 30), (30, 50), (50, 70), (70, 80)]
    # The season's last half is cut in its middle, where the cosine is half way.
    assert [share for *_, share in changes("season")] == pytest.approx([1, 1, 1, 0.5])


def test_when_names_the_ticks():
    for start, words in ((10, "10"), ((10, 30), "a tick from 10 to 30")):
        told = [Prior(shape=shape, start=start, duration=20).when() for shape in SHAPES]
        assert all(words in text for text in told)
        assert len(set(told)) == len(SHAPES) - 1  # a ramp and a sigmoid differ in shape alone
