"""Predictions of naive Bayes by its formula, as scikit-learn's but without its checks.

Its `predict` spends more on the checks of 1,000 rows than on the rows; here they are those of a
stream, which have been checked.
"""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np

from retrainlab.sim.stream import Floats


def formula_of(model: Any) -> Callable[[Floats], Floats] | None:
    """Return what predicts in place of a model's `predict_proba`, here of naive Bayes.

    None for a model that is predicted as it is, and for a class that is derived from a known one:
    it may predict in its own way. Linear models: `sim.replay.direct`.
    """
    return partial(_naive_bayes, model) if type(model) is _gaussian() else None


@cache
def _gaussian() -> type:
    from sklearn.naive_bayes import GaussianNB

    kind: type = GaussianNB
    return kind


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
