"""Losses: what the prediction of a row costs, in the unit that `prices.error` prices.

A prediction is (n,) labels or values, or a vector a row: (n, k) class probabilities, or in a
regression (n, q) numbers, of which the first is the value: mean and scale, or quantiles. A user's
own loss is any callable with the same signature.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.errors import InputError, require
from retrainlab.sim.replay import own_code
from retrainlab.sim.stream import Floats, Stream, Task


class Loss(Protocol):
    """`Loss(y, prediction) -> (n,)`, lower is better."""

    def __call__(self, y: NDArray[Any], prediction: NDArray[Any]) -> Floats:
        """Return (n,) what each row costs."""
        ...


def score(loss: Loss, y: NDArray[Any], prediction: NDArray[Any]) -> Floats:
    """(n,) what each row costs; `InputError` unless the loss gives one finite number a row.

    Where y is nan, no label has arrived, and the loss is nan.
    """
    name = f"loss {getattr(loss, '__name__', type(loss).__name__)}"
    given = np.asarray(own_code.call(name, loss, y, prediction))
    if given.dtype.kind not in "biuf" or given.shape != y.shape:
        raise InputError(
            f"{name} gave {given.dtype.name} values of shape {given.shape} for {len(y)} rows; it "
            "must give one number a row"
        )
    costs = given.astype(np.float64, copy=False)
    if not np.isfinite(costs).all():
        bad = costs[~(np.isfinite(costs) | np.isnan(y))]
        if len(bad):
            raise InputError(f"{name} gave {bad[0]}; a loss must be finite")
    return costs


def counted(stream: Stream, rows: slice, costs: Floats) -> Floats:
    """(m,) what some rows count: their costs times their weights, 0 without a label."""
    if stream.weight is not None:
        costs = costs * stream.weight[rows]
    return costs if stream.labelled is None else np.where(stream.labelled[rows], costs, 0.0)


def decide(prediction: NDArray[Any], task: Task) -> NDArray[Any]:
    """(n,) the label or value that a prediction comes down to."""
    if task == "regression":
        return prediction if prediction.ndim == 1 else prediction[:, 0]
    if prediction.ndim == 1:
        return prediction.astype(np.int64, copy=False)
    if prediction.shape[1] == 2:
        return (prediction[:, 1] > prediction[:, 0]).astype(np.int64)
    return prediction.argmax(axis=1)


def monitored_value(prediction: NDArray[Any], task: Task) -> Floats:
    """(n,) one number a prediction, for monitors that watch predictions.

    P(class 1) for two classes, the winner's probability for more, else the label or value itself.
    """
    if task == "classification" and prediction.ndim == 2:
        return prediction[:, 1] if prediction.shape[1] == 2 else prediction.max(axis=1)
    return decide(prediction, task).astype(np.float64)


@dataclass(frozen=True)
class ZeroOne:
    """1 for a wrong label, 0 for a right one."""

    def __call__(self, y: NDArray[Any], prediction: NDArray[Any]) -> Floats:
        """Return (n,) zeros and ones."""
        return (decide(prediction, "classification") != y).astype(np.float64)


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
