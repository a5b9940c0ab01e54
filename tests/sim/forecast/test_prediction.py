"""The prediction: weights, quantiles, probabilities and the choice."""

import numpy as np
import pytest

from retrainlab.sim.errors import InputError
from retrainlab.sim.forecast.library import HORIZONS, gathered, load, measured
from retrainlab.sim.forecast.policies import CATALOGUE, NEVER, PAST
from retrainlab.sim.forecast.prediction import (
    RESTING,
    SIMPLICITY,
    Past,
    Prediction,
    cheapest,
    choice,
    further,
    likeness,
    predict,
    quantiles,
    still,
)
from retrainlab.sim.forecast.prior import prior_recipes

pytestmark = pytest.mark.slow

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
    profiles, *_ = library.at_price(0.6)
    weight = likeness(profiles[5], library.traits[5], profiles, library.traits)
    assert np.argmax(weight) == 5
    delayed = likeness(profiles[5], np.array([0.0, 0.0, 4.0, 2.0]), profiles, library.traits)
    is_delayed = library.traits[:, 2] == 4
    assert delayed[is_delayed].sum() > weight[is_delayed].sum()


@pytest.mark.parametrize(("level", "value"), [(0.05, 0.0), (0.5, 4.0), (0.95, 9.0)])
def test_quantiles_of_equal_weights(level, value):
    values, weight = np.arange(10.0)[::-1].copy(), np.full(10, 0.1)
    both = np.column_stack([values, 2 * values])
    assert quantiles(both, weight, [level]).tolist() == [[value, 2 * value]]


def test_quantiles_follow_the_weights():
    values, weight = np.array([[1.0], [2.0], [3.0]]), np.array([0.0, 0.1, 0.9])
    assert quantiles(values, weight, [0.05, 0.5]).tolist() == [[2.0], [3.0]]


def test_of_equal_costs_the_simplest_is_the_cheapest():
    simplicity = np.array([1.0, 0.0, 2.0])
    assert cheapest(np.array([[1.0, 1.005, 2.0], [3.0, 1.0, 0.98]]), simplicity).tolist() == [
        [0.0, 1.0, 0.0],
        [0.0, 0.0, 1.0],
    ]


def test_never_is_the_best_of_what_costs_the_same():
    """Alarms that do not go off, and today's policy, which comes after the catalogue."""
    cost = np.ones((1, P + 1))
    assert Prediction(cost, np.ones(1), cost[0]).best().tolist() == [1.0] + [0.0] * P
    cost[0, NEVER] = 2.0
    assert Prediction(cost, np.ones(1), cost[0]).best()[P] == 1.0


def test_predicted_costs_that_are_close_are_not_told_apart():
    cost = np.ones((2, P))
    cost[:, 3] = 1 / 1.02, 1 / 1.04
    best = Prediction(cost, np.full(2, 0.5), cost[0]).best()
    assert best[NEVER] == best[3] == 0.5
    assert cheapest(cost, SIMPLICITY)[:, 3].tolist() == [1.0, 1.0]


def test_an_alarm_that_did_not_go_off_does_not_where_it_did_not(library):
    """Where it was silent in the past, and in the future of a log of the library, it is never."""
    own = past(cost=np.where(RESTING, 1.0, np.linspace(1.0, 1.3, P)))
    silent = still(library.past[:, 1] + library.ratio[:, 1, HORIZONS.index(0.5)])
    assert silent.any()
    cost = predict(own, library, 0.5, PAST / 2).cost[: len(library)]
    assert np.allclose(cost[silent], np.broadcast_to(cost[:, [NEVER]], cost.shape)[silent])
    loud = predict(past(), library, 0.5, PAST / 2).cost[: len(library)]
    assert not np.allclose(loud[silent], np.broadcast_to(loud[:, [NEVER]], loud.shape)[silent])


def test_costs_are_held_against_the_cheapest_in_proportion():
    """One log in which everything costs much does not decide."""
    cost = np.array([[1.0, 2.0], [1.0, 2.0], [110.0, 100.0]])
    prediction = Prediction(cost, np.full(3, 1 / 3), np.zeros(2))
    assert np.argmin(prediction.mean()) == 1
    assert prediction.over_cheapest() == pytest.approx([3.1 / 3, 5 / 3])


