"""Fits without each step's checks: the same state, sooner.

In a pipeline scikit-learn checks its input anew in every step, and looks up how each step takes its
options: as long again as a linear fit on some hundred rows. Here scalers, the parts of a column
transformer and linear models (`direct_linear`) do the same operations in the same order; whatever
is not known here is fitted by its own `fit`. The first fit of each learner is compared with
scikit-learn's own; where it differs, scikit-learn does the work.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn import get_config
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from retrainlab.sim.estimators import direct_linear
from retrainlab.sim.estimators.direct import are_of_places, dense, steps_of, transformed
from retrainlab.sim.estimators.unfitted import copied, fresh
from retrainlab.sim.stream import Floats

PLAIN = (None, None, False)  # memory, input that is transformed too, and output of a pipeline
# Of a column transformer that is fitted here.
OPTIONS = {
    "remainder": "drop",
    "sparse_threshold": 0,
    "transformer_weights": None,
    "verbose": False,
}


class DirectFit:
    """Fits the copies of one prototype."""

    def __init__(self) -> None:
        self._is_same: bool | None = None  # whether the state was scikit-learn's own

    def fit(self, model: Any, x: Floats, y: NDArray[Any], **weights: NDArray[Any]) -> None:
        """Fit a model that is not fitted on x (m, d) and y (m,); weights: of rows, by option."""
        if not _is_known(model, x) or self._is_same is False:
            model.fit(x, y, **weights)
        elif self._is_same is None:
            self._is_same = _fitted_alike(model, x, y, **weights)
        else:
            *before, last = steps_of(model)
            for step in before:
                x = _fit_transform(step, x, y)
            weights = _of_the_last(weights)
            if not direct_linear.fit(last, x, y, **weights):
                last.fit(x, y, **weights)


def _of_the_last(weights: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Return weights by the option of the last step: "sample_weight" for "ridge__sample_weight"."""
    return {option.split("__")[-1]: weight for option, weight in weights.items()}


def _fitted_alike(model: Any, x: Floats, y: NDArray[Any], **weights: NDArray[Any]) -> bool:
    """Fit a model by its own `fit`, and return whether its steps are what is fitted here."""
    *before, last = steps_of(fresh(model))
    model.fit(x, y, **weights)
    *theirs, their_last = steps_of(model)
    given, expected = x, model[:-1].transform(x) if theirs else x
    for step in before:
        given = _fit_transform(step, given, y)
    if not _is_alike((given, before), (expected, theirs)):
        return False
    is_fitted = direct_linear.fit(last, given, y, **_of_the_last(weights))
    return not is_fitted or _is_alike(last, their_last)


def _is_known(model: Any, x: Floats) -> bool:
    """Whether a step of it is fitted here."""
    if x.dtype != np.float64 or get_config()["transform_output"] != "default":
        return False
    if type(model) is Pipeline and (model.memory, model.transform_input, model.verbose) != PLAIN:
        return False
    *before, last = steps_of(model)
    return any(map(_is_direct, before)) or direct_linear.is_direct(last)


def _is_alike(one: Any, other: Any) -> bool:
    """Whether two fitted objects hold the same values, of the same types."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        is_of_numbers = one.dtype == other.dtype != object and one.shape == other.shape
        return one.tobytes() == other.tobytes() if is_of_numbers else np.array_equal(one, other)
    if sparse.issparse(one):
        return bool(one.shape == other.shape and (one != other).nnz == 0)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(_is_alike, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_is_alike(one[key], other[key]) for key in one)
    if type(one).__module__.startswith("sklearn."):
        return _is_alike(vars(one), vars(other))
    return one is other or bool(one == other)


def _fit_transform(step: Any, x: Floats, y: NDArray[Any]) -> Any:
    """Fit a step that is not fitted, and return the rows after it."""
    if step is None or isinstance(step, str):  # "passthrough"
        return x
    if type(step) is Pipeline:
        for _, inner in step.steps:
            x = _fit_transform(inner, x, y)
        return x
    if not _is_direct(step):
        return step.fit_transform(x, y)
    if type(step) is ColumnTransformer:
        return _columns(step, x, y)
    return transformed(step, x) if _scaler(step, x) else step.fit_transform(x)


def _is_direct(step: Any) -> bool:
    """Whether a step is fitted here: a scaler, or parts of columns that are named by positions."""
    if type(step) is StandardScaler:
        return bool(step.with_mean and step.with_std and step.copy)
    return (
        type(step) is ColumnTransformer
        and all(getattr(step, option) == value for option, value in OPTIONS.items())
        and are_of_places(step.transformers)
    )


def _scaler(step: StandardScaler, x: Floats) -> bool:
    """Fit a scaler in two passes, as scikit-learn does (Chan, Golub and LeVeque 1983); whether
    it could be done: all values are finite."""
    total = np.add.reduce(x, axis=0)
    if not np.isfinite(total).all():
        return False
    number = np.full(x.shape[1], float(len(x)))
    rest = x - total / number
    correction = np.add.reduce(rest, axis=0)
    np.multiply(rest, rest, out=rest)
    step.n_features_in_ = x.shape[1]
    step.mean_ = (0.0 + total) / number
    step.var_ = (np.add.reduce(rest, axis=0) - correction**2 / number) / number
    step.n_samples_seen_ = number[0]
    eps = np.finfo(np.float64).eps
    bound = number[0] * eps * step.var_ + (number[0] * step.mean_ * eps) ** 2
    step.scale_ = np.sqrt(step.var_)
    step.scale_[step.var_ <= bound] = 1.0
    return True


def _columns(step: ColumnTransformer, x: Floats, y: NDArray[Any]) -> Floats:
    """Fit the parts of a column transformer, each on its columns, and put what they give side by
    side."""
    step.n_features_in_ = x.shape[1]
    step._columns = [places for _, _, places in step.transformers]
    step._transformer_to_input_indices = {name: places for name, _, places in step.transformers}
    step._transformer_to_input_indices["remainder"] = []
    step._remainder = ("remainder", "drop", [])
    step.sparse_output_ = False
    step.transformers_ = [(name, copied(part), places) for name, part, places in step.transformers]
    given, step.output_indices_, begin = [], {}, 0
    for name, part, places in step.transformers_:
        given.append(_dense(part, x[:, places], y))
        step.output_indices_[name] = slice(begin, begin + given[-1].shape[1])
        begin += given[-1].shape[1]
    step.output_indices_["remainder"] = slice(0, 0)
    return np.hstack(given)


def _dense(part: Any, x: Floats, y: NDArray[Any]) -> Floats:
    """Fit a part that is not fitted, and return the rows after it as an array."""
    if type(part) is OneHotEncoder:
        return dense(part.fit(x), x)
    given = _fit_transform(part, x, y)
    return given.toarray() if sparse.issparse(given) else given
