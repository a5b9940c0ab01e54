"""Columns of a row that are no features: label time, weight, entity, what the incumbent gave."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from retrainlab.scenarios.tabular.cells import Note, is_text
from retrainlab.scenarios.tabular.clock import Clock
from retrainlab.scenarios.tabular.columns import Target, class_name, numbers
from retrainlab.scenarios.tabular.names import counted
from retrainlab.scenarios.tabular.ticks import Ticks
from retrainlab.scenarios.tabular.written import is_mark, tidy
from retrainlab.sim.calendar_periods import PERIODS
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.stream import Floats, Incumbent, Ints

DAY = np.timedelta64(1, "D")
REVERSED = 0.4  # ROC AUC below which a score is more likely that of the other class
MEANINGS = {
    "label_time": "when the label became known",
    "entity": "the series of the row",
    "weight": "weight of the row",
    "incumbent": "prediction of the model in service",
    "incumbent_version": "version of the model in service",
}


@dataclass(frozen=True)
class RowColumns:
    """Names of the columns, by option (`MEANINGS`)."""

    names: Mapping[str, str]

    @property
    def roles(self) -> dict[str, str]:
        """What the columns are, by name."""
        return {name: MEANINGS[option] for option, name in self.names.items()}

    def check(self) -> None:
        """Raise `InputError` for a version of an incumbent that is not named."""
        version = self.names.get("incumbent_version")
        require(
            version is None or "incumbent" in self.names,
            f"incumbent_version is {version!r} and incumbent is not set; name the column with what "
            "that model gave",
        )

    def column(self, option: str, frame: pd.DataFrame) -> pd.Series | None:
        """Return the column of an option, None if it is not set."""
        return frame[self.names[option]] if option in self.names else None

    def entity(self, frame: pd.DataFrame) -> Ints | None:
        """(n,) code of the series of each row; `InputError` for a row without one."""
        column = self.column("entity", frame)
        if column is None:
            return None
        codes = pd.factorize(column)[0].astype(np.int64)
        _refuse(codes < 0, column, "entity", "is missing; every row belongs to a series")
        return codes

    def weight(self, frame: pd.DataFrame) -> Floats | None:
        """(n,) weight of each row, as `row_weight`; `InputError` if none is above 0."""
        values = self.row_weight(frame)
        name = self.names.get("weight")
        require(values is None or bool(values.any()), f"weight ({name}) is 0 in every row")
        return values

    def row_weight(self, frame: pd.DataFrame) -> Floats | None:
        """(n,) weight of each row; `InputError` for one that is no number of at least 0."""
        column = self.column("weight", frame)
        if column is None:
            return None
        values = _numbers(column, "weight")
        _refuse(
            ~(np.isfinite(values) & (values >= 0)),
            column,
            "weight",
            "is {}; it must be a number from 0 up",
        )
        return values

    def incumbent(self, frame: pd.DataFrame, goal: Target) -> Incumbent | None:
        """What the model in service gave; `InputError` for an unknown class or an odd score."""
        column = self.column("incumbent", frame)
        if column is None:
            return None
        given = column.notna().to_numpy(bool)
        require(bool(given.any()), f"incumbent ({column.name}) has no values")
        codes, versions = _version_codes(self.column("incumbent_version", frame), len(frame))
        return Incumbent(_predictions(column, given, goal), given, codes, versions)


def other_class(name: str, incumbent: Incumbent, goal: Target) -> Iterator[Note]:
    """Yield that what an incumbent gave, in column `name`, speaks for the other of two classes."""
    if len(goal.classes) != 2:
        return
    known, given = incumbent.given & goal.labelled, incumbent.predictions
    scores = pd.Series((given[:, 1] if given.ndim == 2 else given)[known])
    second = goal.y[known] == 1
    ones, zeros = int(second.sum()), int((~second).sum())
    if not ones or not zeros:
        return
    auc = (scores.rank()[second].sum() / ones - (ones + 1) / 2) / zeros
    error = np.sqrt((ones + zeros + 1) / (12 * ones * zeros))  # of the AUC of a chance score
    if auc < min(REVERSED, 0.5 - 3 * error):
        zero, one = goal.classes
        text = f"it speaks for {one} in rows of {zero}, and for {zero} in rows of {one}"
        yield Note(name, f"{text}: a probability must be that of {one}")


def _version_codes(column: pd.Series | None, n: int) -> tuple[Ints, tuple[str, ...]]:
    """(n,) code of each row's version, in the order of first rows, and their names.

    A row without a version has that of the row before.
    """
    if column is None:
        return np.zeros(n, dtype=np.int64), ("",)
    codes, names = pd.factorize(column.ffill().bfill())
    require(len(names) > 0, f"incumbent_version ({column.name}) has no values")
    return codes.astype(np.int64), tuple(str(name) for name in names)


def _predictions(column: pd.Series, given: NDArray[np.bool_], goal: Target) -> NDArray[Any]:
    """(n,) class codes or numbers, or (n, 2) class probabilities; 0 where none is given."""
    known = column[given].infer_objects()
    if not goal.classes:
        return _spread(_numbers(known, "incumbent", finite=True), given)
    values, one = numbers(known), goal.classes[1]
    if values is None or known.dtype == bool:
        names = known.astype(str).tolist()
    else:
        names = [class_name(value) for value in values]
    codes = pd.Index(goal.classes).get_indexer(pd.Index(names)).astype(np.int64)
    if values is None or len(goal.classes) > 2 or bool((codes >= 0).all()):
        classes = ", ".join(goal.classes[:5]) + ", .." * (len(goal.classes) > 5)
        score = f", nor the probability of {one}" * (len(goal.classes) == 2)
        why = f"is {{}}, which is no class of the target ({classes}){score}"
        _refuse(codes < 0, known, "incumbent", why)
        return _spread(codes, given)
    right = f"is {{}}; it must be a class, or the probability of {one}, from 0 to 1"
    _refuse(~((values >= 0) & (values <= 1)), known, "incumbent", right)
    shares = _spread(values, given)
    return np.column_stack([1 - shares, shares])


def _spread(values: NDArray[Any], given: NDArray[np.bool_]) -> NDArray[Any]:
    whole = np.zeros(len(given), dtype=values.dtype)
    whole[given] = values
    return whole


def _numbers(column: pd.Series, option: str, finite: bool = False) -> Floats:
    values = numbers(column.infer_objects())
    if values is None:
        raise InputError(
            f"{option} ({column.name}) holds {column.dropna().iloc[0]!r}; it must hold numbers"
        )
    if finite:
        _refuse(~np.isfinite(values), column, option, "is {}; it must be a finite number")
    return values


def _refuse(wrong: NDArray[np.bool_], column: pd.Series, option: str, why: str) -> None:
    """Raise `InputError` for the first row that is wrong. why: with {} for its value."""
    rows = np.flatnonzero(wrong)
    if len(rows):
        value, row = column.iloc[rows[0]], column.index[rows[0]] + 1
        text = why.format(repr(value) if isinstance(value, str) else value)
        raise InputError(f"{option} ({column.name}) of row {row} {text}")


@dataclass(frozen=True)
class LabelTimes:
    """How the column is read that says when each label became known.

    form, zone: as of the time of the rows.
    """

    name: str
    form: str | None
    zone: str | None

    def arrival(
        self, frame: pd.DataFrame, times: pd.Series, ticks: Ticks, labelled: NDArray[np.bool_]
    ) -> tuple[Ints, NDArray[np.bool_]]:
        """(n,) tick at whose end each label arrives, and whether there is a label that does.

        times: (n,) of the rows. A label without a time (blank, NULL, -) never arrives. One that
        is known in a period without rows arrives at the end of the next tick. Raises `InputError`
        for a label that is known before the time of its row.
        """
        comes = labelled & ~_is_blank(frame[self.name])
        require(bool(comes.any()), f"label_time ({self.name}) has no values: no label ever arrives")
        clock = Clock((self.name,), self.form, self.zone, "label_time")
        known, served = clock.times(frame[comes], in_order=False), times[comes]
        if bool((known.dt.normalize() == known).all()):
            # A label of a day is known at its end.
            self._require_later(known, served.dt.normalize())
            known = known + DAY - np.timedelta64(1, "us")
        self._require_later(known, served)
        arrival = np.full(len(frame), len(ticks.offsets) - 1)
        own = np.repeat(np.arange(len(ticks.offsets) - 1), np.diff(ticks.offsets))
        arrival[comes] = np.maximum(_tick_of(known, times, ticks), own[comes])
        return arrival, comes

    def _require_later(self, known: pd.Series, served: pd.Series) -> None:
        early = np.flatnonzero((known < served).to_numpy())
        if len(early):
            at = early[0]
            raise InputError(
                f"label_time ({self.name}) of row {known.index[at] + 1} is {known.iloc[at]}, "
                f"before the row itself ({served.iloc[at]}); a label cannot arrive before its row: "
                "correct the time, or leave it blank if the label never came"
            )


def _is_blank(column: pd.Series) -> NDArray[np.bool_]:
    """(n,) which cells hold no time: they are missing, or hold a mark of that."""
    if not is_text(column):
        return column.isna().to_numpy(bool)
    return is_mark(tidy(column.fillna("")))


def _tick_of(known: pd.Series, times: pd.Series, ticks: Ticks) -> Ints:
    """(k,) the first tick that ends no earlier than each moment; T after the last one."""
    moments = known.to_numpy()
    period = PERIODS.get(ticks.name)
    if period is None:
        ends = times.to_numpy()[ticks.offsets[1:] - 1]
        return np.searchsorted(ends, moments)
    served = period.numbers(times.to_numpy()[ticks.offsets[:-1]])
    return np.searchsorted(served, period.numbers(moments))


def told(
    columns: RowColumns, incumbent: Incumbent | None, waived: int
) -> Iterator[tuple[str, str]]:
    """Yield what a reader should know of these columns. waived: labels without a label time."""
    if waived:
        yield "labels without a time", f"{counted(waived, 'row')}: as rows without a label"
    if incumbent is None:
        return
    text = f"column {columns.names['incumbent']}"
    if "incumbent_version" in columns.names:
        text += f", {counted(len(incumbent.versions), 'version')}"
    if gone := int(np.count_nonzero(~incumbent.given)):
        text += f"; {counted(gone, 'row')} without one: the majority or mean of what is known"
    yield "what you did", text
