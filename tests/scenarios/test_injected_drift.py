"""Injected drift: the truth changes from an exact tick on, in any stream."""

from dataclasses import replace

import numpy as np
import pytest
from changes import changed, of_stream, refusal, shipped
from numpy.testing import assert_array_equal
from streams import turning

from retrainlab.scenarios.damage.labels import WrongLabels
from retrainlab.scenarios.damaged import Damaged
from retrainlab.scenarios.injected.kinds import LabelSwap

CLASSES = turning(sizes=(40,) * 60, turns=(), classes=2)
NUMBERS = replace(turning(sizes=(40,) * 60, turns=(), classes=0), entity=np.arange(2400) % 8)
STREAMS = {"classes": CLASSES, "numbers": NUMBERS}
CASES = [(name, stream) for name in shipped("drift") for stream in STREAMS]


@pytest.mark.parametrize(("name", "stream"), CASES)
def test_nothing_changes_before_the_date_and_much_after_it(name, stream):
    plain = STREAMS[stream]
    moved = changed(of_stream(plain), "drift", name, start=30)
    (drift,) = moved.drifts
    assert (drift.start, drift.stop) == (30, 30)
    for field in ("x", "y", "truth", "ceiling", "concept"):
        assert_array_equal(getattr(moved, field)[:1200], getattr(plain, field)[:1200])
    assert_array_equal(moved.y, moved.truth)
    other = (moved.x != plain.x).any(axis=1) | (moved.y != plain.y)
    assert other[1200:].mean() > 0.2


@pytest.mark.parametrize(("name", "stream"), CASES)
def test_a_gradual_drift_takes_its_time(name, stream):
    moved = changed(of_stream(STREAMS[stream]), "drift", name, start=10, duration=40)
    assert (moved.drifts[0].start, moved.drifts[0].stop) == (10, 50)
    other = (moved.x != STREAMS[stream].x).any(axis=1) | (moved.y != STREAMS[stream].y)
    shares = [other[at : at + 400].mean() for at in (400, 1000, 1600, 2000)]
    assert shares == sorted(shares)
    assert shares[0] < shares[-1] / 2


@pytest.mark.parametrize("name", shipped("drift"))
def test_a_drift_outside_the_stream_is_refused(name):
    sentence = refusal(of_stream(CLASSES), "drift", name, start=50, duration=10)
    assert sentence.startswith(f"drift.{name} is complete at tick 60, and the stream has 60")


def test_the_magnitude_of_a_swap_is_the_share_of_labels_that_change():
    moved = changed(of_stream(CLASSES), "drift", "label_swap", start=20, magnitude=0.4)
    assert moved.drifts[0].magnitude == (moved.y != CLASSES.y)[800:].mean()
    assert abs(moved.drifts[0].magnitude - 0.4) < 4 * np.sqrt(0.24 / 1600)


def test_a_class_gets_the_share_asked_for_and_looks_as_ever():
    moved = changed(of_stream(CLASSES), "drift", "prior_shift", start=20, label="1", share=0.8)
    after = slice(800, None)
    assert abs(moved.y[after].mean() - 0.8) < 4 * np.sqrt(0.16 / 1600)
    for c in (0, 1):
        is_known = np.isin(moved.x[after][moved.y[after] == c], CLASSES.x[CLASSES.y == c])
        assert is_known.all()


def test_a_regression_is_mirrored_at_its_median_where_the_feature_is_high():
    moved = changed(of_stream(NUMBERS), "drift", "label_swap", start=20, magnitude=1.0)
    middle = np.median(NUMBERS.y[:800])
    assert_array_equal(moved.y[800:], 2 * middle - NUMBERS.y[800:])


def test_drift_changes_the_truth_that_damage_hides():
    swap, wrong = LabelSwap(start=20, magnitude=1.0), WrongLabels(30, 10, share=1.0)
    scenario = Damaged(of_stream(CLASSES), drift={"swap": swap}, damage={"wrong": wrong})
    stream = scenario(0)
    assert_array_equal(stream.truth[800:], 1 - CLASSES.y[800:])
    assert_array_equal(stream.y[1200:1600], CLASSES.y[1200:1600])


@pytest.mark.parametrize(
    ("name", "options", "sentence"),
    [
        ("label_swap", {"start": 0}, "start is 0; it must be a tick from 1 on"),
        ("label_swap", {"magnitude": 2}, "magnitude is 2; it must be a share"),
        ("label_swap", {"duration": -1}, "duration is -1; it must be 0 ticks or more"),
        ("prior_shift", {"label": "9"}, "label is '9'; the classes are 0, 1"),
        ("feature_permutation", {"features": "x0"}, "is one column; it takes two or more"),
        ("feature_noise", {"scale": 0}, "scale is 0; it must be a number above 0"),
    ],
)
def test_a_bad_option_is_refused_in_a_sentence(name, options, sentence):
    given = {"start": 20, **options}
    assert sentence in refusal(of_stream(CLASSES), "drift", name, **given)


def test_the_story_says_of_which_seed_a_drawn_start_is():
    drawn = changed(of_stream(CLASSES), "drift", "label_swap", 3, start=[20, 30])
    assert "(in seed 3; the start is drawn for each seed, from 20 to 30)" in drawn.story
    fixed = changed(of_stream(CLASSES), "drift", "label_swap", 3, start=20)
    assert "seed" not in fixed.story
