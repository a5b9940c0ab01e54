"""Earlier models: put back where they help enough, and blended by how little they lost of late."""

import numpy as np
import pytest

from retrainlab.sim.forecast.backtest import backtest
from retrainlab.sim.forecast.bank import Bank
from retrainlab.sim.forecast.how import REFIT, BlendIn, Corrected, ReuseFirst
from retrainlab.sim.forecast.latent import SWITCH, WARMUP, LatentLosses
from retrainlab.sim.forecast.policies import PAST, SHORT, Policy
from retrainlab.sim.forecast.what import Everything, Last
from retrainlab.sim.forecast.when import Every, Never
from retrainlab.sim.prices import Prices, cost_parts

PERIOD = 16  # steps of each place


def returning(cap=100.0, **options):
    """A log whose concept is at the origin and at 2 in turn, without noise; the floor is 1."""
    losses = LatentLosses(1, 1, **options)
    steps = losses.place.shape[-1]
    away = np.maximum(np.arange(steps) - WARMUP, 0) // PERIOD % 2
    losses.place = np.zeros_like(losses.place)
    losses.place[0, 0] = 2.0 * away
    losses.sums = np.concatenate([np.zeros((3, 1, 1)), np.cumsum(losses.place, axis=-1)], axis=-1)
    losses.floor, losses.cap = np.ones((1, steps)), np.array([cap])
    losses.row_share, losses.label_price = np.zeros(1), np.zeros(1)
    losses.price, losses.is_corrected = np.array([5.0]), np.array([True])
    return losses


REUSING = Policy("r", Every(4, watches=True), Last(SHORT), ReuseFirst())


def test_a_model_is_put_back_where_its_concept_returns():
    result = backtest(returning(), REUSING, 0, PAST)
    switched = (result.spent - result.trained)[0]
    # Away from step 16 on: trained there, also of old rows at first. Back at 32: the first model.
    back = np.flatnonzero(switched)
    assert back.tolist() == [35]
    assert switched[back] == pytest.approx(5.0 * SWITCH)
    assert result.retrainings[0, 16:32].sum() > 0
    assert not result.retrainings[0, 32:].any()
    assert np.allclose(result.loss[0, 36:], 1.0)


def test_nothing_is_done_where_nothing_is_lost():
    losses = returning()
    losses.place[:], losses.sums[:] = 0.0, 0.0
    result = backtest(losses, REUSING, 0, PAST)
    # The first model is told by step 4; from then on none is too bad.
    assert result.retrainings[0, 4:].sum() == 0
    assert result.spent.sum() == result.trained.sum()


def test_a_concept_that_is_new_is_trained():
    losses = returning()
    losses.place[1, 0, WARMUP + 32 :] = 5.0
    losses.sums[:, :, 1:] = np.cumsum(losses.place, axis=-1)
    result = backtest(losses, REUSING, 0, PAST)
    assert result.retrainings[0, 32:].sum() > 0


def test_a_reuse_serves_at_once_and_a_training_after_its_delay():
    policy = Policy("r", Every(8, watches=True), Last(SHORT), ReuseFirst())
    for delay in (0, 2):
        result = backtest(returning(fit_delay=float(delay)), policy, 0, PAST)
        # Away from 16 on and back from 32 on; decided at the ends of 23 and 39.
        assert np.flatnonzero(result.loss[0] > 1).tolist() == [
            *range(16, 24 + delay),
            *range(32, 40),
        ]
        assert np.flatnonzero((result.spent - result.trained)[0]).tolist() == [39]


