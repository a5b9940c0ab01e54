"""The decision: what to do and how sure it is, for costs whose answer is known."""

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pytest
from fake_costs import Decided, decided

from retrainlab.reports.analysis.candidates import Candidates
from retrainlab.reports.analysis.decide_one_stream import compare
from retrainlab.reports.analysis.manifest import StrategyInfo
from retrainlab.reports.analysis.over_time import OverTime
from retrainlab.reports.analysis.statistics import half_width, paired
from retrainlab.reports.text.decision import SIGNIFICANCE, badge, savings
from retrainlab.reports.text.instruction import instruction
from retrainlab.sim.replay.clause import Clause, clauses
from retrainlab.sim.replay.strategy import All, Gate
from retrainlab.sim.seeds import generator
from retrainlab.strategies.gate import Always, Budget, Cooldown, EnoughRows, IfBetter
from retrainlab.strategies.what import Everything, Last, Mixed, SinceAlarm
from retrainlab.strategies.when import At, Every, OnAlarm, OnDrop


def verdict(score: dict[str, float] | None = None, **costs: list[float]) -> Decided:
    named = {label.replace("__", " ticks="): values for label, values in costs.items()}
    infos = {"periodic ticks=10": info(Every(10), Everything())}
    return decided(named, score, infos)


def info(*parts: Any) -> StrategyInfo:
    """What a manifest says of a strategy with these parts."""
    return StrategyInfo("me", tuple(clause for part in parts for clause in clauses(part)))


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


def test_a_single_stream_of_few_ticks_is_undecided():
    found = decided({"never": [1910.0], "periodic": [1240.0], "trigger": [1241.0]})
    assert found.summary == ("undecided", "too short", "periodic")
    assert "35 % less (670), on one stream of too few ticks for a test." in found.evidence
    assert "no forecast" in found.sentence
    assert "±" not in found.sentence


def test_a_single_stream_is_decided_by_its_ticks():
    costs = {"never": [1910.0], "periodic": [1240.0], "trigger": [1241.0], "majority": [3000.0]}
    found = decided(costs, ticks=240, noise=1.0)
    assert found.summary == ("retrain", "over time", "periodic")
    assert 0 < found.decision.evidence.half < 670
    assert found.decision.against.never == found.decision.evidence
    noisy = decided(costs, ticks=240, noise=60.0)
    assert noisy.summary == ("undecided", "not proven", "periodic")
    assert noisy.headline == "Undecided: periodic costs least, and that is not proven."
    assert f"About {noisy.decision.ticks_needed:,.0f} ticks like these" in noisy.sentence
    assert "a price of a retraining below" not in noisy.sentence  # no price would prove it


def test_an_open_decision_names_the_price_that_would_decide():
    found = decided({"never": [1910.0], "periodic": [1240.0]}, ticks=240, noise=60.0)
    priced = found.changed(proven_below=12.5, ticks_needed=812.0)
    wanted = (
        "About 812 ticks like these, a price of a retraining below 12.5, or more seeds of a "
        "simulated stream, would decide."
    )
    assert wanted in priced.sentence
    too_short = found.changed(proven_below=math.nan, ticks_needed=math.nan)
    assert "A longer stream, or more seeds of a simulated one, would decide." in too_short.sentence


@pytest.mark.parametrize(("noise", "word"), [(1.0, "proven"), (60.0, "not proven")])
def test_what_is_saved_against_the_policy_of_today_is_tested_over_the_ticks(noise, word):
    costs = {"never": [1910.0], "periodic": [1240.0], "trigger": [1500.0]}
    found = decided(costs, ticks=240, noise=noise, current_policy="trigger")
    gap = found.decision.against.current_policy
    assert (gap.label, gap.reference, gap.saving) == ("periodic", "trigger", 260.0)
    assert gap.clear == (word == "proven")
    (shown,) = [s for s in savings(found.decision) if s["name"] == "against today, trigger"]
    assert shown["size"].endswith(f", {word}")


