"""The best value at each ratio of prices, and the ratios at which the answer changes."""

from math import inf, isnan, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrainlab.sim.errors import InputError
from retrainlab.sim.optimum.price_sweep import price_sweep, roi

AMOUNTS = st.lists(st.integers(0, 9), min_size=4, max_size=4)


def sweep(losses, charges, ratios, values=(1, 2, 4, inf)):
    """Two equal seeds: no noise."""
    both = (np.tile(np.array(x, dtype=float), (2, 1)) for x in (losses, charges))
    return price_sweep(values, *both, ratios, resamples=100)


@given(AMOUNTS, AMOUNTS)
def test_each_ratio_has_its_argmin_and_the_break_even_ratios_part_them(losses, charges):
    """Against a scan of ratios, dense enough to part the crossings of lines of small integers."""
    values, ratios = np.array([1, 2, 4, inf]), (np.arange(0, 1000) + 0.5) / 80
    costs = np.array(losses) + ratios[:, None] * np.array(charges)
    lowest = costs.min(axis=1, keepdims=True)
    result = sweep(losses, charges, ratios[::50])
    last = [np.flatnonzero(row)[-1] for row in costs[::50] <= lowest[::50] + 1e-12]
    assert [o.value for o in result.optima] == [values[i] for i in last]
    never = costs[:, -1] <= lowest[:, 0] + 1e-12
    if isnan(result.never_above):
        assert not never[-1]
    else:
        assert never[ratios > result.never_above].all()
        assert not never[ratios < result.never_above].any()
    shortest = costs[:, 0] <= lowest[:, 0] + 1e-12
    if isnan(result.shortest_below):
        assert not shortest[0]
    else:
        assert shortest[ratios < result.shortest_below].all()
        assert not shortest[ratios > result.shortest_below].any()


def test_break_even_ratios_by_hand():
    """Errors 10, 16, 30, 50 for 20, 10, 5, 0 fits."""
    result = sweep([10, 16, 30, 50], [20, 10, 5, 0], [0, 0.59, 0.61, 2, 3, 3.5, 5])
    assert result.shortest_below == pytest.approx(6 / 10)
    # Against 1, 2 and 4: 40 / 20, 34 / 10, 20 / 5.
    assert result.never_above == pytest.approx(4)
    assert [o.value for o in result.optima] == [1, 1, 2, 2, 4, 4, inf]
    assert [o.pays for o in result.optima] == [True] * 6 + [False]
    assert [o.edge for o in result.optima[:3]] == ["lowest", "lowest", None]


@pytest.mark.parametrize(
    ("losses", "charges", "never_above", "shortest_below"),
    [
        ([9, 9, 9, 5], [3, 2, 1, 0], 0, nan),
        ([1, 2, 3, 9], [1, 1, 0, 0], nan, 2),
        ([1, 2, 3, 9], [1, 1, 1, 1], nan, inf),
        ([2, 2, 3, 9], [2, 1, 1, 0], 7, nan),
    ],
)
def test_break_even_ratios_that_do_not_exist(losses, charges, never_above, shortest_below):
    result = sweep(losses, charges, [])
    assert result.never_above == pytest.approx(never_above, nan_ok=True)
    assert result.shortest_below == pytest.approx(shortest_below, nan_ok=True)
    assert result.optima == ()


def test_never_that_was_not_tried_has_no_break_even():
    assert isnan(sweep([1, 2], [2, 1], [1], values=(1, 2)).never_above)


def test_intervals_come_with_the_values():
    rng = np.random.default_rng(0)
    losses = np.array([10, 16, 30, 50]) + rng.standard_normal((10, 4))
    charges = np.tile([20.0, 10, 5, 0], (10, 1))
    result = price_sweep([1, 2, 4, inf], losses, charges, [0.59, 1.5])
    assert (result.optima[0].low, result.optima[0].high) == (1, 2)
    assert result.optima[1].low == result.optima[1].high == 2


@pytest.mark.parametrize("ratio", [-1, nan, inf])
def test_a_ratio_is_a_number_of_at_least_0(ratio):
    with pytest.raises(InputError, match=f"a ratio is {ratio}"):
        sweep([1, 2, 3, 4], [1, 1, 1, 0], [ratio])


def test_charges_are_checked_by_name():
    with pytest.raises(InputError, match=r"charges has shape \(2, 2\) for 4 values"):
        price_sweep([1, 2, 4, inf], np.ones((2, 4)), np.ones((2, 2)), [1])


def test_return_on_what_was_spent():
    assert roi(300, 100) == 2
    assert roi(50, 100) == -0.5
    assert isnan(roi(0, 0))
