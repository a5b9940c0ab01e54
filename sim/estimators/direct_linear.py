"""Fits of linear models without scikit-learn's checks: the same state, sooner.

Its checks of options and of each array take longer than the arithmetic on some hundred rows: a
ridge regression ten times, a logistic one as long again. Here the same operations run in the same
order, on the same functions of scikit-learn, scipy and BLAS. `direct_fit` compares the first state
with scikit-learn's own.
"""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, optimize
from sklearn.linear_model import LogisticRegression, Ridge

from retrainlab.sim.stream import Floats

try:  # private names of scikit-learn, without which it fits all itself
    from sklearn._loss import HalfBinomialLoss, HalfMultinomialLoss
    from sklearn.linear_model._linear_loss import LinearModelLoss
    from sklearn.linear_model._logistic import _LOGISTIC_SOLVER_CONVERGENCE_MSG as ADVICE
    from sklearn.utils.optimize import _check_optimize_result as iterations
except ImportError:
    LinearModelLoss = None

SEARCHES = 50  # steps of a line search at most, as in scikit-learn
TOLERANCE = 64 * np.finfo(float).eps
# Values of options that are fitted here; others, and options of other versions, are not.
OPTIONS: dict[type, dict[str, tuple[Any, ...]]] = {
    LogisticRegression: {
        "penalty": ("l2", "deprecated"),
        "l1_ratio": (None, 0),
        "dual": (False,),
        "fit_intercept": (True,),
        "class_weight": (None,),
        "solver": ("lbfgs",),
        "verbose": (0,),
        "warm_start": (False,),
        "n_jobs": (None,),
        "multi_class": ("deprecated",),
    },
    Ridge: {
        "fit_intercept": (True,),
        "copy_X": (True,),
        "solver": ("auto", "cholesky"),
        "positive": (False,),
    },
}
STRENGTH = {LogisticRegression: "C", Ridge: "alpha"}


def is_direct(model: Any) -> bool:
    """Whether a model that is not fitted can be fitted here."""
    options = OPTIONS.get(type(model))
    if options is None or LinearModelLoss is None:
        return False
    state, strength = vars(model), getattr(model, STRENGTH[type(model)])
    is_number = type(strength) in (int, float) and 0 < strength < math.inf
    return is_number and all(state[name] in options[name] for name in options.keys() & state)


def fit(model: Any, x: Any, y: NDArray[Any], sample_weight: Floats | None = None) -> bool:
    """Fit a model on x (m, d) and y (m,), rows weighted by sample_weight (m,).

    Returns whether it was done: not where the values are not finite, or odd in another way; the
    model is as it was then.
    """
    if not is_direct(model) or not _is_plain(x) or len(x) != len(y):
        return False
    if sample_weight is not None and not (_is_plain(sample_weight) and sample_weight.any()):
        return False
    return (_logistic if type(model) is LogisticRegression else _ridge)(model, x, y, sample_weight)


def _is_plain(values: Any) -> bool:
    is_array = type(values) is np.ndarray and values.dtype == np.float64 and values.size > 0
    return is_array and bool(np.isfinite(np.add.reduce(values, axis=None)))


def _logistic(model: Any, x: Floats, y: NDArray[Any], weight: Floats | None) -> bool:
    """Minimise the mean loss and the penalty, which scikit-learn weighs by the sum of weights."""
    classes = np.unique(y)
    if y.dtype.kind != "i" or len(classes) < 2:
        return False
    x, k = np.ascontiguousarray(x), len(classes)
    total = len(x) if weight is None else float(np.sum(weight))
    strength = 1.0 / (model.C * total)
    if k == 2:
        target = (y == classes[1]).astype(np.float64)
        objective = _binary_objective(x, target, weight, strength)
    else:
        target = np.searchsorted(classes, y).astype(np.float64)
        loss = LinearModelLoss(base_loss=HalfMultinomialLoss(n_classes=k), fit_intercept=True)
        objective = partial(
            loss.loss_gradient, X=x, y=target, sample_weight=weight, l2_reg_strength=strength
        )
    found = optimize.minimize(
        objective,
        np.zeros((1 if k == 2 else k) * (x.shape[1] + 1)),
        method="L-BFGS-B",
        jac=True,
        options={
            "maxiter": model.max_iter,
            "maxls": SEARCHES,
            "gtol": model.tol,
            "ftol": TOLERANCE,
        },
    )
    rounds = iterations("lbfgs", found, model.max_iter, extra_warning_msg=ADVICE)
    model.n_features_in_, model.classes_ = x.shape[1], classes
    model.n_iter_ = np.array([rounds], np.int32)
    if k == 2:
        model.intercept_, model.coef_ = found.x[-1:], found.x[:-1][None, :]
    else:
        weights = np.reshape(found.x, (k, -1), order="F")
        model.intercept_, model.coef_ = weights[:, -1], weights[:, :-1]
    return True


def _binary_objective(
    x: Floats, target: Floats, weight: Floats | None, strength: float
) -> Callable[[Floats], tuple[float, Floats]]:
    """Return the function of weights and intercept that gives the objective and its gradient."""
    loss, columns = HalfBinomialLoss(), x.T
    total = len(x) if weight is None else np.sum(weight)

    def objective(w: Floats) -> tuple[float, Floats]:
        weights = w[:-1]
        losses, slopes = loss.loss_gradient(target, x @ weights + w[-1], weight, n_threads=1)
        slopes /= total
        gradient = np.empty_like(w)
        gradient[:-1] = columns @ slopes + strength * weights
        gradient[-1] = np.add.reduce(slopes)
        penalty = float(0.5 * strength * (weights @ weights))
        return float(np.add.reduce(losses) / total) + penalty, gradient

    return objective


def _ridge(model: Any, x: Floats, y: NDArray[Any], weight: Floats | None) -> bool:
    """Solve the normal equations of rows without their mean."""
    if not _is_plain(y) or y.ndim != 1 or x.shape[1] > len(x):
        return False
    x, y = np.array(x, order="K"), np.array(y)
    centre, level = np.average(x, axis=0, weights=weight), np.average(y, weights=weight)
    x -= centre
    y -= level
    if weight is not None:
        root = np.sqrt(weight)
        x, y = x * root[:, None], y * root
    products = x.T @ x
    products.flat[:: x.shape[1] + 1] += model.alpha
    try:
        coef = linalg.solve(products, x.T @ y[:, None], assume_a="pos", overwrite_a=True).ravel()
    except linalg.LinAlgError:
        return False
    model.n_features_in_ = x.shape[1]
    model.coef_, model.n_iter_, model.solver_ = coef, None, "cholesky"
    model.intercept_ = level - centre @ coef
    return True
