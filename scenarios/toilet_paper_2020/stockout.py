"""Sales of a lognormal demand under limited stock, in closed form.

A day's demand is W times its median, log W ~ N(0, noise^2). A shop whose stock is short sells
min(W, stock), any other shop min(W, limit), where the limit is a ration (inf: none). All in units
of the median demand, so that one distribution serves every shop on a day.
"""

from dataclasses import dataclass
from math import erf, exp, sqrt

import numpy as np
from scipy.special import ndtr, ndtri

from retrainlab.sim.stream import Floats


def mean_below(cap: Floats, noise: float) -> Floats:
    """E min(W, cap), the shape of `cap`."""
    z = np.log(cap) / noise
    full = np.exp(noise**2 / 2) * ndtr(z - noise)
    return full + np.where(np.isinf(cap), 0.0, cap) * ndtr(-z)


def demand_error(noise: float) -> float:
    """E |W - 1|: what the best forecast of demand, its median, misses by."""
    return exp(noise**2 / 2) * erf(noise / sqrt(2))


def sells_out(stock: Floats, noise: float) -> Floats:
    """P(W > stock), the shape of `stock`."""
    return ndtr(-np.log(stock) / noise)


@dataclass(frozen=True)
class Shelf:
    """The distribution of a day's sales, when it is not known yet which shops will be short.

    short: P(stock is short). stock: of a short shop, below 1. limit: of any other, at least
    `stock`. The three are arrays of one shape. noise: standard deviation of log W, above 0.
    """

    short: Floats
    stock: Floats
    limit: Floats
    noise: float

    def mean(self) -> Floats:
        """Expected sales."""
        return self.short * mean_below(self.stock, self.noise) + (1 - self.short) * mean_below(
            self.limit, self.noise
        )

    def median(self) -> Floats:
        """The prediction with the least expected absolute error.

        Below the stock the distribution function is that of W, and less than a half; at the stock
        it jumps, and from there to the limit it is short + (1 - short) * P(W <= y).
        """
        share = np.clip((0.5 - self.short) / np.maximum(1 - self.short, 1e-12), 0, 1)
        return np.clip(np.exp(self.noise * ndtri(share)), self.stock, self.limit)

    def error(self) -> Floats:
        """Expected absolute error of the median."""
        guess = self.median()
        return self.short * self._distance(self.stock, guess) + (1 - self.short) * self._distance(
            self.limit, guess
        )

    def _distance(self, cap: Floats, guess: Floats) -> Floats:
        """E |min(W, cap) - guess|, from |v - g| = v - g + 2 max(g - v, 0)."""
        mean = mean_below(cap, self.noise)
        below = guess * ndtr(np.log(guess) / self.noise)
        below -= np.exp(self.noise**2 / 2) * ndtr(np.log(guess) / self.noise - self.noise)
        return np.where(guess > cap, guess - mean, mean - guess + 2 * below)
