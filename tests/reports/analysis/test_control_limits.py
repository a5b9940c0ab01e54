"""Control limits: known values, what is too short, and how rarely a stable series leaves them."""

import numpy as np
import pytest

from retrainlab.reports.analysis.control_limits import (
    FEWEST,
    Limits,
    control_limits,
    outside,
    reference_points,
)
from retrainlab.sim.seeds import generator


def test_limits_are_the_mean_and_three_sigmas_of_the_moving_ranges():
    limits = control_limits(np.array([1.0, 2.0] * 5))
    assert limits == pytest.approx((1.5 - 3 / 1.128, 1.5, 1.5 + 3 / 1.128))


def test_a_slow_trend_does_not_widen_them():
    steps = np.linspace(0, 1, 50)
    limits = control_limits(steps)
    assert limits is not None
    assert limits.high - limits.low < 0.2 < np.std(steps)


def test_limits_stay_on_the_scale():
    limits = control_limits(np.array([0.0, 1.0] * 6), 0.0, 1.0)
    assert limits == (0.0, 0.5, 1.0)


@pytest.mark.parametrize("points", [0, FEWEST - 1])
def test_few_points_have_no_limits(points):
    assert control_limits(np.zeros(points)) is None
    assert reference_points(points) == 0


def test_what_is_undefined_is_neither_counted_nor_outside():
    known = np.arange(12.0)
    gaps = np.concatenate([[np.nan], known, [np.nan]])
    assert control_limits(gaps) == control_limits(known)
    assert outside(np.array([np.nan, -1.0, 0.5, 2.0]), Limits(0, 0.5, 1)).tolist() == [
        *(False, True, False, True)
    ]


def test_a_stable_series_rarely_leaves_its_limits():
    """Three sigmas of a normal series: 0.27 %, and more as the limits are estimated."""
    values = generator("limits").standard_normal((200, 200))
    share = np.mean([outside(row[40:], control_limits(row[:40])).mean() for row in values])
    assert 0.0005 < share < 0.015


def test_the_reference_is_a_fifth_of_the_points():
    assert reference_points(100) == 20
    assert reference_points(20) == FEWEST
    assert reference_points(FEWEST) == 0
