"""Bayesian linear regression (normal-inverse-gamma), several at once: update, score, divergence."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import digamma, gammaln

from retrainlab.sim.stream import Floats


@dataclass(frozen=True, eq=False)
class Posterior:
    """What is known of y = x.w + noise: w given the variance is normal, the variance inverse gamma.

    mean: (..., d) of w. precision: (..., d, d) over the variance. shape, rate: (...) of the
    variance.
    """

    mean: Floats
    precision: Floats
    shape: Floats
    rate: Floats

    @classmethod
    def prior(cls, features: int, *several: int) -> "Posterior":
        """Return the prior of Katz's simulation: unit precision, shape 2, rate 1."""
        mean = np.zeros((*several, features))
        unit = np.broadcast_to(np.eye(features), (*several, features, features)).copy()
        return cls(mean, unit, np.full(several, 2.0), np.full(several, 1.0))

    def updated(self, x: Floats, y: Floats) -> "Posterior":
        """Return the posterior after rows x (..., n, d) with y (..., n)."""
        across = np.swapaxes(x, -1, -2)
        precision = self.precision + across @ x
        pull = _times(self.precision, self.mean) + _times(across, y)
        mean: Any = np.linalg.solve(precision, pull[..., None])[..., 0]
        squares = (y * y).sum(-1) + (self.mean * _times(self.precision, self.mean)).sum(-1)
        rate = self.rate + 0.5 * (squares - (mean * _times(precision, mean)).sum(-1))
        return Posterior(mean, precision, self.shape + y.shape[-1] / 2, rate)

    def log_score(self, x: Floats, y: Floats) -> Floats:
        """(...) mean log density of rows x (..., n, d) with y (..., n): Student's t."""
        spread = np.linalg.solve(self.precision, np.swapaxes(x, -1, -2))
        leverage = (x * np.swapaxes(spread, -1, -2)).sum(-1)
        variance = np.maximum((self.rate / self.shape)[..., None] * (1 + leverage), 1e-12)
        freedom = 2 * self.shape[..., None]
        square = (y - _times(x, self.mean)) ** 2 / variance
        density = gammaln((freedom + 1) / 2) - gammaln(freedom / 2)
        density = density - 0.5 * np.log(np.pi * freedom * variance)
        scores: Floats = density - (freedom + 1) / 2 * np.log1p(square / freedom)
        return scores.mean(-1)

    def divergence(self, other: "Posterior") -> Floats:
        """(...) Kullback-Leibler divergence from another posterior to this one, in nats."""
        a, b = self.shape, other.shape
        of_variance = (
            b * np.log(self.rate / other.rate)
            + gammaln(b)
            - gammaln(a)
            + (a - b) * digamma(a)
            + a * (other.rate / self.rate - 1)
        )
        gap = self.mean - other.mean
        moved = a / self.rate * (gap * _times(other.precision, gap)).sum(-1)
        shared = np.linalg.solve(self.precision, other.precision)
        trace = np.trace(shared, axis1=-2, axis2=-1) - gap.shape[-1]
        volumes = np.linalg.slogdet(self.precision)[1] - np.linalg.slogdet(other.precision)[1]
        divergence: Floats = np.maximum(of_variance + 0.5 * (volumes + trace + moved), 0)
        return divergence


def _times(matrix: Floats, vector: Floats) -> Floats:
    """(..., m) products of matrices (..., m, d) with vectors (..., d)."""
    product: Floats = (matrix @ vector[..., None])[..., 0]
    return product
