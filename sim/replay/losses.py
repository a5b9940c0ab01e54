"""Losses: what the prediction of a row costs, in the unit that `prices.error` prices.

A prediction is (n,) labels or values, or a vector a row: (n, k) class probabilities, or in a
regression (n, q) numbers, of which the first is the value: mean and scale, or quantiles. A user's
own loss is any callable with the same signature; `sim.replay.row_loss` says what more it may see.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.errors import require
from retrainlab.sim.replay.predictions import decide
from retrainlab.sim.stream import Floats


class Loss(Protocol):
    """`Loss(y, prediction) -> (n,)`, lower is better."""

    def __call__(self, y: NDArray[Any], prediction: NDArray[Any], /, *_: Any, **__: Any) -> Floats:
        """Return (n,) what each row costs; more is asked for by name (`sim.replay.row_loss`)."""
        ...


@dataclass(frozen=True)
class ZeroOne:
    """1 for a wrong class, 0 for a right one."""

    def __call__(
        self, y: NDArray[Any], prediction: NDArray[Any], decision: NDArray[Any] | None = None
    ) -> Floats:
        """Return (n,) zeros and ones; decision: (n,) classes, the most probable ones if None."""
        decided = decide(prediction, "classification") if decision is None else decision
        return (decided != y).astype(np.float64)


@dataclass(frozen=True)
class Log:
    """Minus the logarithm of the probability given to the true class, in nats.

    Probabilities are clipped at `floor`. A label of a learner that gives only labels counts as
    probability 1, so that each of its errors costs -log(floor).
    """

    floor: float = 1e-6

    def __call__(self, y: NDArray[Any], prediction: NDArray[Any]) -> Floats:
        """Return (n,) nats."""
        if prediction.ndim == 1:
            given = (prediction == y).astype(np.float64)
        else:
            given = prediction[np.arange(len(y)), y.astype(np.int64)]
        return -np.log(np.clip(given, self.floor, 1.0))


@dataclass(frozen=True)
class Absolute:
    """Absolute error, in units of the target."""

    def __call__(self, y: NDArray[Any], prediction: NDArray[Any]) -> Floats:
        """Return (n,) absolute errors."""
        return np.abs(decide(prediction, "regression") - y)


@dataclass(frozen=True)
class Squared:
    """Squared error, in squared units of the target."""

    def __call__(self, y: NDArray[Any], prediction: NDArray[Any]) -> Floats:
        """Return (n,) squared errors."""
        return (decide(prediction, "regression") - y) ** 2


@dataclass(frozen=True)
class Pinball:
    """Quantile loss (Koenker and Bassett 1978): too little costs `quantile`, too much 1 - quantile.

    A shop that loses 3 on a missed sale and 1 on an unsold roll plans for quantile .75.
    """

    quantile: float = 0.5

    def __post_init__(self) -> None:
        require(
            0 < self.quantile < 1,
            f"quantile is {self.quantile}; it must lie between 0 and 1",
        )

    def __call__(self, y: NDArray[Any], prediction: NDArray[Any]) -> Floats:
        """Return (n,) weighted absolute errors."""
        short = y - decide(prediction, "regression")
        return np.where(short >= 0, self.quantile * short, (self.quantile - 1) * short)


@dataclass(frozen=True)
class Gaussian:
    """Negative log-likelihood of a normal forecast, in nats, for predictions (n, 2): mean, scale.

    A prediction without a scale is taken to have scale 1.
    """

    floor: float = 1e-6

    def __call__(self, y: NDArray[Any], prediction: NDArray[Any]) -> Floats:
        """Return (n,) nats."""
        mean = decide(prediction, "regression")
        scale = np.ones_like(mean) if prediction.ndim == 1 else prediction[:, 1]
        scale = np.maximum(scale, self.floor)
        return 0.5 * np.log(2 * np.pi) + np.log(scale) + 0.5 * ((y - mean) / scale) ** 2
