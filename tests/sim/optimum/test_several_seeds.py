"""The test of savings over seeds: by hand, its level by simulation, what would decide."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t

from retrainlab.sim.errors import InputError
from retrainlab.sim.optimum.several_seeds import SeedsTest, critical, proven_below, seeds_test

WHOLE = st.integers(-50, 50)


def test_the_interval_is_students_with_all_settings_counted():
    gains = np.array([[1.0, 10], [2, 10], [3, 10]])
    test = seeds_test(gains, comparisons=2)
    # Of 1, 2, 3 the deviation is 1; the interval takes 1.25 % from each end.
    assert test.saving.tolist() == [2, 10]
    assert test.half[0] == pytest.approx(t.ppf(0.9875, 2) / math.sqrt(3))
    assert test.half[1] == 0
    assert test.proven.tolist() == [False, True]
    np.testing.assert_allclose(test.high - test.low, 2 * test.half)


def test_fewer_than_three_seeds_prove_nothing():
    test = seeds_test(np.array([[5.0, math.nan], [5.0, 1.0], [math.nan, math.nan]]), 2)
    assert test.seeds.tolist() == [2, 1]
    assert test.saving.tolist() == [5, 1]
    assert np.isnan(test.half).all()
    assert not test.proven.any()
    with pytest.raises(InputError, match="no setting"):
        seeds_test(np.ones((3, 0)), 0)


@pytest.mark.parametrize("seeds", [3, 5, 10])
def test_at_most_one_study_in_twenty_proves_a_saving_that_is_not_there(seeds):
    rng = np.random.default_rng(seeds)
    shared = rng.standard_normal((2000, seeds, 1))
    own = rng.standard_normal((2000, seeds, 17))
    for gains in (own, own + 2 * shared):
        wrong = np.mean([seeds_test(study, 17).proven.any() for study in gains])
        assert wrong <= 0.025 + 3 * math.sqrt(0.025 * 0.975 / 2000)


@given(
    st.floats(0.1, 100, allow_nan=False), st.floats(0.5, 10, allow_nan=False), st.integers(1, 30)
)
def test_the_seeds_that_are_needed_are_the_least_that_are_enough(deviation, margin, comparisons):
    test = SeedsTest(np.zeros(1), np.array([deviation]), np.array([5]), comparisons)
    needed = int(test.seeds_needed(np.array([margin]))[0])
    assert critical(needed, comparisons) * deviation / math.sqrt(needed) < margin
    if needed > 3:
        fewer = needed - 1
        assert critical(fewer, comparisons) * deviation / math.sqrt(fewer) >= margin


def test_no_number_of_seeds_proves_a_loss():
    test = seeds_test(np.array([[-1.0], [-2], [-4]]), 1)
    assert test.seeds_needed(test.saving).tolist() == [math.inf]
    assert np.isnan(seeds_test(np.array([[1.0]]), 1).seeds_needed(np.ones(1))).all()


@given(
    st.lists(st.tuples(st.integers(40, 80), WHOLE), min_size=3, max_size=8),
    st.lists(st.tuples(st.integers(1, 5), st.integers(0, 5)), min_size=8, max_size=8),
)
def test_the_price_is_where_nothing_is_proven_any_more(gains, fits):
    gains = np.array(gains, float)
    fits = np.array(fits, float)[: len(gains)]
    price = proven_below(gains, fits, 2)

    def is_proven(at):
        return seeds_test(gains - at * fits, 2).proven.any()

    assert math.isnan(price) == (not is_proven(0.0))
    if math.isfinite(price):
        assert is_proven(price * (1 - 1e-6))
        assert not is_proven(price * (1 + 1e-6))
    else:
        assert math.isnan(price) or is_proven(1e9)


@given(st.lists(WHOLE, min_size=3, max_size=6), st.integers(1, 20), st.integers(2, 4))
def test_seeds_that_say_the_same_take_no_proof_away(gains, comparisons, times):
    once = np.array(gains, float)[:, None]
    if seeds_test(once, comparisons).proven[0]:
        assert seeds_test(np.tile(once, (times, 1)), comparisons).proven[0]
