"""Titles of figures say what is found, and over which part of the time."""

import pytest

from retrainlab.reports.text.findings import over_time


@pytest.mark.parametrize(
    ("never", "is_score", "said"),
    [
        ((0.6, 0.444), True, "accuracy 91.1 %, 84.4 % in the last tenth; never 60.0 % and 44.4 %"),
        (None, True, "accuracy 91.1 %, 84.4 % in the last tenth"),
        ((0.6, 0.444), False, "accuracy 0.911, 0.844 in the last tenth; never 0.6 and 0.444"),
    ],
)
def test_a_line_over_time_says_its_mean_and_its_end(never, is_score, said):
    assert over_time("drop", "accuracy", (0.911, 0.844), never, is_score) == f"drop: {said}"
