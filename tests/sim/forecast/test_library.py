"""The library: prices, horizons, files of other versions, and the one that is shipped."""

import json

import numpy as np
import pytest

from retrainlab.sim.errors import InputError
from retrainlab.sim.forecast import library as libraries
from retrainlab.sim.forecast import packing
from retrainlab.sim.forecast.backtest import backtest
from retrainlab.sim.forecast.latent import LatentLosses
from retrainlab.sim.forecast.library import (
    HORIZONS,
    PRICES,
    SHIPPED,
    Source,
    at_horizon,
    gathered,
    load,
    measured,
    save,
)
from retrainlab.sim.forecast.policies import CATALOGUE, NEVER, OFTEN, PAST
from retrainlab.sim.forecast.prediction import SIMPLICITY, cheapest
from retrainlab.sim.forecast.prior import prior_recipes
from retrainlab.sim.forecast.steadiness import scatter_of

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def small():
    return gathered([measured(recipe()) for recipe in prior_recipes(5, 40)], 5)


@pytest.mark.parametrize("place", range(len(PRICES)))
@pytest.mark.parametrize("delays", [(0, 0.0), (1, 0.5), (4, 2.0)])
def test_ratios_are_those_of_a_direct_simulation(place, delays):
    """Of every policy, past and future, with paid labels and rows, up to every horizon."""
    table = measured(Source("x", LatentLosses(2, 12, *delays), np.zeros((12, 4))))
    losses = LatentLosses(2, 12, *delays)
    assert losses.label_price.any()
    assert losses.row_share.any()
    fresh = backtest(losses, CATALOGUE[OFTEN], 0, PAST).loss.mean(axis=1)
    losses.price = PRICES[place] * fresh
    past = np.stack([backtest(losses, policy, 0, PAST).cost for policy in CATALOGUE], axis=1)
    assert np.allclose(np.exp(table.past[:, place]), past.mean(axis=2) / fresh[:, None])
    assert np.allclose(table.scatter[:, place], scatter_of(past))
    for h, horizon in enumerate(HORIZONS):
        end = PAST + round(horizon * PAST)
        later = [backtest(losses, policy, PAST, end).cost.mean(axis=1) for policy in CATALOGUE]
        ratio = np.transpose(later) / past.mean(axis=2)
        assert np.allclose(np.exp(table.ratio[:, place, h]), ratio)


def test_prices_between_are_interpolated_and_beyond_are_the_last(small):
    between = np.sqrt(PRICES[0] * PRICES[1])
    past, ratio, scatter = small.at_price(between)
    assert np.allclose(past, (small.past[:, 0] + small.past[:, 1]) / 2)
    assert np.allclose(ratio, (small.ratio[:, 0] + small.ratio[:, 1]) / 2)
    assert np.allclose(scatter, (small.scatter[:, 0] + small.scatter[:, 1]) / 2)
    for price, place in ((0.0, 0), (1e9, -1)):
        assert np.allclose(small.at_price(price)[0], small.past[:, place])


@pytest.mark.parametrize("horizon", HORIZONS)
def test_a_known_horizon_has_its_own_ratios(small, horizon):
    _, ratio, _ = small.at_price(1.0)
    assert np.allclose(at_horizon(ratio, horizon), ratio[:, HORIZONS.index(horizon)])


def test_costs_grow_with_the_horizon(small):
    _, ratio, _ = small.at_price(1.0)
    costs = [np.exp(at_horizon(ratio, h)) * h for h in np.linspace(0.13, 2.0, 12)]
    assert (np.diff(costs, axis=0) > 0).all()


@pytest.mark.parametrize("horizon", [0.0, 2.01, 10.0])
def test_a_horizon_that_is_not_known_is_refused_in_one_sentence(small, horizon):
    _, ratio, _ = small.at_price(1.0)
    with pytest.raises(InputError, match="the library knows up to 2 times"):
        at_horizon(ratio, horizon)


def test_a_saved_library_is_read_as_it_was_to_half_a_step(small, tmp_path):
    path = tmp_path / "small.npz"
    save(small, path)
    read = load(path)
    for name in ("past", "ratio"):
        true, kept = getattr(small, name), getattr(read, name)
        assert np.allclose(kept[..., NEVER], true[..., NEVER], atol=packing.STEP)
    for true, kept in ((small.past, read.past), (_future(small), _future(read))):
        gap, apart = (costs - costs[..., [NEVER]] for costs in (true, kept))
        half = (packing.FINE + packing.GROWTH * np.abs(gap)) / 2
        assert (np.abs(apart - gap) <= 1.06 * half).all()
    assert np.abs(read.unrest - small.unrest).max() <= libraries.UNREST / 2 + 1e-9
    assert np.abs(read.scatter - small.scatter).max() <= libraries.SCATTER / 2 + 1e-9
    assert read.counts() == small.counts()
    assert list(read.counts()) == ["simulated prior", "unsteady level"]
    assert read.seed == small.seed


def _future(library):
    return library.past[:, :, None] + library.ratio


def test_a_file_keeps_which_policies_cost_as_little_as_never(small, tmp_path):
    """More often than one that is rounded to hundredths."""
    save(small, tmp_path / "small.npz")
    true = _future(small).reshape(-1, len(CATALOGUE))
    kept = _future(load(tmp_path / "small.npz")).reshape(true.shape)
    first, second, rough = (
        cheapest(np.exp(costs), SIMPLICITY)[:, NEVER] for costs in (true, kept, np.round(true, 2))
    )
    assert 0 < first.mean() < 1
    assert np.mean(first != second) <= 0.01 < np.mean(first != rough)


def test_equal_seeds_give_equal_bytes(tmp_path):
    for name in ("a.npz", "b.npz"):
        parts = [measured(recipe()) for recipe in prior_recipes(4, 20)]
        save(gathered(parts, 4), tmp_path / name)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_a_library_of_another_version_is_refused(small, tmp_path, monkeypatch):
    path = tmp_path / "old.npz"
    with monkeypatch.context() as patch:
        patch.setattr(libraries, "VERSION", 0)
        save(small, path)
    with pytest.raises(InputError, match="no library of this version; build it again"):
        load(path)


def test_a_file_that_is_no_library_is_refused(tmp_path):
    path = tmp_path / "text.npz"
    path.write_text(json.dumps({}))
    with pytest.raises(InputError, match="no library of this version"):
        load(path)
    with pytest.raises(InputError, match="there is no library at"):
        load(tmp_path / "missing.npz")


def test_the_shipped_library_is_small_and_holds_the_prior_and_every_scenario():
    shipped = load()
    assert SHIPPED.stat().st_size < 500_000
    counts = shipped.counts()
    assert counts["simulated prior"] >= 500
    assert min(counts.values()) >= 40
    assert np.isfinite(shipped.past).all()
    assert np.isfinite(shipped.ratio).all()
