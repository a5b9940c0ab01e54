"""The simulated prior: deterministic, without a look ahead, and right where the law is known."""

import numpy as np

from retrainlab.sim.forecast.backtest import backtest
from retrainlab.sim.forecast.latent import WARMUP, LatentLosses
from retrainlab.sim.forecast.policies import CATALOGUE, NEVER, PAST


def test_equal_seeds_give_equal_logs_and_others_do_not():
    one, same, other = (LatentLosses(seed, 5) for seed in (1, 1, 2))
    assert np.array_equal(one.place, same.place)
    assert np.array_equal(one.floor, same.floor)
    assert not np.array_equal(one.floor, other.floor)


def test_a_model_of_the_present_concept_loses_the_floor():
    losses = LatentLosses(3, 4)
    models = losses.place[:, :, WARMUP + 7]
    assert np.allclose(losses.loss(models, 7), losses.floor[:, WARMUP + 7])


def test_the_loss_stays_under_the_cap():
    losses = LatentLosses(3, 50)
    far = np.full((3, 50), 1e6)
    assert np.allclose(losses.loss(far, 0), losses.floor[:, WARMUP] + losses.cap)


def test_the_error_of_an_estimate_falls_with_the_window():
    losses = LatentLosses(5, 3_000)
    still = ~losses.kinds.any(axis=1)
    stop, all_logs = PAST, np.full(losses.logs, True)
    errors = [
        ((losses.trained(np.full(losses.logs, stop - w), stop, all_logs)) ** 2).sum(axis=0)[still]
        for w in (4, 16)
    ]
    # On average over logs of estimates good and bad, which are of very different sizes.
    assert 3 < np.exp(np.log(errors[0] / errors[1]).mean()) < 5


def test_no_policy_reads_a_later_step():
    """Everything from a step on is scrambled: what was lost and spent before is the same."""
    cut, clean, scrambled = 20, LatentLosses(7, 30), LatentLosses(7, 30)
    random = np.random.default_rng(0)
    scrambled.place = clean.place.copy()
    scrambled.place[:, :, WARMUP + cut :] = random.normal(size=(3, 30, 1))
    scrambled.floor = clean.floor.copy()
    scrambled.floor[:, WARMUP + cut :] = 5.0
    scrambled.sums = clean.sums.copy()
    scrambled.sums[:, :, WARMUP + cut + 1 :] = random.normal(size=(3, 30, 1))
    for policy in CATALOGUE:
        a, b = (backtest(losses, policy, 0, PAST) for losses in (clean, scrambled))
        assert np.array_equal(a.cost[:, :cut], b.cost[:, :cut])


def test_never_keeps_the_first_model():
    losses = LatentLosses(9, 10)
    result = backtest(losses, CATALOGUE[NEVER], 0, PAST)
    first = losses.first(0)
    assert np.allclose(result.loss[:, 30], losses.loss(first, 30))
