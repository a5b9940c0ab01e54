"""What of a log's own costs is carried forward: what sets its policies apart, beyond chance.

A policy that was cheap in a past may have been lucky. How far luck reaches, the past itself shows:
by how much its sixths disagree on what sets the policies apart (`steadiness.scatter_of`).
"""

import numpy as np

from retrainlab.sim.stream import Floats

# Chosen on the logs of the library, each kind predicted by the others: docs/forecast.md.
LEAST = 0.1  # chance in the steadiest past: root mean square, over policies, of the logarithm
TIMES = 1.0  # the scatter, of one past against the next


def chance_of(scatter: float) -> float:
    """Return how far chance sets the policies of a past apart, as a root mean square."""
    return float(np.hypot(LEAST, TIMES * scatter))


def own_costs(profile: Floats, profiles: Floats, chance: float) -> Floats:
    """(2, K, P) a log's own costs, as each log of the library sees them: both ends of what chance
    may have been in them.

    profile: (P,) logarithms of the costs; profiles: (K, P). chance: see `chance_of`.
    """
    level = (profile - profiles).mean(axis=1, keepdims=True)
    return profiles + level + carried(profile - profiles - level, chance)


def carried(apart: Floats, chance: float) -> Floats:
    """(2, K, P) what stays of (K, P) differences of logarithms, beyond chance.

    One standard deviation less and more: of a normal quantity of which that share is known.
    """
    square = (apart**2).mean(axis=1, keepdims=True)
    share = beyond_chance(square, chance)
    doubt = np.sqrt(share) * chance / np.sqrt(np.maximum(square, chance**2))
    return np.stack([apart * (share - doubt), apart * (share + doubt)])


def beyond_chance(square: Floats, chance: float) -> Floats:
    """Return the share of a difference that is more than chance, by its (mean) square."""
    return np.maximum(0.0, 1 - chance**2 / np.maximum(square, chance**2))
