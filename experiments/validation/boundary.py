"""Closed forms for a boundary through N(0, I): labels sign(w.x), flipped with probability p.

A logistic regression on n such rows has the right direction on average. Its logit has the slope k
at which E[z s(kz)] = (1 - 2p) / sqrt(2 pi), s the logistic function and z ~ N(0, 1). The weight
in any other direction, and the intercept, have variance V / (n H^2) (the sandwich, White 1982):
V = E[(y - s(kz))^2], and H = E[s'(kz)] = (1 - 2p) phi(0) / k by Stein's lemma. As a share of k
each of them is an error of sqrt(2 pi V / n) / (1 - 2p) radians, to first order in 1 / n.
"""

from functools import cache

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit
from scipy.stats import chi2, norm

from retrainlab.sim.stream import Floats

MIDDLES = (np.arange(100) + 0.5) / 100  # of a hundred slices of equal probability
FAR = 10.0  # a normal is as good as never larger
POINTS, WEIGHTS = np.polynomial.legendre.leggauss(64)
POINTS = FAR / 2 * (POINTS + 1)
WEIGHTS = FAR * WEIGHTS * norm.pdf(POINTS)  # both sides of 0 in one


def accuracy(noise: float, expected_disagreement: Floats) -> Floats:
    """Accuracy of a boundary that disagrees with the true one on this share of the rows."""
    return 1 - noise - (1 - 2 * noise) * expected_disagreement


@cache
def _variance(noise: float) -> float:
    """V of this module's docstring, by Gauss's quadrature over z > 0, where label 1 is likelier."""
    target = (1 - 2 * noise) / np.sqrt(2 * np.pi)
    slope = brentq(lambda k: WEIGHTS @ (POINTS * (expit(k * POINTS) - 0.5)) - target, 1e-6, 1e3)
    predicted = expit(slope * POINTS)
    return float(WEIGHTS @ ((1 - noise) * (1 - predicted) ** 2 + noise * predicted**2))


def fit_error(noise: float, rows: int) -> float:
    """Standard deviation, in radians, of each component of a fitted boundary."""
    return float(np.sqrt(2 * np.pi * _variance(noise) / rows) / (1 - 2 * noise))


def expected_disagreement(angle: Floats | float, error: float, features: int) -> Floats:
    """Expected share of rows on which fitted boundaries and the true one disagree.

    angle: (m,) how far the fitted ones are turned on average. error: `fit_error`, of the turn, of
    each of the other directions and of the intercept. With an intercept b and a turn t of the
    normal the share is E|t u + b| / sqrt(2 pi), u ~ N(0, 1), as long as both are small; for a
    turn that is large beside the error it is the turn over pi.
    """
    turn = np.asarray(angle)[..., None, None] + error * norm.ppf(MIDDLES)[:, None]
    others = chi2.ppf(MIDDLES, features - 2) if features > 2 else np.zeros(1)
    return np.sqrt(turn**2 + error**2 * (1 + others)).mean(axis=(-2, -1)) / np.pi


def ages(ticks: int, period: int, window: int, label_delay: int = 0, fit_delay: int = 0) -> Floats:
    """(ticks,) how old the model is at each served tick, in ticks.

    Training every `period` ticks on the last `window`. The age is that of the middle of the
    window, which is where a fit of steadily turning rows lies, at the mean row of the tick.
    """
    served = np.arange(ticks)
    number = np.maximum((served - fit_delay) // period, 0)
    known = np.maximum(number * period - label_delay, 0)
    return served - known + (window + 1) / 2
