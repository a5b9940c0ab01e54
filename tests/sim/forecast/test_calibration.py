"""Calibration: on logs that the library does not hold, intervals and probabilities are right."""

import numpy as np
import pytest

from benchmarks.forecast_kinds import scaled
from retrainlab.sim.forecast.calibration import MONTHLY, examined, pooled, reliability
from retrainlab.sim.forecast.library import HORIZONS, gathered, load, measured
from retrainlab.sim.forecast.policies import NEVER
from retrainlab.sim.forecast.prior import prior_recipes

pytestmark = pytest.mark.slow


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
    """On average over policies, and in every bin that has many of them."""
    bins = reliability(results.best, results.is_best)
    gaps = np.array([abs(b.said - b.true) for b in bins])
    counts = np.array([b.policies for b in bins])
    assert np.average(gaps, weights=counts) < 0.03
    assert gaps[counts >= 200].max() < 0.1


def test_the_choice_costs_less_than_never_and_than_a_frequent_calendar(results):
    assert results.regret(results.choice) < results.regret(NEVER)
    assert results.regret(results.choice) < results.regret(MONTHLY)


def test_no_saving_is_claimed_where_nothing_drifts():
    shipped = load()
    is_still = shipped.kind == shipped.kinds.index("no drift")
    result = examined(shipped.chosen(is_still), shipped.chosen(~is_still), 1, 0.5)
    assert result.claimed.mean() <= 0.05


def test_the_unrest_keeps_the_intervals_of_logs_whose_level_moves():
    """On logs of an unsteady level, by a library without them: without it too many are missed."""
    shipped, name = load(), "unsteady level"
    is_unsteady = shipped.kind == shipped.kinds.index(name)
    moving = np.flatnonzero(is_unsteady & (shipped.unrest > 0.4))[:30]
    chosen = ~is_unsteady
    chosen[moving] = True
    results = list(scaled(shipped.chosen(chosen), name))
    assert len(results) == 60
    without, with_it = np.mean([log.held for log in results], axis=0)
    assert without < 0.7
    assert 0.75 < with_it < 0.95


def test_reliability_bins_what_was_said():
    said, true = np.array([[0.05, 0.07], [0.95, 0.08]]), np.array([[0.0, 1.0], [1.0, 0.0]])
    assert reliability(said, true) == [
        pytest.approx((0.2 / 3, 1 / 3, 3, 2)),
        pytest.approx((0.95, 1.0, 1, 1)),
    ]
