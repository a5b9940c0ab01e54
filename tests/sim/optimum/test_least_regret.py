"""The value that loses least within the interval of the best, whichever value is the best."""

from dataclasses import replace
from math import inf, isnan, nan

import numpy as np
import pytest

from retrainlab.sim.optimum.bootstrap import resample
from retrainlab.sim.optimum.optimum import least_regret, optimum, optimum_in_time
from retrainlab.sim.seeds import generator

VALUES = np.array([1.0, 2.0, 4.0, 8.0, inf])


def costs(means, seeds=8, spread=1.0):
    rng = generator(0, "tests", "least regret")
    return np.array(means) + spread * rng.standard_normal((seeds, len(means)))


def by_hand(values, best):
    """The same from the table of excesses, one value after the other."""
    inside = [i for i, value in enumerate(values) if best.low <= value <= best.high]
    most = {i: max(best.excess[i][j] for j in inside) for i in inside}
    at = min(most, key=most.get)
    return values[at], most[at]


def test_it_is_the_smallest_of_the_largest_excesses():
    best = optimum(VALUES.tolist(), costs([12, 10, 10, 11, 30]), resamples=500)
    assert best.low < best.high < inf
    value, most = least_regret(VALUES, best)
    assert (value, most) == pytest.approx(by_hand(VALUES, best))
    assert best.low <= value <= best.high
    assert most > 0


def test_an_excess_is_the_gap_and_its_interval():
    resampled = resample(costs([12, 10, 11]), 8, 500, generator(1, "tests"))
    excess = resampled.excess(0.95)
    for i in range(3):
        for j in range(3):
            gap = resampled.mean[i] - resampled.mean[j]
            assert excess[i, j] == pytest.approx(gap + resampled.margin(j, 0.95)[i])
    np.testing.assert_allclose(np.diag(excess), 0)


def test_never_counts_only_where_it_may_be_the_best():
    # Never may be the best one, and is not the one that loses least.
    best = optimum(VALUES.tolist(), costs([12, 10, 10, 11, 10.4]), resamples=500)
    assert best.high == inf
    open_end = least_regret(VALUES, best)
    assert open_end == pytest.approx(by_hand(VALUES, best))
    assert least_regret(VALUES, replace(best, high=best.highest))[1] <= open_end[1]


def test_where_one_value_alone_is_left_nothing_is_lost():
    best = optimum(VALUES.tolist(), np.tile([5.0, 1.0, 7.0, 8.0, 9.0], (4, 1)), resamples=200)
    assert least_regret(VALUES, best) == (2.0, 0.0)


def test_without_an_interval_there_is_none():
    best = optimum_in_time(VALUES.tolist(), np.ones((9, 5)), [0] * 5, block=4)
    assert isnan(best.low)
    assert np.isnan(least_regret(VALUES, best)).all()
    assert np.isnan(least_regret(VALUES, replace(best, low=1.0, high=nan))).all()