def test_a_blend_costs_a_training_and_a_switch_and_favours_what_lost_little():
    losses = returning()
    plain, blend = (
        backtest(losses, Policy("b", Every(8), Last(SHORT), how), 0, PAST)
        for how in (REFIT, BlendIn())
    )
    trained = plain.retrainings.sum()
    assert blend.retrainings.sum() == trained
    assert blend.spent.sum() == pytest.approx(plain.spent.sum() + 5.0 * SWITCH * trained)
    # Decided at the end of step 23: those before stand at 0, and the new one counts as the best.
    new = np.array([2.0, 0.0, 0.0])
    before = [losses.trained(np.array([s - SHORT]), s, np.array([True])) for s in (0, 8, 16)]
    lost = np.array([1 + ((new - model[:, 0]) ** 2).sum() for model in before])
    weights = 1 / np.array([*lost, lost.min()])
    stand = np.average([*(model[:, 0] for model in before), new], axis=0, weights=weights)
    expected = 100 * -np.expm1(-((new - stand) ** 2).sum() / 100) + 1
    assert blend.loss[0, 24] == pytest.approx(expected)


CORRECTING = Policy("c", Never(), Everything(), Corrected(every=2, steps=4))


@pytest.mark.parametrize(("lag", "after"), [(0, (1, 3)), (1, (1, 3, 5))])
def test_a_correction_follows_the_level_at_the_price_of_a_switch(lag, after):
    result = backtest(returning(label_lag=lag), CORRECTING, 0, PAST)
    # Away from step 16 on, and back from 32 on: followed at the ends of some steps after.
    settled = after[-1] + 1
    for begin in (16, 32):
        assert np.allclose(result.loss[0, begin + settled : begin + PERIOD], 1.0)
        assert (result.loss[0, begin : begin + settled] > 1).all()
    assert not result.retrainings.any()
    changed = np.flatnonzero(result.spent[0])
    assert changed.tolist() == [begin + step for begin in (16, 32) for step in after]
    assert np.allclose(result.spent[0, changed], 5.0 * SWITCH)


@pytest.mark.parametrize("is_corrected", [True, False])
def test_a_correction_leaves_what_is_not_the_level(is_corrected):
    losses = returning()
    losses.is_corrected[:] = is_corrected
    if is_corrected:
        losses.place[[0, 1]] = losses.place[[1, 0]]
        losses.sums[:, :, 1:] = np.cumsum(losses.place, axis=-1)
    never = backtest(losses, Policy("n", Never(), Everything()), 0, PAST)
    result = backtest(losses, CORRECTING, 0, PAST)
    assert np.array_equal(result.loss, never.loss)
    assert not result.spent.any()


def test_a_correction_is_of_the_newest_training():
    policy = Policy("c", Every(8), Last(4), Corrected(every=2, steps=4))
    losses = returning()
    losses.place[1] = losses.place[0]
    losses.sums[:, :, 1:] = np.cumsum(losses.place, axis=-1)
    result = backtest(losses, policy, 0, PAST)
    # At the end of 17 the level is at 1 and the rest at 0; at the end of 19 the level is right.
    lost = np.round(100 * -np.expm1(-np.array([8.0, 8.0, 5.0, 5.0, 4.0]) / 100) + 1, 9)
    assert np.round(result.loss[0, 16:21], 9).tolist() == lost.tolist()
    assert np.allclose(result.loss[0, 24:32], 1.0)


def test_a_bank_keeps_the_newest_models():
    bank = Bank(3, np.zeros((1, 2)))
    for value in range(1, 5):
        bank.add(np.full((1, 2), float(value)), np.array([True, value == 1]))
    assert sorted(bank.model(place)[0, 0] for place in range(3)) == [2.0, 3.0, 4.0]
    assert sorted(bank.model(place)[0, 1] for place in range(3)) == [0.0, 0.0, 1.0]
    assert bank.present(2).tolist() == [True, False]
    assert bank.chosen(np.array([0, 1])).tolist() == [[bank.model(0)[0, 0], 1.0]]


def test_a_switch_costs_the_share_of_a_training_that_it_costs_by_default():
    (part,) = (part for part in cost_parts() if part.name == "deploy")
    assert pytest.approx(1 / part.divisor) == SWITCH
    assert Prices(fit=7.0).deploy == pytest.approx(7.0 * SWITCH)
