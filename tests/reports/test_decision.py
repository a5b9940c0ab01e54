"""The decision: what to do and how sure it is, for costs whose answer is known."""

import math

import pandas as pd
import pytest
from fake_costs import Decided, decided

from retrainlab.reports.analysis.manifest import StrategyInfo
from retrainlab.reports.analysis.statistics import half_width, paired
from retrainlab.reports.text.decision import SIGNIFICANCE, badge
from retrainlab.reports.text.instruction import instruction

WORDS = {"periodic ticks=10": StrategyInfo("", "every 10 ticks", "everything so far", "", {})}


def verdict(score: dict[str, float] | None = None, **costs: list[float]) -> Decided:
    named = {label.replace("__", " ticks="): values for label, values in costs.items()}
    return decided(named, score, WORDS)


NEVER_COSTS = [1900.0, 1910.0, 1920.0, 1890.0, 1930.0, 1905.0]


def shifted(by: float, *noise: float) -> list[float]:
    spread = noise or (0.0, 5.0, -5.0, 3.0, -3.0, 1.0)
    return [cost + by + extra for cost, extra in zip(NEVER_COSTS, spread, strict=True)]


def test_a_clear_winner_is_recommended_in_plain_words():
    found = verdict(never=NEVER_COSTS, periodic__10=shifted(-600), trigger=shifted(-200))
    assert found.summary == ("retrain", "significant", "periodic ticks=10")
    assert found.headline == "Retrain every 10 ticks on everything so far (periodic ticks=10)."
    assert "cheaper on 6 of 6 seeds" in found.evidence
    assert "31 % less (600 ± 4)" in found.evidence


def test_those_that_cannot_be_told_apart_are_listed():
    near = shifted(-600, 4.0, -6.0, 5.0, -4.0, 2.0, 1.0)
    found = verdict(never=NEVER_COSTS, periodic__10=shifted(-601), sliding_window__5=near)
    assert found.summary[:2] == ("retrain", "ties")
    assert "Not significant: sliding_window ticks=5 cannot be told apart" in found.sentence


def test_never_is_recommended_when_it_is_cheapest():
    found = verdict(never=NEVER_COSTS, periodic__10=shifted(50))
    assert found.summary == ("keep", "significant", "never")
    assert found.headline == "Do not retrain."


def test_a_gain_that_is_not_significant_is_no_reason_to_retrain():
    noisy = shifted(-10, 60, -80, 70, -60, 20, -30)
    found = verdict(never=NEVER_COSTS, periodic__10=noisy, asleep=NEVER_COSTS)
    assert found.summary == ("keep", "not significant", "never")
    assert ", not significant, cheaper on" in found.evidence
    assert found.decision.best == "periodic ticks=10"


def test_a_gain_that_does_not_survive_the_number_of_comparisons_is_likely_only():
    weak = shifted(-30, 20, -25, 25, -20, 15, -15)
    others = {f"trigger__{i}": shifted(100 + i) for i in range(15)}
    alone = verdict(never=NEVER_COSTS, periodic__10=weak)
    among = verdict(never=NEVER_COSTS, periodic__10=weak, **others)
    assert (alone.summary[1], among.summary[1]) == ("significant", "likely")
    assert among.headline.startswith("Probably retrain every 10 ticks")


@pytest.mark.parametrize(
    ("truth_known", "significance", "said"),
    [
        (True, "one seed", "on one seed, so there is no interval (seeds=10 gives one)"),
        (False, "one stream", "on the one stream there is, so there is no interval over streams"),
    ],
)
def test_without_an_interval_the_decision_says_why(truth_known, significance, said):
    costs = {"never": [1910.0], "periodic": [1240.0], "trigger": [1241.0]}
    found = decided(costs, truth_known=truth_known, tick_name="day")
    assert found.summary[:2] == ("retrain", significance)
    assert f"35 % less (670), {said}." in found.evidence
    assert "±" not in found.sentence


ON_ALARM = "when ADWIN alarms on the error"
SINCE = "only the rows since the alarm"


