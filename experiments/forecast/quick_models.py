"""Models in a few lines of numpy: a library trains a hundred thousand of them, on few rows each."""

from typing import Any

import numpy as np

from retrainlab.sim.stream import Floats

SHRINK = 1.0  # rows' worth of unit covariance, so that few rows have an inverse


class Discriminant:
    """Linear discriminant: classes are normal with one covariance."""

    def fit(self, x: Floats, y: Any) -> "Discriminant":
        """Take means and covariance of the rows."""
        self.classes_, place = np.unique(y, return_inverse=True)
        size = np.bincount(place)
        means = np.array([x[place == k].mean(axis=0) for k in range(len(size))])
        apart = x - means[place]
        covariance = (apart.T @ apart + SHRINK * np.eye(x.shape[1])) / (len(x) + SHRINK)
        self.weight = np.linalg.solve(covariance, means.T)
        self.offset = np.log(size / len(x)) - 0.5 * np.sum(means * self.weight.T, axis=1)
        return self

    def predict_proba(self, x: Floats) -> Floats:
        """(n, k) probabilities of the classes."""
        score = x @ self.weight + self.offset
        odds = np.exp(score - score.max(axis=1, keepdims=True))
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))

    def predict(self, x: Floats) -> Any:
        """Return the likelier class of each row."""
        return self.classes_[self.predict_proba(x).argmax(axis=1)]


class LeastSquares:
    """Linear regression by least squares, slightly shrunk."""

    def fit(self, x: Floats, y: Floats) -> "LeastSquares":
        """Solve for the weights; the mean is not shrunk."""
        self.centre, self.mean = x.mean(axis=0), float(y.mean())
        apart = x - self.centre
        square = apart.T @ apart + SHRINK * np.eye(x.shape[1])
        self.weight = np.linalg.solve(square, apart.T @ (y - self.mean))
        return self

    def predict(self, x: Floats) -> Floats:
        """Return the value of each row."""
        return self.mean + (x - self.centre) @ self.weight
