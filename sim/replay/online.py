"""Online learners: a model of River with fit, partial_fit, predict and predict_proba."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator

from retrainlab.sim.errors import require
from retrainlab.sim.stream import Floats


class OnlineRegressor(BaseEstimator):
    """A regressor of River that learns rows in their order.

    model: of River, a prototype that is never trained itself. batch: how many rows it learns at
    once, by `learn_many`; None: one by one, by `learn_one`. random_state: its seed, if it has one.
    """

    asked = "predict_one"

    def __init__(self, model: Any, batch: int | None = None, random_state: int | None = None):
        self.model, self.batch, self.random_state = model, batch, random_state
        name = type(model).__name__
        require(
            hasattr(model, "learn_one") and hasattr(model, self.asked),
            f"{name} has no learn_one and {self.asked}; name an online model of River",
        )
        require(
            batch is None or hasattr(model, "learn_many"),
            f"{name} has no learn_many; leave batch out, and it learns rows one by one",
        )

    def fit(self, x: Floats, y: NDArray[Any]) -> Any:
        """Learn the rows x (m, d) and y (m,), from scratch."""
        is_seeded = self.random_state is not None and hasattr(self.model, "seed")
        self.trained_ = self.model.clone({"seed": self.random_state} if is_seeded else {})
        self.classes_ = np.empty(0, dtype=np.int64)
        return self.partial_fit(x, y)

    def partial_fit(self, x: Floats, y: NDArray[Any]) -> Any:
        """Learn further rows."""
        if self.batch is None:
            for row, label in zip(_rows(x), y.tolist(), strict=True):
                self.trained_.learn_one(row, label)
            return self
        for start in range(0, len(x), self.batch):
            part = slice(start, start + self.batch)
            self.trained_.learn_many(pd.DataFrame(x[part]), pd.Series(y[part]))
        return self

    def predict(self, x: Floats) -> NDArray[Any]:
        """(n,) numbers."""
        return np.array([self.trained_.predict_one(row) for row in _rows(x)], dtype=np.float64)


class OnlineClassifier(OnlineRegressor):
    """A classifier of River that learns rows in their order; options as those of a regressor."""

    asked = "predict_proba_one"
    learns_new_classes = True

    def partial_fit(self, x: Floats, y: NDArray[Any]) -> Any:
        """Learn further rows; classes may be new."""
        self.classes_ = np.union1d(self.classes_, y)
        return super().partial_fit(x, y)

    def predict(self, x: Floats) -> NDArray[Any]:
        """(n,) the most probable classes."""
        served: NDArray[Any] = self.classes_[self.predict_proba(x).argmax(axis=1)]
        return served

    def predict_proba(self, x: Floats) -> Floats:
        """(n, k) probabilities of the classes that it has learned; even ones where it has none."""
        known = [self.trained_.predict_proba_one(row) for row in _rows(x)]
        classes = self.classes_.tolist()
        given = np.array([[chances.get(c, 0.0) for c in classes] for chances in known])
        given = given.reshape(len(x), len(classes))
        sums = given.sum(axis=1, keepdims=True)
        return np.where(sums > 0, given / np.where(sums > 0, sums, 1), 1 / len(classes))


def _rows(x: Floats) -> Iterable[dict[int, float]]:
    return (dict(enumerate(row)) for row in x.tolist())