@pytest.mark.parametrize(
    ("when", "what", "gate", "said"),
    [
        ("every 20 ticks", "everything so far", "always", "Retrain every 20 days on everything"),
        ("every 5 ticks", "the last 1 tick", "", "Retrain every 5 days on the last 1 day (me)."),
        (ON_ALARM, "everything so far", "always", "error, retrain on everything so far (me)."),
        (
            *(ON_ALARM, f"{SINCE}, at least 1,000", "always"),
            f"When ADWIN alarms on the error, retrain on {SINCE}, once there are at least 1,000 (",
        ),
        (
            *("when accuracy over 20 ticks drops by 0.05", "the last 50 ticks", "at most 3 times"),
            "When accuracy over 20 days drops by 0.05, retrain on the last 50 days, at most 3",
        ),
        (
            *("every 9 ticks", "everything so far"),
            "if it beats the champion on the last 5 ticks and at most once in 10 ticks",
            "on everything so far, at most once in 10 days; the new model serves only if it beats "
            "the champion on the last 5 days (me).",
        ),
        ("every 9 ticks", "Mine(size=3)", "always", "Retrain with me."),
    ],
)
def test_every_strategy_reads_as_plain_english(when, what, gate, said):
    assert said in instruction("me", StrategyInfo("me", when, what, gate, {}), "day")


def test_a_baseline_that_beats_all_comes_first():
    found = verdict(never=NEVER_COSTS, periodic__10=shifted(-600), no_change=shifted(-900))
    assert found.summary == ("baseline", "significant", "no_change")
    assert found.headline == "No strategy here beats the baseline no_change."
    scores = {"never": 0.6, "periodic ticks=10": 0.7, "majority": 0.8}
    ahead = verdict(scores, never=NEVER_COSTS, periodic__10=shifted(-600), majority=shifted(-500))
    assert "behind the baseline majority (80.0 %)" in ahead.sentence


def test_without_never_the_decision_says_what_it_cannot_say():
    found = verdict(periodic__10=shifted(-600), trigger=shifted(-200))
    assert found.summary[:2] == ("retrain", "not tested")
    assert "pays;" not in SIGNIFICANCE["not tested"]
    assert "never was not in this study" in found.evidence


def test_intervals_are_students_and_paired():
    # Three values 1, 2, 3: sd 1, t(2, .975) = 4.303, so 4.303 / sqrt(3).
    assert half_width([1.0, 2.0, 3.0]) == pytest.approx(2.4841, abs=1e-4)
    assert math.isnan(half_width([1.0]))
    a, b = pd.Series([1.0, 2.0, 3.0]), pd.Series([2.0, 3.0, 4.0, 9.0])
    gap = paired(a, b)
    assert (gap.mean, gap.half, gap.seeds, gap.below) == (-1.0, 0.0, 3, 3)


def test_a_study_in_which_nothing_retrains_has_nothing_to_compare():
    found = verdict(never=NEVER_COSTS, asleep=NEVER_COSTS)
    assert found.summary == ("keep", "not tested", "never")
    assert (found.decision.rival, found.decision.evidence) == (None, None)
    assert found.evidence.startswith("Nothing that was tried retrained at all; never costs 1,909")


def test_a_decision_holds_the_numbers_that_decide():
    found = verdict(never=NEVER_COSTS, periodic__10=shifted(-600), no_change=shifted(300))
    decision, gap = found.decision, found.decision.evidence
    assert (decision.rival, decision.best, decision.seeds) == ("never", decision.choice, 6)
    assert (gap.label, gap.reference, gap.cheaper) == ("periodic ticks=10", "never", 6)
    assert gap.saving == pytest.approx(gap.reference_cost - gap.cost)
    assert gap == decision.against.never
    labels = [setting.label for setting in decision.settings]
    assert labels == ["periodic ticks=10", "never", "no_change"]
    assert decision.setting("never").cost == pytest.approx(gap.reference_cost)
    with pytest.raises(KeyError):
        decision.setting("nothing")


def test_an_open_decision_has_words():
    open_ = verdict(never=NEVER_COSTS, periodic__10=shifted(-600)).changed(kind="undecided")
    assert badge(open_.decision) == "Undecided"
    assert open_.headline == "Undecided: periodic ticks=10 costs least, and that is not proven."
    assert "31 % less (600 ± 4)" in open_.evidence
