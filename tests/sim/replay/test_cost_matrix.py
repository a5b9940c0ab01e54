"""The cost matrix against hand calculations, its thresholds, and what is refused."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import make_scorer
from sklearn.model_selection import FixedThresholdClassifier, TunedThresholdClassifierCV
from sklearn.naive_bayes import GaussianNB
from sklearn.svm import LinearSVC
from streams import At, Mirror, stream_of, turning

from retrainlab.sim.errors import InputError
from retrainlab.sim.prices import Prices, price
from retrainlab.sim.replay.baselines import baselines
from retrainlab.sim.replay.cost_matrix import CostMatrix
from retrainlab.sim.replay.decision_rules import LeastCost
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.learners import Constant, Learner
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.predictions import Prediction
from retrainlab.sim.replay.row_loss import RowLoss
from retrainlab.sim.replay.run_metrics import run_metrics
from retrainlab.sim.replay.strategy import Strategy
from retrainlab.sim.world import World
from retrainlab.strategies.gate import Always
from retrainlab.strategies.what import Everything, Last

TWO = {"missed": 50, "false_alarm": 2}
THREE = {
    "0": {"1": 1, "2": 2},
    "1": {"0": 3, "1": 0.5, "2": 4},
    "2": {"0": 5, "1": "0.1 * amount"},
}
AMOUNTS = np.array([[10.0], [20.0], [30.0], [40.0]])


def served_to(errors, y, decision, classes, **more):
    """The cost of classes that were served for four rows."""
    stream = stream_of(np.arange(4.0), y, [4], classes, **more)
    given = Prediction(np.array(decision), np.array(decision))
    return RowLoss(CostMatrix(errors), stream)(stream.y, given, slice(0, 4)).tolist()


def test_two_classes_by_hand():
    assert served_to(TWO, [0, 0, 1, 1], [0, 1, 0, 1], 2) == [0, 2, 50, 0]


def test_many_classes_by_hand_with_an_amount_at_stake():
    beside = {"beside": AMOUNTS, "beside_names": ("amount",)}
    assert served_to(THREE, [2, 1, 2, 0], [1, 1, 0, 2], 3, **beside) == [1.0, 0.5, 5.0, 2.0]


def test_an_amount_may_be_a_feature():
    errors = {"missed": "x0", "false_alarm": "2 * x0"}
    assert served_to(errors, [1, 1, 0, 0], [0, 1, 1, 0], 2) == [0.0, 0.0, 4.0, 0.0]


def test_a_replay_costs_what_its_errors_cost():
    """50 a missed row and 2 a false alarm, counted from the ledger, and 100 a retraining."""
    stream = turning()
    fits = FitCache(stream, Learner(GaussianNB(), stream), CostMatrix(TWO))
    ledger = replay(stream, Strategy(At(30, 40), Last(9), Always()), World(warmup=10), fits)
    sums = ledger.ticks.sum()
    missed, alarms = sums["actual_1"] - sums["hit_1"], sums["predicted_1"] - sums["hit_1"]
    assert missed > 0
    assert alarms > 0
    cost = price(ledger.quantities(), Prices(error=1, fit=100))
    assert cost["cost_error"] == 50 * missed + 2 * alarms
    assert cost["cost"] == 50 * missed + 2 * alarms + 200


def refused_to(errors, y, chances, decision, **more):
    """The cost of classes that would be served with these probabilities; x is 0, 1, 2, ..."""
    classes = np.shape(chances)[1]
    stream = stream_of(np.arange(float(len(y))), y, [len(y)], classes, **more)
    given = Prediction(np.array(chances, dtype=float), np.array(decision))
    return RowLoss(CostMatrix(errors), stream)(stream.y, given, slice(0, len(y))).tolist()


def test_a_row_is_refused_where_the_served_class_is_expected_to_cost_more():
    """Class 0 is expected to cost 50 p, class 1 costs 2 (1 - p), a refusal 1."""
    chances = [[0.99, 0.01], [0.95, 0.05], [0.4, 0.6], [0.6, 0.4]]
    costs = refused_to(TWO | {"refused": 1}, [0, 1, 0, 1], chances, [0, 0, 1, 1])
    assert costs == [0, 1, 2, 1]
    errors = {"0": {"1": 4}, "1": {"0": 10}, "refused": "0.5 * x0"}
    assert refused_to(errors, [1, 1, 1, 1], chances, [0, 0, 0, 0]) == [0.0, 10.0, 1.0, 1.5]


def test_the_share_of_refused_rows_is_a_metric():
    """Refused where the class that is served is wrong with an expected cost above 1: by hand."""
    stream = turning()
    matrix = CostMatrix(TWO | {"refused": 1})
    fits = FitCache(stream, Learner(GaussianNB(), stream), matrix, probabilities=True)
    ledger = replay(stream, Strategy(At(), Everything(), Always()), World(warmup=10), fits)
    chances = ledger.trainings[0].fit.model.predict_proba(stream.x[100:])
    expected = np.where(chances[:, 1] > chances[:, 0], 2 * chances[:, 0], 50 * chances[:, 1])
    share = run_metrics(ledger, fits, ["refused"])["refused"]
    assert 0 < share < 1
    assert share == np.mean(expected > 1)
    # What serves classes alone refuses nothing.
    given = baselines(stream, World(warmup=10), matrix)
    assert run_metrics(given["no_change"], fits, ["refused"])["refused"] == 0
    plain = FitCache(stream, Learner(GaussianNB(), stream), CostMatrix(TWO), probabilities=True)
    assert np.isnan(run_metrics(ledger, plain, ["refused"])["refused"])


def test_a_class_of_any_number_is_refused_and_one_may_be_named_so():
    shares = [[0.2, 0.3, 0.5], [0.0, 0.1, 0.9]]
    costs = {str(i): {str(j): 1 for j in range(3) if i != j} for i in range(3)}
    assert refused_to(costs | {"refused": 0.4}, [2, 0], shares, [2, 2]) == [0.4, 1.0]
    named = {"good": {"refused": 3}, "refused": {"good": 7}}
    assert CostMatrix(named).refusal is None
    assert CostMatrix(named).terms(("good", "refused"))[None].tolist() == [[0, 3], [7, 0]]


def test_nothing_is_refused_without_probabilities():
    assert served_to(TWO | {"refused": 1}, [0, 0, 1, 1], [0, 1, 0, 1], 2) == [0, 2, 50, 0]


def test_what_a_refusal_weighs_is_known_when_it_is_made():
    beside = {"beside": AMOUNTS, "beside_names": ("amount",)}
    errors = {"missed": "amount", "false_alarm": 2, "refused": 1}
    with pytest.raises(InputError, match="'amount' is no feature; leave it among the features"):
        served_to(errors, [0, 0, 1, 1], [0, 1, 0, 1], 2, **beside)


@pytest.mark.parametrize(
    ("errors", "classes", "sentence"),
    [
        (
            {"missed": 50, "false_alarm": 2, "refused": -1},
            2,
            "prices.errors.refused is -1; .* at le",
        ),
        ({"missed": 50, "refused": 1}, 2, "says nothing of false_alarm"),
        ({"missed": 50}, 2, "says nothing of false_alarm"),
        ({"missed": 1, "false_alarm": 1, "hit": 1}, 2, "names 'hit' beside missed"),
        (TWO, 3, r"the errors of two classes, and there are 3 \(0, 1, 2\)"),
        ({"0": {"1": 1}}, 2, "says nothing of 1 that is taken for 0"),
        ({"0": {"1": 1}, "1": {"0": 1, "7": 1}}, 2, "prices.errors.1 names the class '7'; .* 0, 1"),
        ({"0": {"1": 1}, "one": {"0": 1}}, 2, "prices.errors names the class 'one'"),
        ({"0": {"1": 1}, "1": 3}, 2, "prices.errors.1 is 3; it must name a cost for each class"),
        ({"0": {"1": 1, "0": -1}, "1": {"0": 1}}, 2, "prices.errors.0.0 is -1; .* at least 0"),
        ({"missed": -5, "false_alarm": 1}, 2, "prices.errors.missed is -5; .* at least 0"),
        ({"missed": float("nan"), "false_alarm": 1}, 2, "prices.errors.missed is nan"),
        ({"missed": True, "false_alarm": 1}, 2, "prices.errors.missed is True"),
        ({"missed": "-1 * x0", "false_alarm": 1}, 2, "is '-1 \\* x0'"),
        ({"missed": "amount", "false_alarm": 1}, 2, "names the column 'amount', which is neither"),
        ({}, 2, "prices.errors is {}; it must be"),
        (5, 2, "prices.errors is 5; it must be"),
    ],
)
def test_a_matrix_that_says_too_little_or_nonsense_is_refused(errors, classes, sentence):
    with pytest.raises(InputError, match=sentence):
        served_to(errors, [0, 1, 0, 1], [0, 0, 0, 0], classes)


def test_an_amount_below_zero_or_unknown_is_refused():
    stream = stream_of([1.0, -3.0], [0, 1], [2])
    with pytest.raises(InputError, match="'x0', which is -3 in row 2; an amount at stake must be"):
        RowLoss(CostMatrix({"missed": "x0", "false_alarm": 1}), stream)
    stream = stream_of([1.0, 2.0], [0, 1], [2], categorical=(0,))
    with pytest.raises(InputError, match="'x0', which holds categories"):
        RowLoss(CostMatrix({"missed": "x0", "false_alarm": 1}), stream)


STREAM = turning(turns=())
ROWS = slice(0, 300)


def learner(estimator, stream=STREAM, **options):
    """A trained learner: what it predicts for all rows, and its model."""
    made = Learner(estimator, stream, **options)
    model = made.fit(stream.x[ROWS], stream.y[ROWS], 0)
    return made.predict(model, stream.x), model


def test_a_threshold_is_that_of_scikit_learn():
    given, _ = learner(GaussianNB(), threshold=0.2)
    fixed = FixedThresholdClassifier(GaussianNB(), threshold=0.2, response_method="predict_proba")
    same = fixed.fit(STREAM.x[ROWS], STREAM.y[ROWS])
    assert given.decision.tolist() == same.predict(STREAM.x).tolist()
    assert given.given.tolist() == same.predict_proba(STREAM.x).tolist()


def test_bayes_serves_the_class_of_the_least_expected_cost():
    """Of two classes by the threshold c(false alarm) / (c(false alarm) + c(missed))."""
    given, _ = learner(GaussianNB(), threshold="bayes", errors=TWO)
    assert given.decision.tolist() == (given.given[:, 1] > 2 / 52).astype(int).tolist()
    stream = turning(classes=3, turns=())
    matrix = np.array([[0, 1, 2], [3, 0.5, 4], [5, 6, 0]])
    errors = {str(i): {str(j): matrix[i, j] for j in range(3)} for i in range(3)}
    given, _ = learner(GaussianNB(), stream, threshold="bayes", errors=errors)
    expected = [min(range(3), key=lambda j: row @ matrix[:, j]) for row in given.given]
    assert given.decision.tolist() == expected


def test_bayes_weighs_the_amount_of_each_row():
    rule = LeastCost({-1: np.array([[0, 2], [0, 0]]), 0: np.array([[0, 0], [1, 0]])})
    chances = np.array([[0.9, 0.1], [0.9, 0.1]])
    assert rule(chances, np.array([[10.0], [30.0]])).tolist() == [0, 1]


def test_tuned_is_the_threshold_of_the_least_cost_out_of_fold():
    given, model = learner(GaussianNB(), threshold="tuned", errors=TWO)
    scorer = make_scorer(lambda y, p: -np.where(y > p, 50, np.where(y < p, 2, 0)).mean())
    same = TunedThresholdClassifierCV(
        GaussianNB(), scoring=scorer, cv=5, response_method="predict_proba"
    ).fit(STREAM.x[ROWS], STREAM.y[ROWS])
    assert model.threshold == same.best_threshold_ < 0.5
    assert given.decision.tolist() == same.predict(STREAM.x).tolist()
    assert given.given.tolist() == same.predict_proba(STREAM.x).tolist()


def test_a_constant_serves_by_the_same_costs():
    made = Learner(GaussianNB(), STREAM, threshold="tuned", errors=TWO)
    shares = Constant(np.array([0.9, 0.1]))
    assert made.predict(shares, STREAM.x[:2]).decision.tolist() == [1, 1]
    usual = Learner(GaussianNB(), STREAM)
    assert usual.predict(shares, STREAM.x[:2]).decision.tolist() == [0, 0]


def test_one_row_of_a_class_leaves_the_threshold_of_the_costs():
    made = Learner(LogisticRegression(), STREAM, threshold="tuned", errors=TWO)
    y = np.zeros(100, dtype=int)
    y[3] = 1
    assert made.fit(STREAM.x[:100], y, 0).threshold == pytest.approx(2 / 52)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"threshold": "high"}, "is 'high'; it must be a probability, bayes, or tuned"),
        ({"threshold": 1.5}, "is 1.5; it must be a probability"),
        ({"threshold": True}, "is True; it must be a probability"),
        ({"threshold": "bayes"}, "is bayes and no costs are set; set prices.errors"),
        (
            {"threshold": "tuned", "errors": {"missed": "x0", "false_alarm": 1}},
            "tuned, which is for costs that are numbers",
        ),
        (
            {"threshold": "bayes", "errors": {"missed": "amount", "false_alarm": 1}},
            "the column 'amount' is no feature",
        ),
    ],
)
def test_a_threshold_that_cannot_be_is_refused(options, sentence):
    with pytest.raises(InputError, match=f"learner.threshold .*{sentence}"):
        Learner(GaussianNB(), STREAM, **options)


def test_a_threshold_needs_two_classes_and_probabilities():
    with pytest.raises(InputError, match="is for two classes, and there are 3; use bayes"):
        Learner(GaussianNB(), turning(classes=3), threshold=0.3)
    with pytest.raises(InputError, match="gives classes without probabilities"):
        learner(LinearSVC(), threshold=0.3)
    values = turning(classes=0)
    assert Learner(Mirror(), values, threshold=0.3).rule is None


def test_baselines_serve_the_class_that_costs_least():
    """Always to alarm costs 2 a row of class 0; the shares of the classes say so."""
    stream = turning()
    found = baselines(stream, World(warmup=10), CostMatrix(TWO))
    negatives = int((stream.y[100:] == 0).sum())
    assert found["majority"].ticks["loss"].sum() == 2 * negatives
    amounts = {"beside": np.full((600, 1), 50.0), "beside_names": ("amount",)}
    beside = stream_of(stream.x, stream.y, [10] * 60, 2, **amounts)
    matrix = CostMatrix({"missed": "amount", "false_alarm": 2})
    same = baselines(beside, World(warmup=10), matrix)
    assert same["majority"].ticks["loss"].sum() == 2 * negatives


def test_everything_so_far_is_cheaper_by_its_costs_than_by_errors_alone():
    costs = {}
    for threshold in (None, "bayes", "tuned"):
        made = Learner(GaussianNB(), STREAM, threshold=threshold, errors=TWO)
        fits = FitCache(STREAM, made, CostMatrix(TWO))
        strategy = Strategy(At(30), Everything(), Always())
        costs[threshold] = replay(STREAM, strategy, World(warmup=10), fits).ticks["loss"].sum()
    assert costs["bayes"] < costs[None]
    assert costs["tuned"] < costs[None]
