"""The oracle over all actions: exact when it is small, and cheaper than every strategy."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.naive_bayes import GaussianNB
from streams import fits_of, remedies, turning

from retrainlab.experiments.study.context import References
from retrainlab.experiments.study.oracle_actions import lowered, reached_by_actions
from retrainlab.sim.oracle import actions
from retrainlab.sim.oracle.actions import Corrected, best_actions
from retrainlab.sim.oracle.candidates import Candidate, LossTable
from retrainlab.sim.oracle.schedule import best_schedule, frontier
from retrainlab.sim.prices import Prices, price
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.strategy import Gate, Strategy
from retrainlab.sim.world import World
from retrainlab.strategies.when import Every


class Owned:
    """Labels that all belong to the strategy already."""

    def later(self, rows, decided):
        return np.zeros(len(decided), dtype=int)


def small_table(rng, ticks, windows, every=1):
    """A table of made-up losses: the first model, and `windows` candidates at every few ticks."""
    ready = np.repeat(np.arange(1, ticks, every), windows)
    rows = [slice(0, 9 + i) for i in range(len(ready))]
    decided = ready.tolist()
    models = (Candidate(-1, slice(0, 4)), *map(Candidate, decided, rows))
    starts = np.array([0, *ready])
    spans = rng.integers(0, 9, (len(starts), ticks))
    spans[np.arange(ticks) < starts[:, None]] = 0
    many = len(models)
    return LossTable(
        models,
        np.arange(1, ticks + 1),
        starts,
        np.cumsum(spans, axis=1, dtype=float),
        np.full(many, 5),
        np.zeros(many),
        np.array([-1, *ready]),
        Owned(),
    )


def brute_force(table, prices, corrected, may_reuse):
    """The least cost over all sequences of what serves in each span, by what each of them pays."""
    spans = actions.Spans.of(table)
    loss = np.concatenate([spans.loss, corrected.loss])
    start = np.concatenate([spans.start, corrected.start])
    base = np.concatenate([np.arange(len(table.models)), corrected.parent])
    many, ticks = len(table.models), loss.shape[1]
    best = np.inf

    def entered(span, before, model):
        """What it costs that a model follows another at the beginning of a span."""
        if model == before or (model < many and start[model] == span):
            return 0.0
        return prices.deploy if model >= many or may_reuse else np.inf

    def walk(span, before, used, cost):
        nonlocal best
        if cost >= best:
            return
        if span == ticks:
            best = cost
            return
        for model in [0] if span == 0 else np.flatnonzero(start <= span).tolist():
            paid = 0.0 if base[model] in used else prices.fit
            more = entered(span, before, model) + paid + prices.error * loss[model, span]
            walk(span + 1, model, used | {base[model]}, cost + more)

    walk(0, 0, frozenset([0]), 0.0)
    return best


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([(3, 2, 1), (4, 2, 1), (6, 1, 1), (8, 1, 2), (8, 2, 4)]),
    st.booleans(),
    st.sampled_from([0.0, 0.5, 3.0]),
    st.sampled_from([0.0, 2.0, 9.0]),
)
def test_it_equals_brute_force(seed, size, may_reuse, deploy, fit):
    rng = np.random.default_rng(seed)
    table, prices = small_table(rng, *size), Prices(error=1, fit=fit, deploy=deploy)
    spans = size[0]
    start = np.array([2, spans - 1])
    loss = np.where(np.arange(spans) >= start[:, None], rng.integers(0, 5, (2, spans)), 0)
    corrected = Corrected(np.array([0, 0]), start, loss.astype(float))
    best, _ = best_actions(table, prices, corrected, may_reuse)
    found = price(best.quantities(), prices)["cost"]
    assert found == pytest.approx(brute_force(table, prices, corrected, may_reuse))


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.5, 3.0]), st.sampled_from([1.0, 9.0]))
def test_the_search_lies_between_all_sets_and_the_oracle_of_refits(seed, deploy, fit):
    table, prices = small_table(np.random.default_rng(seed), 6, 2), Prices(1, fit, deploy=deploy)
    exact = price(best_actions(table, prices)[0].quantities(), prices)["cost"]
    kept, actions.EXACT = actions.EXACT, 0
    try:
        searched = price(best_actions(table, prices)[0].quantities(), prices)["cost"]
    finally:
        actions.EXACT = kept
    of_refits = price(best_schedule(table, prices).quantities(), prices)["cost"]
    assert exact <= searched <= of_refits


def test_without_reuse_it_is_the_oracle_of_refits():
    for seed in range(20):
        table = small_table(np.random.default_rng(seed), 5, 2)
        for fit in (0.5, 3.0, 20.0):
            prices = Prices(error=1, fit=fit)
            best = price(best_actions(table, prices, may_reuse=False)[0].quantities(), prices)
            other = price(best_schedule(table, prices).quantities(), prices)
            assert best["cost"] == pytest.approx(other["cost"])


STREAM = turning(sizes=(10,) * 40, turns=(14, 21, 28))
WORLD = World(1, 1, warmup=8)


PRICES = [
    Prices(),
    Prices(error=1, fit=3, update=1, deploy=0.2),
    Prices(error=1, fit=0.5, update=0, deploy=0, row=0.01, label=0.02),
]


@pytest.mark.parametrize("prices", PRICES, ids=str)
def test_no_strategy_is_cheaper_than_the_oracle(prices):
    fits = fits_of(STREAM, GaussianNB())
    whats = remedies("classification")
    ledgers = [
        replay(STREAM, Strategy(Every(every), what, Gate()), WORLD, fits)
        for every in (1, 4)
        for what in whats
    ]
    refits = [ledger for ledger in ledgers if ledger.is_of_refits]
    table = References(every=4).table(fits, WORLD, prices, refits)
    reached = reached_by_actions(table, fits, WORLD, prices, ledgers)
    cost = {name: price(quantities, prices)["cost"] for name, quantities in reached.items()}
    assert cost["oracle"] <= min(cost.values()) + 1e-9
    assert cost["oracle with reuse"] <= cost["oracle of refits"] + 1e-9
    assert cost["oracle with recalibration"] <= cost["oracle of refits"] + 1e-9
    done = [ledger.quantities() for ledger in ledgers]
    assert all(cost["oracle"] <= price(q, prices)["cost"] + 1e-9 for q in done)
    losses = lowered(frontier(table), [*reached.values(), *done], prices)
    for fit in (0.0, prices.fit, 100.0):
        other = prices.with_amounts({"fit": fit})
        least = (losses * prices.error + fit * np.arange(len(losses))).min()
        few = [q for q in done if q["retrainings"] < len(losses)]
        assert all(least <= price(q, other)["cost"] + 1e-9 for q in few)


def test_a_thousand_ticks_take_less_than_ten_seconds():
    table, prices = small_table(np.random.default_rng(0), 1000, 3), Prices(error=1, fit=100)
    begun = time.process_time()
    best_actions(table, prices)
    assert time.process_time() - begun < 10
