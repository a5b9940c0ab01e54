"""The coming period on the page, in the terminal and in decision.json, from saved tables."""

from contextlib import nullcontext
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from fake_costs import decided
from test_report_figures import assert_apart

from retrainlab.reports.analysis.forecast import forecast
from retrainlab.reports.analysis.forecaster import (
    FIRST,
    LOG,
    SECOND,
    Forecaster,
    Replayed,
    nearest,
    usual_action,
)
from retrainlab.reports.analysis.policy_names import label, overrides
from retrainlab.reports.drawing.canvas import phone, theme
from retrainlab.reports.figures.forecast import fans
from retrainlab.reports.results.coming_period import ComingPeriod
from retrainlab.reports.results.typed_json import from_plain, to_plain
from retrainlab.reports.text.coming_period import coming_words, in_terminal
from retrainlab.sim.forecast.library import load
from retrainlab.sim.forecast.policies import CATALOGUE, NEVER, PAST
from retrainlab.sim.forecast.prediction import Prediction
from retrainlab.sim.prices import Prices
from retrainlab.sim.seeds import generator

TICKS = 2 * PAST
INFO = type("Info", (), {"tick_name": "day"})()


def log_of(others=(), spans=(LOG, FIRST, SECOND), horizon=TICKS // 2):
    costs = np.linspace(10.0, 12.0, len(CATALOGUE))[:, None] * np.ones(PAST)
    like = {"fresh": 9.5, "price": 1.0, "row_share": 0.0, "label_price": 0.0}
    like |= {"label_lag": 0.0, "fit_delay": 0.0, "unrest": 0.0}
    logs = {span: like for span in spans if span != SECOND}
    return Forecaster(
        dict.fromkeys(spans, costs), logs, others, TICKS, horizon, load(), "regression"
    )


@pytest.fixture(scope="module")
def coming():
    others = (
        Replayed("periodic every 9", "current_policy", 600.0, 3),
        Replayed("what you did", "incumbent", 700.0, 2),
    )
    return forecast(log_of(others), Prices(fit=9.5))


def test_every_policy_is_forecast_by_expected_cost(coming):
    means = [policy.cost.mean for policy in coming.policies]
    assert len(means) == len(CATALOGUE) + 2
    assert means == sorted(means)
    assert coming.of("never").saved_never.mean == 0
    assert sum(policy.best for policy in coming.policies) == pytest.approx(1)
    for policy in coming.policies:
        assert policy.cost.low <= policy.cost.high
        assert 0 <= policy.best <= policy.near_best <= 1


def test_what_was_replayed_is_like_a_policy_of_the_catalogue(coming):
    current = coming.of("periodic every 9")
    assert current.past == pytest.approx(300.0)
    assert current.like == "every 16, last 12"
    assert current.saved_current.mean == 0
    assert coming.of("never").saved_current is not None


def test_what_was_done_is_no_choice():
    free = Replayed("what you did", "incumbent", 1.0, NEVER)
    assert forecast(log_of((free,)), Prices(fit=9.5)).choice != "what you did"


def test_the_exam_counts_the_intervals_that_held(coming):
    exam = coming.exam
    assert exam.ticks == PAST
    assert exam.held == sum(p.cost.low <= p.true <= p.cost.high for p in exam.policies)
    assert exam.of("never").true == pytest.approx(10.0 * PAST)
    assert exam.best == "never"


def test_a_log_too_short_for_an_exam_says_so():
    short = forecast(log_of(spans=(LOG,)), Prices(fit=9.5))
    assert short.exam is None
    notes = coming_words(short, INFO)["notes"]
    assert notes[0].startswith("No exam: 96 days are too few")


def test_page_and_terminal_name_choice_cost_and_probability(coming):
    words = coming_words(coming, INFO)
    (line,) = words["lines"]
    choice = coming.of(coming.choice)
    assert choice.label in line
    assert f"{choice.cost.mean:,.0f}" in line
    assert line in in_terminal(coming, INFO)
    assert len(words["rows"]) == len(coming.policies)
    assert {len(row["cells"]) for row in words["rows"]} == {len(words["headings"]) - 1}
    assert [row["label"] for row in words["rows"] if row["is_choice"]] == [coming.choice]
    assert set(words["in_money"]) <= set(words["headings"])


def test_what_is_said_in_money_has_its_currency(coming):
    words, said = coming_words(coming, INFO, "EUR"), in_terminal(coming, INFO, "EUR")
    (line,) = words["lines"]
    assert line in said
    assert line.count(" EUR") == 1 + (coming.choice != "never")
    assert words["notes"][0].count(" EUR") == 2
    assert "EUR" not in in_terminal(coming, INFO)


def test_a_policy_that_costs_the_same_saves_nothing():
    cost = generator(0, "tests", "coming").uniform(1, 900, (400, 2))[:, [0, 1, 1]]
    weight = np.full(400, 1 / 400)
    assert Prediction(cost, weight, cost[0]).mean(1)[2] == 0


def test_never_and_todays_policy_are_left_for_more_than_three_percent():
    log = log_of((Replayed("today", "current_policy", 480.0, 3),))
    today = len(CATALOGUE)
    cost = np.full((1, today + 1), 1.2)
    cost[0, [today, 5]] = 1.025, 1.0
    assert log.chosen(Prediction(cost, np.ones(1), cost[0])) == today
    cost[0, NEVER] = 1.02
    assert log.chosen(Prediction(cost, np.ones(1), cost[0])) == NEVER
    cost[0, 5] = 0.9
    assert log.chosen(Prediction(cost, np.ones(1), cost[0])) == 5


def test_the_setting_that_cost_least_is_named_with_what_stands_for_it(coming):
    named = replace(coming, cheapest="periodic every 34", cheapest_like="every 32, last 12")
    notes = coming_words(named, INFO)["notes"]
    like = named.of("every 32, last 12")
    assert sum(f"most like “{like.label}”" in note for note in notes) == 1
    assert not any("most like “" in note for note in coming_words(coming, INFO)["notes"])


def test_a_choice_that_is_not_the_cheapest_says_why():
    coming = forecast(log_of(), Prices(fit=9.5))
    *others, last = coming.policies
    assert coming.choice == "never" != last.label
    near = replace(coming, policies=(*others, replace(last, over_cheapest=1.0)))
    rule = "whichever policy turns out cheapest (the least of all is 0 %; 3 % are no reason to"
    assert rule in coming_words(near, INFO)["lines"][0]
    chosen = replace(near, choice=last.label)
    least = "0 % more than whichever policy turns out cheapest, the least of all."
    assert least in coming_words(chosen, INFO)["lines"][0]
    simpler = replace(near, choice=others[1].label)
    assert "; within 1 % the simpler one is taken)" in coming_words(simpler, INFO)["lines"][0]


def test_a_mean_beyond_its_interval_says_why(coming):
    choice = coming.of(coming.choice)
    far = replace(choice, cost=replace(choice.cost, mean=2 * choice.cost.high))
    others = tuple(policy for policy in coming.policies if policy is not choice)
    (line,) = coming_words(replace(coming, policies=(far, *others)), INFO)["lines"]
    assert "on average (a few logs of the library change many times as much" in line
    assert "on average" not in coming_words(coming, INFO)["lines"][0]


@pytest.mark.parametrize(
    ("cost", "best", "words"),
    [
        (0.0, 0.0, "cost 0 (missed), the cheapest."),
        (9.0, 0.0, "cost 9 (missed), more than the cheapest, never, which cost 0."),
        (9.0, 6.0, "cost 9 (missed), 50 % above the cheapest, never."),
    ],
)
def test_the_exam_says_how_far_the_choice_was_above_the_cheapest(coming, cost, best, words):
    true = {"never": best, "every 4, last 12": cost}
    policies = (replace(p, true=true.get(p.label, p.true)) for p in coming.exam.policies)
    exam = replace(coming.exam, policies=tuple(policies), choice="every 4, last 12", best="never")
    assert words in coming_words(replace(coming, exam=exam), INFO)["notes"][0]


def test_a_refusal_is_one_sentence():
    refused = ComingPeriod(refusal="the log serves 20 ticks")
    expected = "No forecast: the log serves 20 ticks."
    assert coming_words(refused, INFO) == {"lines": [expected], "rows": [], "notes": []}
    assert expected[1:] in in_terminal(refused, INFO)
    assert coming_words(None, INFO) == {}


def test_it_is_read_back_as_it_was(coming):
    assert from_plain(ComingPeriod, to_plain(coming)) == coming


@pytest.mark.parametrize("shape", [nullcontext, phone], ids=["wide", "phone"])
def test_the_fans_are_drawn_for_four_policies(coming, shape):
    with theme(), shape():
        figure = fans(log_of(), forecast(log_of(), Prices(fit=9.5)), "shop", "day", "EUR")
        assert_apart(figure)
    titles = [axes.get_title().replace("\n", " ") for axes in figure.axes]
    assert len(titles) == 4
    assert titles[0] == "never"


@pytest.mark.parametrize(
    ("interval", "window", "action", "name"),
    [
        (np.inf, np.inf, "refit", "never"),
        (4.0, np.inf, "refit", "every 4, all"),
        (1.0, 5.0, "refit", "every 2, short"),
        (9.0, 20.0, "refit", "every 8, long"),
        (np.nan, 6.0, "refit", "alarm, short"),
        (np.nan, np.inf, "refit", "alarm, all"),
        (5.0, np.nan, "reuse", "every 4, reuse"),
        (20.0, np.nan, "reuse", "every 8, reuse"),
        (np.nan, np.nan, "reuse", "alarm, reuse"),
        (3.0, np.nan, "blend", "every 16, blend"),
        (np.nan, np.nan, "blend", "alarm, blend"),
        (9.0, 20.0, "update", "every 8, long"),
        (np.inf, np.nan, "reuse", "never"),
        (5.0, np.nan, "recalibrate", "never, corrected"),
        (1.0, np.nan, "recalibrate", "never, corrected often"),
    ],
)
def test_the_nearest_policy(interval, window, action, name):
    assert CATALOGUE[nearest(interval, window, action)].name == name


def test_a_setting_does_what_it_did_most_often_besides_refits():
    actions = ["refit", "reuse", "refit", "refit", "reuse", "blend"]
    trainings = pd.DataFrame({"label": ["a"] * 6 + ["b"], "action": [*actions, "refit"]})
    tables = SimpleNamespace(retrainings=trainings)
    assert [usual_action(tables, name) for name in "abc"] == ["reuse", "refit", "refit"]
    old = SimpleNamespace(retrainings=trainings.drop(columns="action"))
    assert usual_action(old, "a") == "refit"


def test_labels_are_in_ticks_and_different():
    labels = [label(policy, 7.0) for policy in CATALOGUE]
    assert len(set(labels)) == len(CATALOGUE)
    assert labels[NEVER] == "never"
    assert "every 14, last 42" in labels


def test_overrides_name_the_strategy_that_does_the_same():
    by_name = {policy.name: overrides(policy, 7.0, 50.0, "regression") for policy in CATALOGUE}
    assert by_name["never"] == "strategy=never"
    assert by_name["every 4, all"] == "strategy=periodic strategy.periodic.when.ticks=28"
    assert by_name["every 2, short"] == (
        "strategy=sliding_window strategy.sliding_window.when.ticks=14 "
        "strategy.sliding_window.what.ticks=42"
    )
    assert "strategy.excess.when.loss=50" in by_name["alarm, short"]
    assert by_name["alarm, since"] == by_name["every 16, corrected"] == ""
    assert by_name["never, corrected"] == (
        "strategy=residuals strategy.residuals.when.ticks=14 strategy.residuals.what.ticks=28"
    )


def test_policies_that_corrected_nothing_are_named():
    log = log_of()
    names = [policy.name for policy in CATALOGUE]
    costs = log.costs[LOG].copy()
    costs[names.index("never, corrected")] = costs[NEVER]
    costs[names.index("every 16, corrected")] = costs[names.index("every 16, all")]
    coming = forecast(replace(log, costs={**log.costs, LOG: costs}), Prices(fit=9.5))
    alone, between = "corrected every 4, last 8", "every 32, everything, corrected every 4"
    assert coming.uncorrected == (alone, between)
    said = [note for note in coming_words(coming, INFO)["notes"] if "no probabilities" in note]
    assert [alone in note and between in note for note in said] == [True]
    assert coming.of(alone).overrides == ""
    assert coming.of("corrected every 2, last 4").overrides.startswith("strategy=residuals")
    notes = coming_words(forecast(log, Prices(fit=9.5)), INFO)["notes"]
    assert not any("no probabilities" in note for note in notes)


def test_a_proven_saving_beside_a_forecast_of_never_is_explained(coming):
    of_log = decided({"never": [1910.0], "periodic": [1240.0]}, ticks=240, noise=1.0)
    assert of_log.decision.kind == "retrain"
    for choice, is_said in (("never", True), (coming.policies[1].label, False)):
        other = of_log.changed(coming_period=replace(coming, choice=choice))
        assert ("The drift of this log need not come again" in other.sentence) == is_said
    assert coming.policies[1].label != "never"
