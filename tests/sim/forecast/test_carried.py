"""What of a log's own costs is carried forward: what is beyond chance."""

import numpy as np
import pytest

from retrainlab.sim.forecast.carried import LEAST, TIMES, carried, chance_of, own_costs
from retrainlab.sim.forecast.policies import CATALOGUE

P = len(CATALOGUE)
APART = np.linspace(-1.0, 1.0, P)[None]


def test_what_chance_explains_gains_nothing():
    chance = 2 * float(np.sqrt((APART**2).mean()))
    assert carried(APART, chance) == pytest.approx(np.zeros((2, 1, P)))


def test_what_is_beyond_chance_stays_with_its_doubt():
    chance, square = 0.3, float((APART**2).mean())
    low, high = carried(APART, chance)
    share = 1 - chance**2 / square
    assert (low + high) / 2 == pytest.approx(share * APART)
    assert (high - low) / 2 == pytest.approx(np.sqrt(share) * chance * APART / np.sqrt(square))


def test_the_steadier_a_past_the_more_of_it_is_carried_forward():
    assert chance_of(0.0) == LEAST
    assert chance_of(10.0) == pytest.approx(10 * TIMES, rel=1e-3)
    sizes = [np.abs(carried(APART, chance_of(scatter))).sum() for scatter in (0.0, 0.1, 0.3)]
    assert sizes == sorted(sizes, reverse=True)


def test_the_level_is_carried_over_whole():
    profiles = np.random.default_rng(0).normal(size=(5, P))
    one, other = own_costs(profiles[0], profiles, 1.0), own_costs(profiles[0] + 3, profiles, 1.0)
    assert other == pytest.approx(one + 3)
    assert one.mean(axis=(0, 2)) == pytest.approx(np.full(5, profiles[0].mean()))
