"""Error streams: the rate, the drifts and the seeds are what they are said to be."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrainlab.scenarios.error_rates import SHAPES, ErrorRates
from retrainlab.sim.detection.error_stream import ErrorStream, RateChange
from retrainlab.sim.detection.matching import match
from retrainlab.sim.errors import InputError

OPTIONS = {"rows": 4000, "before": 0.2, "after": 0.5, "start": 1000, "duration": 500, "period": 800}
UP, DOWN = (0.2, 0.5), (0.5, 0.2)
DRIFTS = {
    "step": [(1000, 1000, *UP)],
    "ramp": [(1000, 1500, *UP)],
    "pulse": [(1000, 1000, *UP), (1500, 1500, *DOWN)],
    "recurrent": [(1000, 1000, *UP), (1800, 1800, *DOWN), (2600, 2600, *UP), (3400, 3400, *DOWN)],
    "stationary": [],
}
MIDDLE = {"step": 0.5, "ramp": 0.35, "pulse": 0.5, "recurrent": 0.5, "stationary": 0.2}  # row 1250
END = {"step": 0.5, "ramp": 0.5, "pulse": 0.2, "recurrent": 0.2, "stationary": 0.2}
shapes = pytest.mark.parametrize("shape", SHAPES)


@shapes
def test_drifts_stand_where_the_rate_changes(shape):
    stream = ErrorRates(shape=shape, **OPTIONS)(0)
    assert stream.drifts == tuple(RateChange(*d) for d in DRIFTS[shape])
    assert stream.spans.tolist() == [list(d[:2]) for d in DRIFTS[shape]]
    assert stream.rises == tuple(after > before for *_, before, after in DRIFTS[shape])
    assert stream.rate[[999, 1250, 3999]] == pytest.approx([0.2, MIDDLE[shape], END[shape]])
    assert {*stream.rate[[999, 3999]]} <= {0.2, 0.5}
    moved = np.diff(stream.rate) != 0
    inside = np.zeros_like(moved)
    for drift in stream.drifts:
        # Between the last row before it and the first one after it.
        inside[drift.start - 1 : max(drift.stop, drift.start)] = True
        assert stream.rate[drift.start - 1] == drift.before
        assert stream.rate[drift.stop] == drift.after
    assert not np.any(moved & ~inside)


def test_a_change_knows_its_size_and_its_direction():
    up, down = RateChange(5, 5, 0.2, 0.5), RateChange(9, 9, 0.5, 0.25)
    assert (up.kind, up.direction, up.magnitude) == ("concept", "rise", pytest.approx(0.3))
    assert (down.direction, down.magnitude) == ("fall", 0.25)


@shapes
def test_errors_come_at_the_stated_rate(shape):
    """Between two changes, and over a ramp; 4 standard errors each."""
    scenario = ErrorRates(shape=shape, **OPTIONS)
    streams = [scenario(seed) for seed in range(30)]
    values = np.stack([s.values for s in streams])
    rate = streams[0].rate
    cuts = sorted({0, 4000, *streams[0].spans.ravel()})
    for first, last in pairwise(cuts):
        part = rate[first:last]
        error = np.sqrt(np.sum(part * (1 - part)) / 30) / len(part)
        assert abs(values[:, first:last].mean() - part.mean()) < 4 * error


def test_errors_are_independent_of_each_other_and_of_other_seeds():
    a, b = (
        ErrorRates(rows=100_000, shape="stationary", before=0.5)(seed).values for seed in (0, 1)
    )
    for one, other in [(a[1:], a[:-1]), (a, b)]:
        assert abs(np.corrcoef(one, other)[0, 1]) < 4 / np.sqrt(len(a))


@shapes
def test_a_seed_is_a_stream(shape):
    scenario = ErrorRates(shape=shape, **OPTIONS)
    first, again, other = scenario(0), scenario(0), scenario(1)
    assert first.values.tobytes() == again.values.tobytes()
    assert first.drifts == again.drifts == other.drifts
    assert not np.array_equal(first.values, other.values)
    assert first.values.dtype == np.int64
    assert {*first.values.tolist()} == {0, 1}


@given(
    st.sampled_from(SHAPES), st.integers(0, 99), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)
)
def test_a_higher_rate_only_adds_errors(shape, seed, before, low, high):
    low, high = sorted([low, high])
    weak, strong = (
        ErrorRates(**OPTIONS | {"shape": shape, "before": before, "after": after})(seed)
        for after in (low, high)
    )
    assert np.all(weak.values <= strong.values)
    assert np.all(weak.values[:1000] == strong.values[:1000])


def test_shapes_share_their_numbers_and_a_longer_stream_only_adds_rows():
    step = ErrorRates(shape="step", **OPTIONS)
    longer, pulse = replace(step, rows=5000)(3), replace(step, shape="pulse")(3)
    assert np.array_equal(longer.values[:4000], step(3).values)
    assert np.array_equal(pulse.values[:1500], step(3).values[:1500])


@pytest.mark.parametrize("rate", [0, 1])
def test_rates_of_0_and_1_are_certain(rate):
    assert np.all(ErrorRates(shape="stationary", before=rate)(0).values == rate)


@shapes
def test_equal_rates_are_no_drift(shape):
    same = ErrorRates(**OPTIONS | {"shape": shape, "after": 0.2})(0)
    assert same.drifts == same.rises == ()
    assert same.spans.shape == (0, 2)
    assert np.all(same.rate == 0.2)


def test_a_pulse_that_lasts_to_the_end_never_goes_back():
    stream = ErrorRates(**OPTIONS | {"shape": "pulse", "duration": 3000})(0)
    assert [d.direction for d in stream.drifts] == ["rise"]


def test_a_falling_step_is_a_drift_that_nobody_has_to_find():
    stream = ErrorRates(shape="step", before=0.4, after=0.1)(0)
    matching = match([5_100, 9_000], stream.spans, stream.rows, 1000, counts=stream.rises)
    assert (len(matching.delays), matching.ignored, len(matching.false_alarms)) == (0, 1, 1)
    asked = match([5_100, 9_000], stream.spans, stream.rows, 1000)
    assert asked.delays.tolist() == [100]


def test_streams_are_shared_and_cannot_be_changed():
    stream = ErrorRates()(0)
    with pytest.raises(ValueError, match="read-only"):
        stream.values[0] = 1
    with pytest.raises(ValueError, match="read-only"):
        stream.rate[0] = 1


def test_an_error_stream_needs_a_rate_for_each_row():
    with pytest.raises(InputError, match=r"values has shape \(3,\) and rate \(2,\)"):
        ErrorStream(np.zeros(3, dtype=np.int64), np.zeros(2), ())


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"rows": 1}, "rows is 1; it must be a whole number of rows, 2 or more"),
        ({"rows": 10.5}, r"rows is 10\.5"),
        ({"shape": "season"}, "shape is 'season'; choose one of step, ramp, pulse"),
        ({"before": -0.1}, r"before is -0\.1; it must be a number from 0 to 1"),
        ({"after": 1.1}, r"after is 1\.1"),
        ({"after": float("nan")}, "after is nan"),
        ({"before": "low"}, "before is 'low'"),
        ({"start": 0}, "start is 0; it must be a whole number of rows from 1 to 9999, a row"),
        ({"start": 10_000}, "start is 10000"),
        ({"shape": "ramp", "duration": 0}, "duration is 0; .* from 1 to 5000, so that the drift"),
        ({"shape": "pulse", "duration": 5_001}, "duration is 5001"),
        ({"shape": "recurrent", "period": 0}, "period is 0"),
        ({"shape": "recurrent", "period": True}, "period is True"),
    ],
)
def test_a_bad_option_is_named_with_its_value(options, sentence):
    with pytest.raises(InputError, match=f"^{sentence}"):
        ErrorRates(**options)


def test_what_a_shape_does_not_name_is_ignored():
    ErrorRates(shape="stationary", start=-1, duration=0, period=0)
    ErrorRates(shape="step", duration=0, period=0)
