"""Ratios of two prices: what they are at prices, the steps around them, and the nearest one."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrainlab.sim.errors import InputError
from retrainlab.sim.price_ratio import (
    PriceRatio,
    nearest,
    replayed_at,
    retraining_ratio,
    steps_around,
    turns_between,
)
from retrainlab.sim.prices import Prices

RATIOS = st.floats(1e-6, 1e6)


def test_a_ratio_is_read_and_written():
    ratio = PriceRatio.parse(" fit / error", "path")
    assert str(ratio) == "fit/error"
    assert ratio.at(Prices(error=4, fit=100)) == 25
    assert retraining_ratio(Prices(error=4, fit=100)) == 25


@pytest.mark.parametrize(
    ("fit", "error", "expected"), [(0, 1, 0.0), (1, 0, math.inf), (0, 0, math.nan)]
)
def test_a_price_of_0_gives_an_end(fit, error, expected):
    ratio = PriceRatio("fit", "error").at(Prices(error=error, fit=fit))
    assert ratio == expected or (math.isnan(ratio) and math.isnan(expected))
    steps = steps_around(ratio)
    end = {0.0: steps[0], math.inf: steps[-1]}.get(ratio, 100.0)
    assert replayed_at(ratio) == end


@pytest.mark.parametrize("text", ["fit", "fit/error/row", "fit/fit", "fit/errors", 3, None])
def test_what_is_no_ratio_is_refused(text):
    with pytest.raises(InputError, match=r"path is .* the ratio of two prices, as fit/error"):
        PriceRatio.parse(text, "path")


@given(RATIOS)
def test_steps_reach_a_hundredfold_both_ways_and_lie_on_one_grid(ratio):
    steps = steps_around(ratio)
    assert steps == sorted(steps)
    assert 8 <= len(steps) <= 9
    assert ratio / 101 <= steps[0] <= ratio / 30
    assert ratio * 30 <= steps[-1] <= ratio * 101
    assert all(
        math.log10(step * step) == pytest.approx(round(2 * math.log10(step)), abs=0.01)
        for step in steps
    )


@given(RATIOS, RATIOS)
def test_the_nearest_step_is_the_nearest_as_a_factor_and_changes_at_the_turns(middle, asked):
    steps = steps_around(middle)
    place = nearest(steps, asked)
    distances = [abs(math.log(step / asked)) for step in steps]
    assert distances[place] == min(distances)
    assert place == sum(turn < asked for turn in turns_between(steps))
    assert replayed_at(asked) == asked
