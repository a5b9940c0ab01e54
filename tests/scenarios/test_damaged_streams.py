"""Damage of any stream: what arrives is damaged in the span, and what is scored is the truth."""

from dataclasses import replace

import numpy as np
import pytest
from changes import changed, of_stream, refusal, shipped
from numpy.testing import assert_array_equal
from sklearn.naive_bayes import GaussianNB
from streams import fits_of, turning

from retrainlab.scenarios.toilet_paper import ToiletPaper
from retrainlab.sim.arrivals import arrivals
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.strategy import Strategy
from retrainlab.sim.world import World
from retrainlab.strategies.gate import Always
from retrainlab.strategies.what import Everything
from retrainlab.strategies.when import Never

SPAN = {"start": 30, "duration": 12}
CLASSES = turning(sizes=(10,) * 60, classes=3)
GAPS = replace(CLASSES, labelled=np.arange(CLASSES.rows) % 7 > 0)
SHOPS = replace(
    turning(sizes=(10,) * 60, classes=0), entity=np.tile(np.arange(10), 60), scored=np.zeros(600)
)
STREAMS = {"classes": CLASSES, "gaps": GAPS, "shops": SHOPS}
INSIDE = slice(300, 420)
CASES = [
    (name, stream)
    for name in shipped("damage")
    for stream in STREAMS
    if (name, stream) != ("positive_labels", "shops")
]


@pytest.mark.parametrize(("name", "stream"), CASES)
def test_the_truth_and_all_outside_the_span_stay(name, stream):
    plain = STREAMS[stream]
    hit = changed(of_stream(plain), "damage", name, **SPAN)
    assert_array_equal(hit.truth, plain.truth)
    assert_array_equal(hit.ceiling, plain.ceiling)
    outside = np.ones(plain.rows, dtype=bool)
    outside[INSIDE] = False
    for field in ("x", "y"):
        assert_array_equal(getattr(hit, field)[outside], getattr(plain, field)[outside])
    judged = np.ones(plain.rows, dtype=bool) if plain.judged is None else plain.judged
    assert_array_equal(np.ones(plain.rows, bool) if hit.judged is None else hit.judged, judged)
    assert hit.damaged is None or not hit.damaged[outside].any()
    assert hit.story.endswith(hit.facts[-1][1])


@pytest.mark.parametrize(("name", "stream"), CASES)
def test_a_seed_makes_the_same_damage_and_marks_what_is_wrong(name, stream):
    plain = STREAMS[stream]
    one, same = (changed(of_stream(plain), "damage", name, seed=3, **SPAN) for _ in range(2))
    for field in ("x", "y", "labelled", "arrival", "only_if", "damaged"):
        assert_array_equal(getattr(one, field), getattr(same, field))
    wrong = (one.x != plain.x).any(axis=1) | (one.y != plain.y)
    assert not wrong.any() or one.damaged[wrong].all()


@pytest.mark.parametrize("name", shipped("damage"))
def test_a_span_outside_the_stream_is_refused_in_a_sentence(name):
    sentence = refusal(of_stream(CLASSES), "damage", name, start=55, duration=6)
    assert sentence.startswith(f"damage.{name} lasts up to tick 60, and the stream has 60")


