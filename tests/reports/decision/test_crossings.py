"""Crossings of lines, and changes of an answer, against a fine grid."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrainlab.reports.decision.crossings import TOLERANCE, envelope, spans

LINES = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 40)), min_size=1, max_size=12)
FINE = np.geomspace(1e-3, 1e4, 4001)


def lowest(lines, x):
    """The cheapest line at x, the first of equals."""
    costs = [base + slope * x for base, slope in lines]
    return lines[int(np.argmin(costs))]


@given(LINES)
def test_the_envelope_turns_where_another_line_is_lowest(lines):
    base, slope = np.array(lines, float).T
    turns = envelope(base, slope)
    assert turns == sorted(turns)
    ends = [0.0, *turns, 2 * max([1.0, *turns])]
    for low, high in pairwise(ends):
        inside = np.linspace(low, high, 7)
        costs = (base[:, None] + slope[:, None] * inside).min(axis=0)
        # The lowest of straight lines is straight between two turns.
        assert np.interp(inside, [low, high], costs[[0, -1]]) == pytest.approx(costs, rel=1e-9)
    for turn in turns:
        at = np.isclose(base + slope * turn, (base + slope * turn).min(), rtol=1e-9)
        assert len(set(slope[at])) > 1


@given(st.lists(st.floats(1e-2, 1e3), min_size=0, max_size=5, unique=True), st.booleans())
def test_changes_are_found_wherever_a_point_lies_on_either_side(changes, has_zero):
    changes = sorted(changes)
    points = [*([0.0] if has_zero else []), *np.geomspace(1e-3, 1e4, 60), *changes]
    found = spans(lambda x: int(np.searchsorted(changes, x)), points, [])
    assert [span.answer for span in found] == list(range(len(changes) + 1))
    assert [span.low for span in found[1:]] == pytest.approx(changes, rel=2 * TOLERANCE)
    assert [span.high for span in found[:-1]] == [span.low for span in found[1:]]
    assert (found[0].low, found[-1].high) == (0.0, None)


@pytest.mark.slow
@given(LINES)
def test_the_spans_of_the_lowest_line_are_exact(lines):
    lines = sorted(set(lines))
    base, slope = np.array(lines, float).T
    turns = envelope(base, slope)
    found = spans(lambda x: lowest(lines, x), [1.0], turns)
    assert [span.low for span in found[1:]] == pytest.approx(turns, rel=1e-8)
    for x in FINE:
        if not np.isclose(x, turns, rtol=1e-6).any():
            (span,) = [s for s in found if s.low <= x and (s.high is None or x < s.high)]
            assert span.answer == lowest(lines, x)


def test_nothing_that_costs_nothing_is_only_asked_where_it_is_a_point():
    answer = {0.0: "free"}
    assert [s.answer for s in spans(lambda x: answer.get(x, "paid"), [1.0], [])] == ["paid"]
    free, paid = spans(lambda x: answer.get(x, "paid"), [0.0, 1.0], [])
    assert (free.low, free.high, free.answer) == (0.0, TOLERANCE, "free")
    assert (paid.low, paid.high) == (TOLERANCE, None)
