"""The two references at no cost, against the obvious loop."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.dummy import DummyClassifier
from streams import run, stream_of, turning

from retrainlab.sim.replay.baselines import baselines
from retrainlab.sim.replay.losses import Absolute, ZeroOne
from retrainlab.sim.world import World
from retrainlab.strategies.what import Everything
from retrainlab.strategies.when import Never


def by_loop(stream, world, usual, newest):
    """Predictions of both baselines, row by row; `usual` and `newest` are functions of labels."""
    tick = stream.tick_of_row()
    pairs = []
    for t in range(world.warmup, stream.ticks):
        known = tick < max(world.warmup, t - world.label_delay)
        last = tick == tick[known].max()
        for row in np.flatnonzero(tick == t):
            same = known if stream.entity is None else known & (stream.entity == stream.entity[row])
            if stream.entity is None:
                latest = newest(stream.y[last])
            else:
                latest = stream.y[same][-1] if same.any() else usual(stream.y[known])
            pairs.append((t, usual(stream.y[known]), latest))
    return pairs


def mode(labels):
    return np.bincount(labels).argmax()


SIZES = st.lists(st.integers(0, 4), min_size=2, max_size=12).filter(any)


@given(SIZES, st.integers(0, 4), st.booleans(), st.booleans(), st.integers(0, 9))
def test_baselines_are_those_of_the_obvious_loop(sizes, late, panel, classify, seed):
    rng = np.random.default_rng(seed)
    sizes = [2, *sizes]
    n = sum(sizes)
    y = rng.integers(0, 3, n) if classify else rng.normal(size=n)
    entity = rng.integers(0, 3, n) if panel else None
    stream = stream_of(np.zeros(n), y, sizes, classes=3 * classify, entity=entity)
    world = World(label_delay=late, warmup=1)
    ledgers = baselines(stream, world, ZeroOne() if classify else Absolute())
    names = ["majority", "no_change"] if classify else ["mean", "no_change"]
    assert list(ledgers) == names
    middle = mode if classify else np.mean
    pairs = by_loop(stream, world, middle, middle)
    for at, name in enumerate(names, start=1):
        given = np.array([p[at] for p in pairs])
        cost = given != y[2:] if classify else np.abs(given - y[2:])
        tick = np.array([p[0] for p in pairs]) - 1
        expected = np.bincount(tick, weights=cost, minlength=len(sizes) - 1)
        assert ledgers[name].ticks["loss"].tolist() == pytest.approx(expected.tolist())


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
