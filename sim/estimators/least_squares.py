"""Ridge and linear regression from moments, with or without a standard scaler before them."""

import copy
import math
from typing import Any

import numpy as np

from retrainlab.sim.estimators.moments import Moments
from retrainlab.sim.stream import Floats

# The least inverse condition of a system that is solved to a relative 1e-9.
LEAST_CONDITION = 1e-5
# The least variance of a column beside the square of its mean: below, its digits are rounding.
LEAST_VARIANCE = 1e-10


def is_known(estimator: Any) -> bool:
    """Whether it is an estimator of these kinds itself, with parameters of a closed form."""
    from sklearn.linear_model import LinearRegression, Ridge
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import StandardScaler

    if type(estimator) is Pipeline:
        if len(estimator.steps) != 2 or estimator.memory is not None:
            return False
        scaler, estimator = (step for _, step in estimator.steps)
        if type(scaler) is not StandardScaler or not (scaler.with_mean and scaler.with_std):
            return False
    if type(estimator) is LinearRegression:
        return bool(estimator.fit_intercept) and not estimator.positive
    return (
        type(estimator) is Ridge
        and estimator.solver in ("auto", "cholesky")
        and not estimator.positive
        and bool(estimator.fit_intercept)
        and np.ndim(estimator.alpha) == 0
    )


def solved(prototype: Any, moments: Moments) -> Any:
    """Return the model of these rows; None where its digits cannot be promised.

    moments: of the features and, as the last column, the label.
    """
    rows, mean, scatter = float(moments.count[0, 0]), moments.mean[0, 0], moments.scatter[0, 0]
    variance = np.diag(scatter)[:-1] / rows
    if rows <= len(mean) or (variance <= LEAST_VARIANCE * mean[:-1] ** 2).any():
        return None
    if not hasattr(prototype, "steps"):
        return _regression(prototype, rows, mean, scatter)
    (first, scaler), (second, regression) = prototype.steps
    scale = np.sqrt(variance)
    beside = np.append(scale, 1.0)
    centred = np.append(np.zeros(len(scale)), mean[-1])
    fitted = _regression(regression, rows, centred, scatter / np.outer(beside, beside))
    if fitted is None:
        return None
    scaler = copy.copy(scaler)
    scaler.mean_, scaler.var_, scaler.scale_ = mean[:-1], variance, scale
    scaler.n_samples_seen_, scaler.n_features_in_ = np.float64(rows), len(scale)
    model = copy.copy(prototype)
    model.steps = [(first, scaler), (second, fitted)]
    return model


def _regression(prototype: Any, rows: float, mean: Floats, scatter: Floats) -> Any:
    model = copy.copy(prototype)
    is_ridge = hasattr(model, "alpha")
    products = scatter[:-1, :-1]
    if is_ridge:
        products = products + model.alpha * np.eye(len(products))
        model.n_iter_, model.solver_ = None, "cholesky"
    else:
        values = np.linalg.eigvalsh(products)[::-1]
        if not values[-1] > (10 * model.tol) ** 2 * values[0]:
            return None  # `lstsq` may leave out directions
        model.rank_, model.singular_ = len(values), np.sqrt(values)
    coefficients = _solution(products, scatter[:-1, -1])
    if coefficients is None:
        return None
    model.coef_ = coefficients
    model.intercept_ = mean[-1] - mean[:-1] @ coefficients
    model.n_features_in_ = len(coefficients)
    return model


def _solution(products: Floats, target: Floats) -> Floats | None:
    """(d,) solution of the normal equations, in columns of unit length; None if ill-conditioned."""
    from scipy.linalg import lapack

    unit = 1 / np.sqrt(np.diag(products))
    system = products * np.outer(unit, unit)
    factor, failed = lapack.dpotrf(system)
    if failed:
        return None
    norm = float(np.abs(system).sum(axis=0).max())
    condition, _ = lapack.dpocon(factor, norm)
    if not (math.isfinite(condition) and condition >= LEAST_CONDITION):
        return None
    solution, _ = lapack.dpotrs(factor, target * unit)
    return solution * unit
