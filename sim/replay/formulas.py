"""Predictions of simple models by their formula, as scikit-learn's but without its checks.

Its `predict` spends more on the checks of 1,000 rows than on the rows; here they are those of a
stream, which have been checked.
"""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np

from retrainlab.sim.stream import Floats

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
    offsets = np.log(model.class_prior_) - np.log(2 * np.pi * model.var_).sum(axis=1) / 2
    parts = zip(offsets, model.theta_, -0.5 / model.var_, strict=True)
    scores = [(x - mean) ** 2 @ weight + offset for offset, mean, weight in parts]
    if len(scores) == 2:
        return _of_two(scores[1] - scores[0])
    each = np.array(scores)
    shares = np.exp(each - each.max(axis=0))
    return np.ascontiguousarray((shares / shares.sum(axis=0)).T)


def _of_two(above: Floats) -> Floats:
    """(m, 2) probabilities of two classes; above: (m,) logarithm of the odds of the second."""
    odds, is_above = np.exp(-np.abs(above)), above > 0
    likely = 1 / (1 + odds)
    given = np.empty((len(above), 2))
    given[:, 0] = np.where(is_above, odds * likely, likely)
    given[:, 1] = np.where(is_above, likely, odds * likely)
    return given


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
