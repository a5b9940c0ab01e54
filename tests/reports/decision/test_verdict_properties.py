"""Whatever a study came to, its sentences and numbers do not contradict one another."""

import math
import re

import pytest
from fake_costs import NAME, study
from hypothesis import given, settings
from hypothesis import strategies as st
from price_axes import axes_of

from retrainlab.reports.analysis.cost_curve import curves
from retrainlab.reports.decision.decide import decide
from retrainlab.reports.decision.repriced import at_prices
from retrainlab.reports.decision.sensitivity import regime_of
from retrainlab.reports.decision.significance import leading
from retrainlab.reports.decision.summary import SAVINGS, candidates, summary
from retrainlab.reports.pages.study_page import at_price
from retrainlab.reports.results.manifest import StrategyInfo
from retrainlab.reports.text.decision import mark_of_choice, saving_size
from retrainlab.reports.text.format import MINUS
from retrainlab.reports.text.how_often import lines
from retrainlab.reports.text.price_words import prices_in_words
from retrainlab.reports.text.significance import compared
from retrainlab.sim.prices import Prices
from retrainlab.sim.replay.clause import Clause

LABELS = ("periodic ticks=5", "periodic ticks=10", "periodic ticks=20", "trigger", "asleep")
BASELINES = ("majority", "no_change")


def info(label: str) -> StrategyInfo:
    """What a manifest says of a label: a calendar where it has an interval, else an alarm."""
    if "ticks=" not in label:
        clauses = (Clause("condition", "when it alarms"), Clause("data", "everything so far"))
        return StrategyInfo(label, clauses)
    ticks = int(label.split("=")[1])
    clauses = (Clause("schedule", f"every {ticks}"), Clause("data", "everything so far"))
    return StrategyInfo("periodic", clauses, {"when.ticks": ticks}, {}, interval=float(ticks))


INFOS = {label: info(label) for label in LABELS}


@st.composite
def studies(draw, fewest=1, most=6, failing=True):
    """Arguments of a study: effects from none to large, noise from none to larger than these."""
    seeds = draw(st.integers(fewest, most))
    labels = draw(st.lists(st.sampled_from(LABELS), min_size=1, unique=True))
    labels += draw(st.lists(st.sampled_from(BASELINES), unique=True))
    never = [1000.0 + 10 * i for i in range(seeds)]
    costs = {"never": never}
    spread = draw(st.sampled_from([0, 1, 20, 200]))
    for label in labels:
        effect = draw(st.sampled_from([-600, -100, -40, -5, 0, 5, 300]))
        luck = draw(st.lists(st.integers(-spread, spread), min_size=seeds, max_size=seeds))
        costs[label] = [cost + effect + extra for cost, extra in zip(never, luck, strict=True)]
        if failing and seeds > 1 and draw(st.booleans()):
            costs[label][draw(st.integers(0, seeds - 1))] = None
    kept = {label: values for label, values in costs.items() if set(values) != {None}}
    return {
        "costs": kept,
        "ticks": draw(st.sampled_from([10, 160])),
        "noise": draw(st.sampled_from([0.0, 0.5, 5.0])),
        "prices": Prices(fit=draw(st.sampled_from([0.0, 1.0, 30.0]))),
        "fits": {label: float(draw(st.integers(1, 30))) for label in labels},
        "current_policy": draw(st.sampled_from([None, *kept])),
        "concepts": draw(st.integers(1, 2)),
        "strategies": INFOS,
    }


def parts_of(arguments):
    tables = study(**arguments)
    rows = summary(tables)
    (priced,) = at_prices(tables, rows, [tables.manifest.prices])
    return tables, rows, decide(priced, NAME, tables.manifest)


def decision_of(arguments):
    return parts_of(arguments)[2]


def ends(gap):
    return gap.saving, gap.low, gap.high


def comparisons(decision):
    against = decision.against
    every = (decision.evidence, against.never, against.current_policy, decision.cheaper)
    return [gap for gap in every if gap is not None]


@settings(max_examples=20, deadline=None)
@given(studies())
def test_the_answer_follows_from_the_intervals_that_are_shown(arguments):
    _, rows, decision = parts_of(arguments)
    settings_ = rows[(rows["role"] == "strategy") & (rows["retrainings"] > 0)].set_index("label")
    low, high = settings_["saving_low"], settings_["saving_high"]
    if decision.kind == "retrain":
        assert low[decision.choice] > 0
    if decision.kind == "keep":
        never = decision.setting("never").cost
        assert not (low > 0).any()
        assert decision.significance == "not tested" or (high < 0.05 * never).all()
    if decision.kind == "undecided":
        gap = decision.evidence
        assert not gap.is_tested or gap.low <= 0 <= gap.high
        if gap.reference == "never":
            assert not (low > 0).any()
    if decision.kind == "baseline":
        assert decision.against.never.low > 0


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(studies())
def test_a_saving_has_one_number_and_one_interval_everywhere(arguments):
    tables, rows, decision = parts_of(arguments)
    by_label, competitors = rows.set_index("label"), candidates(tables)
    for gap in comparisons(decision):
        assert not gap.is_tested or gap.low <= gap.saving <= gap.high
        assert gap.saving == pytest.approx(gap.reference_cost - gap.cost, nan_ok=True)
        again = competitors.compare(gap.label, gap.reference)
        assert ends(again) == pytest.approx(ends(gap), nan_ok=True)
        turned = competitors.compare(gap.reference, gap.label)
        mirrored = (-turned.saving, -turned.high, -turned.low)
        assert mirrored == pytest.approx(ends(gap), nan_ok=True)
        if gap.reference == "never":
            row = by_label.loc[gap.label]
            assert [*row[[*SAVINGS]]] == pytest.approx(ends(gap), nan_ok=True)
    for curve in curves(tables):
        row, best = by_label.loc[curve.choice], curve.best
        assert [*row[[*SAVINGS]]] == pytest.approx(ends(curve.saving), nan_ok=True)
        assert math.isnan(best.low) or best.low <= best.value <= best.high


