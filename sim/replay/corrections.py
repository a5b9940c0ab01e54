"""Corrections of a model's outputs, and blends: models that are made of others without training."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.errors import require
from retrainlab.sim.stream import Floats


class Correction(Protocol):
    """Corrects predictions. Its `repr` says all that it does: that is its key in the memo."""

    def __call__(self, given: NDArray[Any]) -> NDArray[Any]:
        """Return predictions of the same shape: (n, k) probabilities, (n,) or (n, q) numbers."""
        ...


@dataclass(frozen=True)
class ClassShares:
    """Probabilities after a change of the class shares alone (Saerens et al. 2002).

    ratio: (k,) share of each class now, over the share that the model was trained with.
    """

    ratio: tuple[float, ...]

    def __call__(self, given: NDArray[Any]) -> Floats:
        """(n, k) the probabilities times the ratios, to a sum of 1; as they are where that is 0."""
        require(
            given.ndim == 2,
            "the learner gives classes without probabilities, and a recalibration of class shares "
            "needs them; choose a learner with predict_proba",
        )
        weighted = given * np.asarray(self.ratio)
        sums = weighted.sum(axis=1, keepdims=True)
        return np.where(sums > 0, weighted / np.where(sums > 0, sums, 1), given)


@dataclass(frozen=True)
class Bias:
    """Numbers plus a constant; of a vector of numbers the first one."""

    by: float

    def __call__(self, given: NDArray[Any]) -> Floats:
        """Return the numbers, moved."""
        if given.ndim == 1:
            return given + self.by
        return np.column_stack([given[:, 0] + self.by, given[:, 1:]])


@dataclass(frozen=True)
class Ratio:
    """Numbers times a constant, the scale among them."""

    by: float

    def __call__(self, given: NDArray[Any]) -> Floats:
        """Return the numbers, scaled."""
        return given * self.by


@dataclass(frozen=True)
class Recalibrated:
    """A model whose outputs are corrected."""

    model: Any
    correction: Any

    @property
    def models(self) -> tuple[Any, ...]:
        """The model that predicts."""
        return (self.model,)

    def combined(self, given: Sequence[NDArray[Any]], classes: int) -> NDArray[Any]:
        """Return what it predicts; given: by the model. classes: their number, 0 for numbers."""
        corrected: NDArray[Any] = self.correction(given[0])
        return corrected


@dataclass(frozen=True)
class Blended:
    """A weighted vote of models, or the weighted mean of their numbers."""

    models: tuple[Any, ...]
    weights: tuple[float, ...]

    def combined(self, given: Sequence[NDArray[Any]], classes: int) -> NDArray[Any]:
        """Return what it predicts; given: by each model. classes: their number, 0 for numbers."""
        parts = [_votes(part, classes) for part in given]
        shares = np.asarray(self.weights) / sum(self.weights)
        total = shares[0] * parts[0]
        for share, part in zip(shares[1:], parts[1:], strict=True):
            total = total + share * part
        return total


DERIVED = (Recalibrated, Blended)


def _votes(given: NDArray[Any], classes: int) -> Floats:
    """(n, k) probabilities, or one vote of 1 a row; numbers as they are."""
    if classes and given.ndim == 1:
        return np.eye(classes)[given.astype(np.int64)]
    return given.astype(np.float64, copy=False)
