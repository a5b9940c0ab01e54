"""What is charged: every training that could serve before the stream ends, and no other."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.naive_bayes import GaussianNB
from streams import At, fits_of, gates, remedies, turning, whats, whens

from retrainlab.experiments.study.oracle_actions import ORACLE, reached_by_actions
from retrainlab.sim.oracle.candidates import candidate_grid, loss_table
from retrainlab.sim.oracle.schedule import best_schedule, completed
from retrainlab.sim.prices import Prices, price
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.strategy import All, Gate, Strategy
from retrainlab.sim.rows import count
from retrainlab.sim.world import World
from retrainlab.strategies.gate import Always
from retrainlab.strategies.what import Everything, Last
from retrainlab.strategies.when import Every

STREAM = turning(sizes=(10,) * 30, turns=(14, 21))
FITS = fits_of(STREAM, GaussianNB())
PRICES = Prices(error=1, fit=3, row=0.01, label=0.02, second=100)
WHENS = [part for part in whens("classification") if hasattr(part, "describe")]
WORLDS = st.builds(World, st.integers(0, 12), st.integers(0, 12), st.just(8))
STRATEGIES = st.builds(
    Strategy,
    st.sampled_from(WHENS),
    st.sampled_from([*whats(), *remedies("classification")]),
    st.sampled_from(gates()),
)


class OnlyInTime(Gate):
    """Refuses trainings whose model could not serve before the stream ends."""

    def __init__(self, world):
        self.world = world

    def admit(self, view, rows):
        return self.world.serves(view.tick) < STREAM.ticks


@settings(max_examples=60, deadline=None)
@given(STRATEGIES, WORLDS)
def test_what_could_never_serve_is_in_the_ledger_and_in_no_cost(strategy, world):
    ledger = replay(STREAM, strategy, world, FITS)
    trainings, quantities = ledger.trainings[1:], ledger.quantities()
    late = [t for t in trainings if t.ready > STREAM.ticks - 1]
    kept = [t for t in trainings if t not in late]
    assert all(t.deployed is None and t.accepted is None for t in late)
    assert all(t.deployed is not None or t.accepted is False for t in kept)
    assert len(late) == quantities["unfinished"]
    work = [sum(getattr(t.work, name) for t in kept) for name in ("refits", "updates", "switches")]
    assert [quantities[name] for name in ("retrainings", "updates", "switches")] == work
    assert quantities["train_rows"] == sum(t.work.rows for t in kept)
    assert quantities["fit_seconds"] == sum(t.seconds for t in kept)
    assert all(count(t.rows) == count(t.fit.rows) == t.work.rows for t in kept if not t.fit.parents)
    bought = int(ledger.ticks["labels"].sum())
    assert quantities["labels"] == bought - sum(t.labels for t in late)
    table = ledger.retrainings()
    assert table["charged"].tolist() == [False, *(t in kept for t in trainings)]
    assert len(kept) == quantities["deployed"] + quantities["rejected"]


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 25), st.integers(0, 9), st.sampled_from([Everything(), Last(4)]), WORLDS)
def test_a_calendar_costs_the_same_whether_or_not_it_trains_when_it_is_too_late(
    every, phase, what, world
):
    when = Every(every, phase)
    ledger = replay(STREAM, Strategy(when, what, Always()), world, FITS)
    stopped = replay(STREAM, Strategy(when, what, All([OnlyInTime(world)])), world, FITS)
    assert price(ledger.quantities(), PRICES) == price(stopped.quantities(), PRICES)
    assert len(stopped.trainings) == len(ledger.trainings) - ledger.quantities()["unfinished"]


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(st.lists(STRATEGIES, min_size=1, max_size=3), WORLDS, st.sampled_from([0.0, 1.0, 20.0]))
def test_the_oracle_is_never_more_expensive(strategies, world, fit):
    ledgers = [replay(STREAM, strategy, world, FITS) for strategy in strategies]
    of_refits = [ledger for ledger in ledgers if ledger.is_of_refits]
    prices = Prices(error=1, fit=fit, row=0.001, label=0.02)
    table = loss_table(FITS, world, candidate_grid(STREAM, world, 5, (None, 4)), of_refits)
    table = completed(table, FITS, world, prices, of_refits)
    of_all = reached_by_actions(table, FITS, world, prices, ledgers)[ORACLE]
    for best, those in (
        (best_schedule(table, prices).quantities(), of_refits),
        (of_all, ledgers),
    ):
        costs = [price(one.quantities(), prices)["cost"] for one in those]
        assert price(best, prices)["cost"] <= min(costs, default=np.inf) + 1e-9


def test_the_first_tick_that_is_too_late():
    world = World(fit_delay=2, warmup=8)
    last = STREAM.ticks - 4  # decided at its end, it serves the last tick
    for tick, charged in ((last, 1), (last + 1, 0)):
        ledger = replay(STREAM, Strategy(At(tick), Everything(), Always()), world, FITS)
        assert world.can_serve(tick, STREAM) == bool(charged)
        assert ledger.quantities()["retrainings"] == charged
        assert len(ledger.trainings) == 2
