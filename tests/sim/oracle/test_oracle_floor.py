"""No strategy is cheaper than the oracle on the same fits (law 10), and every price agrees."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.naive_bayes import GaussianNB
from streams import Mean, fits_of, run, stream_of, turning

from retrainlab.sim.errors import InputError
from retrainlab.sim.oracle.candidates import Candidate, candidate_grid, loss_table
from retrainlab.sim.oracle.schedule import best_schedule, completed, floor, frontier, hull
from retrainlab.sim.prices import Prices, price
from retrainlab.sim.replay.baselines import baselines
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.strategy import Strategy
from retrainlab.sim.world import World
from retrainlab.strategies.gate import Always, Budget, Cooldown, IfBetter
from retrainlab.strategies.what import Everything, Last, Mixed, SinceAlarm, SinceFit
from retrainlab.strategies.when import Every, OnAlarm, OnDrop, OnExcess

ERROR = Prices(error=1, fit=0)


def cost(quantities, prices):
    return price(quantities, prices)["cost"]


STREAM = turning(sizes=(10,) * 60, turns=(25,))
WORLD = World(label_delay=1, fit_delay=2, warmup=10)
WHENS = (Every(3), Every(7, 2), OnAlarm("ADWIN"), OnDrop(by=0.2), OnExcess(5.0))
ON_GRID = [
    Strategy(when, what, gate)
    for when in WHENS
    for what in (Everything(), Last(6))
    for gate in (Always(), Cooldown(8), Budget(2))
]
OFF_GRID = [
    Strategy(OnAlarm("ADWIN"), SinceAlarm(20), Always()),
    Strategy(OnDrop(by=0.2), SinceFit(), Always()),
    Strategy(Every(5), Mixed(4), Always()),
    Strategy(Every(4), Everything(), IfBetter(2)),
    Strategy(OnDrop(by=0.2), Last(5), IfBetter(1)),
]


@pytest.fixture(scope="module")
def fits():
    return fits_of(STREAM, GaussianNB())


@pytest.fixture(scope="module")
def ledgers(fits):
    """Of strategies that pick from the finest grid with two windows, and of others."""
    return [[replay(STREAM, s, WORLD, fits) for s in some] for some in (ON_GRID, OFF_GRID)]


@pytest.fixture(scope="module")
def table(fits):
    return loss_table(fits, WORLD, candidate_grid(STREAM, WORLD, 1, (None, 6)))


SEVERAL = [ERROR, Prices(fit=3), Prices(fit=30), Prices(fit=2, row=0.01, label=0.02, second=100)]


@pytest.mark.parametrize("prices", SEVERAL)
def test_no_strategy_that_picks_from_the_candidates_is_cheaper(table, ledgers, prices):
    least = cost(best_schedule(table, prices).quantities(), prices)
    costs = [cost(ledger.quantities(), prices) for ledger in ledgers[0]]
    assert least <= min(costs) + 1e-9


@pytest.mark.parametrize("prices", SEVERAL)
def test_above_the_floor_there_is_no_strategy_at_all(fits, ledgers, prices):
    """A grid of one late tick is too coarse, so that the strategies' own trainings come in."""
    coarse = candidate_grid(STREAM, WORLD, 40, [None])
    alone = cost(best_schedule(loss_table(fits, WORLD, coarse), prices).quantities(), prices)
    every = ledgers[0] + ledgers[1]
    costs = [cost(ledger.quantities(), prices) for ledger in every]
    assert min(costs) < alone
    best = floor(fits, WORLD, prices, every, coarse)
    assert cost(best.quantities(), prices) <= min(costs) + 1e-9
    assert best.quantities() == floor(fits, WORLD, prices, every, coarse).quantities()


@pytest.mark.parametrize("strategy", OFF_GRID)
def test_the_trainings_of_one_strategy_are_a_floor_below_it(fits, strategy):
    """With no other candidates, they are added if never to retrain is more expensive."""
    ledger = replay(STREAM, strategy, WORLD, fits)
    alone = best_schedule(loss_table(fits, WORLD, []), ERROR).loss
    best = floor(fits, WORLD, ERROR, [ledger], [])
    trained = {Candidate(t.decided, t.fit.rows) for t in ledger.trainings[1:]}
    assert bool(best.retrainings) == (best.loss < alone)
    assert set(best.candidates) <= trained
    assert best.loss <= ledger.quantities()["loss"]


