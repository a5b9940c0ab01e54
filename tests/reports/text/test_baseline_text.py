"""What is said about baselines: an action, the oracle, imbalance, a next step, row by row."""

import math
from dataclasses import replace

import pytest
from fake_costs import decided

from retrainlab.reports.results.decision import Comparison
from retrainlab.reports.text import decision as words
from retrainlab.reports.text.baselines import ACTIONS, notes

COSTS = {
    "never": [1910.0, 1905, 1915],
    "periodic ticks=10": [1600.0, 1602, 1599],
    "majority": [900.0, 905, 910],
}
SCORES = {"never": 0.9, "periodic ticks=10": 0.93, "majority": 0.95}


def decision_of(balanced=math.nan, row_by_row=0.5, oracle=None, costs=COSTS, scores=SCORES):
    """A decision with some numbers put in by hand; oracle: what it costs."""
    decision = decided(costs, score=scores).decision
    settings = tuple(replace(s, balanced_accuracy=balanced) for s in decision.settings)
    decision = replace(decision, settings=settings, no_change_row_by_row=row_by_row)
    if oracle is None:
        return decision
    cost = decision.setting(decision.choice).cost
    gap = Comparison(
        decision.choice,
        "oracle",
        cost,
        oracle,
        oracle - cost,
        oracle - cost - 1,
        oracle - cost + 1,
        3,
        3,
    )
    return replace(decision, against=replace(decision.against, oracle=gap))


def test_a_baseline_that_wins_is_an_action_with_a_next_step():
    decision = decision_of()
    assert decision.kind == "baseline"
    action, step = notes(decision)
    assert action == "Serve the most frequent class of all known labels: no model is needed."
    assert "loss=absolute" in step  # without a balanced accuracy it is a regression
    assert "richer features, or a longer warm-up (world.warmup)" in step
    assert words.notes(decision)[:2] == (action, step)


def test_accuracy_on_one_class_says_little():
    said = " ".join(notes(decision_of(balanced=0.5)))
    assert "95.0 % of the rows are of the class that majority predicts" in said
    assert "is 50.0 % for majority and 50.0 % for periodic ticks=10" in said
    assert "loss=zero_one" in said
    even = {**SCORES, "majority": 0.6, "never": 0.5, "periodic ticks=10": 0.55}
    assert "Balanced accuracy" not in " ".join(notes(decision_of(balanced=0.5, scores=even)))


@pytest.mark.parametrize(
    ("oracle", "sentence"),
    [
        (924.0, "costs 924, 2 % more than the baseline: no schedule of this model beats it."),
        (800.0, "costs 800, 12 % less than the baseline, but only by knowing the future."),
    ],
)
def test_the_oracle_knows_schedules_and_no_baselines(oracle, sentence):
    """What the baseline saves "against the oracle" is no saving by a better schedule."""
    decision = decision_of(oracle=oracle)
    assert sentence in " ".join(notes(decision))
    assert "against the oracle" not in [entry["name"] for entry in words.savings(decision)]


def test_labels_row_by_row_are_named_where_they_would_beat_every_strategy():
    costs = {name: values for name, values in COSTS.items() if name != "majority"}
    assert notes(decision_of(row_by_row=0.93, costs=costs)) == ()
    assert notes(decision_of(row_by_row=math.nan, costs=costs)) == ()
    [sentence] = notes(decision_of(row_by_row=0.97, costs=costs))
    assert "no_change would score 97.0 %" in sentence
    assert "the best strategy here, periodic ticks=10, scores 93.0 %" in sentence
    known = {**costs, "no_change": [1700.0, 1701, 1702]}
    scores = {**SCORES, "no_change": 0.97}  # ticks of one row: the baseline itself says it
    assert notes(decision_of(row_by_row=0.97, costs=known, scores=scores)) == ()


def test_rows_in_any_order_are_not_called_alike():
    """Of classes that come at random, the label before scores as majority does, or less."""
    said = notes(decision_of(row_by_row=0.945))  # above both strategies, below majority
    assert not any("row" in sentence and "no_change" in sentence for sentence in said)
    assert any("Neighbouring rows" in sentence for sentence in notes(decision_of(row_by_row=0.96)))


def test_every_baseline_has_an_action():
    assert set(ACTIONS) == {"majority", "mean", "newest_majority", "newest_mean", "no_change"}


def test_a_choice_that_costs_what_the_oracle_does_is_the_same():
    decision = decided({"never": [90.0], "periodic": [95.0]}, fits={"periodic": 1.0}).decision
    equal = Comparison("never", "oracle", 90.0, 90.0, 0.0, math.nan, math.nan, 1, 0)
    open_ = replace(equal, low=-5.0, high=5.0)
    for gap, is_same in ((equal, True), (open_, False)):
        found = replace(decision, against=replace(decision.against, oracle=gap))
        assert [entry["same"] for entry in words.savings(found)][-1] is is_same


def test_several_baselines_that_score_higher_are_said_in_the_plural():
    one = decided({"never": [90.0] * 3, "periodic": [80.0] * 3})
    for names, said in (
        (("never",), "behind the baseline never ("),
        (("never", "periodic"), "behind the baselines never ("),
    ):
        assert said in one.changed(better_baselines=names).sentence


def test_accuracy_says_little_too_where_a_baseline_leads_and_that_is_not_proven():
    open_case = replace(decision_of(balanced=0.5), kind="undecided")
    (said,) = notes(open_case)
    assert said.startswith("95.0 % of the rows are of the class that majority predicts")
