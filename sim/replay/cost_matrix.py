"""Cost matrix: the loss that prices each kind of error, by the names of the classes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from math import isfinite
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.errors import InputError, require
from retrainlab.sim.stream import Floats, Stream

BINARY = {"missed": (1, 0), "false_alarm": (0, 1)}  # true and predicted code
TIMES = re.compile(r"(?:(?P<factor>[0-9.eE+-]+) *\* *)?(?P<column>.*\S) *", re.DOTALL)
PLACE = "prices.errors"
REFUSED = "refused"


class Cost(NamedTuple):
    """Cost of one kind of error: a number, or with a column so many times its value in the row."""

    factor: float
    column: str | None = None


@dataclass(frozen=True, eq=False)
class CostMatrix:
    """What a prediction costs, by true and predicted class; a right one costs nothing by default.

    errors: for two classes `{missed: 50, false_alarm: 2}`, where class 1 is the one to be noticed;
        for any classes `{true: {predicted: cost}}` by their names, for every pair that differs. A
        cost is a number of at least 0, the name of a column with the amount at stake, or a multiple
        of it, as `0.2 * amount`. `refused` prices a prediction that is refused, and left to a
        person or to later: a row is refused where the class that would be served has a higher
        expected cost than this (Chow 1970). What predicts no probabilities refuses nothing.
    """

    errors: Mapping[str, Any]

    def __post_init__(self) -> None:
        require(
            isinstance(self.errors, Mapping) and len(self.errors) > 0,
            f"{PLACE} is {self.errors!r}; it must be {{missed: 50, false_alarm: 2}}, or the costs "
            "by true and predicted class",
        )
        # Every cost is read, so that a bad one is refused before there are data.
        for true, row in self.errors.items():
            for name, value in row.items() if isinstance(row, Mapping) else [("", row)]:
                _cost(f"{PLACE}.{true}" + f".{name}" * bool(name), value)
        require(any(_numbers_in(self._wrong)), f"{PLACE} is 0 for every error; one must cost more")

    def __call__(
        self,
        y: NDArray[Any],
        prediction: NDArray[Any],
        decision: NDArray[Any],
        classes: tuple[str, ...],
        columns: Mapping[str, NDArray[Any]],
    ) -> Floats:
        """Return (n,) the cost of the class that was served, or of refusing to serve one."""
        costs = np.zeros(len(y))
        for column, factors in self.terms(classes).items():
            costs += factors[y, decision] * _amounts(columns, column)
        if self.refusal is None:
            return costs
        refused = self.refuses(prediction, decision, classes, columns)
        return np.where(refused, self.refusal.factor * self._stake(columns), costs)

    def refuses(
        self,
        prediction: NDArray[Any],
        decision: NDArray[Any],
        classes: tuple[str, ...],
        columns: Mapping[str, NDArray[Any]],
    ) -> NDArray[np.bool_]:
        """Return (n,) where the class that would be served is expected to cost more than none."""
        if self.refusal is None or prediction.ndim != 2:
            return np.zeros(len(decision), dtype=bool)
        expected = np.zeros(len(decision))
        for column, factors in self.terms(classes).items():
            amount = _amounts(columns, column)
            expected += (prediction * factors.T[decision]).sum(axis=1) * amount
        refused: NDArray[np.bool_] = expected > self.refusal.factor * self._stake(columns)
        return refused

    def _stake(self, columns: Mapping[str, NDArray[Any]]) -> Any:
        """Return what the factor of a refusal is multiplied by: 1, or (n,) amounts of a column."""
        return 1.0 if self.refusal is None else _amounts(columns, self.refusal.column)

    def admits(self, stream: Stream) -> None:
        """Raise `InputError` for a class or a column that the stream does not have.

        Where a prediction may be refused, the columns must be known by then: features.
        """
        refusal = self.refusal
        columns = [*self.terms(stream.classes), None if refusal is None else refusal.column]
        for name in filter(None, columns):
            _require_amounts(stream, name)
            require(
                refusal is None or name in stream.features,
                f"{PLACE}.{REFUSED} is weighed when the prediction is made, and the column "
                f"{name!r} is no feature; leave it among the features, or use a number",
            )

    def terms(self, classes: tuple[str, ...]) -> dict[str | None, Floats]:
        """Return (k, k) factors, true by predicted class, of each column; None: of no column."""
        return _terms(tuple(_pairs(self._wrong, classes)), len(classes))

    @property
    def refusal(self) -> Cost | None:
        """Cost of a prediction that is refused; None where none may be."""
        if self._wrong is self.errors:
            return None
        return _cost(f"{PLACE}.{REFUSED}", self.errors[REFUSED])

    @property
    def _wrong(self) -> Mapping[str, Any]:
        """The costs of classes. `refused` may be the name of one: then it has a row of costs."""
        if isinstance(self.errors.get(REFUSED, {}), Mapping):
            return self.errors
        return {name: cost for name, cost in self.errors.items() if name != REFUSED}


def _numbers_in(errors: Mapping[str, Any]) -> Iterator[Any]:
    """Yield the costs, whatever their classes; a column is not 0."""
    for cost in errors.values():
        yield from cost.values() if isinstance(cost, Mapping) else [cost]


@lru_cache(maxsize=64)
def _terms(pairs: tuple[tuple[int, int, Cost], ...], k: int) -> dict[str | None, Floats]:
    terms: dict[str | None, Floats] = {}
    for true, predicted, cost in pairs:
        factors = terms.setdefault(cost.column, np.zeros((k, k)))
        factors[true, predicted] = cost.factor
    return terms


def _pairs(errors: Mapping[str, Any], classes: tuple[str, ...]) -> Iterator[tuple[int, int, Cost]]:
    """Yield true code, predicted code and cost of each pair; all that differ are there."""
    if {*BINARY} & {*map(str, errors)} - {*classes}:
        yield from _binary(errors, classes)
        return
    seen = set()
    for true, row in errors.items():
        i = _code(true, classes, PLACE)
        place = f"{PLACE}.{classes[i]}"
        require(
            isinstance(row, Mapping),
            f"{place} is {row!r}; it must name a cost for each class that may be predicted",
        )
        for predicted, value in row.items():
            j = _code(predicted, classes, place)
            seen.add((i, j))
            yield i, j, _cost(f"{place}.{classes[j]}", value)
    k = range(len(classes))
    missing = [(i, j) for i in k for j in k if i != j and (i, j) not in seen]
    if missing:
        i, j = missing[0]
        raise InputError(
            f"{PLACE} says nothing of {classes[i]} that is taken for {classes[j]}; name a cost for "
            "every pair of classes"
        )


def _binary(errors: Mapping[str, Any], classes: tuple[str, ...]) -> Iterator[tuple[int, int, Cost]]:
    require(
        len(classes) == 2,
        f"{PLACE} names missed and false_alarm, the errors of two classes, and there are "
        f"{len(classes)} ({', '.join(classes)}); name the costs by true and predicted class",
    )
    for name in errors:
        require(
            name in BINARY,
            f"{PLACE} names {name!r} beside missed and false_alarm; name these two alone",
        )
    for name, (true, predicted) in BINARY.items():
        require(name in errors, f"{PLACE} says nothing of {name}; name missed and false_alarm")
        yield true, predicted, _cost(f"{PLACE}.{name}", errors[name])


def _code(name: Any, classes: Sequence[str], place: str) -> int:
    # YAML reads the class names 0 and true as a number and a truth value.
    names = [str(name), str(name).lower()] if isinstance(name, bool) else [str(name)]
    for text in names:
        if text in classes:
            return classes.index(text)
    close = get_close_matches(str(name), classes, n=1)
    hint = f"did you mean {close[0]}? " if close else ""
    raise InputError(f"{place} names the class {name!r}; {hint}There is: {', '.join(classes)}")


def _cost(place: str, value: Any) -> Cost:
    right = (
        "a cost must be a number of at least 0, a column with the amount at stake, or a multiple "
        "of it, as '0.2 * amount'"
    )
    sentence = f"{place} is {value!r}; {right}"
    factor, column = value, None
    if isinstance(value, str):
        match = TIMES.fullmatch(value)
        if match is None:
            raise InputError(sentence)
        column = match["column"]
        try:
            factor = float(match["factor"] or 1)
        except ValueError as error:
            raise InputError(sentence) from error
    is_number = isinstance(factor, int | float) and not isinstance(factor, bool)
    require(is_number and isfinite(factor) and factor >= 0, sentence)
    return Cost(float(factor), column)


def _amounts(columns: Mapping[str, NDArray[Any]], name: str | None) -> Any:
    """(n,) the amounts of a column, 1 of none; `InputError` for one below 0."""
    if name is None:
        return 1.0
    _require_positive(columns[name], name, " of its tick")
    return columns[name]


def _require_amounts(stream: Stream, name: str) -> None:
    """Raise `InputError` unless a column holds amounts: numbers of at least 0."""
    values = stream.column(name)
    if values is None:
        close = get_close_matches(name, stream.column_names, n=1)
        hint = f"did you mean {close[0]!r}? " if close else ""
        raise InputError(
            f"{PLACE} names the column {name!r}, which is neither a feature nor beside them; {hint}"
            "a column that is no feature is named by scenario.file.beside, and a number stands "
            "without quotes and unit"
        )
    places = [stream.features[j] for j in stream.categorical]
    require(name not in places, f"{PLACE} names the column {name!r}, which holds categories")
    # Rows that are stored are checked when they are read, tick by tick.
    if isinstance(values, np.ndarray):
        _require_positive(values, name, "")


def _require_positive(values: Floats, name: str, where: str) -> None:
    """Raise `InputError` for an amount below 0. where: what its row is counted from."""
    bad = np.flatnonzero(~(values >= 0))
    if len(bad):
        raise InputError(
            f"{PLACE} names the column {name!r}, which is {values[bad[0]]:g} in row {bad[0] + 1}"
            f"{where}; an amount at stake must be at least 0"
        )
