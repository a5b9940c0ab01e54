"""Learners: any scikit-learn estimator or pipeline, or any class with fit and predict, as it is."""

import copy
import inspect
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.errors import InputError, require
from retrainlab.sim.replay import own_code, predictions
from retrainlab.sim.replay.own_code import ChangesInput
from retrainlab.sim.stream import Floats, Stream

# Below this many rows an estimator may fail for want of data (neighbours, folds): a constant
# stands in for it, and the ledger says so. Above it, its error is a defect and is raised.
FEW_ROWS = 50


@dataclass(frozen=True)
class Constant:
    """Constant prediction, for a single class or too few rows."""

    value: Floats

    def predict(self, x: Floats) -> Floats:
        """(n, k) the class shares, or (n,) the mean, of the training rows."""
        return np.broadcast_to(self.value, (len(x), *self.value.shape)).copy()


class Learner:
    """Fits an estimator on rows of a stream, and predicts.

    estimator: prototype, never fitted itself.
    encode: how categorical columns reach it: "onehot" or "ordinal". Encoders, imputers and
        scalers are fitted on the training rows of each fit, and on nothing else.
    scale: standardise the numeric columns.
    spread: a regressor's `predict(x, return_std=True)` is used, so that a prediction is
        (n, 2): mean and scale.
    """

    def __init__(
        self,
        estimator: Any,
        stream: Stream,
        encode: Literal["onehot", "ordinal"] = "onehot",
        scale: bool = False,
        spread: bool = False,
    ):
        self.name = type(estimator).__name__
        self.task = stream.task
        self.classes = len(stream.classes)
        self.spread = spread
        self.estimator = _prepared(estimator, stream, encode, scale)
        if not hasattr(estimator, "fit") or not hasattr(estimator, "predict"):
            raise InputError(
                f"learner {self.name} has no fit and predict; name a class that has both"
            )

    @property
    def _weight_option(self) -> str | None:
        return _weight_option(self.estimator)

    def require_weights(self) -> None:
        """Raise `InputError` unless rows may have weights in a fit."""
        require(
            self._weight_option is not None,
            f"rows have weights, and learner {self.name} takes no sample_weight in fit; choose "
            "another learner, or leave the weights out",
        )

    def fit(self, x: Floats, y: NDArray[Any], seed: int, weight: Floats | None = None) -> Any:
        """Return a new model trained on x (m, d) and y (m,), rows weighted by weight (m,)."""
        if self.task == "classification" and (len(y) == 0 or y.min() == y.max()):
            return self.constant(y, weight)
        model = _seeded(_fresh(self.estimator), seed)
        weights = {} if weight is None else {str(self._weight_option): own_code.locked(weight)}
        try:
            self._call(model.fit, x, y, **weights)
            if len(y) < FEW_ROWS:
                self._given(model, x[:1])
        except ValueError as error:
            if len(y) >= FEW_ROWS or isinstance(error, ChangesInput):
                raise
            return self.constant(y, weight)
        return model

    def constant(self, y: NDArray[Any], weight: Floats | None = None) -> Constant:
        """Return the model that predicts the class shares, or the mean, of y."""
        if weight is not None and not weight.any():
            weight = None
        if self.task == "regression":
            return Constant(np.asarray(float(np.average(y, weights=weight)) if len(y) else 0.0))
        counts = np.bincount(y.astype(np.int64), weight, self.classes).astype(np.float64)
        return Constant(counts / counts.sum() if len(y) else counts)

    def predict(self, model: Any, x: Floats) -> NDArray[Any]:
        """(n,) labels or values, or (n, k) class probabilities, or (n, q) vectors of numbers.

        With `spread` (n, 2): mean and scale. Raises `InputError` for what cannot be counted
        (`sim.replay.predictions`).
        """
        if isinstance(model, Constant):
            return model.predict(x)
        given = self._given(model, x)
        return predictions.checked(given, len(x), self.task, self.classes, self.name)

    def _given(self, model: Any, x: Floats) -> Any:
        """Return what the model predicts, with a column for every class of the stream."""
        if self.spread:
            return np.column_stack(self._call(model.predict, x, return_std=True))
        if self.task == "regression" or not hasattr(model, "predict_proba"):
            return self._call(model.predict, x)
        given = np.asarray(self._call(model.predict_proba, x))
        every = range(self.classes)
        seen = np.asarray(getattr(model, "classes_", every))
        if seen.tolist() == [*every] or given.shape != (len(x), len(seen)):
            return given
        require(
            bool(np.isin(seen, [*every]).all()) and len(np.unique(seen)) == len(seen),
            f"learner {self.name} has classes_ {seen.tolist()}; they must be among the codes "
            f"0 to {self.classes - 1}",
        )
        full = np.zeros((len(x), self.classes))
        full[:, seen.astype(np.int64)] = given
        return full

    def _call(self, function: Any, *arrays: NDArray[Any], **options: Any) -> Any:
        return own_code.call(f"learner {self.name}", function, *arrays, **options)


def _weight_option(estimator: Any) -> str | None:
    """Return what the weights of rows are called in `fit`; None where it takes none."""
    if hasattr(estimator, "steps"):
        name, last = estimator.steps[-1]
        option = _weight_option(last)
        return option and f"{name}__{option}"
    parameters = inspect.signature(estimator.fit).parameters
    return "sample_weight" if "sample_weight" in parameters else None


def _fresh(estimator: Any) -> Any:
    from sklearn.base import clone

    return clone(estimator) if hasattr(estimator, "get_params") else copy.deepcopy(estimator)


def _seeded(model: Any, seed: int) -> Any:
    """Give every random state of the model the seed, nested ones included."""
    if hasattr(model, "get_params"):
        states = [k for k in model.get_params() if k.split("__")[-1] == "random_state"]
        return model.set_params(**dict.fromkeys(states, seed)) if states else model
    if hasattr(model, "random_state"):
        model.random_state = seed
    return model


def _prepared(estimator: Any, stream: Stream, encode: str, scale: bool) -> Any:
    """Put before the estimator what the stream's columns need, and nothing if they need nothing."""
    if not (stream.categorical or stream.missing or scale):
        return estimator
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

    if encode not in ("onehot", "ordinal"):
        raise InputError(f"learner encode is {encode!r}; it must be onehot or ordinal")
    steps: list[Any] = [SimpleImputer(keep_empty_features=True)] if stream.missing else []
    steps += [StandardScaler()] if scale else []
    if not stream.categorical:
        return make_pipeline(*steps, estimator)
    coder = (
        OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=50)
        if encode == "onehot"
        else OrdinalEncoder(
            handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2
        )
    )
    numeric = [j for j in range(stream.x.shape[1]) if j not in stream.categorical]
    parts = [
        ("categories", coder, list(stream.categorical)),
        ("numbers", make_pipeline(*steps) if steps else "passthrough", numeric),
    ]
    return make_pipeline(ColumnTransformer(parts, sparse_threshold=0), estimator)
