"""The decision along each price: exact ranges against brute force, and what is said of them."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from fake_costs import decided, study
from fake_study import TWO, Fake, repriced, write
from hypothesis import given, settings
from hypothesis import strategies as st
from price_axes import axes_of, effects_of

from retrainlab.reports.decision import repriced as repriced_module
from retrainlab.reports.decision.crossings import TOLERANCE
from retrainlab.reports.decision.repriced import Pricing
from retrainlab.reports.decision.sensitivity import (
    as_in_regimes,
    most_decisive_first,
    own_decision,
    regime_of,
    with_sensitivity,
)
from retrainlab.reports.decision.summary import summary
from retrainlab.reports.results.decision import Outcome, Regime, Sensitivity
from retrainlab.reports.results.tables import load
from retrainlab.reports.text.findings import of_prices
from retrainlab.reports.text.format import three_digits
from retrainlab.reports.text.price_words import (
    effects_sentence,
    effects_table,
    exact,
    prices_in_words,
    unit_of_loss,
    where_it_holds,
    where_it_pays,
)
from retrainlab.sim.prices import Prices

UNIT = Prices(fit=1.0)
LABELS = ("never", "periodic every 5", "periodic every 20", "trigger", "no_change")
UNITS = {"error": "wrong prediction", "fit": "retraining", "row": "row trained on"}


@st.composite
def cost_tables(draw):
    """Losses by label and seed, and how often each label retrains."""
    seeds = draw(st.integers(2, 5))
    level = st.integers(50, 400)
    spread = draw(st.sampled_from([0.0, 1.0, 10.0]))
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    losses = {label: draw(level) + spread * rng.normal(size=seeds).round(2) for label in LABELS}
    few = st.integers(1, 12)
    fits = [0, draw(st.integers(8, 40)), draw(few), draw(few), 0]
    costs = {label: values.tolist() for label, values in losses.items()}
    return study(costs, fits=dict(zip(LABELS, fits, strict=True)), prices=UNIT)


def near_an_end(regimes, value):
    ends = [regime.low for regime in regimes if regime.low]
    return any(math.isclose(value, end, rel_tol=2 * TOLERANCE) for end in ends)


@pytest.mark.slow
@settings(max_examples=15)
@given(cost_tables())
def test_the_ranges_of_a_price_are_those_of_a_fine_grid(one):
    for slider, axis in axes_of(one):
        regimes = axis.regimes(slider.values)
        assert regimes[0].low == 0
        assert regimes[-1].high is None
        for before, after in pairwise(regimes):
            assert before.high == after.low
            assert (before.kind, before.choice) != (after.kind, after.choice)
        for value in np.geomspace(1e-2, 1e4, 60):
            if not near_an_end(regimes, value):
                decision, found = axis.decision(value), regime_of(regimes, value)
                assert (decision.kind, decision.choice) == (found.kind, found.choice)


def test_a_crossing_is_exact_where_all_seeds_agree():
    # 100 + 0 x, 40 + 3 x and 10 + 12 x cross at 20 and at 10 / 3.
    losses = {"never": 100.0, "periodic every 20": 40.0, "periodic every 5": 10.0}
    fits = {"never": 0, "periodic every 20": 3, "periodic every 5": 12}
    one = study({label: [loss] * 3 for label, loss in losses.items()}, fits=fits, prices=UNIT)
    axis = next(axis for slider, axis in axes_of(one) if slider.part.name == "fit")
    regimes = axis.regimes([1.0])
    assert [regime.choice for regime in regimes] == [
        "periodic every 5",
        "periodic every 20",
        "never",
    ]
    assert [regime.low for regime in regimes] == pytest.approx([0, 10 / 3, 20], rel=1e-12)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write(tmp_path_factory.mktemp("study"), TWO)


@pytest.mark.parametrize("name", ["gradual", "shop"])
def test_a_tenth_and_ten_times_a_price_are_those_of_a_study_with_it(folder, name):
    one = load(folder).of(name)
    effects = effects_of(one)
    assert {effect.name for effect in effects} == {"error", "fit", "row", "label"}
    for effect in effects:
        price = getattr(one.manifest.prices, effect.name)
        assert effect.price == price
        own = own_decision(one, summary(one))
        found = regime_of(effect.regimes, price)
        assert (found.kind, found.choice) == (own.kind, own.choice)
        if not price:
            assert (effect.tenth, effect.tenfold) == (None, None)
            continue
        for outcome, factor in ((effect.tenth, 0.1), (effect.tenfold, 10.0)):
            there = repriced(one, **{effect.name: price * factor})
            wanted = own_decision(there, summary(there))
            assert (outcome.kind, outcome.choice) == (wanted.kind, wanted.choice)
            assert outcome.price == pytest.approx(price * factor)
            assert outcome.saving == pytest.approx(wanted.against.never.saving)


def effect(name="fit", price=100.0, tenth=None, tenfold=None, regimes=()):
    return Sensitivity(name, price, regimes, tenth, tenfold)


PAYS = (
    Regime(0.0, 2.1, "retrain", "periodic every 5"),
    Regime(2.1, 392.94, "retrain", "periodic every 20"),
    Regime(392.94, None, "keep", "never"),
)


def test_where_it_pays_and_where_the_setting_holds_are_said_with_the_price_that_there_is():
    assert where_it_pays(PAYS, 100.0, "retraining", "EUR") == (
        "Retraining pays up to 393 EUR per retraining (it is 100 EUR)."
    )
    assert where_it_holds(PAYS, 100.0) == (
        "periodic every 20 is the recommended setting from 2.1 to 393."
    )
    assert where_it_holds(PAYS, 1e4) == "Not to retrain is recommended from 393 on."
    keep = (Regime(0.0, None, "keep", "never"),)
    assert "At no price per retraining is it proven" in where_it_pays(keep, 1.0, "retraining", None)
    always = (Regime(0.0, None, "retrain", "a"),)
    assert where_it_pays(always, 1.0, "row", None).startswith("Retraining pays at every price")
    gap = (*PAYS, Regime(1000.0, None, "retrain", "a"))
    assert where_it_pays(gap, 1.0, "retraining", None) == (
        "Retraining pays up to 393 and from 1,000 on per retraining (it is 1)."
    )


def test_the_price_that_changes_what_to_do_soonest_comes_first():
    near = effect("row", 300.0, regimes=PAYS)
    far = effect("fit", 100.0, regimes=PAYS)
    never = effect("error", 1.0, regimes=(Regime(0.0, None, "retrain", "a"),))
    assert most_decisive_first([never, far, near]) == (near, far, never)
    assert effects_sentence([far, never], UNITS, "EUR") == (
        "What to do changes at 393 EUR per retraining (above: do not retrain). "
        "It is the same from a tenth to ten times the price per wrong prediction."
    )
    # A change beyond ten times the price is none that is said here.
    assert "changes" not in effects_sentence([effect(price=10.0, regimes=PAYS)], UNITS, None)
    lines = effects_table([effect(tenth=Outcome(10.0, "keep", "never", 0.0), regimes=PAYS)], UNITS)
    assert lines[0]["pays"] == "up to 393"
    assert lines[0]["tenth"] == "at 10: do not retrain"


def test_what_acts_without_a_refit_is_not_called_retraining():
    decision = decided({"never": [90.0] * 3, "a": [40.0] * 3}, fits={"a": 0.0}).decision
    regimes = (Regime(0.0, None, "retrain", "a"),)
    said = prices_in_words(regimes, 5.0, "retraining", decision)
    assert said.startswith("Acting without a refit pays at every price per retraining (it is 5).")
    refits = replace(decision.setting("a"), retrainings=5.0)
    others = [s for s in decision.settings if s.label != "a"]
    said = prices_in_words(
        regimes, 5.0, "retraining", replace(decision, settings=(*others, refits))
    )
    assert said.startswith("Retraining pays at every price per retraining")


def test_the_title_of_the_prices_says_no_change_that_the_figure_does_not_show():
    far = effect("fit", 10.0, regimes=PAYS[1:])  # changes at more than ten times the price
    assert of_prices([far], UNITS, None) == "No price that is shown changes what to do"
    near = effect("fit", 100.0, regimes=PAYS)
    assert of_prices([near], UNITS, "EUR") == "What to do changes above 393 EUR per retraining"


def test_prices_that_change_nothing_are_said_in_a_sentence_of_its_own():
    always = (Regime(0.0, None, "undecided", "a"),)
    effects = [effect(regimes=always), effect("error", 1.0, regimes=always)]
    assert effects_sentence(effects, UNITS, None) == (
        "What to do is the same from a tenth to ten times the price per retraining and per wrong "
        "prediction."
    )


def test_the_price_that_would_decide_is_where_retraining_begins_to_pay(tmp_path):
    """Sentence and table say one number, though each is searched for in its own way."""
    fake = Fake("one", seeds=1, slope=0.0004)
    one = repriced(load(write(tmp_path, (fake,), ticks=260)).of("one"), fit=60.0)
    own = own_decision(one, summary(one))
    decision = with_sensitivity(own, effects_of(one))
    regimes = next(effect.regimes for effect in decision.sensitivity if effect.name == "fit")
    assert own.kind == "undecided"
    assert own.proven_below == pytest.approx(decision.proven_below, rel=0.05)  # other draws
    assert where_it_pays(regimes, 60.0, "retraining", None).startswith(
        f"Retraining pays up to {three_digits(decision.proven_below)} "
    )
    nothing = replace(own, proven_below=math.nan)
    assert math.isnan(as_in_regimes(nothing, regimes).proven_below)


def test_a_price_is_written_to_six_digits_and_never_as_a_power_of_ten():
    assert [exact(x) for x in (2_512_340, 12345.6, 392.94, 2.0, 0.25, 0.000123456)] == [
        *("2,512,340", "12,346", "392.94", "2", "0.25", "0.000123456"),
    ]


def test_the_unit_of_an_error_is_that_of_the_loss():
    assert unit_of_loss("ZeroOne()") == "wrong prediction"
    assert unit_of_loss("Log(floor=1e-06)") == "unit of log loss"
    assert unit_of_loss("CostMatrix(costs=[[0, 5], [1, 0]])", "EUR") == "EUR of the cost matrix"
    assert unit_of_loss("Mine()") == "unit of mine"
    assert unit_of_loss("") == "unit of loss"


def test_what_is_undecided_is_so_whichever_setting_is_cheapest():
    regimes = (
        Regime(0.0, 5.0, "undecided", "a"),
        Regime(5.0, 9.0, "undecided", "never"),
        Regime(9.0, None, "keep", "never"),
    )
    assert where_it_holds(regimes, 7.0, "EUR") == "It is undecided up to 9 EUR."
    assert where_it_holds(regimes[:2], 1.0) == "It is undecided up to 9."
    assert where_it_holds(regimes, 20.0) == "Not to retrain is recommended from 9 on."


def test_a_computed_number_has_three_digits_wherever_it_stands():
    values = (12345.6, 392.94, 29.52, 4.173, 0.000123456, 2.0)
    texts = ["12,300", "393", "29.5", "4.17", "0.000123", "2"]
    assert [three_digits(x) for x in values] == texts


@pytest.mark.slow
def test_prices_keep_a_bounded_memory_and_change_nothing(tmp_path, monkeypatch):
    write(tmp_path, (Fake("long", seeds=1),), ticks=120)
    tables = load(tmp_path).of("long")
    assert tables.runs["seed"].nunique() == 1
    kept = effects_of(tables)
    monkeypatch.setattr(repriced_module, "MEMO_BYTES", 2 * _bytes_of_a_price(tables))
    axes = axes_of(tables)
    assert most_decisive_first([axis.sensitivity(s.values) for s, axis in axes]) == kept
    (parts,) = axes[0][1]._pricing._parts.values()
    assert parts._priced.misses > len(parts._priced.entries) == 2


def _bytes_of_a_price(tables):
    pricing = Pricing(tables, summary(tables))
    return repriced_module._size(pricing.at(pricing.prices))
