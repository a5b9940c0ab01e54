"""Do not retrain holds at every higher price: what costs more saves no more."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from fake_costs import study
from hypothesis import given, settings
from hypothesis import strategies as st

from retrainlab.reports.decision.repriced import Pricing
from retrainlab.reports.decision.sensitivity import PriceAxis, own_decision
from retrainlab.reports.decision.summary import candidates, summary
from retrainlab.reports.results.tables import Tables
from retrainlab.sim.prices import Prices, cost_parts, price

FIT = next(part for part in cost_parts() if part.name == "fit")


def rare_alarm(per_seed: list[int], saved: list[float] | None = None) -> Tables:
    """A calendar that saves a little, and an alarm that goes off on some seeds.

    saved: what the alarms of each seed save; 5 each.
    """
    seeds, saved = len(per_seed), saved or [5.0 * alarms for alarms in per_seed]
    noise = np.random.default_rng(0).normal(size=seeds).round(2)
    costs = {
        "never": [300.0] * seeds,
        "periodic": (295 + noise).tolist(),
        "trigger": [300.0 - less for less in saved],
    }
    return alarms_of(study(costs, prices=Prices(fit=1.0)), per_seed)


def alarms_of(one: Tables, per_seed: list[int]) -> Tables:
    runs = one.runs.copy()
    runs.loc[runs["label"] == "trigger", "retrainings"] = per_seed
    return with_costs(replace(one, runs=runs))


def baseline_wins(per_seed: list[int]) -> Tables:
    """An alarm that goes off on some seeds, never, and a baseline that costs less than both."""
    seeds, noise = len(per_seed), np.random.default_rng(1).normal(size=len(per_seed)).round(2)
    costs = {
        "never": (300 + noise).tolist(),
        "trigger": [300.0 - 5.0 * alarms for alarms in per_seed],
        "majority": [250.0] * seeds,
    }
    return alarms_of(study(costs, prices=Prices(fit=1.0)), per_seed)


def with_costs(one: Tables) -> Tables:
    return replace(one, runs=one.runs.assign(**price(one.runs, one.manifest.prices)))


def one_retraining(decided: int, ticks: int = 160, never: float = 300.0) -> Tables:
    """One stream on which a setting retrained once, and lost as much as never."""
    costs = {"never": [never], "periodic": [never]}
    one = study(costs, ticks=ticks, noise=0.5, fits={"periodic": 1}, prices=Prices(fit=1.0))
    row = dict.fromkeys(one.retrainings.columns, 0.0)
    row |= {"scenario": "scenario", "seed": 0, "label": "periodic", "decided": decided}
    row |= {"charged": True, "refits": 1.0}
    return replace(one, retrainings=pd.DataFrame([row]))


def along(one: Tables, prices: np.ndarray) -> list[str]:
    axis = PriceAxis(one, Pricing(one, summary(one)), FIT)
    return [axis.decision(float(value)).kind for value in prices]


@pytest.mark.parametrize(
    "one",
    [
        rare_alarm([0, 0, 1, 0, 0, 0, 0, 1]),
        rare_alarm([0] * 9 + [3]),
        one_retraining(decided=150),
        one_retraining(decided=40),
    ],
    ids=["2 of 8", "3 on one seed", "late", "early"],
)
def test_once_it_is_do_not_retrain_it_stays_so_at_every_higher_price(one):
    kinds = along(one, np.geomspace(1e-2, 1e6, 80))
    assert kinds[-1] == "keep"
    assert set(kinds[kinds.index("keep") :]) == {"keep"}


def test_once_a_baseline_wins_it_wins_at_every_higher_price():
    one = baseline_wins([0, 0, 1, 0, 0, 0, 0, 1])
    assert set(along(one, np.geomspace(1e-2, 1e6, 80))) == {"baseline"}


@settings(max_examples=20)
@given(st.lists(st.integers(0, 3), min_size=3, max_size=10), st.floats(0.0, 100.0))
def test_a_price_above_all_that_never_lost_is_not_paid(per_seed, saved):
    one = rare_alarm(per_seed, [saved * alarms for alarms in per_seed])
    assert along(one, np.array([310.0, 1e4, 1e7])) == ["keep"] * 3


def test_what_may_still_save_is_left_open():
    one = rare_alarm([0, 1, 0, 0, 1, 0], [0.0, 280.0, 0.0, 0.0, 50.0, 0.0])
    assert along(one, np.array([150.0, 180.0, 270.0])) == ["undecided"] * 3


@pytest.mark.parametrize("update", [None, 7e4])  # a price that nobody pays changes nothing
def test_the_interval_says_what_the_answer_says_in_every_place(update):
    one = rare_alarm([0, 0, 1, 0, 0, 0, 0, 1])
    prices = Prices(fit=1e4, update=update)
    one = with_costs(replace(one, manifest=replace(one.manifest, prices=prices)))
    rows = summary(one).set_index("label")
    decision, tested = own_decision(one, rows.reset_index()), candidates(one)
    assert decision.kind == "keep"
    assert decision.evidence.high == rows.loc[decision.rival, "saving_high"]
    for label in ("periodic", "trigger"):
        high = rows.loc[label, "saving_high"]
        assert high == tested.compare(label, "never").high == -tested.compare("never", label).low
        assert rows.loc[label, "saving"] <= high < 0.05 * 300
        assert rows.loc[label, "saving_low"] == tested.tested("never").ends(label)[0]


def test_each_setting_ends_where_it_ends_at_the_same_lower_price():
    # Which of the two costs less changes with the price, and with it their order.
    one, prices = rare_alarm([0, 0, 1, 0, 0, 0, 0, 1]), Prices(fit=1e4)
    own, labels = candidates(one, prices), ("periodic", "trigger")
    tested, ends = own.tested("never"), own.savings("never")
    assert own.active == ["trigger", "periodic"]
    high = [ends.ends(label)[1] for label in labels]
    lower = [at.tested("never") for at in own.lower.down_to(1e-6)]
    least = [[min(t.ends(label)[1] for t in (tested, at)) for label in labels] for at in lower]
    assert any(high == pytest.approx(at, rel=1e-9) for at in least)