def test_a_default_is_kept_near_the_least_and_ties_go_to_the_simpler():
    simplicity = np.array([0.0, 5.0, -1.0])
    assert choice(np.array([1.02, 1.0, 1.2]), simplicity) == 0
    assert choice(np.array([1.04, 1.0, 1.3]), simplicity) == 1
    assert choice(np.array([1.2, 1.0, 1.005]), simplicity) == 2
    assert choice(np.array([1.2, 1.0, 1.02]), simplicity, defaults=[0, 2]) == 2


@pytest.mark.parametrize("broken", [{"fresh": 0.0}, {"cost": np.zeros(P)}])
def test_a_log_without_losses_is_refused(library, broken):
    with pytest.raises(InputError, match="no cost to carry forward"):
        predict(past(**broken), library, 0.5, PAST / 2)


def test_expected_costs_are_weighted_means():
    costs = np.array([[1.0, 2.0], [3.0, 6.0]])
    prediction = Prediction(costs, np.array([0.25, 0.75]), np.zeros(2))
    assert prediction.mean().tolist() == [2.5, 5.0]
    assert prediction.effective_logs == pytest.approx(1.6)


def test_a_few_logs_that_cost_many_times_as_much_do_not_make_the_mean():
    level = np.array([*np.linspace(0.8, 1.2, 97), 1e3, 1e6, 1e9])
    costs = level[:, None] * np.array([1.0, 0.9, 1.5])
    predicted = Prediction(costs, np.full(100, 0.01), costs[0])
    low, high = predicted.interval()
    assert (low < predicted.mean()).all()
    assert (predicted.mean() < high).all()
    assert predicted.mean(NEVER) == pytest.approx(predicted.mean()[NEVER] - predicted.mean())
    usual = Prediction(costs[:97], np.full(97, 1 / 97), costs[0])
    assert predicted.mean() == pytest.approx(usual.mean(), rel=0.05)


def test_the_shipped_library_predicts_without_warnings():
    prediction = predict(past(price=1e9), load(), 2.0, 2 * PAST)
    assert np.isfinite(prediction.cost).all()


def test_an_unrestful_log_has_wider_intervals_and_no_lower_stress(library):
    """All policies alike: which of them is best does not depend on it."""
    low, usual, high = (
        predict(past(unrest=unrest), library, 0.5, PAST / 2)
        for unrest in (0.0, float(np.median(library.unrest)), 1.0)
    )
    widths = [np.diff(one.interval(), axis=0) for one in (low, usual, high)]
    assert (widths[0] < widths[1]).all()
    assert (widths[1] < widths[2]).all()
    assert low.best() == pytest.approx(high.best())
    assert (low.stress <= usual.stress).all()
    assert (usual.stress < high.stress).all()


def test_a_log_whose_sixths_disagree_says_less_of_its_policies(library):
    """Its savings are wider, and what was cheap in it is less surely so."""
    steady, scattered = (
        predict(past(scatter=scatter), library, 0.5, PAST / 2) for scatter in (0.0, 0.3)
    )
    widths = [np.diff(one.interval(one.saving(NEVER)), axis=0)[0] for one in (steady, scattered)]
    assert np.median(widths[0]) < np.median(widths[1])
    own = past(cost=np.linspace(1.0, 3.0, P), scatter=0.0)
    other = past(cost=np.linspace(1.0, 3.0, P), scatter=0.5)
    gaps = [np.log(predict(one, library, 0.5, PAST / 2).mean()) for one in (own, other)]
    assert gaps[0][-1] - gaps[0][0] > gaps[1][-1] - gaps[1][0]


def test_things_move_on_as_far_as_the_past_says():
    others = np.array([0.0, 0.1, 100.0])
    assert further(0.0, others, 0.1, 4.0)[:, 0] == pytest.approx([1.0, np.sqrt(0.5), 0.25])
    assert further(100.0, others, 0.1, 4.0)[:, 0] == pytest.approx([4.0, 4.0, 1.0])
