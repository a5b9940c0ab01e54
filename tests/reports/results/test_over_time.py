"""Costs of each tick: they add up to the total cost, and are tested against one reference."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from fake_study import Fake, write

from retrainlab import reports
from retrainlab.reports.decision.repriced import at_prices
from retrainlab.reports.results.over_time import OverTime, costs_over_time
from retrainlab.reports.results.tables import load
from retrainlab.sim.optimum.one_stream import spread_evenly
from retrainlab.sim.prices import Prices
from retrainlab.sim.seeds import generator

LABELS = ["never", "periodic", "trigger"]


def made(price: float, ticks: int = 200) -> OverTime:
    """A stream on which periodic saves much, and trigger little."""
    losses = 10 + generator(0, "tests", "over time").standard_normal((ticks, 3)) - [0, 0.7, 0.2]
    starts = np.zeros((ticks, 3))
    starts[::50, 1] = starts[ticks // 2, 2] = 1

    def table(values: np.ndarray) -> pd.DataFrame:
        return pd.DataFrame(values, columns=LABELS)

    spent = price * starts
    return OverTime(table(losses + spread_evenly(spent)), table(spent), table(starts), price)


def test_each_column_adds_up_to_the_total_cost(tmp_path):
    one = load(write(tmp_path, (Fake("one", seeds=1),))).of("one")

    def prices(fit: float) -> Prices:
        return replace(one.manifest.prices, fit=fit)

    for priced in at_prices(one, reports.summary(one), map(prices, [0.0, 20.0, 500.0])):
        assert priced.over_time is not None
        costs = priced.over_time.costs
        assert costs.sum().to_numpy() == pytest.approx(priced.costs.iloc[0][costs.columns])
        assert np.isfinite(costs.to_numpy()).all()


def test_money_stands_at_the_ticks_of_the_decisions(tmp_path):
    one = load(write(tmp_path, (Fake("one", seeds=1),))).of("one")
    (priced,) = at_prices(one, reports.summary(one), [one.manifest.prices])
    over_time = priced.over_time
    assert over_time is not None
    counts = [priced.records[x]["retrainings"] for x in over_time.starts]
    assert over_time.starts.sum().to_numpy() == pytest.approx(counts)
    assert not over_time.spent.to_numpy()[over_time.starts.to_numpy() == 0].any()
    assert over_time.spent["never"].sum() == 0


def test_only_refits_are_counted_at_the_price_of_a_retraining(tmp_path):
    one = load(write(tmp_path, (Fake("one", seeds=1),))).of("one")
    done = one.retrainings.assign(refits=0, updates=1, switches=0)
    tables = replace(one, retrainings=done)
    at = costs_over_time(tables)
    assert at is not None
    over_time = at(Prices(fit=100, update=3), pd.Series(dtype=float))
    charged = done[done["charged"].astype(bool)]
    assert over_time.starts.to_numpy().sum() == 0
    assert over_time.spent.to_numpy().sum() == pytest.approx(3 * len(charged))


def test_several_streams_have_no_single_course(tmp_path):
    assert costs_over_time(load(write(tmp_path, (Fake("many", seeds=2),))).of("many")) is None


def test_no_order_of_the_settings_changes_an_interval():
    there, back = LABELS[1:], LABELS[:0:-1]
    first, second = (made(5.0).savings("never", order) for order in (there, back))
    assert first.low.tolist() == second.low.tolist()[::-1]
    assert first.high.tolist() == second.high.tolist()[::-1]
    assert first.saving.tolist() == second.saving.tolist()[::-1]
    below = [made(500.0).proven_below("never", order) for order in (there, back)]
    assert 0 < below[0] == below[1] < 500


def test_a_reference_that_spent_money_has_its_luck_at_the_other_end():
    test = made(5.0).savings("periodic", ["trigger"])
    other = made(5.0).savings("trigger", ["periodic"])
    assert test.low == pytest.approx(-other.high)
    assert test.high == pytest.approx(-other.low)


def test_the_price_below_which_a_saving_is_proven_is_the_same_at_every_price_above():
    below = made(60.0).proven_below("never", LABELS[1:])
    assert 0 < below < 60
    assert made(45.0).proven_below("never", LABELS[1:]) == pytest.approx(below, rel=0.002)
    assert made(0.98 * below).savings("never", LABELS[1:]).proven.any()
    assert not made(1.02 * below).savings("never", LABELS[1:]).proven.any()
    assert np.isnan(made(60.0).proven_below("never", []))
    assert np.isnan(made(60.0, ticks=40).proven_below("never", LABELS[1:]))
