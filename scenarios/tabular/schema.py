"""Frozen schema of a table: the same values get the same codes, however the table grows.

Reading a file infers types, classes and calendar parts from all of its rows. Rows that arrive a
tick at a time are coded by what was inferred once. A category that was not there then gets the
next code (`Schema.extended`), in the order of first appearance, as it would in the longer file.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from retrainlab.scenarios.tabular.beside import columns_beside
from retrainlab.scenarios.tabular.cells import Cells, is_text
from retrainlab.scenarios.tabular.clock import Clock
from retrainlab.scenarios.tabular.columns import Feature, Target, class_name, finite, numbers
from retrainlab.scenarios.tabular.dates import PARTS, Moments, date_part, moments_of, read_dates
from retrainlab.scenarios.tabular.options import ReadOptions
from retrainlab.scenarios.tabular.row_columns import RowColumns
from retrainlab.scenarios.tabular.text_columns import NO_LEVEL
from retrainlab.scenarios.tabular.written import is_mark, tidy
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.stream import Floats, Task


@dataclass(frozen=True)
class Column:
    """One column of the table. categories: in the order of their codes. parts: of a date."""

    name: str
    kind: Literal["number", "category", "date"]
    categories: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the features that it becomes."""
        return tuple(f"{self.name}.{part}" for part in self.parts) or (self.name,)


