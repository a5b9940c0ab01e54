"""Grids share their fits, and refining them ends where nothing new is left."""

from itertools import pairwise
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrainlab.sim.errors import InputError
from retrainlab.sim.optimum.grid import nested_grid, refine, refine_real


def test_the_grid_by_hand():
    assert nested_grid(24) == [1, 2, 3, 4, 6, 8, 12, 16, 24]
    assert nested_grid(100, 7) == [7, 14, 21, 28, 42, 56, 84]
    assert nested_grid(5, 5) == [5]


@given(st.integers(1, 40), st.integers(0, 3000))
def test_the_grid_is_dense_and_nested(shortest, more):
    longest = shortest + more
    grid = nested_grid(longest, shortest)
    assert grid[0] == shortest
    assert grid[-1] <= longest < 2 * grid[-1]
    assert all(a < b <= 2 * a for a, b in pairwise(grid))
    assert all(b in (shortest, 3 * shortest) or b / 2 in grid for b in grid)


@given(
    st.sets(st.integers(1, 300), min_size=2, max_size=12),
    st.integers(1, 300),
    st.integers(0, 100),
    st.integers(1, 8),
)
def test_refining_stays_inside_and_ends(values, low, more, most):
    tried, high = sorted(values), low + more
    for _ in range(400):
        first = max((v for v in tried if v < low), default=low)
        last = min((v for v in tried if v > high), default=high)
        new = refine([*tried, inf], low, high, most, finest=1)
        assert len(new) <= most
        assert not set(new) & set(tried)
        assert all(first < v < last for v in new)
        if not new:
            break
        tried = sorted([*tried, *new])
    around = [v for v in tried if first <= v <= last]
    assert around == list(range(around[0], around[-1] + 1))


def test_fits_that_are_made_already_come_first():
    """21 is three times 7, so all its fits are there; 20 would be nearer to the middle."""
    assert refine([7, 14, 28], 15, 27, most=1) == [21]
    # All fits of 10 are there, but it is too near to 12; of 8 every third is.
    assert refine([5, 12], 5, 12, most=1) == [8]


def test_steps_are_not_finer_than_asked():
    assert refine([100, 101, 102, 104], 101, 101) == []
    assert refine([100, 101, 102, 104], 102, 102) == []
    assert refine([100, 110], 105, 105, most=99, finest=1.05) == [105]
    assert refine([5, inf], inf, inf) == []
    assert refine([inf], inf, inf) == []


@pytest.mark.parametrize("best", [3.4, 27.3, 77.7, 311.0])
def test_rounds_close_in_on_the_optimum(best):
    """A square-root law with this optimum; whole numbers, or steps of 2 %."""
    for start, more in ((nested_grid(1000), refine), ([0.5, 4, 40, 400, 1000], refine_real)):
        tried = [float(v) for v in start]
        for _ in range(20):
            tried.sort()
            costs = [best / v + v / best for v in tried]
            at = costs.index(min(costs))
            new = more(tried, tried[at], tried[at], most=4)
            if not new:
                break
            tried += new
        cheapest = min(tried, key=lambda v: best / v + v / best)
        assert not new
        assert abs(cheapest / best - 1) < max(0.02, 0.5 / best if more is refine else 0)


def test_real_gaps_are_split_in_the_middle_of_a_log_scale():
    # 0.1 and 0.2 times the square root of 2, in four digits.
    assert refine_real([0.1, 0.2, 0.4], 0.2, 0.2, most=2) == [0.1414, 0.2828]
    with pytest.raises(InputError, match="values holds 0;"):
        refine_real([0, 1], 0, 1)


@pytest.mark.parametrize(("longest", "shortest"), [(0, 1), (3, 4), (9, 0), (9.5, 1)])
def test_a_grid_needs_whole_ends_in_order(longest, shortest):
    with pytest.raises(InputError, match="must be a whole number"):
        nested_grid(longest, shortest)
