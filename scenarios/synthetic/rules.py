"""Label rules: noise-free labels, label noise, and the best achievable score."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.stream import Floats

Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Plane:
    """Boundaries through the origin whose normal turns in one plane.

    On rows of N(0, I), two boundaries at an angle theta disagree on theta / pi of the rows.
    axes: (d, 2) two orthonormal directions; at angle 0 the normal is the first.
    """

    axes: Floats

    def normal(self, angle: float) -> Floats:
        """(d,) unit normal of the boundary at `angle` (radians)."""
        return self.axes @ np.array([np.cos(angle), np.sin(angle)])

    def labels(self, x: Floats, angle: float) -> Bools:
        """(n,) noise-free labels of the rows under the boundary at `angle` (radians)."""
        return x @ self.normal(angle) > 0

    def turning_labels(self, x: Floats, angles: Floats) -> Bools:
        """(n,) noise-free labels, each row under the boundary at its own angle (n,)."""
        first, second = (x @ self.axes).T
        half = np.tan(angles / 2)  # cheaper than cosine and sine, which it stands in for
        return (1 - half**2) * first + 2 * half * second > 0


def random_plane(rng: np.random.Generator, features: int) -> Plane:
    """A plane through the origin, uniform over all directions."""
    axes, _ = np.linalg.qr(rng.standard_normal((features, 2)))
    return Plane(axes)


def disagreement(angle: float) -> float:
    """Fraction of the rows of N(0, I) on which two boundaries at `angle` (radians) disagree."""
    half_turns = abs(angle) / np.pi % 2
    return float(min(half_turns, 2 - half_turns))


def flip(labels: Bools, noise: float, coins: Floats) -> NDArray[np.int64]:
    """(n,) class codes: each label is flipped where its coin falls below `noise`."""
    return (labels ^ (coins < noise)).astype(np.int64)


def mixed_ceiling(differ: Bools, share: Floats, noise: float) -> Floats:
    """(n,) best achievable share of hits, given both rules and the share of the new one.

    Where the rules agree that is 1 - noise. Where they differ, the new rule's label has
    probability share * (1 - noise) + (1 - share) * noise, and the likelier label is the best bet.
    """
    new = noise + (1 - 2 * noise) * share
    return np.where(differ, np.maximum(new, 1 - new), 1 - noise)


def project(x: Floats, direction: Floats) -> Floats:
    """(n,) x @ direction, column by column.

    Unlike a BLAS product, a row's result does not depend on the rows around it, to the bit.
    """
    total = x[:, 0] * direction[0]
    for column, weight in zip(x.T[1:], direction[1:], strict=True):
        total += column * weight
    return total


@cache
def steepness(noise: float) -> float:
    """k at which labels with P(y=1) = logistic(k z), z ~ N(0, 1), have Bayes error `noise`.

    The error, 2 * integral of phi(z) / (1 + exp(k z)) over z > 0, falls in k: bisection, to a
    relative error below 1e-5. `noise` lies in (0, .5).
    """
    low, high = 0.0, 1 / noise
    for _ in range(50):
        middle = (low + high) / 2
        u = np.linspace(0.0, min(40.0, 8 * middle), 4001)  # u = k z keeps a steep curve in sight
        z = u / middle
        density = np.exp(-(z**2) / 2 - u) / (1 + np.exp(-u))
        error = np.sqrt(2 / np.pi) / middle * np.trapezoid(density, u)
        low, high = (middle, high) if error > noise else (low, middle)
    return (low + high) / 2