@dataclass(frozen=True)
class Schema:
    """What the columns of a table mean.

    time: columns with the date, of which `time_parts` are features, called after `time_base`.
    every: what a tick is, such as "day". texts: whether the classes are texts. missing:
    whether features may be missing. read, time_format, time_zone, weight, beside: options of the
    scenario. orders: of day and month, by the column of which it was seen in the whole table.
    absolute: whether times are moments, as with a zone or since 1970; None: not known.
    """

    target: str
    task: Task
    classes: tuple[str, ...]
    texts: bool
    time: tuple[str, ...]
    time_base: str
    time_parts: tuple[str, ...]
    every: str
    columns: tuple[Column, ...]
    missing: bool
    time_format: str | None = None
    time_zone: str | None = None
    read: dict[str, Any] = field(default_factory=dict)
    weight: str | None = None
    beside: tuple[str, ...] = ()
    orders: dict[str, str] = field(default_factory=dict)
    absolute: bool | None = None

    @property
    def clock(self) -> Clock:
        """How the time of a row is written."""
        order = self.orders.get(self.time[0])
        zone, absolute = self.time_zone, self.absolute
        return Clock(self.time, self.time_format, zone, order=order, absolute=absolute)

    @property
    def reading(self) -> ReadOptions:
        """How texts are read: categories stay texts where a day has nothing but digits."""
        names = [column.name for column in self.columns if column.kind == "category"]
        texts = dict.fromkeys([*names, *([self.target] if self.texts else [])], "str")
        return ReadOptions.of({**self.read, "dtype": {**texts, **(self.read.get("dtype") or {})}})

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the d features, in order."""
        of_time = (f"{self.time_base}.{part}" for part in self.time_parts)
        return (*(name for column in self.columns for name in column.features), *of_time)

    @property
    def needed(self) -> tuple[str, ...]:
        """Columns that rows must have, besides the target."""
        weight = () if self.weight is None else (self.weight,)
        return (*(column.name for column in self.columns), *self.time, *weight, *self.beside)

    @property
    def categorical(self) -> tuple[int, ...]:
        """Positions of the features that are categories."""
        names = {column.name for column in self.columns if column.kind == "category"}
        return tuple(j for j, name in enumerate(self.features) if name in names)

    @property
    def levels(self) -> tuple[tuple[str, ...], ...]:
        """Names of the values of each feature that is a category."""
        return tuple(c.categories for c in self.columns if c.kind == "category")

    def extended(self, frame: pd.DataFrame) -> "Schema":
        """Return the schema with the new categories of a frame, which come after its own."""
        return replace(self, columns=tuple(_extended(column, frame) for column in self.columns))

    def x(self, frame: pd.DataFrame, times: pd.Series) -> Floats:
        """(n, d) the features of the rows; `InputError` for a column that is not what it was."""
        values = [*self._values(frame), *(date_part(times, part) for part in self.time_parts)]
        x = np.empty((len(frame), len(values)))
        for j, column in enumerate(values):
            x[:, j] = column
        gaps = np.flatnonzero(np.isnan(x).any(axis=0))
        require(
            self.missing or not len(gaps),
            f"column {self.features[gaps[0]] if len(gaps) else ''!r} has missing values, and it "
            "had none when the schema was frozen; fill them, or export from a run that has them",
        )
        return x

    def row_weights(self, frame: pd.DataFrame) -> Floats | None:
        """(n,) weights of the rows, None where they have none; `InputError` for an odd one."""
        return (
            None if self.weight is None else RowColumns({"weight": self.weight}).row_weight(frame)
        )

    def columns_beside(self, frame: pd.DataFrame) -> Floats | None:
        """(n, b) numbers beside the features, None for none; `InputError` for what is no number."""
        return columns_beside(frame, self.beside)

    def y(self, column: pd.Series) -> NDArray[Any]:
        """(n,) class codes, or numbers. `InputError` for a class that is not in the schema."""
        if not self.classes:
            values = numbers(column)
            if values is None:
                raise InputError(f"target {self.target!r} holds {column.iloc[0]!r}, not a number")
            return finite(values, column)
        names = self._class_names(column)
        codes = pd.Index(self.classes).get_indexer(pd.Index(names))
        new = names[codes < 0]
        require(
            not len(new),
            f"target {self.target!r} has the class {new[0] if len(new) else ''!r}, which was not "
            f"there when the schema was frozen ({', '.join(self.classes)}); export a new policy "
            "from a run that knows it",
        )
        return codes.astype(np.int64)

    def _class_names(self, column: pd.Series) -> NDArray[Any]:
        values = None if self.texts else numbers(column)
        if values is None or types.is_bool_dtype(column):
            return column.astype(str).str.strip().to_numpy(object)
        return np.array([class_name(value) for value in values], dtype=object)

    def _values(self, frame: pd.DataFrame) -> Iterator[Floats]:
        for column in self.columns:
            if column.kind == "number":
                yield _numbers(frame[column.name])
            elif column.kind == "category":
                yield _codes(frame[column.name], column.categories)
            else:
                times = _dates(frame[column.name], self.time_zone, self.orders.get(column.name))
                yield from (date_part(times, part) for part in column.parts)


def frozen(
    frame: pd.DataFrame,
    features: Sequence[Feature],
    goal: Target,
    clock: Clock,
    time_base: str,
    every: str,
    read: dict[str, Any],
) -> Schema:
    """Return the schema by which a frame was coded; features, goal: what it was coded into."""
    kept = {feature.name: feature for feature in features}
    of_time = tuple(part for part in PARTS if f"{time_base}.{part}" in kept)
    target = frame[str(goal.name)]
    columns = tuple(
        column
        for name in frame.columns
        if name not in (goal.name, *clock.names)
        for column in _column(str(name), frame[name], kept)
    )
    moments = clock.moments(frame)
    return Schema(
        target=goal.name,
        task="classification" if goal.classes else "regression",
        classes=goal.classes,
        texts=bool(goal.classes) and numbers(target) is None,
        time=clock.names,
        time_base=time_base,
        time_parts=of_time,
        every=every,
        columns=columns,
        missing=any(bool(np.isnan(feature.values).any()) for feature in features),
        time_format=clock.form,
        time_zone=clock.zone,
        read=read,
        orders={name: order for name, order in _orders(frame, columns, moments, clock) if order},
        absolute=moments.absolute,
    )


def _orders(
    frame: pd.DataFrame, columns: Sequence[Column], times: Moments, clock: Clock
) -> Iterator[tuple[str, str]]:
    """Yield the order of day and month in the time and each column of dates, empty for no text."""
    yield clock.names[0], times.order
    for column in columns:
        moments = moments_of(frame[column.name]) if column.kind == "date" else None
        if moments is not None:
            yield column.name, moments.order


def _column(name: str, column: pd.Series, kept: dict[str, Feature]) -> Iterator[Column]:
    """Yield the column, unless it is left out."""
    if name in kept and kept[name].categorical:
        categories = pd.factorize(column)[1]
        yield Column(name, "category", tuple(str(value) for value in categories))
    elif name in kept:
        yield Column(name, "number")
    elif parts := tuple(part for part in PARTS if f"{name}.{part}" in kept):
        yield Column(name, "date", parts=parts)


def _numbers(column: pd.Series) -> Floats:
    blank = is_text(column) and bool(Cells.of(column).marks.all())
    values = np.full(len(column), np.nan) if blank or column.isna().all() else numbers(column)
    if values is None:
        odd = next(value for value in column.dropna() if isinstance(value, str))
        raise InputError(
            f"column {column.name!r} holds {odd!r}, and it held numbers when the schema was frozen"
        )
    return finite(values, column)


def _texts(column: pd.Series, categories: Sequence[str]) -> pd.Series:
    """Return the values of a category as the study read them: missing ones are missing.

    A text that is none of the categories has no blanks around it, and may say that it is missing.
    """
    texts = column.astype(object).where(column.notna()).map(str, na_action="ignore")
    new = texts.notna() & ~texts.isin(categories)
    return texts.where(~new, texts[new].map(_level)) if new.any() else texts


def _level(text: str) -> str | None:
    bare = text.strip()
    return None if bare.lower() in NO_LEVEL else bare


def _extended(column: Column, frame: pd.DataFrame) -> Column:
    if column.kind != "category":
        return column
    texts = _texts(frame[column.name], column.categories)
    new = pd.unique(texts[texts.notna() & ~texts.isin(column.categories)])
    return replace(column, categories=(*column.categories, *new)) if len(new) else column


def _codes(column: pd.Series, categories: Sequence[str]) -> Floats:
    """(n,) codes of the categories; nan where the value is missing."""
    texts = pd.Index(_texts(column, categories))
    codes = pd.Index(categories).get_indexer(texts).astype(np.float64)
    codes[codes < 0] = np.nan
    return codes


def _dates(column: pd.Series, zone: str | None, order: str | None) -> pd.Series:
    if is_text(column):
        column = column.mask(is_mark(tidy(column.fillna(""))))
    times = read_dates(column, zone, order) if column.notna().any() else pd.to_datetime(column)
    if times is None:
        raise InputError(
            f"column {column.name!r} holds {column.dropna().iloc[0]!r}, and it held dates when the "
            "schema was frozen"
        )
    return times
