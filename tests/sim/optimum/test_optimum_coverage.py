"""The intervals hold the true best as often as they say; `python -m benchmarks.coverage` at length.

Of a share of n studies 4 standard errors are allowed.
"""

from math import sqrt

import numpy as np
import pytest

from benchmarks import coverage
from retrainlab.sim.seeds import generator

AT_LEAST = 0.93
STUDIES, STREAMS = 200, 60


def share(studies, name):
    return np.mean([getattr(study, name) for study in studies])


def allowed(expected, studies):
    return 4 * sqrt(expected * (1 - expected) / studies)


@pytest.mark.parametrize("name", [*coverage.CASES, coverage.EQUAL])
def test_over_5_seeds(name):
    studies = coverage.over_seeds(name, 5, STUDIES)["max-t"]
    assert share(studies, "covered") > AT_LEAST - allowed(AT_LEAST, STUDIES)
    assert share(studies, "wrongly") < 0.025 + allowed(0.025, STUDIES)


def test_the_percentile_interval_would_fail():
    """So the test above can."""
    studies = coverage.over_seeds("cheap fits", 5, STUDIES)["percentile"]
    assert share(studies, "covered") < AT_LEAST - allowed(AT_LEAST, STUDIES)


@pytest.mark.parametrize("name", ["lucky fits", "no drift"])
def test_in_time(name):
    studies = coverage.in_time(name, 400, STREAMS)
    assert share(studies, "covered") > AT_LEAST - allowed(AT_LEAST, STREAMS)
    assert share(studies, "wrongly") < 0.025 + allowed(0.025, STREAMS)


@pytest.mark.parametrize("name", coverage.CASES)
def test_the_exact_costs_are_those_of_many_replays(name):
    costs = coverage.replayed(name, 600, generator(0, "tests", "exact", name))
    exact = coverage.true_costs(name)
    error = costs.std(axis=0, ddof=1) / sqrt(len(costs))
    assert (np.abs(costs.mean(axis=0) - exact) < 4 * error).all()
    assert exact.argmin() != 0


@pytest.mark.slow
def test_the_tables_are_printed(capsys):
    coverage.main(studies=2, streams=2)
    printed = capsys.readouterr().out
    assert all(word in printed for word in ("steady drift", "all equal", "max-t", "wrongly"))
