"""Row loss: a loss, called with what it asks for of the rows of one stream, and checked.

Besides label and prediction a loss may ask for more by the name of a parameter:
`decision` (n,): the classes or values that were served.
`classes`: names of the classes, in the order of their codes.
`weight` (n,): of each row, 1 where the stream has none; the cost is multiplied by it afterwards.
`columns`: the columns of the rows by name (`Columns`).
"""

import inspect
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.errors import InputError
from retrainlab.sim.replay import own_code
from retrainlab.sim.replay.losses import Loss
from retrainlab.sim.replay.predictions import Prediction, shape_for
from retrainlab.sim.stream import Floats, Stream
from retrainlab.sim.stream_checks import kind_of

ASKED = ("decision", "classes", "weight", "columns")


class Columns(Mapping[str, NDArray[Any]]):
    """Columns of some rows of a stream by name, (n,) each: features, and columns beside them.

    A category is its name, or its code where the stream has no names; None where it is missing.
    """

    def __init__(self, stream: Stream, rows: slice):
        self._stream, self._rows = stream, rows

    def __getitem__(self, name: str) -> NDArray[Any]:
        column = self._stream.column(name)
        if column is None:
            names = [*self]
            close = get_close_matches(str(name), names, n=1)
            hint = f"did you mean {close[0]!r}? " if close else ""
            raise InputError(f"there is no column {name!r}; {hint}There is: {', '.join(names)}")
        return own_code.locked(self._named(name, column[self._rows]))

    def _named(self, name: str, values: Floats) -> NDArray[Any]:
        """Return the names of a category's codes."""
        stream = self._stream
        places = [stream.features[j] for j in stream.categorical]
        if not stream.levels or name not in places:
            return values
        names = np.array([*stream.levels[places.index(name)], None], dtype=object)
        known: NDArray[Any] = names[np.where(np.isnan(values), -1, values).astype(np.int64)]
        return known

    def __iter__(self) -> Iterator[str]:
        return iter(self._stream.column_names)

    def __len__(self) -> int:
        return len(self._stream.column_names)


class RowLoss:
    """A loss for the rows of one stream.

    Raises `InputError` for a parameter that nothing can be given for. A loss with a method
    `admits(stream)` may refuse the stream by the same error.
    """

    def __init__(self, loss: Loss, stream: Stream):
        self.loss, self.stream = loss, stream
        self.name = f"loss {getattr(loss, '__name__', type(loss).__name__)}"
        self.asked = _asked(loss, self.name)
        self._is_compared = False
        if hasattr(loss, "admits"):
            loss.admits(stream)

    def __call__(self, y: NDArray[Any], prediction: Prediction, rows: slice) -> Floats:
        """(n,) what each row costs; `InputError` unless the loss gives one finite number a row.

        rows: of the stream. Where y is nan, no label has arrived, and the loss is nan. Of the first
        rows some are asked for alone as well, because they are counted in blocks of any size.
        """
        costs = self._checked(y, prediction, rows)
        if not self._is_compared and len(y) > 1:
            self._require_rows_alone(costs, y, prediction, rows.start)
            self._is_compared = True
        return costs

    def _require_rows_alone(
        self, costs: Floats, y: NDArray[Any], prediction: Prediction, start: int
    ) -> None:
        """Refuse a loss by which the first or the most expensive row costs something else alone."""
        for i in {0, int(np.nan_to_num(np.abs(costs)).argmax())}:
            part = slice(i, i + 1)
            alone = self._checked(y[part], prediction[part], slice(start + i, start + i + 1))
            if not np.allclose(alone, costs[part], equal_nan=True):
                raise InputError(
                    f"{self.name} gives a row another cost alone than among other rows; a cost "
                    "must follow from its row: not from the rows beside it, earlier calls or chance"
                )

    def _checked(self, y: NDArray[Any], prediction: Prediction, rows: slice) -> Floats:
        """(n,) what the loss gives for some rows."""
        options = {name: self._option(name, prediction, rows) for name in self.asked}
        given = np.asarray(own_code.call(self.name, self.loss, y, prediction.given, **options))
        if given.dtype.kind not in "biuf" or given.shape != y.shape:
            raise InputError(
                f"{self.name} gave {kind_of(given)} values of {shape_for(given, len(y))}; it must "
                "give one number a row"
            )
        costs = given.astype(np.float64, copy=False)
        if not np.isfinite(costs).all():
            bad = costs[~(np.isfinite(costs) | np.isnan(y))]
            if len(bad):
                raise InputError(f"{self.name} gave {bad[0]}; a loss must be finite")
        return costs

    def counted(self, y: NDArray[Any], prediction: Prediction, rows: slice) -> Floats:
        """(n,) what each row counts: its cost times its weight, 0 where it is not scored."""
        costs = self(y, prediction, rows)
        if self.stream.weight is not None:
            costs = costs * self.stream.weight[rows]
        judged = self.stream.judged
        return costs if judged is None else np.where(judged[rows], costs, 0.0)

    def _option(self, name: str, prediction: Prediction, rows: slice) -> Any:
        if name == "decision":
            return own_code.locked(prediction.decision)
        if name == "classes":
            return self.stream.classes
        if name == "columns":
            return Columns(self.stream, rows)
        weight = self.stream.weight
        return np.ones(len(prediction)) if weight is None else own_code.locked(weight[rows])


def _asked(loss: Loss, name: str) -> tuple[str, ...]:
    """Return the names of the parameters, after the first two, for which something is given."""
    if not callable(loss):
        raise InputError(f"{name} cannot be called; it needs __call__(self, y, prediction)")
    try:
        signature = inspect.signature(loss)
    except ValueError:  # of a built-in function
        return ()
    parameters = [*signature.parameters.values()][2:]
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    named = [parameter for parameter in parameters if parameter.kind not in kinds]
    unknown = [p.name for p in named if p.name not in ASKED and p.default is p.empty]
    if unknown:
        raise InputError(
            f"{name} asks for {unknown[0]!r}; besides y and prediction a loss may ask for "
            f"{', '.join(ASKED)}"
        )
    asked = tuple(p.name for p in named if p.name in ASKED)
    try:
        signature.bind("y", "prediction", **dict.fromkeys(asked))
    except TypeError as error:
        raise InputError(
            f"{name} cannot be called with y and prediction, in this order: {error}"
        ) from error
    return asked
