"""The prediction: weights, quantiles, probabilities and the choice."""

import numpy as np
import pytest

from retrainlab.sim.errors import InputError
from retrainlab.sim.forecast.library import gathered, load, measured
from retrainlab.sim.forecast.policies import CATALOGUE, NEVER, PAST
from retrainlab.sim.forecast.prediction import (
    CHANCE,
    MOVES,
    Past,
    Prediction,
    carried,
    choice,
    likeness,
    miss_of,
    patterns,
    predict,
    quantile,
    shares,
)
from retrainlab.sim.forecast.prior import prior_recipes

P = len(CATALOGUE)


@pytest.fixture(scope="module")
def library():
    return gathered([measured(recipe()) for recipe in prior_recipes(4, 60)], 4)


def past(**changed):
    fields = {"cost": np.linspace(1.0, 1.3, P), "fresh": 1.0, "price": 0.6, "traits": np.zeros(4)}
    return Past(**fields | changed)


def test_money_is_a_unit(library):
    """In another currency everything is the same, times the rate."""
    one = predict(past(), library, 0.5, PAST / 2)
    other = predict(past(cost=7 * past().cost, fresh=7.0), library, 0.5, PAST / 2)
    assert np.allclose(other.cost, 7 * one.cost)
    assert np.allclose(other.weight, one.weight)
    assert np.allclose(other.best(), one.best())


def test_probabilities_are_probabilities(library):
    prediction = predict(past(), library, 0.5, PAST / 2)
    assert prediction.weight.sum() == pytest.approx(1)
    assert prediction.best().sum() == pytest.approx(1)
    assert (prediction.near_best() >= prediction.best() - 1e-12).all()
    assert prediction.cheaper(NEVER)[NEVER] == pytest.approx(0.5)
    low, high = prediction.interval()
    assert (low <= high).all()
    assert (prediction.saving(NEVER)[:, NEVER] == 0).all()


def test_a_further_policy_has_the_ratios_of_the_one_that_it_is_like(library):
    cost = past().cost
    with_other = predict(past(others=((float(cost[3]), 3),)), library, 0.5, PAST / 2)
    assert np.allclose(with_other.cost[:, P], with_other.cost[:, 3])
    assert with_other.stress[P] == pytest.approx(with_other.stress[3])


def test_the_more_alike_the_more_a_log_counts(library):
    profiles, _ = library.at_price(0.6)
    weight = likeness(profiles[5], library.traits[5], profiles, library.traits)
    assert np.argmax(weight) == 5
    delayed = likeness(profiles[5], np.array([0.0, 0.0, 4.0, 2.0]), profiles, library.traits)
    is_delayed = library.traits[:, 2] == 4
    assert delayed[is_delayed].sum() > weight[is_delayed].sum()


@pytest.mark.parametrize(("level", "value"), [(0.05, 0.0), (0.5, 4.0), (0.95, 9.0)])
def test_quantiles_of_equal_weights(level, value):
    values, weight = np.arange(10.0)[::-1].copy(), np.full(10, 0.1)
    assert quantile(values, weight, level) == value


def test_quantiles_follow_the_weights():
    assert quantile(np.array([1.0, 2.0, 3.0]), np.array([0.0, 0.1, 0.9]), 0.05) == 2.0


def test_equal_costs_share_the_probability_of_being_best():
    assert shares(np.array([[1.0, 1.005, 2.0], [3.0, 1.0, 2.0]])).tolist() == [
        [0.5, 0.5, 0.0],
        [0.0, 1.0, 0.0],
    ]


def test_near_ties_go_to_the_simpler():
    mean, simplicity = np.array([1.004, 1.0, 1.2]), np.array([0.0, 5.0, -1.0])
    assert choice(mean, simplicity) == 0
    assert choice(np.array([1.2, 1.0, 1.3]), simplicity) == 1


@pytest.mark.parametrize("broken", [{"fresh": 0.0}, {"cost": np.zeros(P)}])
def test_a_log_without_losses_is_refused(library, broken):
    with pytest.raises(InputError, match="no cost to carry forward"):
        predict(past(**broken), library, 0.5, PAST / 2)


def test_expected_costs_are_weighted_means():
    costs = np.array([[1.0, 2.0], [3.0, 6.0]])
    prediction = Prediction(costs, np.array([0.25, 0.75]), np.zeros(2))
    assert prediction.mean().tolist() == [2.5, 5.0]
    assert prediction.effective_logs == pytest.approx(1.6)


def test_the_shipped_library_predicts_without_warnings():
    prediction = predict(past(price=1e9), load(), 2.0, 2 * PAST)
    assert np.isfinite(prediction.cost).all()


def test_a_policy_that_alone_was_cheap_gains_nothing_by_it():
    """What is apart along no pattern is chance; along one, what is beyond it stays."""
    directions = np.zeros((1, P))
    directions[0, :2] = np.sqrt(0.5), -np.sqrt(0.5)
    alone, along = np.zeros((1, P)), 4 * directions
    alone[0, 5] = -1.0
    assert carried(alone, directions) == pytest.approx(np.zeros((1, P)))
    assert carried(along, directions) == pytest.approx((1 - CHANCE**2) * along)
    assert carried(along / 40, directions) == pytest.approx(np.zeros((1, P)))


def test_patterns_are_the_directions_in_which_logs_differ():
    random = np.random.default_rng(0)
    axes = np.linalg.qr(np.column_stack([np.ones(P), random.standard_normal((P, 2))]))[0].T
    logs = 3.0 * random.standard_normal((50, 1)) + random.standard_normal((50, 2)) @ axes[1:]
    directions = patterns(logs)
    assert directions @ directions.T == pytest.approx(np.eye(2))
    assert directions.T @ directions == pytest.approx(axes[1:].T @ axes[1:])


def test_a_missed_exam_moves_the_level_of_all_policies_alike(library):
    calm = predict(past(), library, 0.5, PAST / 2)
    moved = predict(past(miss=0.6), library, 0.5, PAST / 2)
    factor = np.mean([np.exp(0.6 * move) for move in MOVES])
    assert moved.mean() == pytest.approx(factor * calm.mean())
    assert moved.best() == pytest.approx(calm.best())
    assert moved.effective_logs == pytest.approx(calm.effective_logs)
    (low, high), (lower, higher) = calm.interval(), moved.interval()
    assert (lower < low).all()
    assert (higher > high).all()


def test_the_miss_is_the_mean_factor_and_has_a_bound():
    exam = Prediction(np.array([[1.0, 2.0]]), np.ones(1), np.zeros(2))
    assert miss_of(exam, np.array([2.0, 4.0])) == pytest.approx(np.log(2))
    assert miss_of(exam, np.zeros(2)) == pytest.approx(-np.log(10))