def test_a_ledger_that_is_cheaper_by_very_little_counts(fits, ledgers):
    """A fit is so expensive that all of the ledger's hardly pay; then some of them are."""
    ledger = ledgers[0][0]
    spent, never = ledger.quantities(), best_schedule(loss_table(fits, WORLD, []), ERROR).loss
    prices = Prices(fit=(never - spent["loss"]) / spent["retrainings"] - 1e-6)
    best = floor(fits, WORLD, prices, [ledger], [])
    assert cost(best.quantities(), prices) < cost(spent, prices) < never


def test_nothing_is_added_where_no_ledger_is_cheaper(fits, ledgers, table):
    prices = Prices(fit=3)
    table = loss_table(fits, WORLD, table.models[1:], ledgers[0])
    assert completed(table, fits, WORLD, prices, ledgers[0]) is table


def test_a_fit_made_anew_is_charged_the_least_that_it_cost_a_strategy(fits, table, ledgers):
    """The same trainings, but so much slower that none of them would be worth its price."""
    prices = Prices(fit=0, second=1)
    slow = replace(table, seconds=np.full(len(table.models), 1000.0))
    assert best_schedule(slow, prices).candidates == ()
    trainings = ledgers[0][0].trainings
    again = [replace(t, fit=replace(t.fit, seconds=t.fit.seconds + 0.1)) for t in trainings]
    both = [ledgers[0][0], replace(ledgers[0][0], trainings=again)]
    completed_table = completed(slow, fits, WORLD, prices, both)
    charged = dict(zip(completed_table.models, completed_table.seconds, strict=True))
    for t in trainings[1:]:
        if t.ready < STREAM.ticks:
            assert charged[Candidate(t.decided, t.fit.rows)] == t.fit.seconds
    assert completed_table.models == slow.models
    assert best_schedule(completed_table, prices).retrainings


def test_a_reward_for_every_tick_changes_no_schedule(table):
    """Losses may be negative, as a likelihood's are."""
    served = np.maximum(table.boundaries - table.ready[:, None], 0)
    rewarded = replace(table, loss=table.loss - 100 * served)
    best, usual = (best_schedule(t, Prices(fit=3)) for t in (rewarded, table))
    assert best.candidates == usual.candidates
    ticks = STREAM.ticks - WORLD.warmup
    assert frontier(rewarded).tolist() == (frontier(table) - 100 * ticks).tolist()


@pytest.mark.parametrize("fit", [0, 0.3, 1, 2.5, 6, 20, 300])
def test_the_frontier_gives_the_cost_at_every_price_of_a_fit(table, fit):
    prices = Prices(error=2, fit=fit)
    losses = frontier(table)
    corners = hull(losses)
    best = best_schedule(table, prices)
    assert cost(best.quantities(), prices) == min(2 * losses + fit * np.arange(len(losses)))
    assert best.retrainings in corners
    assert best.loss == losses[best.retrainings]


def test_ledgers_from_elsewhere_are_refused(fits, table, ledgers):
    other = run(turning(), GaussianNB(), Every(3), Everything())
    with pytest.raises(InputError, match="of another stream"):
        loss_table(fits, WORLD, [], [other])
    with pytest.raises(InputError, match="make the table with the ledger"):
        completed(loss_table(fits, WORLD, []), fits, WORLD, ERROR, ledgers[0])
    steps = stream_of(np.zeros(20), np.arange(20), [1] * 20, 0)
    step_fits, world = fits_of(steps, Mean()), World(warmup=2)
    yesterday = baselines(steps, world, step_fits.loss)["no_change"]
    with pytest.raises(InputError, match=r"ledgers \[0\] cost less .* replays on these fits"):
        floor(step_fits, world, Prices(fit=1), [yesterday], [])
