"""Calibration: on logs that the library does not hold, intervals and probabilities are right."""

import numpy as np
import pytest

from retrainlab.sim.forecast.calibration import examined, pooled, reliability
from retrainlab.sim.forecast.library import HORIZONS, gathered, load, measured
from retrainlab.sim.forecast.policies import NEVER
from retrainlab.sim.forecast.prior import prior_recipes


@pytest.fixture(scope="module")
def results():
    """At three prices and the two usual horizons, on 100 fresh logs of the prior."""
    logs = gathered([measured(recipe()) for recipe in prior_recipes(777, 100)], 777)
    parts = [examined(logs, load(), price, h) for price in (0, 1, 2) for h in HORIZONS[2:4]]
    return pooled(parts)


def test_intervals_of_nominal_90_hold(results):
    assert 0.85 <= results.held.mean() <= 0.95
    assert 0.85 <= np.delete(results.held_saving, NEVER, axis=1).mean() <= 0.97


def test_the_probability_of_being_the_cheapest_is_kept(results):
    for said, true, count in reliability(results.best.ravel(), results.is_best.ravel()):
        assert count < 100 or abs(said - true) < 0.1


def test_the_choice_costs_less_than_the_first_halfs_best_and_never(results):
    assert results.regret(results.choice) < results.regret(results.past_best)
    assert results.regret(results.choice) < results.regret(NEVER)


def test_reliability_bins_what_was_said():
    said, true = np.array([0.05, 0.07, 0.95]), np.array([0.0, 1.0, 1.0])
    assert reliability(said, true) == [
        (pytest.approx(0.06), 0.5, 2),
        (pytest.approx(0.95), 1.0, 1),
    ]
