"""Predictions of simple models by their formula, as scikit-learn's but without its checks.

Its `predict` spends more on the checks of 1,000 rows than on the rows; here they are those of a
stream, which have been checked.
"""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np

from retrainlab.sim.stream import Floats

# A mean's distance from 0, in squared standard deviations, from which on a square that is expanded
# loses too many digits.
FAR = 1e4

Formula = Callable[[Any, Floats], Floats]


def formula_of(model: Any) -> Callable[[Floats], Floats] | None:
    """Return what predicts in place of a model's `predict_proba`, or of a regressor's `predict`.

    None for a model that is predicted as it is. Only scikit-learn's own kinds have formulas: a
    class that is derived from one of them may predict in its own way.
    """
    formula = _formulas().get(_kind(model))
    return None if formula is None else partial(formula, model)


def _kind(model: Any) -> tuple[type, ...]:
    """Return the type, and of a pipeline those of its steps."""
    steps = [type(step) for _, step in model.steps] if hasattr(model, "steps") else []
    return (type(model), *steps)


@cache
def _formulas() -> dict[tuple[type, ...], Formula]:
    from sklearn.linear_model import LinearRegression, Ridge
    from sklearn.naive_bayes import GaussianNB
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import StandardScaler

    return {
        (GaussianNB,): _naive_bayes,
        (Ridge,): _linear,
        (LinearRegression,): _linear,
        (Pipeline, StandardScaler, Ridge): _scaled_linear,
        (Pipeline, StandardScaler, LinearRegression): _scaled_linear,
    }


def _naive_bayes(model: Any, x: Floats) -> Floats:
    """(m, k) probabilities of the model's classes."""
    mean, weight = model.theta_, 1 / model.var_
    scores = _squares(x, mean, weight)
    offsets = np.log(model.class_prior_) - np.log(2 * np.pi * model.var_).sum(axis=1) / 2
    scores *= -0.5
    scores += offsets[:, None]
    scores -= scores.max(axis=0)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=0)
    return np.ascontiguousarray(scores.T)


def _squares(x: Floats, mean: Floats, weight: Floats) -> Floats:
    """(k, m) weighted squares of the distance of rows (m, d) from means (k, d), summed up."""
    scaled = mean * weight
    if (scaled * mean).max() < FAR:  # expanded, which is several times as fast
        return weight @ (x * x).T - 2 * scaled @ x.T + (scaled * mean).sum(axis=1)[:, None]
    return np.array([(x - m) ** 2 @ w for m, w in zip(mean, weight, strict=True)])


def _linear(model: Any, x: Floats) -> Floats:
    """(m,) values."""
    return x @ model.coef_ + model.intercept_


def _scaled_linear(model: Any, x: Floats) -> Floats:
    """(m,) values of a regression on standardised columns."""
    (_, scaler), (_, regression) = model.steps
    scaled = x
    if scaler.with_mean:
        scaled = scaled - scaler.mean_
    if scaler.with_std:
        scaled = scaled / scaler.scale_
    return _linear(regression, scaled)
