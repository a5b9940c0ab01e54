"""What of a log's own costs is carried forward: its patterns, as far as they are more than chance.

One policy alone that was cheap in a past was lucky. What many policies show together, along a
pattern in which logs differ, tells something of the log.
"""

import numpy as np

from retrainlab.sim.stream import Floats

# Chosen on the logs of the library, each kind predicted by the others: docs/forecast.md.
PATTERNS = 2  # of costs, along which policies are set apart
CHANCE = 0.3  # root mean square, over policies, of the logarithm of a cost in one past


def own_costs(profile: Floats, profiles: Floats) -> Floats:
    """(2, K, P) a log's own costs, as each log of the library sees them: both ends of what chance
    may have been in them.

    profile: (P,) logarithms of the costs; profiles: (K, P).
    """
    level = (profile - profiles).mean(axis=1, keepdims=True)
    return profiles + level + carried(profile - profiles - level, patterns(profiles))


def patterns(profiles: Floats) -> Floats:
    """(PATTERNS, P) orthonormal directions in which the pasts of the logs differ most.

    profiles: (K, P) logarithms of costs; a common level is no pattern.
    """
    apart = profiles - profiles.mean(axis=1, keepdims=True)
    apart = apart - apart.mean(axis=0)
    _, directions = np.linalg.eigh(apart.T @ apart)
    return np.asarray(directions[:, -PATTERNS:].T)


def carried(apart: Floats, directions: Floats) -> Floats:
    """(2, K, P) what stays of (K, P) logarithms of costs: along the directions, beyond chance.

    One standard deviation less and more: of a normal quantity of which that share is known.
    """
    along = apart @ directions.T @ directions
    square = (along**2).mean(axis=1, keepdims=True)
    share = beyond_chance(square)
    doubt = np.sqrt(share) * CHANCE / np.sqrt(np.maximum(square, CHANCE**2))
    return np.stack([along * (share - doubt), along * (share + doubt)])


def beyond_chance(square: Floats) -> Floats:
    """Return the share of a difference that is more than chance, by its (mean) square."""
    return np.maximum(0.0, 1 - CHANCE**2 / np.maximum(square, CHANCE**2))
