"""Learners with sufficient statistics: a fit on any window from the moments of its blocks.

Gaussian naive Bayes, ridge and linear regression with or without a standard scaler before them, and
the mean. The model is scikit-learn's, fitted, with the parameters that its `fit` finds, to a
relative 1e-9. Where that cannot be promised the estimator's `fit` is called as it is: rows with
gaps or weights, columns of nearly one value or nearly collinear ones, and all other learners.
Which way a fit goes follows from its rows alone.
"""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

from retrainlab.sim.estimators import least_squares
from retrainlab.sim.estimators.moments import BLOCK_ROWS, Moments, WindowMoments, joint, of_classes
from retrainlab.sim.estimators.unfitted import fresh
from retrainlab.sim.replay.learners import FEW_ROWS, Learner
from retrainlab.sim.rows import Rows, count
from retrainlab.sim.stream import Floats, Stream

# From a prototype that is not fitted and the moments of a window to the model, or None.
Solve = Callable[[Any, Moments], Any]


class WindowFits:
    """Fits of a learner on windows of one stream, from the moments of their blocks."""

    def __init__(self, prototype: Any, solve: Solve, moments: WindowMoments):
        self._prototype, self._solve, self._moments = prototype, solve, moments

    def fit(self, rows: Rows, weight: Floats | None) -> Any:
        """Return the model of a window; None where the estimator has to be fitted."""
        if not isinstance(rows, slice) or count(rows) < FEW_ROWS or weight is not None:
            return None
        return self._solve(self._prototype, self._moments.of(rows))


def window_fits(learner: Learner, stream: Stream) -> WindowFits | None:
    """Return what fits the learner on windows; None for a learner without a closed form."""
    estimator = fresh(learner.estimator)
    solve = None if learner.is_tuned else _solver(estimator, stream)
    if solve is None:
        return None
    x, classes = stream.x, len(stream.classes)
    if solve in (_prior, _mean):
        estimator.n_features_in_, x = x.shape[1], x[:, :0]

    def measure(rows: slice) -> Moments:
        if stream.task == "classification":
            return of_classes(x[rows], stream.y[rows], classes)
        return joint(x[rows], stream.y[rows])

    # Blocks take a quarter of the memory of their rows at most.
    numbers = 2 * classes if stream.task == "classification" else x.shape[1] + 1
    size = max(BLOCK_ROWS, 4 * numbers)
    return WindowFits(estimator, solve, WindowMoments(measure, size, stream.rows))


def _solver(estimator: Any, stream: Stream) -> Solve | None:
    """Return what fits this very kind of estimator, with these parameters; None if nothing does."""
    if stream.task == "regression":
        if least_squares.is_known(estimator):
            return least_squares.solved
        is_mean = _is(estimator, "DummyRegressor", strategy="mean")
        return _mean if is_mean else None
    if _is(estimator, "GaussianNB", priors=None):
        return _naive_bayes
    return _prior if _is(estimator, "DummyClassifier", strategy="prior") else None


def _is(estimator: Any, name: str, **parameters: Any) -> bool:
    """Whether it is scikit-learn's estimator of this name itself, with these parameters."""
    kind = type(estimator)
    if kind.__name__ != name or not kind.__module__.startswith("sklearn."):
        return False
    return all(getattr(estimator, key) == value for key, value in parameters.items())


def _naive_bayes(prototype: Any, moments: Moments) -> Any:
    seen = np.flatnonzero(moments.count[0])
    if len(seen) < 2:
        return None
    number = moments.count[0, seen]
    whole = moments.over_groups()
    model = copy.copy(prototype)
    model.classes_ = seen
    model.epsilon_ = model.var_smoothing * (whole.scatter[0, 0] / whole.count[0, 0]).max()
    model.class_count_ = number
    model.class_prior_ = number / number.sum()
    model.theta_ = moments.mean[0, seen]
    model.var_ = moments.scatter[0, seen] / number[:, None] + model.epsilon_
    model.n_features_in_ = model.theta_.shape[1]
    return model


def _prior(prototype: Any, moments: Moments) -> Any:
    seen = np.flatnonzero(moments.count[0])
    if len(seen) < 2:
        return None
    number = moments.count[0, seen]
    model = copy.copy(prototype)
    model._strategy, model.sparse_output_ = "prior", False
    model.n_outputs_, model.n_classes_ = 1, len(seen)
    model.classes_, model.class_prior_ = seen, number / number.sum()
    return model


def _mean(prototype: Any, moments: Moments) -> Any:
    model = copy.copy(prototype)
    model.n_outputs_, model.constant_ = 1, moments.mean[0]
    return model
