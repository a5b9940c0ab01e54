"""Turning the columns of a table into floats, and its target into class codes or a number.

A category's code is its place in the order of first appearance, so that it never depends on rows
that come later. Nothing is fitted here: encoders and imputers belong to the learner.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from retrainlab.scenarios.tabular.dates import date_parts, read_dates
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.stream import Floats

MOST_CLASSES = 100
# A target of whole numbers is taken for classes up to this many distinct values.
FEW_VALUES = 10
TEXTS = ("string", "bytes", "time", "empty")


@dataclass(frozen=True, eq=False)
class Feature:
    """One column of x: (n,) values, nan where missing; a category's are the codes of its levels."""

    name: str
    values: Floats
    categorical: bool = False
    levels: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Target:
    """(n,) class codes and the names of the classes, or (n,) numbers; `why` tells the task.

    labelled: (n,) whether the row has a label; where it has none, y is class 0, or 0.
    """

    name: str
    y: NDArray[Any]
    classes: tuple[str, ...]
    why: str
    labelled: NDArray[np.bool_]


def code_features(
    frame: pd.DataFrame, names: Sequence[str], zone: str | None = None
) -> Iterator[Feature]:
    """Yield the features of the columns `names`: one, or for dates one a calendar part.

    A column without values yields none. zone: in which moments have their calendar parts. Raises
    InputError for a column with infinite values, or with values that are neither numbers nor texts
    nor dates.
    """
    for name in names:
        column = frame[name]
        if not column.notna().any():
            continue
        number = numbers(column)
        if number is not None:
            yield Feature(name, finite(number, column))
        elif (times := read_dates(column, zone)) is not None:
            yield from (Feature(*part) for part in date_parts(name, times))
        else:
            places, levels = pd.factorize(_texts(column))
            codes = places.astype(np.float64)
            codes[codes < 0] = np.nan
            yield Feature(name, codes, categorical=True, levels=tuple(map(str, levels)))


def numbers(column: pd.Series) -> Floats | None:
    """(n,) a bool as 0 or 1, a duration in seconds, a number as it is; None if it is none."""
    if types.is_timedelta64_dtype(column):
        return column.dt.total_seconds().to_numpy(np.float64)
    if column.dtype == object:
        kind = types.infer_dtype(column, skipna=True)
        if kind not in ("boolean", "integer", "floating", "mixed-integer-float", "decimal"):
            return None
        return pd.to_numeric(column.astype("Float64")).to_numpy(np.float64, na_value=np.nan)
    if not types.is_numeric_dtype(column) or types.is_complex_dtype(column):
        return None
    return column.to_numpy(np.float64, na_value=np.nan)


def finite(values: Floats, column: pd.Series) -> Floats:
    """Return the (n,) values; `InputError` for an infinite one."""
    bad = np.flatnonzero(np.isinf(values))
    if len(bad):
        raise InputError(
            f"column {column.name!r} holds an infinite value in row {column.index[bad[0]] + 1}; "
            "leave it blank if it is unknown"
        )
    return values


def _texts(column: pd.Series) -> pd.Series:
    """Return the column if its values can be categories."""
    if column.dtype == object and types.infer_dtype(column, skipna=True) not in TEXTS:
        odd = type(column.dropna().iloc[0]).__name__
        raise InputError(
            f"column {column.name!r} holds values of type {odd}, neither numbers nor texts nor "
            "dates; add it to drop"
        )
    return column


def code_target(column: pd.Series, task: str) -> Target:
    """Return the target for `task`: "classification", "regression" or "auto".

    Texts, bools and up to FEW_VALUES distinct whole numbers are classes, sorted by name, numbers by
    size. A blank cell is a label that has not arrived. Raises InputError if the target is constant,
    has no or infinite values, or does not suit.
    """
    labelled = column.notna().to_numpy(bool)
    require(bool(labelled.any()), f"target {column.name!r} has no values: nothing to predict")
    # True and false beside blanks are objects.
    known = _code_known(column[labelled].infer_objects(), task)
    y = np.zeros(len(column), dtype=known.y.dtype)
    y[labelled] = known.y
    return replace(known, y=y, labelled=labelled)


def _code_known(column: pd.Series, task: str) -> Target:
    """Return the target of a column without blanks."""
    name = column.name
    values = numbers(column)
    if values is None:
        require(
            read_dates(column) is None,
            f"target {name!r} holds dates; a target must be classes or numbers",
        )
    else:
        finite(values, column)
    distinct = column.unique()
    only = distinct[0] if values is None else class_name(values[0])
    require(
        len(distinct) > 1,
        f"target {name!r} is {only} in every row that has a label: nothing to predict",
    )
    kind, why = _infer(column, values, len(distinct)) if task == "auto" else (task, "as asked")
    if kind == "classification":
        return _classes(column, values, why)
    if values is None:
        raise InputError(
            f"target {name!r} holds texts such as {distinct[0]!r}; regression needs numbers"
        )
    return Target(str(name), values, (), f"regression ({why})", np.ones(len(values), dtype=bool))


def _infer(column: pd.Series, values: Floats | None, distinct: int) -> tuple[str, str]:
    if values is None or types.is_bool_dtype(column):
        return "classification", f"inferred from {'texts' if values is None else 'true and false'}"
    if distinct <= FEW_VALUES and bool(np.all(values == np.floor(values))):
        return "classification", f"inferred from {distinct} distinct whole numbers"
    return "regression", f"inferred from {distinct:,} distinct numbers"


def _classes(column: pd.Series, values: Floats | None, why: str) -> Target:
    names: list[str]
    if values is None or types.is_bool_dtype(column):
        y, distinct = pd.factorize(column.astype(str).to_numpy(object), sort=True)
        names = list(distinct)
    else:
        y, distinct = pd.factorize(values, sort=True)
        names = [class_name(value) for value in distinct]
    require(
        len(names) <= MOST_CLASSES,
        f"target {column.name!r} has {len(names):,} classes, more than {MOST_CLASSES}; "
        "set task=regression if it is a number, or merge rare classes",
    )
    labelled = np.ones(len(y), dtype=bool)
    why = f"classification ({why})"
    return Target(str(column.name), y.astype(np.int64), tuple(names), why, labelled)


def class_name(value: float) -> str:
    """Return what a class is called whose label is a number."""
    return f"{value:.0f}" if value == np.floor(value) else repr(float(value))
