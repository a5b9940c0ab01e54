"""Sales of a lognormal demand under limited stock, in closed form.

A day's demand is W times its median, log W ~ N(0, noise^2). A shop whose stock is short is empty
all day, or sells min(W, stock); any other shop sells min(W, limit), where the limit is a ration
(inf: none). All in units of the median demand, so that one distribution serves every shop on a day.

Sold in whole packs, S becomes R = floor(S + U) with a uniform U. The mean stays, and for a whole g
E |R - g| = E |S - g|: both are the area between the distribution function of S and a step at g.
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


def sells_out(stock: Floats, noise: float, empty: float = 0.0) -> Floats:
    """P(out of stock) of a shop that is short: empty, or W > stock; the shape of `stock`."""
    return empty + (1 - empty) * ndtr(-np.log(stock) / noise)


@dataclass(frozen=True)
class Shelf:
    """The distribution of a day's sales, when it is not known yet which shops will be short.

    short: P(stock is short). stock: of a short shop, below 1. limit: of any other, at least
    `stock`. The three are arrays of one shape. noise: standard deviation of log W, above 0.
    empty: share of the short shops that sell nothing all day.
    """

    short: Floats
    stock: Floats
    limit: Floats
    noise: float
    empty: float = 0.0

    def mean(self) -> Floats:
        """Expected sales."""
        short = (1 - self.empty) * mean_below(self.stock, self.noise)
        return self.short * short + (1 - self.short) * mean_below(self.limit, self.noise)

    def median(self) -> Floats:
        """The prediction with the least expected absolute error.

        With a share `nothing` of empty shops the distribution function is nothing + (1 - nothing)
        * P(W <= y) below the stock; there it jumps, and from there to the limit it is short + (1 -
        short) * P(W <= y).
        """
        share = np.clip((0.5 - self.short) / np.maximum(1 - self.short, 1e-12), 0, 1)
        median = np.clip(np.exp(self.noise * ndtri(share)), self.stock, self.limit)
        if not self.empty:
            return median
        nothing = self.short * self.empty
        low = np.exp(self.noise * ndtri(np.clip((0.5 - nothing) / (1 - nothing), 0, 1)))
        return np.where(low < self.stock, low, median)

    def error(self, guess: Floats | None = None) -> Floats:
        """Expected absolute error of a guess, the shape of the others; None: of the median."""
        guess = self.median() if guess is None else guess
        short = self.empty * guess + (1 - self.empty) * self._distance(self.stock, guess)
        return self.short * short + (1 - self.short) * self._distance(self.limit, guess)

    def _distance(self, cap: Floats, guess: Floats) -> Floats:
        """E |min(W, cap) - guess|, from |v - g| = v - g + 2 max(g - v, 0)."""
        mean = mean_below(cap, self.noise)
        with np.errstate(divide="ignore"):  # no packs at all
            z = np.log(guess) / self.noise
        below = guess * ndtr(z)
        below -= np.exp(self.noise**2 / 2) * ndtr(z - self.noise)
        return np.where(guess > cap, guess - mean, mean - guess + 2 * below)
