"""The oracle equals brute force through the real replay, and its frontier (law 10)."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.naive_bayes import GaussianNB
from streams import At, Mean, Mirror, fits_of, stream_of, turning

from retrainlab.sim.arrivals import arrivals
from retrainlab.sim.oracle.candidates import Candidate, LossTable, candidate_grid, loss_table
from retrainlab.sim.oracle.schedule import best_schedule, frontier, hull
from retrainlab.sim.prices import Prices, price
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.strategy import Gate, Strategy
from retrainlab.sim.seeds import generator
from retrainlab.sim.world import World

ERROR = Prices(error=1, fit=0)


class Planned:
    """Trains on the rows of the candidate that was decided at this tick."""

    def __init__(self, chosen):
        self.rows = {c.decided: c.rows for c in chosen}

    def __call__(self, view):
        return self.rows[view.tick]


def follow(chosen, fits, world):
    """The ledger of a replay that trains these candidates and no others."""
    strategy = Strategy(At(*(c.decided for c in chosen)), Planned(chosen), Gate())
    return replay(fits.stream, strategy, world, fits)


def everything(candidates, fits, world):
    """Every schedule there is, and the quantities that a replay of it comes to."""
    ticks = sorted({c.decided for c in candidates})
    choices = [[None, *(c for c in candidates if c.decided == tick)] for tick in ticks]
    chosen = [[c for c in some if c is not None] for some in product(*choices)]
    return [(some, follow(some, fits, world).quantities()) for some in chosen]


def cost(quantities, prices):
    return price(quantities, prices)["cost"]


@st.composite
def cases(draw, classes=0):
    """Fits of a stream of up to 10 served ticks, clocks, candidates, and the windows of these."""
    windows = draw(st.sampled_from([(None,), (1,), (2,), (None, 1), (1, 3)]))
    ticks = draw(st.integers(5, 10 if len(windows) == 1 else 7))
    rng = generator(draw(st.integers(0, 999)), "tests", "oracle")
    sizes = [2, 1, *rng.integers(0, 4, ticks)]
    x, noise, other = rng.integers(0, 2, (3, sum(sizes)))
    rule = np.repeat(np.cumsum(rng.random(len(sizes)) < 0.4), sizes)
    y = (x + rule) % 2 if classes else 5 * (rule % 3) + noise
    scored = np.where(other, y, noise) if draw(st.booleans()) else None
    stream = stream_of(x, y, sizes, classes, scored=scored)
    world = World(draw(st.integers(0, 3)), draw(st.integers(0, 3)), warmup=2)
    candidates = candidate_grid(stream, world, draw(st.integers(1, 3)), windows)
    return fits_of(stream, Mirror() if classes else Mean()), world, candidates, windows


PRICES = [Prices(*each) for each in product([1, 2.5], [0, 1, 4], [0, 0.3], [0, 0.7, 2], [0, 1e4])]


@given(cases())
def test_the_best_schedule_is_that_of_brute_force_at_every_price(case):
    """Labels are exact where windows reach back to what is owned, else a lower bound."""
    fits, world, candidates, windows = case
    table = loss_table(fits, world, candidates)
    quantities_of = {tuple(chosen): q for chosen, q in everything(candidates, fits, world)}
    for prices in PRICES:
        best = best_schedule(table, prices)
        least = min(cost(quantities, prices) for quantities in quantities_of.values())
        if prices.label == 0 or windows in [(None,), (1,)]:
            assert cost(best.quantities(), prices) == pytest.approx(least, abs=1e-9)
        assert cost(best.quantities(), prices) <= least + 1e-9
        replayed = quantities_of[best.candidates]
        for name in ("loss", "retrainings", "train_rows", "fit_seconds"):
            assert best.quantities()[name] == pytest.approx(replayed[name], abs=1e-9)
        assert best.labels <= replayed["labels"]


@given(cases(classes=2), st.sampled_from([0, 1, 2]))
def test_ties_go_to_fewer_retrainings_and_then_to_earlier_ones(case, fit):
    """Losses and prices are whole numbers here, so that equal costs are equal."""
    fits, world, candidates, _ = case
    prices = Prices(error=1, fit=fit)

    def rank(schedule):
        chosen, quantities = schedule
        order = [candidates.index(c) for c in reversed(chosen)]
        return cost(quantities, prices), len(chosen), order

    first = min(everything(candidates, fits, world), key=rank)
    best = best_schedule(loss_table(fits, world, candidates), prices)
    assert list(best.candidates) == first[0]


def test_one_late_retraining_is_preferred_to_two_early_ones():
    """By hand: the models are ready at 4, 6, 7; the third alone, or the first two, lose 4."""
    warmup, first, second, third = [0, 4, 4, 9], [0, 0, 5, 9], [0, 0, 4, 4], [0, 0, 0, 0]
    models = tuple(Candidate(tick, slice(0, 2)) for tick in (-1, 3, 5, 6))
    loss, none = np.array([warmup, first, second, third], dtype=float), np.zeros(4, dtype=int)
    ready, boundaries = np.array([2, 4, 6, 7]), np.array([4, 6, 7, 8])
    decided = np.array([model.decided for model in models])
    known = arrivals(turning(sizes=(1,) * 8), World(warmup=2))
    table = LossTable(models, boundaries, ready, loss, none, none.astype(float), decided, known)
    assert best_schedule(table, ERROR).candidates == models[3:]
    assert frontier(table).tolist() == [9, 4]


@given(cases())
def test_the_frontier_is_that_of_brute_force(case):
    fits, world, candidates, _ = case
    least_losses = frontier(loss_table(fits, world, candidates))
    losses = [(len(chosen), q["loss"]) for chosen, q in everything(candidates, fits, world)]
    for k in range(max(most for most, _ in losses) + 1):
        least = min(loss for most, loss in losses if most <= k)
        assert least_losses[min(k, len(least_losses) - 1)] == pytest.approx(least, abs=1e-9)
    assert np.all(np.diff(least_losses) <= 0)
    assert len(least_losses) == 1 or least_losses[-1] < least_losses[-2]


def test_a_spike_is_worth_two_retrainings_or_none():
    """Ticks 5 to 8 are at 10, tick 9 at .5, all others at 0; the model of a tick is its value.

    None: 4 x 10 + .5. Both: 10 + 9.5 + 30 x .5. The first alone, or the second, makes it worse.
    """
    y = np.repeat([0, 10, 0.5, 0], [5, 4, 1, 30])
    fits, world = fits_of(stream_of(np.zeros(40), y, [1] * 40, 0), Mean()), World(warmup=2)
    both = (Candidate(5, slice(5, 6)), Candidate(9, slice(9, 10)))
    table = loss_table(fits, world, both)
    assert frontier(table).tolist() == [40.5, 40.5, 34.5]
    assert frontier(table, limit=1).tolist() == [40.5, 40.5]
    assert best_schedule(table, Prices(fit=2.9)).candidates == both
    assert best_schedule(table, Prices(fit=3)).candidates == ()


def test_a_label_that_an_earlier_window_left_out_is_taken_as_owned():
    """The lower bound: a window of 1 tick, then all 9; those of ticks 2 to 4 are not paid for.

    The second training saves 7.3 and is worth 3 labels at 1.5, but not the 7 of ticks 2 to 8.
    """
    y = np.repeat([20, 0, 9, 8], [2, 3, 3, 12])
    fits, world = fits_of(stream_of(np.zeros(20), y, [1] * 20, 0), Mean()), World(warmup=2)
    chosen = [Candidate(5, slice(5, 6)), Candidate(8, slice(0, 9))]
    best = best_schedule(loss_table(fits, world, chosen), Prices(fit=0, label=1.5))
    assert list(best.candidates) == chosen
    assert (best.labels, follow(chosen, fits, world).quantities()["labels"]) == (4, 7)


@given(st.lists(st.integers(0, 12), min_size=1, max_size=12))
def test_the_hull_holds_all_that_is_cheapest_at_some_price(losses):
    """k is the fewest of the cheapest at prices between what more would save and fewer cost."""
    f = sorted(losses, reverse=True)
    expected = []
    for k in range(len(f)):
        more = [(f[k] - f[j]) / (j - k) for j in range(k + 1, len(f))]
        fewer = [(f[i] - f[k]) / (k - i) for i in range(k)]
        if max(more, default=0) < min(fewer, default=np.inf):
            expected.append(k)
    corners = hull(np.array(f))
    assert corners.tolist() == expected
    slopes = np.diff(np.array(f)[corners]) / np.diff(corners)
    assert np.all(slopes < 0)
    assert np.all(np.diff(slopes) > 0)


@pytest.mark.parametrize("turns", [(), (25, 45)])
def test_laws_7_and_10_fewer_retrainings_as_the_price_of_a_fit_rises_and_none_in_the_end(turns):
    stream = turning(sizes=(10,) * 60, turns=turns)
    fits, world = fits_of(stream, GaussianNB()), World(label_delay=1, fit_delay=2, warmup=10)
    table = loss_table(fits, world, candidate_grid(stream, world, 2, (None, 6)))
    losses = frontier(table)
    gain = losses[0] - losses[-1]
    schedules = [best_schedule(table, Prices(fit=f * gain)) for f in (0, 0.01, 0.05, 0.2, 0.5, 1)]
    counts = [schedule.retrainings for schedule in schedules]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > 1
    assert counts[-1] == 0


def test_losses_are_against_the_truth_that_is_scored_over_blocks_of_unlike_ticks():
    stream = turning(classes=0, sizes=(40, 70, 0, 90) * 15, turns=(30,))
    stream = replace(stream, scored=stream.y + np.linspace(0, 9, stream.rows))
    fits, world = fits_of(stream, Mean()), World(label_delay=1, fit_delay=2, warmup=8)
    assert len(fits.block_starts) > 3
    best = best_schedule(
        loss_table(fits, world, candidate_grid(stream, world, 3, (None, 4))), ERROR
    )
    ledger = follow(best.candidates, fits, world)
    assert best.retrainings > 1
    assert best.loss == pytest.approx(ledger.quantities()["loss"])
