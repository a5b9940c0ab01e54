"""Drift ticks: drawn from a range for each seed, with the truth of the tick that was drawn."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrainlab.scenarios.covariate import Covariate
from retrainlab.scenarios.gradual import Gradual
from retrainlab.scenarios.prior import Prior
from retrainlab.scenarios.recurrent import Recurrent
from retrainlab.scenarios.spike import Spike
from retrainlab.scenarios.sudden import Sudden
from retrainlab.scenarios.synthetic.drift_ticks import draw

SMALL = {"ticks": 60, "rows": 5}
COLUMNS = ("x", "y", "offsets", "ceiling", "concept")


def scenarios():
    """Scenarios whose drift begins at `start`."""
    return [
        Gradual(**SMALL, start=20, duration=10),
        Gradual(**SMALL, start=20, duration=10, mode="mix", shape="sigmoid"),
        Covariate(**SMALL, start=20, duration=10),
        Covariate(**SMALL, start=20, duration=10, shape="pulse"),
        Prior(**SMALL, start=20),
        Prior(**SMALL, start=20, shape="season", period=8),
        Spike(**SMALL, start=20, duration=5),
        Recurrent(**SMALL, period=12, concepts=3, order="random", soft=4),
    ]


def same(one, other):
    """Whether two streams have the same bytes and the same drifts."""
    columns = ((getattr(s, name).tobytes() for name in COLUMNS) for s in (one, other))
    return one.drifts == other.drifts and all(a == b for a, b in zip(*columns, strict=True))


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), low=st.integers(1, 45), width=st.integers(0, 5))
@pytest.mark.parametrize("scenario", scenarios())
def test_a_tick_from_a_range_gives_the_stream_of_that_tick(scenario, seed, low, width):
    """Truth, drifts, ceiling and concepts are those of the fixed tick, to the byte."""
    ranged = replace(scenario, start=(low, low + width))
    tick = draw(ranged.start, seed, ranged.name, "truth", "start")
    assert low <= tick <= low + width
    assert same(ranged(seed), replace(scenario, start=tick)(seed))
    assert ranged(seed).drifts[0].start == tick


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_each_turn_of_a_sudden_drift_is_drawn_by_itself(seed):
    ranged = Sudden(**SMALL, at=[[10, 20], 25, (30, 50)])
    stream = ranged(seed)
    first, second, third = (drift.start for drift in stream.drifts)
    assert 10 <= first <= 20
    assert second == 25
    assert 30 <= third <= 50
    assert same(stream, Sudden(**SMALL, at=[first, 25, third])(seed))
    turned = np.diff(stream.concept, prepend=0).nonzero()[0]
    assert turned.tolist() == [5 * first, 125, 5 * third]


def test_every_tick_of_a_range_is_drawn_equally_often():
    starts = [Prior(**SMALL, start=(10, 14))(seed).drifts[0].start for seed in range(500)]
    counts = np.bincount(starts, minlength=15)[10:]
    assert counts.sum() == 500
    assert abs(counts - 100).max() < 4 * np.sqrt(500 * 0.2 * 0.8)


def test_the_rows_do_not_depend_on_the_tick():
    assert np.array_equal(Gradual(start=(60, 140))(4).x, Gradual(start=100)(4).x)


@pytest.mark.parametrize("scenario", scenarios())
def test_the_story_is_that_of_the_scenario_and_not_of_a_seed(scenario):
    ranged = replace(scenario, start=(15, 25))
    assert ranged(0).story == ranged(1).story
    assert "a tick from 15 to 25 (drawn for each seed)" in ranged(0).story


def test_a_rule_that_changes_once_is_not_said_to_change_each_time():
    assert "at tick 60, for 30 %" in Sudden(at=[60], magnitude=0.3)(0).story
    assert "at ticks 60 and 90, each time for 30 %" in Sudden(at=[60, 90], magnitude=0.3)(0).story
    assert "never changes" in Sudden(at=[60], magnitude=0.0)(0).story
