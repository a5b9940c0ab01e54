"""Weights of rows: they multiply losses and count in fits; metrics count rows."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from streams import fits_of, run, turning

from retrainlab.sim.errors import InputError
from retrainlab.sim.oracle.candidates import candidate_grid, loss_table
from retrainlab.sim.oracle.schedule import best_schedule
from retrainlab.sim.prices import Prices
from retrainlab.sim.replay.baselines import baselines
from retrainlab.sim.replay.learners import Learner
from retrainlab.sim.replay.losses import Absolute
from retrainlab.sim.seeds import generator
from retrainlab.sim.world import World
from retrainlab.strategies.what import Everything
from retrainlab.strategies.when import Every

WORLD = {"warmup": 10, "label_delay": 1}


def weighted(classes=0, seed=0):
    """A stream whose rows weigh 0, 1, 2 or 3, and the same stream with each row so many times."""
    stream = turning(classes=classes)
    weight = generator(seed, "tests", "weights").integers(0, 4, stream.rows)
    tick = np.repeat(stream.tick_of_row(), weight)
    repeated = replace(
        stream,
        x=np.repeat(stream.x, weight, axis=0),
        y=np.repeat(stream.y, weight),
        offsets=np.searchsorted(tick, np.arange(stream.ticks + 1)),
        ceiling=np.full(len(tick), np.nan),
        concept=np.full(len(tick), -1),
    )
    return replace(stream, weight=weight), repeated


def test_a_weight_is_as_good_as_so_many_rows():
    stream, repeated = weighted()
    one, other = (
        run(s, LinearRegression(), Every(7), Everything(), **WORLD) for s in (stream, repeated)
    )
    np.testing.assert_allclose(one.ticks["loss"], other.ticks["loss"], rtol=1e-6)
    assert one.ticks["rows"].sum() < other.ticks["rows"].sum()


def test_a_monitor_and_the_oracle_see_weighted_losses():
    stream, _ = weighted()
    fits, world = fits_of(stream, LinearRegression()), World(**WORLD)
    table = loss_table(fits, world, candidate_grid(stream, world, 7, [None]))
    served = slice(int(stream.offsets[10]), stream.rows)
    given = fits.learner.predict(fits.fit(slice(0, served.start)).model, stream.x[served]).given
    expected = stream.weight[served] * np.abs(given - stream.y[served])
    assert table.loss[0, -1] == pytest.approx(expected.sum())
    np.testing.assert_allclose(fits.seen_losses(fits.fit(slice(0, served.start)), served), expected)
    assert best_schedule(table, Prices(error=1, fit=0)).loss < expected.sum()


@pytest.mark.parametrize("classes", [2, 0])
def test_metrics_count_rows_and_costs_weigh_them(classes):
    stream, _ = weighted(classes)
    plain = replace(stream, weight=None)
    loss = Absolute()
    for name, ledger in baselines(stream, World(**WORLD), loss).items():
        other = baselines(plain, World(**WORLD), loss)[name]
        same = [column for column in ledger.columns if column != "loss"]
        for column in same:
            np.testing.assert_array_equal(ledger.columns[column], other.columns[column])
        assert ledger.columns["loss"].sum() != other.columns["loss"].sum()


def test_weights_reach_the_last_step_of_a_pipeline():
    stream, _ = weighted(2)
    weight = np.where(stream.y == 0, 9.0, 1.0)
    given = []
    for estimator in (GaussianNB(), make_pipeline(StandardScaler(), GaussianNB())):
        learner = Learner(estimator, stream)
        learner.require_weights()
        plain, heavy = (learner.fit(stream.x, stream.y, 0, w) for w in (None, weight))
        shares = [learner.predict(model, stream.x).given[:, 0].mean() for model in (plain, heavy)]
        assert shares[1] > shares[0] + 0.1
        given.append(shares[1])
    assert given[0] == pytest.approx(given[1])


def test_a_constant_is_weighted_too():
    stream, _ = weighted(0)
    learner = Learner(LinearRegression(), stream)
    assert learner.constant(np.array([0.0, 4.0]), np.array([3.0, 1.0])).value == 1
    assert learner.constant(np.array([0.0, 4.0]), np.zeros(2)).value == 2


def test_a_learner_without_weights_is_refused():
    stream, _ = weighted()
    with pytest.raises(InputError, match="KNeighborsRegressor takes no sample_weight in fit"):
        fits_of(stream, KNeighborsRegressor())
    fits_of(replace(stream, weight=None), KNeighborsRegressor())


@pytest.mark.parametrize("bad", [-1, np.nan, np.inf])
def test_a_weight_that_is_none_is_refused(bad):
    stream, _ = weighted()
    with pytest.raises(InputError, match=r"weight is .* in row 3; it must be 0 or more"):
        replace(stream, weight=np.where(np.arange(stream.rows) == 3, bad, 1.0))