@settings(max_examples=20, deadline=None)
@given(studies())
def test_no_two_sentences_of_a_card_contradict_each_other(arguments):
    tables, _, decision = parts_of(arguments)
    shown = at_price(decision, tables.manifest)
    card = " ".join((shown["badge"], shown["surety"], shown["headline"], shown["evidence"]))
    card = " ".join((card, *shown["notes"])).lower()
    often = " ".join(line for curve in curves(tables) for line in lines([curve], tables)).lower()
    assert "likely" not in card
    assert "probably" not in card
    assert "retrain every" not in often
    assert "never retrain" not in often
    assert "pays" not in often
    said = {kind: kind in card for kind in ("do not retrain", "undecided", "baseline wins")}
    wanted = {"keep": "do not retrain", "undecided": "undecided", "baseline": "baseline wins"}
    assert [kind for kind, is_there in said.items() if is_there] == (
        [wanted[decision.kind]] if decision.kind in wanted else []
    )
    if decision.kind in ("retrain", "baseline"):
        assert "not significant" not in card
        assert "would decide" not in card
    if decision.kind == "undecided":
        assert "would decide" in card
        assert mark_of_choice(decision) == "costs least"
    else:
        assert mark_of_choice(decision) == "recommended"
    competitors = candidates(tables)
    strategy_of = {label: label.split()[0] for label in competitors.order}
    said = compared(competitors, leading(competitors, strategy_of, decision.choice))["said"]
    assert "seeds=" not in said


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(studies(fewest=2, most=4, failing=False), st.integers(2, 4))
def test_more_seeds_that_say_the_same_never_turn_retrain_into_keep(arguments, times):
    once = decision_of(arguments)
    costs = {label: values * times for label, values in arguments["costs"].items()}
    more = decision_of(arguments | {"costs": costs})
    if once.kind != "undecided":
        assert (once.kind, once.choice) == (more.kind, more.choice) or (
            once.kind == more.kind == "retrain"  # what was a near tie may differ by now
        )


@settings(max_examples=20, deadline=None)
@given(studies(fewest=3, failing=False))
def test_at_a_price_below_the_one_that_is_named_a_saving_is_proven(arguments):
    decision = decision_of(arguments)
    limit = decision.proven_below
    if decision.kind != "undecided" or not 0 < limit < math.inf:
        return
    costs = {k: v for k, v in arguments["costs"].items() if k not in BASELINES}
    lower = arguments | {"costs": costs, "prices": Prices(fit=limit * 0.999)}
    assert decision_of(lower).kind == "retrain"
    assert limit < arguments["prices"].fit


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(studies())
def test_every_estimate_lies_in_its_interval(arguments):
    tables, rows, decision = parts_of(arguments)
    tested = rows[rows["saving_low"].notna()]
    assert (tested["saving_low"] <= tested["saving"]).all()
    assert (tested["saving"] <= tested["saving_high"]).all()
    for curve in curves(tables):
        best = curve.best
        assert best.flat_low <= best.value <= best.flat_high
        assert math.isnan(best.saving_low) or best.saving_low <= best.saving <= best.saving_high
    for gap in comparisons(decision):
        written = saving_size(gap)
        ends = re.fullmatch(r"([^ ]+), from ([^ ]+) to ([^ ]+)", written)
        assert ends or written.count(" ") in (0, 2)
        if ends:
            size, low, high = (float(x.replace(",", "").replace(MINUS, "-")) for x in ends.groups())
            assert low <= size <= high


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(studies(), st.sampled_from([0.3, 5.0, 60.0]))
def test_what_is_said_of_a_price_is_what_a_study_at_that_price_says(arguments, fit):
    """The decision along a price, its ranges and its sentence are those of a study made there."""
    tables, _, own = parts_of(arguments)
    axis = next((axis for _, axis in axes_of(tables) if axis.part.name == "fit"), None)
    if axis is None:
        return
    there = decision_of(arguments | {"prices": Prices(fit=fit)})
    along = axis.decision(fit)
    assert (along.kind, along.choice) == (there.kind, there.choice)
    for one, other in zip(comparisons(along), comparisons(there), strict=True):
        assert ends(one) == pytest.approx(ends(other), nan_ok=True)
    regimes = axis.regimes([fit])
    for price, decision in ((fit, there), (axis.own, own)):
        at = regime_of(regimes, price)
        assert (at.kind, at.choice) == (decision.kind, decision.choice)
        said = prices_in_words(regimes, price, "retraining", decision)
        wanted = {
            "retrain": f"{decision.choice} is the recommended setting",
            "keep": "Not to retrain is recommended",
            "baseline": f"The baseline {decision.choice} is recommended",
            "undecided": "It is undecided",
        }
        assert [kind for kind, words in wanted.items() if words in said] == [decision.kind]
        pays = [regime for regime in regimes if regime.kind == "retrain"]
        assert ("Retraining pays" in said) == (bool(pays) and decision.against.never is not None)
        if decision.kind != "retrain":
            assert "Retraining pays at every price" not in said
