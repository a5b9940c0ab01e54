"""The references at no cost, against the obvious loop over rows."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.dummy import DummyClassifier
from streams import run, stream_of, turning

from retrainlab.sim.replay.baselines import baselines, no_change_row_by_row
from retrainlab.sim.replay.losses import Absolute, ZeroOne
from retrainlab.sim.world import World
from retrainlab.strategies.what import Everything
from retrainlab.strategies.when import Never


def by_loop(stream, world, middle):
    """Served rows and what each baseline predicts for them; middle: mode or mean of labels."""
    tick = stream.tick_of_row()
    served = np.flatnonzero(tick >= world.warmup)
    arrives = np.where(tick < world.warmup, -1, tick + world.label_delay)  # at the end of a tick
    guesses = []
    for row in served:
        known = np.flatnonzero(arrives < tick[row])
        newest = known[tick[known] == tick[known].max()]
        of_entity = known if stream.entity is None else known[same_entity(stream, known, row)]
        latest = stream.y[of_entity[-1]] if len(of_entity) else middle(stream.y[known])
        guesses.append((middle(stream.y[known]), middle(stream.y[newest]), latest))
    return served, np.array(guesses).reshape(-1, 3).T


def same_entity(stream, rows, row):
    return stream.entity[rows] == stream.entity[row]


def mode(labels):
    return np.bincount(labels).argmax()


SIZES = st.lists(st.integers(0, 4), min_size=2, max_size=12).filter(any)


@st.composite
def clocked(draw):
    """A stream of few rows, with entities or without, and the clocks that it is served under."""
    rng = np.random.default_rng(draw(st.integers(0, 999)))
    sizes, classify = [2, *draw(SIZES)], draw(st.booleans())
    n = sum(sizes)
    y = rng.integers(0, 3, n) if classify else rng.normal(size=n)
    entity = rng.integers(0, 3, n) if draw(st.booleans()) else None
    stream = stream_of(np.zeros(n), y, sizes, classes=3 * classify, entity=entity)
    return stream, World(label_delay=draw(st.integers(0, 4)), warmup=1)


def of_task(stream):
    """Names of the baselines, the loss, and the middle that they take."""
    if stream.task == "classification":
        return ["majority", "newest_majority", "no_change"], ZeroOne(), mode
    return ["mean", "newest_mean", "no_change"], Absolute(), np.mean


@given(clocked())
def test_baselines_are_those_of_the_obvious_loop(case):
    stream, world = case
    names, loss, middle = of_task(stream)
    ledgers = baselines(stream, world, loss)
    assert list(ledgers) == names
    served, guesses = by_loop(stream, world, middle)
    for name, guess in zip(names, guesses, strict=True):
        costs = loss(stream.y[served], guess.astype(stream.y.dtype))
        tick = stream.tick_of_row()[served] - 1
        expected = np.bincount(tick, weights=costs, minlength=stream.ticks - 1)
        assert ledgers[name].ticks["loss"].tolist() == pytest.approx(expected.tolist())


@given(clocked(), st.integers(1, 12), st.integers(0, 99))
def test_no_baseline_sees_a_label_before_it_arrives(case, at, seed):
    """Labels from tick `at` on are others: what is served before the first of them has arrived,
    at the end of tick `at` + label_delay, is the same."""
    stream, world = case
    at = min(at, stream.ticks)
    y, cut = stream.y.copy(), int(stream.offsets[at])
    shift = np.random.default_rng(seed).integers(1, 3, len(y) - cut)
    y[cut:] = (y[cut:] + shift) % 3 if stream.task == "classification" else y[cut:] + shift
    loss = of_task(stream)[1]
    ledgers, others = (baselines(one, world, loss) for one in (stream, replace(stream, y=y)))
    until = int(stream.offsets[min(at + world.label_delay + 1, stream.ticks)])
    rows = until - int(stream.offsets[world.warmup])
    for name, ledger in ledgers.items():
        served, other = ledger.predictions, others[name].predictions
        assert np.array_equal(served.given[:rows], other.given[:rows])


@given(clocked())
def test_row_by_row_is_told_the_label_before_each_row(case):
    stream = case[0]
    before = []
    for row in range(2, stream.rows):
        earlier = np.arange(row)
        if stream.entity is not None:
            earlier = earlier[same_entity(stream, earlier, row)]
        before.append(stream.y[earlier[-1] if len(earlier) else row - 1])
    truth = stream.y[2:]
    if stream.task == "classification":
        expected = np.mean(np.array(before) == truth)
    else:
        expected = 1 - np.abs(before - truth).sum() / np.abs(truth).sum()
    assert no_change_row_by_row(stream, 1) == pytest.approx(expected)


@pytest.mark.parametrize(("size", "tolerance"), [(1, 0.01), (100, 0.1)])
def test_row_by_row_sees_what_large_ticks_hide(size, tolerance):
    """The label changes once in 20 rows: at ticks of 100 rows the newest one is of no use."""
    y = np.cumsum(np.random.default_rng(0).random(5_000) < 0.05) % 2
    alike = np.mean(y[1:] == y[:-1])
    stream = stream_of(np.zeros(5_000), y, [size] * (5_000 // size))
    world = World(warmup=100 // size)
    ticks = baselines(stream, world, ZeroOne())["no_change"].ticks
    score = 1 - ticks["loss"].sum() / ticks["rows"].sum()
    assert no_change_row_by_row(stream, world.warmup) == pytest.approx(alike, abs=0.01)
    assert score == pytest.approx(alike if size == 1 else 0.5, abs=tolerance)


def test_no_change_is_the_label_before_with_one_row_a_tick():
    y = np.random.default_rng(0).integers(0, 2, 50)
    stream = stream_of(np.zeros(50), y, [1] * 50)
    for late in (0, 1, 3):
        loss = baselines(stream, World(late, warmup=5), ZeroOne())["no_change"].ticks["loss"]
        # The label at hand is that of 1 + late ticks before; in the warm-up all are known.
        at = np.maximum(np.arange(5, 50) - 1 - late, 4)
        assert loss.tolist() == (y[5:] != y[at]).tolist()


def test_baselines_cost_nothing_and_stand_in_the_same_table():
    stream = turning(sizes=(7, 3) * 10)
    world = World(label_delay=1, warmup=5)
    ledger = run(stream, DummyClassifier(), Never(), Everything(), label_delay=1, warmup=5)
    for one in baselines(stream, world, ZeroOne()).values():
        assert sorted(one.ticks.columns) == sorted(ledger.ticks.columns)
        assert one.model_of_row(stream.rows - 1) == -1
        spent = one.quantities()
        assert [spent[k] for k in ("retrainings", "labels", "alarms", "train_rows")] == [0] * 4
        assert spent["rows"] == ledger.quantities()["rows"]


def test_a_probability_is_what_the_baseline_gives():
    """3 of 4 labels known at tick 2 are 1: a log loss can be put on it, and the score is .75."""
    stream = stream_of(np.zeros(6), [1, 0, 1, 1, 0, 1], [2, 2, 2])
    ticks = baselines(stream, World(warmup=1), ZeroOne())["majority"].ticks
    assert ticks["predicted_mean"].tolist() == [0.5, 0.75]
    assert ticks["loss"].tolist() == [2, 1]  # a tie is given to class 0


def test_baselines_are_scored_against_the_truth():
    stream = stream_of(np.zeros(4), np.ones(4), [1] * 4, 0, scored=np.full(4, 3.0))
    ledger = baselines(stream, World(warmup=2), Absolute())["mean"]
    assert ledger.ticks["loss"].tolist() == [2, 2]
