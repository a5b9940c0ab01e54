"""Decision rules: which class is served, from the probabilities and what errors cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.errors import InputError, require
from retrainlab.sim.replay.cost_matrix import CostMatrix
from retrainlab.sim.stream import Floats, Ints, Stream

FOLDS = 5
PLACE = "learner.threshold"


class Rule(Protocol):
    """Chooses classes."""

    def __call__(self, probabilities: Floats, x: Floats) -> Ints:
        """(n,) classes, of (n, k) probabilities of the rows x (n, d)."""
        ...


@dataclass(frozen=True)
class FixedThreshold:
    """Class 1 where its probability is at least the threshold, as `FixedThresholdClassifier`."""

    threshold: float

    def __call__(self, probabilities: Floats, x: Floats) -> Ints:
        """(n,) classes."""
        return (probabilities[:, 1] >= self.threshold).astype(np.int64)


@dataclass(frozen=True, eq=False)
class LeastCost:
    """The class of the least expected cost (Elkan 2001); the first of several.

    terms: (k, k) costs, true by predicted class, by the feature that multiplies them, -1 for none.
    """

    terms: Mapping[int, Floats]

    def __call__(self, probabilities: Floats, x: Floats) -> Ints:
        """(n,) classes."""
        expected = np.zeros(probabilities.shape)
        for feature, costs in self.terms.items():
            amount = 1.0 if feature < 0 else x[:, [feature]]
            expected += amount * (probabilities @ costs)
        return expected.argmin(axis=1)


def least_cost(errors: Mapping[str, Any], stream: Stream) -> LeastCost:
    """Return the rule of a cost matrix; `InputError` for a column that is no feature."""
    terms = CostMatrix(errors).terms(stream.classes)
    for name in terms:
        require(
            name is None or name in stream.features,
            f"{PLACE} weighs costs when it predicts, and the column {name!r} is no feature; leave "
            "it among the features, or use a number",
        )
    places = {name: -1 if name is None else stream.features.index(name) for name in terms}
    return LeastCost({places[name]: costs for name, costs in terms.items()})


def least_cost_of_history(matrix: CostMatrix, stream: Stream, rows: int) -> LeastCost:
    """Return the rule of a cost matrix; a column that is no feature counts with its mean so far.

    rows: how many of the stream are history.
    """
    terms: dict[int, Floats] = {}
    for name, costs in matrix.terms(stream.classes).items():
        is_feature = name is None or name in stream.features
        place = stream.features.index(name) if name in stream.features else -1
        column = None if is_feature else stream.column(str(name))
        factor = 1.0 if column is None else float(column[:rows].mean())
        terms[place] = terms.get(place, 0.0) + factor * costs
    return LeastCost(terms)


def rule_of(threshold: Any, errors: Mapping[str, Any] | None, stream: Stream) -> Rule | None:
    """Return the rule of a threshold: a number, `bayes` or `tuned`; None: the model's own classes.

    That of `tuned` is for a constant, which has no threshold of its own.
    """
    if threshold is None or stream.task == "regression":
        return None
    is_named = threshold in ("bayes", "tuned")
    is_number = isinstance(threshold, int | float) and not isinstance(threshold, bool)
    require(
        is_named or (is_number and 0 <= threshold <= 1),
        f"{PLACE} is {threshold!r}; it must be a probability, bayes, or tuned",
    )
    require(
        threshold == "bayes" or len(stream.classes) == 2,
        f"{PLACE} is {threshold}, which is for two classes, and there are {len(stream.classes)}; "
        "use bayes",
    )
    if not is_named:
        return FixedThreshold(float(threshold))
    if errors is None:
        raise InputError(
            f"{PLACE} is {threshold} and no costs are set; set prices.errors, as in "
            "'prices.errors={missed: 50, false_alarm: 2}'"
        )
    rule = least_cost(errors, stream)
    require(
        threshold == "bayes" or set(rule.terms) == {-1},
        f"{PLACE} is tuned, which is for costs that are numbers; use bayes for amounts at stake",
    )
    return rule


class Thresholded:
    """A trained classifier of two classes, with the threshold of its class 1."""

    def __init__(self, model: Any, threshold: float):
        self.model, self.threshold = model, threshold
        self.classes_ = model.classes_

    def predict_proba(self, x: Floats) -> Floats:
        """(n, 2) probabilities of the classifier."""
        given: Floats = self.model.predict_proba(x)
        return given

    def predict(self, x: Floats) -> NDArray[Any]:
        """(n,) classes."""
        served = self.predict_proba(x)[:, 1] >= self.threshold
        classes: NDArray[Any] = self.classes_[served.astype(np.int64)]
        return classes


def tuning(estimator: Any, y: NDArray[Any], costs: Floats) -> Any:
    """Return what fits an estimator and the threshold of the least cost on its training rows.

    The cost of a threshold is that of predictions out of fold, in at most five stratified folds.
    costs: (2, 2), true by predicted class. The estimator itself where a class has a single row.
    """
    from sklearn.metrics import make_scorer
    from sklearn.model_selection import TunedThresholdClassifierCV

    folds = min(FOLDS, int(np.bincount(y, minlength=2).min()))
    if folds < 2:
        return estimator
    scorer = make_scorer(_mean_cost, greater_is_better=False, costs=costs)
    return TunedThresholdClassifierCV(
        estimator, scoring=scorer, response_method="predict_proba", cv=folds
    )


def thresholded(model: Any, costs: Floats) -> Thresholded:
    """Return the model of a fit of `tuning`; costs: give the threshold where none was tuned."""
    if hasattr(model, "best_threshold_"):
        return Thresholded(model.estimator_, float(model.best_threshold_))
    alarm, missed = costs[0, 1] - costs[0, 0], costs[1, 0] - costs[1, 1]
    return Thresholded(model, float(alarm / (alarm + missed)) if alarm + missed > 0 else 0.5)


def _mean_cost(y: NDArray[Any], served: NDArray[Any], costs: Floats) -> float:
    return float(costs[y, served].mean())
