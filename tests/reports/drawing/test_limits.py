"""Limits of axes: room around a single value, nothing cut off, far references left out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.ticker import MaxNLocator

from retrainlab.reports.drawing.limits import around

VALUES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=5)


@pytest.mark.parametrize("value", [0.67, 33.0, 1e6, 0.0, -5.0])
def test_ticks_around_a_single_value_differ_in_what_is_written(value):
    low, high = around([value, value], [])
    assert low < value < high
    written = [f"{tick:.3g}" for tick in MaxNLocator(6).tick_values(low, high)]
    assert len(set(written)) == len(written)


@given(VALUES, VALUES)
def test_all_inner_values_lie_inside(inner, outer):
    low, high = around(inner, outer)
    assert low < min(inner) <= max(inner) < high


def test_what_is_far_is_left_out_and_what_is_near_is_not():
    low, high = around([1.0, 2.0], [2.4, 9.0, np.nan])
    assert 2.4 < high < 3.0
    assert 0.5 < low < 1.0
