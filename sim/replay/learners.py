"""Learners: any scikit-learn estimator or pipeline, or any class with fit and predict, as it is."""

import copy
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.errors import InputError, require
from retrainlab.sim.estimators.one_thread import on_one_thread
from retrainlab.sim.estimators.unfitted import Prototype, fresh, seeded
from retrainlab.sim.replay import decision_rules, own_code, predictions, updates
from retrainlab.sim.replay.corrections import DERIVED
from retrainlab.sim.replay.decision_rules import LeastCost, thresholded, tuning
from retrainlab.sim.replay.own_code import ChangesInput
from retrainlab.sim.replay.predictions import Prediction
from retrainlab.sim.replay.prepared import framed, prepared
from retrainlab.sim.stream import Floats, Stream

# Below this many rows an estimator may fail for want of data (neighbours, folds): a constant
# stands in for it, and the ledger says so. Above it, its error is a defect and is raised.
FEW_ROWS = 50
# Options of `Learner` in a configuration.
OPTIONS = ("encode", "scale", "frame", "spread", "threshold", "errors")


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
    encode: how categorical columns reach it: "onehot", "ordinal" (codes), or "native": codes, and
        its parameter `categorical_features` says which they are. Encoders, imputers and scalers are
        fitted on the training rows of each fit, and on nothing else.
    scale: standardise the numeric columns.
    frame: it gets a pandas frame (`sim.replay.frames`) with the names of the columns, with
        categories and gaps as they are, in place of encoders, imputers and scalers.
    spread: a regressor's `predict(x, return_std=True)` is used, so that a prediction is
        (n, 2): mean and scale.
    threshold: which class a classifier serves (`sim.replay.decision_rules`): class 1 from this
        probability on; "bayes": the class of the least expected cost; "tuned": from the threshold
        on that is cheapest on the training rows. None: what its `predict` says.
    errors: what errors cost, for "bayes" and "tuned" (`sim.replay.cost_matrix`).
    """

    def __init__(
        self,
        estimator: Any,
        stream: Stream,
        encode: Literal["onehot", "ordinal", "native"] = "onehot",
        scale: bool = False,
        frame: bool = False,
        spread: bool = False,
        threshold: float | str | None = None,
        errors: Mapping[str, Any] | None = None,
    ):
        self.name = type(estimator).__name__
        self.task = stream.task
        self.classes = len(stream.classes)
        self.spread = spread
        self.rule = decision_rules.rule_of(threshold, errors, stream)
        self.is_tuned = self.rule is not None and threshold == "tuned"
        estimator = on_one_thread(estimator)
        self._is_valid = False  # scikit-learn checks parameters in the first fit, not in each
        self.estimator = (
            framed(estimator, stream, scale)
            if frame
            else prepared(estimator, stream, encode, scale)
        )
        self._prototype, self._direct = Prototype(self.estimator), _direct_fit()
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
            not self.is_tuned,
            "rows have weights, and learner.threshold=tuned takes none; choose bayes, or leave the "
            "weights out",
        )
        require(
            self._weight_option is not None,
            f"rows have weights, and learner {self.name} takes no sample_weight in fit; choose "
            "another learner, or leave the weights out",
        )

    def fit(self, x: Floats, y: NDArray[Any], seed: int, weight: Floats | None = None) -> Any:
        """Return a new model trained on x (m, d) and y (m,), rows weighted by weight (m,)."""
        if weight is not None:
            self.require_weights()
        if self.task == "classification" and (len(y) == 0 or y.min() == y.max()):
            return self.constant(y, weight)
        try:
            model = self._trained(x, y, seed, weight)
            if len(y) < FEW_ROWS:
                self._given(model, x[:1])
        except ValueError as error:
            if len(y) >= FEW_ROWS or isinstance(error, ChangesInput):
                raise
            return self.constant(y, weight)
        return model

    def _trained(self, x: Floats, y: NDArray[Any], seed: int, weight: Floats | None) -> Any:
        from sklearn import config_context

        costs = self.rule.terms[-1] if isinstance(self.rule, LeastCost) and self.is_tuned else None
        if costs is None:
            model = self._prototype.copied(seed)
        else:
            model = seeded(fresh(tuning(fresh(self.estimator), y, costs)), seed)
        weights = {} if weight is None else {str(self._weight_option): own_code.locked(weight)}
        with config_context(skip_parameter_validation=self._is_valid):
            self._call(partial(self._direct.fit, model), x, y, **weights)
        self._is_valid = True
        return model if costs is None else thresholded(model, costs)

    def updated(
        self, model: Any, x: Floats, y: NDArray[Any], seed: int, weight: Floats | None = None
    ) -> Any:
        """Return a model that has learned further rows (`sim.replay.updates`).

        In place of a constant, which has learned nothing, one that is trained on them alone.
        Raises `InputError` for a learner that cannot be updated, and for a class new to the model.
        """
        updates.require_updates(self.estimator, self.name)
        if weight is not None:
            self.require_weights()
        if isinstance(model, Constant):
            return self.fit(x, y, seed, weight)
        require(
            not isinstance(model, DERIVED),
            "an update of a recalibration or a blend is not possible; name the model that it is "
            "made of",
        )
        weights = {} if weight is None else {str(self._weight_option): own_code.locked(weight)}

        def learned(x: Floats, y: NDArray[Any]) -> Any:
            copied = seeded(copy.deepcopy(model), seed)
            return updates.further(copied, self.estimator, x, y, self.name, **weights)

        return self._call(learned, x, y)

    def constant(self, y: NDArray[Any], weight: Floats | None = None) -> Constant:
        """Return the model that predicts the class shares, or the mean, of y."""
        if weight is not None and not weight.any():
            weight = None
        if self.task == "regression":
            return Constant(np.asarray(float(np.average(y, weights=weight)) if len(y) else 0.0))
        counts = np.bincount(y.astype(np.int64), weight, self.classes).astype(np.float64)
        return Constant(counts / counts.sum() if len(y) else counts)

    def predict(self, model: Any, x: Floats) -> Prediction:
        """Return probabilities from the model's `predict_proba`, and classes from its `predict`.

        Without `predict_proba`, and in a regression, both are what it predicts; with `spread`
        (n, 2): mean and scale. Raises `InputError` for what cannot be counted
        (`sim.replay.predictions`).
        """
        if isinstance(model, DERIVED):
            return self.combined(model, [self.predict(part, x) for part in model.models], x)
        is_constant = isinstance(model, Constant)
        given = model.predict(x) if is_constant else self._checked(self._given(model, x), x)
        if self.rule is not None and (is_constant or not self.is_tuned):
            require(
                given.ndim == 2,
                f"learner {self.name} gives classes without probabilities; learner.threshold needs "
                "an estimator with predict_proba",
            )
            return Prediction(given, self.rule(given, x))
        is_both = self.task == "classification" and given.ndim == 2
        if is_constant or not is_both or _serves_most_probable(model):
            return Prediction.of(given, self.task)
        served = self._checked(self._call(model.predict, x), x)
        if served.ndim == 2:  # its predict gives probabilities as well
            return Prediction.of(given, self.task)
        return Prediction(given, predictions.decide(served, self.task))

    def combined(self, model: Any, parts: Sequence[Prediction], x: Floats) -> Prediction:
        """Return what a model that is made of others predicts; parts: what these do."""
        classes = self.classes if self.task == "classification" else 0
        given = self._checked(model.combined([part.given for part in parts], classes), x)
        if self.rule is not None and given.ndim == 2:
            return Prediction(given, self.rule(given, x))
        return Prediction.of(given, self.task)

    def _checked(self, given: Any, x: Floats) -> NDArray[Any]:
        return predictions.checked(given, len(x), self.task, self.classes, self.name)

    def _given(self, model: Any, x: Floats) -> Any:
        """Return what the model predicts, with a column for every class of the stream."""
        if self.spread:
            return np.column_stack(self._call(model.predict, x, return_std=True))
        if self.task == "regression" or not hasattr(model, "predict_proba"):
            return self._call(_output(model, "predict"), x)
        given = np.asarray(self._call(_output(model, "predict_proba"), x))
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


def _direct_fit() -> Any:
    from retrainlab.sim.estimators.direct_fit import DirectFit

    return DirectFit()


def _output(model: Any, method: str) -> Callable[[Floats], Any]:
    from retrainlab.sim.estimators import direct

    return direct.output(model, method)


def _weight_option(estimator: Any) -> str | None:
    """Return what the weights of rows are called in `fit`; None where it takes none."""
    if hasattr(estimator, "steps"):
        name, last = estimator.steps[-1]
        option = _weight_option(last)
        return option and f"{name}__{option}"
    parameters = inspect.signature(estimator.fit).parameters
    return "sample_weight" if "sample_weight" in parameters else None


def _serves_most_probable(model: Any) -> bool:
    """Whether its `predict` is known to give the most probable class, so that it need not be asked.

    Of scikit-learn's own kinds alone; to predict twice would double the cost of a forest.
    """
    from sklearn.pipeline import Pipeline

    while type(model) is Pipeline:
        model = model[-1]
    return type(model) in _most_probable()


@cache
def _most_probable() -> frozenset[type]:
    """Return the kinds of classifiers whose `predict` gives the most probable class."""
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import GaussianNB
    from sklearn.tree import DecisionTreeClassifier

    from retrainlab.sim.replay.online import OnlineClassifier

    return frozenset(
        {
            DecisionTreeClassifier,
            GaussianNB,
            HistGradientBoostingClassifier,
            LogisticRegression,
            OnlineClassifier,
            RandomForestClassifier,
        }
    )
