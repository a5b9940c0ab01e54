"""Policies on a loss table: calendars, alarms, clocks and charges, as known by hand."""

import numpy as np
import pytest

from retrainlab.sim.forecast.backtest import backtest
from retrainlab.sim.forecast.how import Corrected
from retrainlab.sim.forecast.policies import CATALOGUE, PAST, Policy
from retrainlab.sim.forecast.what import Everything, Last, SinceAlarm
from retrainlab.sim.forecast.when import Every, Excess, Never


class AgeLosses:
    """Two logs: a model loses its age on the first, and 1 after step `jump` on the second.

    A model is the step at which it was trained, and the first step that it was trained on.
    """

    def __init__(self, label_lag=0, fit_delay=0.0, jump=20):
        self.logs, self.label_lag, self.fit_delay, self.jump = 2, label_lag, fit_delay, jump
        self.price, self.windows = np.array([5.0, 5.0]), []

    def first(self, begin):
        return np.full((2, self.logs), begin, dtype=float)

    def trainable(self, start, stop):
        return np.full(self.logs, True)

    def trained(self, start, stop, wanted):
        self.windows.append((stop, *start[wanted].tolist()))
        return np.array([np.full(self.logs, float(stop)), start.astype(float)])

    def loss(self, models, step):
        age = step + 1 - models[0, 0]
        is_new = step >= self.jump
        is_old = models[1, 1] < self.jump
        return np.array([age, 10.0 if is_new and is_old else 1.0])

    def charge(self, start, stop):
        return self.price

    @property
    def switch(self):
        return self.price / 100

    def blended(self, members, weights):
        return np.average(
            members,
            axis=0,
            weights=np.broadcast_to(weights[:, None], (len(members), *members[0].shape)),
        )

    def corrected(self, base, serving, steps, stop, wanted):
        start = np.full(self.logs, stop - self.label_lag - steps)
        return np.where(wanted, [np.full(self.logs, float(stop)), base[1]], serving), start

    def labels(self, start, stop):
        return 0.5 * np.maximum(stop - start, 0)


def test_never_spends_nothing():
    result = backtest(AgeLosses(), Policy("never", Never(), Everything()), 0, 10)
    assert result.loss[0].tolist() == list(range(1, 11))
    assert not result.spent.any()
    assert not result.retrainings.any()


@pytest.mark.parametrize(("interval", "count"), [(1, 9), (3, 3), (5, 1), (20, 0)])
def test_a_calendar_retrains_at_even_steps_but_not_too_late_to_serve(interval, count):
    result = backtest(AgeLosses(), Policy("c", Every(interval), Last(4)), 0, 10)
    assert result.retrainings.sum(axis=1).tolist() == [count, count]


def test_a_calendar_pays_each_label_once():
    result = backtest(AgeLosses(), Policy("c", Every(2), Last(4)), 0, 10)
    # Steps 0 to 7 are bought at .5 each, by four retrainings at 5.
    assert result.spent.sum(axis=1).tolist() == [24.0, 24.0]


@pytest.mark.parametrize("lag", [0, 2])
def test_corrections_buy_the_labels_that_they_read_and_serve_the_next_step(lag):
    policy = Policy("c", Never(), Everything(), Corrected(every=4, steps=2))
    result = backtest(AgeLosses(lag), policy, 0, 10)
    assert result.loss[0].tolist() == [1, 2, 3, 4, 1, 2, 3, 4, 1, 2]
    # Two labels at .5 each time, and a hundredth of a training at 5.
    assert np.flatnonzero(result.spent[0]).tolist() == [3, 7]
    assert result.spent[0, [3, 7]].tolist() == [1.05, 1.05]
    assert not result.retrainings.any()


def test_what_watches_pays_every_label():
    policy = Policy("a", Excess(1e9), Last(4))
    assert backtest(AgeLosses(), policy, 0, 10).spent.sum(axis=1).tolist() == [4.5, 4.5]


@pytest.mark.parametrize("delay", [0.0, 0.5, 2.0])
def test_a_new_model_serves_after_its_delay(delay):
    result = backtest(AgeLosses(fit_delay=delay), Policy("c", Every(4), Last(4)), 0, 8)
    # Decided at the end of step 3, so that it serves from 4 + delay on; the ages are mixed.
    old, new = np.arange(1.0, 9), np.arange(8) + 1.0 - 4
    served = np.clip(4 + delay - np.arange(8), 0, 1)
    assert np.allclose(
        result.loss[0], np.where(np.arange(8) < 4, old, served * old + (1 - served) * new)
    )


def test_an_alarm_waits_until_the_excess_has_cost_a_retraining():
    policy = Policy("a", Excess(1.0), Last(4))
    result = backtest(AgeLosses(jump=6), policy, 0, 12)
    # The jump costs 9 a step, and a retraining 5: decided at the end of its first step.
    assert np.flatnonzero(result.retrainings[1]).tolist()[:1] == [6]


def test_labels_that_come_late_delay_the_alarm():
    policy = Policy("a", Excess(1.0), Last(4))
    result = backtest(AgeLosses(label_lag=2, jump=6), policy, 0, 12)
    assert np.flatnonzero(result.retrainings[1]).tolist()[:1] == [8]


def test_since_the_alarm_trains_on_the_new_concept_alone():
    losses = AgeLosses(jump=6)
    losses.price = np.array([1e9, 5.0])
    result = backtest(losses, Policy("a", Excess(1.0), SinceAlarm()), 0, 14)
    # Three steps from 6 on are needed, so that it is decided at the end of step 8.
    assert losses.windows[0] == (9, 6)
    assert result.loss[1].tolist() == [1.0] * 6 + [10.0] * 3 + [1.0] * 5


def test_a_gap_is_a_budget():
    losses = AgeLosses()
    losses.price = np.array([0.1, 1e9])
    often = backtest(losses, Policy("a", Excess(1.0), Last(4)), 0, PAST)
    rare = backtest(losses, Policy("a", Excess(1.0, gap=12), Last(4)), 0, PAST)
    assert rare.retrainings[0].sum() < often.retrainings[0].sum()
    assert np.diff(np.flatnonzero(rare.retrainings[0])).min() >= 12


def test_a_policy_sees_nothing_of_later_steps():
    """Losses from a step on are changed: all before it is the same."""
    calm, wild = AgeLosses(jump=30), AgeLosses(jump=31)
    for policy in CATALOGUE:
        a, b = (backtest(losses, policy, 0, PAST) for losses in (calm, wild))
        assert np.array_equal(a.loss[:, :30], b.loss[:, :30])
        assert np.array_equal(a.spent[:, :30], b.spent[:, :30])


def test_the_catalogue_has_policies_of_different_names():
    assert len({policy.name for policy in CATALOGUE}) == len(CATALOGUE) == 25
