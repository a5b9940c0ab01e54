"""Predictions: classes and their probabilities, or values; their checks; whether two differ."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.errors import InputError
from retrainlab.sim.stream import Floats, Task
from retrainlab.sim.stream_checks import kind_of

# A probability may miss 0 and 1 by so much, as those of single precision do, and those of a row
# may miss their sum of 1.
ROUNDING = 1e-6
SUM_ROUNDING = 1e-3


@dataclass(frozen=True, eq=False)
class Prediction:
    """What is predicted for n rows.

    given: (n,) classes or values, (n, k) class probabilities, or in a regression (n, q) numbers, of
    which the first is the value. decision: (n,) the classes or values that are served. A classifier
    may serve another class than the most probable one, where errors differ in cost.
    """

    given: NDArray[Any]
    decision: NDArray[Any]

    @classmethod
    def of(cls, given: NDArray[Any], task: Task) -> "Prediction":
        """Return the prediction whose classes are the most probable ones."""
        return cls(given, decide(given, task))

    def __len__(self) -> int:
        return len(self.given)

    def __getitem__(self, rows: slice) -> "Prediction":
        return Prediction(self.given[rows], self.decision[rows])


def decide(given: NDArray[Any], task: Task) -> NDArray[Any]:
    """(n,) the most probable class, or the value."""
    if task == "regression":
        return given if given.ndim == 1 else given[:, 0]
    if given.ndim == 1:
        return given.astype(np.int64, copy=False)
    if given.shape[1] == 2:
        return (given[:, 1] > given[:, 0]).astype(np.int64)
    return given.argmax(axis=1)


def monitored_value(prediction: Prediction, task: Task) -> Floats:
    """(n,) one number a prediction, for monitors that watch predictions.

    P(class 1) for two classes, the largest probability for more, else the class or value itself.
    """
    given = prediction.given
    if task == "classification" and given.ndim == 2:
        return given[:, 1] if given.shape[1] == 2 else given.max(axis=1)
    return prediction.decision.astype(np.float64)


def checked(given: Any, rows: int, task: Task, classes: int, name: str) -> NDArray[Any]:
    """Return predictions as an array; `InputError` names the learner and what is wrong.

    Class codes (n,), class probabilities (n, k), numbers (n,), or vectors of numbers (n, q).
    """
    array = np.asarray(given)
    what = f"learner {name} predicted"
    if array.dtype.kind not in "biuf":
        raise InputError(
            f"{what} {kind_of(array)} values; they must be numbers, and classes their codes"
        )
    is_class = task == "classification"
    if array.ndim not in (1, 2) or len(array) != rows:
        raise InputError(f"{what} {shape_for(array, rows)}; it must give one a row")
    if is_class and array.ndim == 2 and array.shape[1] != classes:
        raise InputError(
            f"{what} {shape_for(array, rows)}; its predict must give one class a row, its "
            f"predict_proba {classes} probabilities a row"
        )
    if not is_class:
        _require_finite(array, what)
    elif array.ndim == 1:
        _require_classes(array, classes, what)
    else:
        _require_probabilities(array, what)
    return array


def shape_for(array: NDArray[Any], rows: int) -> str:
    """Say the shape of what was given for so many rows: "shape (n, 2) for n rows".

    In blocks of any size the same fault has the same words; a number of rows that is wrong stands
    beside the right one.
    """
    if array.ndim and len(array) != rows:
        return f"shape {array.shape} for {rows} rows"
    sizes = ["n", *map(str, array.shape[1:])] if array.ndim else []
    return f"shape ({', '.join(sizes)}{',' * (len(sizes) == 1)}) for n rows"


def _require_finite(given: NDArray[Any], what: str) -> None:
    is_finite = np.isfinite(given)
    if not is_finite.all():
        raise InputError(f"{what} {given[~is_finite][0]}; a prediction must be finite")


def _require_classes(given: NDArray[Any], classes: int, what: str) -> None:
    if not len(given):
        return
    if given.dtype.kind == "f":
        _require_finite(given, what)
        if not np.array_equal(given, np.trunc(given)):
            raise InputError(
                f"{what} numbers that are no class; a classification needs whole class codes of "
                "predict, or a probability for each class of predict_proba: is it a regressor?"
            )
    low, high = given.min(), given.max()
    if not (low >= 0 and high < classes):
        right = f"they must be codes from 0 to {classes - 1}"
        raise InputError(f"{what} classes {low:g} to {high:g}; {right}")


def _require_probabilities(given: NDArray[Any], what: str) -> None:
    if given.size and not (given.min() >= -ROUNDING and given.max() <= 1 + ROUNDING):
        _require_finite(given, what)
        raise InputError(f"{what} probabilities that do not lie between 0 and 1")
    # A product takes a quarter of the time of a sum along short rows.
    sums = given @ np.ones(given.shape[1])
    gaps = np.abs(sums - 1)
    if gaps.max(initial=0.0) > SUM_ROUNDING:
        odd = sums[gaps.argmax()]
        raise InputError(f"{what} probabilities of a row with the sum {odd:.3g}; it must be 1")


def differs(one: Prediction, other: Prediction, task: Task, of: Prediction | None = None) -> bool:
    """Whether two predictions of the same rows are different.

    Classes: at all, where their scores are equal. Scores: by more than rounding, as the last bits
    of a matrix product depend on how many rows it has. That is half of the digits of their type, in
    units of the largest score. of: the prediction that `one` was taken from, if it is a part.
    """
    if _given_differs(one.given, other.given, task, None if of is None else of.given):
        return True
    if task == "regression" or one.given.ndim == 1:
        return False
    is_same = (one.given == other.given).all(axis=1)
    return bool((one.decision != other.decision)[is_same].any())


def _given_differs(
    one: NDArray[Any], other: NDArray[Any], task: Task, of: NDArray[Any] | None
) -> bool:
    if one.shape != other.shape:
        return True
    if task == "classification" and one.ndim == 1:
        return bool((one != other).any())
    scores = [a for a in (one, other, one if of is None else of) if a.size]
    digits = [np.finfo(a.dtype).eps ** 0.5 for a in scores if a.dtype.kind == "f"]
    scale = max((float(np.abs(a).max()) for a in scores), default=0.0)
    return bool(
        (np.abs(np.subtract(one, other, dtype=float)) > max(digits, default=0) * scale).any()
    )