def test_a_span_is_drawn_for_each_seed_inside_its_range():
    streams = [
        changed(of_stream(CLASSES), "damage", "stuck_sensor", s, start=[20, 40], duration=5)
        for s in range(20)
    ]
    firsts = {int(np.flatnonzero(stream.damaged)[0]) // 10 for stream in streams}
    assert len(firsts) > 5
    assert firsts <= set(range(20, 41))


def test_the_story_says_of_which_seed_a_drawn_span_is():
    drawn = changed(of_stream(CLASSES), "damage", "stuck_sensor", 3, start=[20, 40], duration=5)
    assert "(in seed 3; the start is drawn for each seed, from 20 to 40)" in drawn.story
    fixed = changed(of_stream(CLASSES), "damage", "stuck_sensor", 3, **SPAN)
    assert "From tick 30 to 41, " in fixed.story
    assert "seed" not in fixed.story


def test_wrong_labels_are_other_classes_at_their_share():
    hit = changed(of_stream(CLASSES), "damage", "wrong_labels", share=1.0, **SPAN)
    assert (hit.y[INSIDE] != CLASSES.y[INSIDE]).all()
    some = changed(of_stream(CLASSES), "damage", "wrong_labels", start=0, duration=60, share=0.3)
    assert abs((some.y != CLASSES.y).mean() - 0.3) < 4 * np.sqrt(0.3 * 0.7 / 600)


def test_a_stuck_sensor_repeats_the_last_value_of_its_shop():
    hit = changed(of_stream(SHOPS), "damage", "stuck_sensor", features="all", **SPAN)
    assert_array_equal(hit.x[INSIDE], np.tile(SHOPS.x[290:300], (12, 1)))


def test_a_late_feature_is_that_of_the_same_place_some_ticks_ago():
    hit = changed(of_stream(CLASSES), "damage", "late_feature", late=4, features=[1], **SPAN)
    assert_array_equal(hit.x[INSIDE, 1], CLASSES.x[260:380, 1])
    assert_array_equal(hit.x[:, [0, 2]], CLASSES.x[:, [0, 2]])


def test_a_broken_feature_keeps_its_distribution():
    hit = changed(of_stream(CLASSES), "damage", "broken_feature", features="x0", **SPAN)
    assert (hit.x[INSIDE, 0] != CLASSES.x[INSIDE, 0]).any()
    assert_array_equal(np.sort(hit.x[INSIDE, 0]), np.sort(CLASSES.x[INSIDE, 0]))


def test_the_feature_that_follows_the_label_is_hit():
    hit = changed(of_stream(turning()), "damage", "scaled_feature", start=10, duration=5)
    assert_array_equal(np.flatnonzero((hit.x != turning().x).any(axis=0)), [0])


def test_duplicated_days_bring_old_features_and_labels():
    hit = changed(of_stream(CLASSES), "damage", "duplicated_days", **SPAN)
    assert_array_equal(hit.x[INSIDE], np.tile(CLASSES.x[290:300], (12, 1)))
    assert_array_equal(hit.y[INSIDE], np.tile(CLASSES.y[290:300], 12))


@pytest.mark.parametrize("delay", [0, 3])
def test_labels_outside_the_span_arrive_as_by_the_clock(delay):
    world = World(label_delay=delay, warmup=20)
    hit = changed(of_stream(CLASSES), "damage", "late_labels", label_delay=delay, late=5, **SPAN)
    late, usual = arrivals(hit, world), arrivals(CLASSES, world)
    for tick in range(20, 60):
        expected = np.arange(CLASSES.rows)[usual.known(slice(0, CLASSES.rows), tick)]
        on_time = (expected < 300) | (expected >= 420)
        comes = on_time | (expected // 10 + delay + 5 <= tick)
        known = np.arange(CLASSES.rows)[late.known(slice(0, CLASSES.rows), tick)]
        assert_array_equal(known, expected[comes])


@pytest.mark.parametrize("name", ["wrong_labels", "missing_labels", "late_labels"])
def test_damaged_labels_change_nothing_for_who_never_retrains(name):
    hit = changed(of_stream(CLASSES), "damage", name, label_delay=0, **SPAN)
    strategy, world = Strategy(Never(), Everything(), Always()), World(0, 0, 20)
    ledgers = [replay(s, strategy, world, fits_of(s, GaussianNB())) for s in (CLASSES, hit)]
    assert_array_equal(ledgers[0].columns["loss"], ledgers[1].columns["loss"])
    assert_array_equal(ledgers[0].columns["hit_0"], ledgers[1].columns["hit_0"])


@pytest.mark.parametrize(
    ("name", "options", "sentence"),
    [
        ("wrong_labels", {"share": 0}, "share is 0; it must be a share above 0 and at most 1"),
        ("wrong_labels", {"start": [9, 3]}, "start is [9, 3]; it must be a tick, or a rising pair"),
        ("wrong_labels", {"duration": 0}, "duration is 0; it must be 1 tick or more, or null"),
        ("late_labels", {"late": 0}, "late is 0; it must be a whole number of ticks"),
        ("stuck_sensor", {"features": "y"}, "features names 'y'; the features are x0, x1, x2"),
        ("stuck_sensor", {"features": [3]}, "features names 3; the features are x0, x1, x2"),
        ("positive_labels", {"positive": "7"}, "positive is '7'; the classes are 0, 1, 2"),
    ],
)
def test_a_bad_option_is_refused_in_a_sentence(name, options, sentence):
    assert sentence in refusal(of_stream(CLASSES), "damage", name, **{**SPAN, **options})


def test_what_suits_no_stream_is_said():
    assert "this stream is a regression" in refusal(
        of_stream(SHOPS), "damage", "positive_labels", **SPAN
    )
    shops = ToiletPaper(shops=3)
    assert "names weekday, a category; name numbers" in refusal(
        shops, "damage", "scaled_feature", features=["weekday"]
    )
