"""`prices.errors` in a configuration: the loss, the prices, and what a threshold weighs."""

import pytest
from streams import turning

from retrainlab.experiments.config.build import build
from retrainlab.experiments.config.composed import composed
from retrainlab.experiments.study.chosen import columns_of, metrics_of
from retrainlab.experiments.study.error_costs import learner_of, loss_of, prices_of
from retrainlab.experiments.study.for_task import make_loss
from retrainlab.experiments.study.study import prepare
from retrainlab.reports.text.columns import IN_TERMINAL
from retrainlab.sim.errors import InputError
from retrainlab.sim.replay.cost_matrix import CostMatrix

TWO = "prices.errors={missed:50,false_alarm:2}"


def config(*words):
    return composed("config", ["scenario=gradual", "strategy=never", *words])


def test_costs_by_kind_are_the_loss_of_a_classification():
    plain, priced = config("prices.fit=7"), config(TWO, "prices.fit=7")
    loss = loss_of(priced)
    assert loss["regression"] == plain["loss"]["regression"]
    assert isinstance(build(loss["classification"], "loss"), CostMatrix)
    assert loss_of(plain) == plain["loss"]
    assert prices_of(plain) == prices_of(priced)
    assert prices_of(priced).fit == 7
    study = prepare({**priced, "engine": None})
    assert {repr(group.loss) for group in study.groups} == {repr(loss)}


def test_a_threshold_that_weighs_costs_is_given_them():
    costs = {"missed": 50, "false_alarm": 2}
    assert learner_of(config(TWO, "learner.threshold=bayes"))["errors"] == costs
    assert "errors" not in learner_of(config(TWO, "learner.threshold=0.2"))
    assert "errors" not in learner_of(config(TWO))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["prices.errors={missed:-1,false_alarm:2}"], "prices.errors.missed is -1"),
        ([TWO, "loss=log"], "leave one of them out"),
        (["prices.errors=3"], "prices.errors is 3"),
        (["prices.errors={missed:0,false_alarm:0}"], "prices.errors is 0 for every error"),
    ],
)
def test_costs_that_cannot_be_are_refused_before_anything_runs(words, sentence):
    with pytest.raises(InputError, match=sentence):
        loss_of(config(*words))


def test_costs_of_classes_are_refused_for_a_number():
    loss = loss_of(config(TWO))
    with pytest.raises(InputError, match=r"prices\.errors prices wrong classes, and the target"):
        make_loss(loss, turning(classes=0))
    assert isinstance(make_loss(loss, turning()), CostMatrix)


def test_a_price_of_refusals_asks_for_their_share():
    refusing = config("prices.errors={missed:50,false_alarm:2,refused:1}", "metrics=[roc_auc]")
    assert metrics_of(refusing) == ("roc_auc", "refused")
    assert columns_of(None, metrics_of(refusing))[-2:] == ("refused", "cost")
    assert metrics_of(config(TWO)) == ()
    assert columns_of(None, ()) == IN_TERMINAL


def test_prices_that_follow_from_that_of_a_retraining_may_be_null():
    node = {"errors": None, "fit": 30.0, "update": None, "deploy": 2.0, "currency": None}
    prices = prices_of({"prices": node})
    assert (prices.update, prices.deploy) == (3.0, 2.0)
    with pytest.raises(InputError, match=r"prices\.fit is None"):
        prices_of({"prices": {**node, "fit": None}})


def test_prices_that_are_all_0_are_refused():
    with pytest.raises(InputError, match=r"all prices are 0.*prices\.error, prices\.fit"):
        prices_of(config("prices.error=0", "prices.fit=0"))
    assert prices_of(config("prices.error=0")).fit > 0
