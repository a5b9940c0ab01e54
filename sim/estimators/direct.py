"""Outputs of linear models and naive Bayes without each step's checks: the same bytes, sooner.

scikit-learn checks its input anew in every step and looks up its tags, which takes up to ten times
as long as the arithmetic of a block. Here the steps do the same operations in the same order. The
first output of each kind of pipeline in a process is compared with scikit-learn's own; where they
differ, and for whatever is not known here or not finite, scikit-learn does the work.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import expit
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from retrainlab.sim.stream import Floats

METHODS: dict[type, str] = {
    GaussianNB: "predict_proba",
    LinearRegression: "predict",
    LogisticRegression: "predict_proba",
    Ridge: "predict",
}
# Whether the outputs of a kind of pipeline, for rows of so many columns, were scikit-learn's own.
_same: dict[tuple[Any, ...], bool] = {}


def output(model: Any, method: str) -> Callable[[Floats], Any]:
    """Return the method of a fitted model, or a function that gives the same bytes sooner."""
    plain: Callable[[Floats], Any] = getattr(model, method)
    steps = steps_of(model)
    if METHODS.get(type(steps[-1])) != method or not _is_binary_or_value(steps[-1]):
        return plain
    types = tuple(map(type, steps))

    def quick(x: Floats) -> Any:
        kind = (*types, x.shape[1])
        given = _output(steps, x) if _same.get(kind, True) else None
        if given is None:
            return plain(x)
        if kind not in _same:
            _same[kind] = np.array_equal(given, plain(x))
            return quick(x)
        return given

    return quick


def steps_of(model: Any) -> list[Any]:
    """Return the steps of a pipeline, or the model alone."""
    return [step for _, step in model.steps] if type(model) is Pipeline else [model]


def _is_binary_or_value(estimator: Any) -> bool:
    return type(estimator) is not LogisticRegression or len(estimator.classes_) == 2


def _output(steps: list[Any], x: Floats) -> NDArray[Any] | None:
    """(n, k) probabilities of classes, or values (n,); None where they are not finite."""
    if x.dtype != np.float64:
        return None
    *before, last = steps
    for step in before:
        x = transformed(step, x)
    return _naive_bayes(last, x) if type(last) is GaussianNB else _linear(last, x)


def _naive_bayes(last: GaussianNB, x: Floats) -> Floats | None:
    """(n, k) probabilities; None where a class, or a row of one, has none."""
    if not (last.class_prior_ > 0).all():
        return None
    with np.errstate(all="ignore"):
        joint = _joint_log_likelihood(last, x)
    if not np.isfinite(joint).all():
        return None
    most = np.maximum.reduce(joint, axis=0)
    is_most = joint == most
    others = np.exp(joint - most)
    others[is_most] = 0.0
    rest = np.add.reduce(others, axis=0)
    if np.count_nonzero(is_most) == len(x):
        total = np.log1p(rest) + most
    else:
        ties = np.add.reduce(is_most, axis=0, dtype=np.float64)
        total = np.log1p(rest / ties) + np.log(ties) + most
    return np.ascontiguousarray(np.exp(joint - total).T)


def _joint_log_likelihood(last: GaussianNB, x: Floats) -> Floats:
    """(k, n) of each class; the columns are laid out one by one: each operation runs along them."""
    joint, columns = np.empty((len(last.class_prior_), len(x))), np.ascontiguousarray(x.T)
    scaled = np.empty_like(columns)
    by_row = x.strides[0] >= x.strides[1]
    summed = _summed if by_row else partial(np.add.reduce, axis=0)
    for c, (prior, mean, variance) in enumerate(
        zip(last.class_prior_, last.theta_, last.var_, strict=True)
    ):
        np.subtract(columns, mean[:, None], out=scaled)
        np.multiply(scaled, scaled, out=scaled)
        np.divide(scaled, variance[:, None], out=scaled)
        level = -0.5 * np.sum(np.log(2.0 * np.pi * variance))
        joint[c] = np.log(prior) + (level - 0.5 * summed(scaled))
    return joint


def _summed(values: Floats) -> Floats:
    """(n,) sums over the k rows of values (k, n).

    Added in the order in which numpy adds k numbers that lie side by side: eight sums next to each
    other, and what is left after them. It does so up to 128 numbers.
    """
    even = len(values) - len(values) % 8
    if not even:
        return np.add.reduce(values, axis=0)
    if len(values) > 128:
        return np.add.reduce(np.ascontiguousarray(values.T), axis=1)
    eight = np.add.reduce(values[:even].reshape(-1, 8, values.shape[1]), axis=0)
    four = eight[0::2] + eight[1::2]
    two = four[0::2] + four[1::2]
    total: Floats = two[0] + two[1]
    for rest in values[even:]:
        total += rest
    return total


def _linear(last: Any, x: Floats) -> NDArray[Any] | None:
    """(n, 2) probabilities of two classes, or values (n,); None where they are not finite."""
    scores = x @ last.coef_.T + last.intercept_
    if not np.isfinite(scores).all():
        return None
    if type(last) is not LogisticRegression:
        return scores
    one = expit(scores.reshape(-1))
    return np.stack([1 - one, one], axis=1)


def transformed(step: Any, x: Floats) -> Any:
    """(n, k) the rows after a fitted step, of a pipeline or of some columns."""
    if step is None or isinstance(step, str):  # "passthrough"
        return x
    if type(step) is Pipeline:
        for inner in steps_of(step):
            x = transformed(inner, x)
        return x
    if type(step) is StandardScaler and step.copy and x.dtype == np.float64:
        x = x - step.mean_ if step.with_mean else x
        return x / step.scale_ if step.with_std else x
    is_dense = type(step) is ColumnTransformer and not step.sparse_output_
    if is_dense and are_of_places(step.transformers_):
        return np.hstack([dense(part, x[:, places]) for _, part, places in step.transformers_])
    return step.transform(x)


def dense(step: Any, x: Floats) -> Floats:
    """(n, k) the same as an array, where a step gives a sparse matrix."""
    given: Any = _one_hot(step, x) if type(step) is OneHotEncoder else None
    if given is None:
        given = transformed(step, x)
    return given.toarray() if sparse.issparse(given) else given


def _one_hot(step: OneHotEncoder, x: Floats) -> Floats | None:
    """(n, k) a column for each category; None where codes are missing, or it is another kind."""
    is_known = step.drop is None and step.handle_unknown == "infrequent_if_exist"
    if not is_known or step.dtype is not np.float64 or np.isnan(x).any():
        return None
    widths = step._n_features_outs
    is_grouped = step._infrequent_enabled
    mappings = step._default_to_infrequent_mappings if is_grouped else [None] * len(widths)
    given, begin, rows = np.zeros((len(x), sum(widths))), 0, np.arange(len(x))
    for column, categories, mapping, width in zip(
        x.T, step.categories_, mappings, widths, strict=True
    ):
        place = np.searchsorted(categories, column)
        place[place == len(categories)] = 0
        is_seen = categories[place] == column
        if mapping is not None:  # the rarest share the last column, with those not seen
            place, is_seen = np.where(is_seen, mapping[place], width - 1), True
        given[rows, begin + place] = is_seen
        begin += width
    return given


def are_of_places(parts: list[Any]) -> bool:
    """Whether all parts of a column transformer are estimators whose columns are positions."""
    return all(
        isinstance(places, list) and places and not isinstance(part, str)
        for _, part, places in parts
    )
