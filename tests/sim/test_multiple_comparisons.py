"""Corrections for several comparisons at once."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrainlab.sim.multiple_comparisons import bonferroni, holm


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_is_the_closed_test_and_lies_between_none_and_bonferroni(p):
    p = np.array(p)
    adjusted = holm(p)
    assert np.all(adjusted >= p)
    assert np.all(adjusted <= np.minimum(1, p * len(p)))
    order = np.argsort(p, kind="stable")
    assert np.all(np.diff(adjusted[order]) >= 0)
    assert adjusted.min() == min(1, p.min() * len(p))


def test_holm_steps_down_and_leaves_out_what_is_undefined():
    # Holm (1979): 3 * .01, 2 * .02, 1 * .5, in order, never falling, undefined ones not counted.
    adjusted = holm(np.array([0.02, 0.01, math.nan, 0.5]))
    assert adjusted.tolist() == pytest.approx([0.04, 0.03, math.nan, 0.5], nan_ok=True)
    assert holm(np.array([0.03, 0.03])).tolist() == pytest.approx([0.06, 0.06])
    assert len(holm(np.array([]))) == 0


def test_bonferroni_shares_the_error_among_the_comparisons():
    assert bonferroni(10) == pytest.approx(0.995)
    assert bonferroni(0) == bonferroni(1) == pytest.approx(0.95)
