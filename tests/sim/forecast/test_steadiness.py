"""How steady a past is: unrest of the level, scatter of what sets the policies apart."""

import numpy as np
import pytest

from retrainlab.sim.forecast.steadiness import SIXTHS, scatter_of, sixths, unrest_of

N = 48


def test_sixths_are_means():
    assert sixths(np.arange(12.0)).tolist() == [0.5, 2.5, 4.5, 6.5, 8.5, 10.5]


def test_unrest_is_that_of_the_level():
    level = np.repeat(np.exp([0.0, 1.0, 0.0, 1.0, 0.0, 1.0]), N // SIXTHS)
    assert unrest_of(np.stack([np.ones(N), level, 7 * level])) == pytest.approx([0.0, 0.5, 0.5])


def test_a_level_that_all_policies_share_is_no_scatter():
    level = np.exp(np.random.default_rng(0).normal(size=N))
    policies = np.array([1.0, 2.0, 5.0])
    assert scatter_of(policies[:, None] * level) == pytest.approx(0.0)


def test_scatter_is_the_standard_error_of_what_sets_policies_apart():
    """On many pasts of independent steps: as far as the logarithms of the costs truly vary."""
    random = np.random.default_rng(0)
    costs = 1 + 0.2 * random.standard_normal((2_000, 4, N))
    apart = np.log(costs.mean(axis=-1))
    apart -= apart.mean(axis=1, keepdims=True)
    square = scatter_of(costs) ** 2
    assert square.mean() == pytest.approx((apart**2).mean(), rel=0.05)


def test_scatter_is_the_same_from_sixths_and_from_steps():
    costs = np.random.default_rng(1).uniform(1, 2, (3, 4, N))
    assert scatter_of(sixths(costs)) == pytest.approx(scatter_of(costs))
