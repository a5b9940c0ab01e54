"""What of a log's own costs is carried forward: patterns beyond chance."""

import numpy as np
import pytest

from retrainlab.sim.forecast.carried import CHANCE, carried, patterns
from retrainlab.sim.forecast.policies import CATALOGUE

P = len(CATALOGUE)


def test_a_policy_that_alone_was_cheap_gains_nothing_by_it():
    """What is apart along no pattern is chance; along one, what is beyond it stays."""
    directions = np.zeros((1, P))
    directions[0, :2] = np.sqrt(0.5), -np.sqrt(0.5)
    alone, along = np.zeros((1, P)), 4 * directions
    alone[0, 5] = -1.0
    assert carried(alone, directions) == pytest.approx(np.zeros((2, 1, P)))
    assert carried(along / 40, directions) == pytest.approx(np.zeros((2, 1, P)))
    low, high = carried(along, directions)
    share = 1 - CHANCE**2 / (along**2).mean()
    assert (low + high) / 2 == pytest.approx(share * along)
    size = np.sqrt((along**2).mean())
    assert (high - low) / 2 == pytest.approx(np.sqrt(share) * CHANCE * along / size)


def test_patterns_are_the_directions_in_which_logs_differ():
    random = np.random.default_rng(0)
    axes = np.linalg.qr(np.column_stack([np.ones(P), random.standard_normal((P, 2))]))[0].T
    logs = 3.0 * random.standard_normal((50, 1)) + random.standard_normal((50, 2)) @ axes[1:]
    directions = patterns(logs)
    assert directions @ directions.T == pytest.approx(np.eye(2))
    assert directions.T @ directions == pytest.approx(axes[1:].T @ axes[1:])
