"""Titles of figures say what is found, and over which part of the time."""

import math

import pytest

from retrainlab.reports.text.findings import over_time


@pytest.mark.parametrize(
    ("never", "is_score", "said"),
    [
        (0.444, True, "accuracy 91.1 % in the first tenth, 84.4 % in the last; never 44.4 %"),
        (math.nan, True, "accuracy 91.1 % in the first tenth, 84.4 % in the last"),
        (0.444, False, "accuracy 0.911 in the first tenth, 0.844 in the last; never 0.444"),
    ],
)
def test_a_line_over_time_says_what_its_ends_are(never, is_score, said):
    assert over_time("drop", (0.911, 0.844), "accuracy", is_score, never) == f"drop: {said}"