def test_a_pair_has_one_interval_whichever_is_named_first():
    costs = {"never": [1910.0], "periodic": [1240.0], "majority": [3000.0]}
    losses = {label: values[0] / 240 for label, values in costs.items()}
    random = generator("tests", "pair").standard_normal((240, 3))
    table = pd.DataFrame(random, columns=[*losses]) + pd.Series(losses)
    over_time = OverTime(table, 0 * table, 0 * table, 0.0)
    ranked = ["periodic", "never"], ["majority"], ["never"]
    one = Candidates(pd.DataFrame(costs), *ranked, confidence=0.95, over_time=over_time)
    for pair in (("never", "periodic"), ("majority", "periodic"), ("majority", "never")):
        first, second = compare(one, *pair), compare(one, *pair[::-1])
        assert first.saving == -second.saving
        assert first.half == second.half > 0


def test_a_single_stream_is_kept_where_nothing_can_save_much():
    costs = {"never": [1910.0], "periodic": [1900.0]}
    found = decided(costs, ticks=240, noise=0.3)
    assert found.summary == ("keep", "negligible", "never")
    assert found.headline == "Do not retrain."


def test_a_baseline_of_a_single_stream_wins_only_if_that_is_proven():
    costs = {"never": [1910.0], "periodic": [1700.0], "majority": [1500.0]}
    assert decided(costs, ticks=240, noise=0.5).summary == ("baseline", "over time", "majority")
    assert decided(costs, ticks=240, noise=30.0).summary == ("undecided", "not proven", "majority")
    assert decided(costs).summary == ("undecided", "too short", "majority")


@dataclass
class Mine(Gate):
    """A part of a user's own, which does not describe itself."""

    size: int


class Agreed(Gate):
    """A gate of a user's own, whose words a sentence must not take apart."""

    def describe(self) -> Clause:
        return Clause("limit", "unless price and stock (of one day) disagree")


class Judged(Gate):
    """Another one, that looks at the new model."""

    def describe(self) -> Clause:
        return Clause("test", "when it is right and cheap")


ERROR = "When ADWIN alarms on the error, retrain on"


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ((Every(20), Everything(), Always()), "Retrain every 20 days on everything so far (me)."),
        ((Every(1), Last(1)), "Retrain every 1 day on the last 1 day (me)."),
        ((Every(20, 5), Everything()), "Retrain every 20 days, 5 later on everything so far (me)."),
        ((At([7, 3]), Everything()), "Retrain at days 3, 7 on everything so far (me)."),
        ((At(range(9)), Everything()), "Retrain at 9 given days on everything so far (me)."),
        ((OnAlarm(), Everything()), f"{ERROR} everything so far (me)."),
        (
            (OnAlarm(), SinceAlarm(1000)),
            f"{ERROR} only the rows since the alarm, once there are at least 1,000 (me).",
        ),
        (
            (OnDrop(ticks=20), Last(50), Budget(3)),
            "When accuracy over 20 days drops by 0.05, retrain on the last 50 days, at most 3 "
            "times (me).",
        ),
        (
            (Every(9), Everything(), All([IfBetter(5), Cooldown(10)])),
            "Retrain every 9 days on everything so far, at most once in 10 days; the new model "
            "serves only if it beats the champion on the last 5 days (me).",
        ),
        (
            (Every(9), Mixed(5, 0.1), All([Agreed(), Judged(), EnoughRows(1000), IfBetter(1)])),
            "Retrain every 9 days on the last 5 days and 10% of the rows before, unless price and "
            "stock (of one day) disagree, with at least 1,000 rows; the new model serves only when "
            "it is right and cheap and if it beats the champion on the last 1 day (me).",
        ),
        ((Every(9), Mine(3), Always()), "Retrain with me."),
        ((Every(9), Everything(), All([Always(), Mine(3)])), "Retrain with me."),
        ((lambda view: None, Everything()), "Retrain with me."),
    ],
)
def test_every_strategy_reads_as_plain_english(parts, said):
    assert instruction("me", info(*parts), "day") == said


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
