"""Checks of a stream, once, when it is made: types, shapes and ranges, in one sentence each.

A value of another type that loses nothing is converted: whole numbers to float64 where numbers are
meant, 0.0 and 1.0 to int64 where codes are meant.
"""

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.drift_checks import ROUNDING, check_drift, is_number, is_whole
from retrainlab.sim.errors import InputError, require

TASKS = ("classification", "regression")


def checked_arrays(stream: Any) -> dict[str, NDArray[Any] | None]:
    """Return the arrays of a stream, each of its type and contiguous; `InputError` names a bad one.

    Views of what was given where nothing has to be converted.
    """
    x = _features(stream)
    n = len(x)
    offsets = _codes("offsets", stream.offsets, least=0)
    _check_offsets(offsets, n)
    arrays: dict[str, NDArray[Any] | None] = {
        "x": x,
        "offsets": offsets,
        "y": _target("y", stream.y, stream),
        "ceiling": _ceiling(stream),
        "concept": _codes("concept", stream.concept, least=-1),
        "scored": None if stream.scored is None else _target("scored", stream.scored, stream),
        "labelled": _truth_values("labelled", stream.labelled),
        "arrival": None if stream.arrival is None else _codes("arrival", stream.arrival, least=0),
        "entity": None if stream.entity is None else _codes("entity", stream.entity, least=0),
        "weight": None if stream.weight is None else _weight(stream.weight),
        "beside": _beside(stream),
        "has_truth": _truth_values("has_truth", stream.has_truth),
        "only_if": _only_if(stream),
        "damaged": _truth_values("damaged", stream.damaged),
    }
    for name, column in arrays.items():
        if column is not None and name != "offsets":
            require(
                len(column) == n,
                f"{name} must hold one value a row ({n}), it has shape {column.shape}",
            )
    _check_arrival(arrays)
    return {
        name: a if a is None or a.flags.forc else np.ascontiguousarray(a)
        for name, a in arrays.items()
    }


def _check_offsets(offsets: NDArray[Any], n: int) -> None:
    """Raise `InputError` unless the first rows of the ticks rise from 0 to the number of rows."""
    right = f"offsets must rise from 0 to the number of rows ({n})"
    require(len(offsets) > 1, f"{right}, two numbers or more; it holds {len(offsets)}")
    falls = np.flatnonzero(np.diff(offsets) < 0)
    if len(falls):
        before, after = offsets[falls[0] :][:2]
        raise InputError(f"{right}; it falls from {before} to {after} at {falls[0] + 1}")
    first, last = offsets[0], offsets[-1]
    require((first, last) == (0, n), f"{right}; it goes from {first} to {last}")


def check_names(stream: Any) -> None:
    """Raise `InputError` for a task that there is not, and names that are no texts or too few."""
    require(
        stream.task in TASKS,
        f"task is {stream.task!r}; it must be classification or regression",
    )
    for name in ("features", "classes", "beside_names"):
        names = getattr(stream, name)
        require(
            isinstance(names, tuple) and all(isinstance(text, str) for text in names),
            f"{name} is {names!r}; it must be a tuple of texts",
        )
        twice = [text for text, times in Counter(names).items() if times > 1]
        require(not twice, f"{name} names {', '.join(twice)} twice; give each a name of its own")
    is_class = stream.task == "classification"
    require(
        bool(stream.classes) == is_class,
        "classes is empty; a classification stream names them, in the order of their codes"
        if is_class
        else f"classes is {stream.classes!r}; a regression stream has none",
    )
    for name in ("tick_name", "story"):
        text = getattr(stream, name)
        require(isinstance(text, str), f"{name} is {text!r}; it must be a text")


def check_numbers(stream: Any) -> None:
    """Raise `InputError` for drifts, categorical columns or a staleness out of range."""
    d = len(stream.features)
    for column in stream.categorical:
        require(
            is_whole(column) and 0 <= column < d,
            f"categorical names column {column!r}; the columns of x are 0 to {d - 1}",
        )
        codes = stream.x[:, column]
        require(
            bool(np.all((codes == np.trunc(codes)) | np.isnan(codes))),
            f"feature {stream.features[column]!r} is categorical; it must hold whole codes",
        )
    require(
        not stream.levels or len(stream.levels) == len(stream.categorical),
        f"levels has {len(stream.levels)} entries for {len(stream.categorical)} categorical "
        "features; give the names of each, or none at all",
    )
    for column, names in zip(stream.categorical, stream.levels, strict=False):
        highest = np.fmax.reduce(stream.x[:, column], initial=-1)
        require(
            len(set(names)) == len(names) and highest < len(names),
            f"levels of feature {stream.features[column]!r} must be a different name for each code "
            f"from 0 to {highest:.0f}; it has {len(names)}",
        )
    require(
        is_number(stream.staleness) and not (stream.staleness < 0 or stream.staleness > 1),
        f"staleness is {stream.staleness!r}; it must be a share from 0 to 1, or nan",
    )
    _check_incumbent(stream.incumbent, len(stream.x))
    require(isinstance(stream.drifts, tuple), f"drifts is {stream.drifts!r}; it must be a tuple")
    for drift in stream.drifts:
        check_drift(drift, stream.ticks)


def _check_incumbent(incumbent: Any, n: int) -> None:
    """Raise `InputError` unless what the incumbent gave has a value a row."""
    for name in ("predictions", "given", "version"):
        rows = n if incumbent is None else len(getattr(incumbent, name))
        require(rows == n, f"incumbent.{name} must hold one value a row ({n}), it holds {rows}")


def _features(stream: Any) -> NDArray[Any]:
    """(n, d) float64, finite, but for nan in a stream that says that values are missing."""
    x = _array("x", stream.x)
    require(x.ndim == 2, f"x must be (rows, features), it has shape {x.shape}")
    require(len(x) > 0, "the stream has no rows")
    d = x.shape[1]
    require(len(stream.features) == d, f"{len(stream.features)} feature names for {d} features")
    x = x.astype(np.float64, copy=False)
    if not d:
        return x
    # Least and greatest need no array of flags as large as x.
    is_finite = np.isfinite([np.fmin.reduce(x, axis=None), np.fmax.reduce(x, axis=None)]).all()
    if not is_finite and bool(np.isinf(x).any()):
        row, column = np.argwhere(np.isinf(x))[0]
        raise InputError(f"x is infinite in row {row}, feature {stream.features[column]!r}")
    if not stream.missing and bool(np.isnan(x.min())):
        row, column = np.argwhere(np.isnan(x))[0]
        raise InputError(
            f"x is nan in row {row}, feature {stream.features[column]!r}; "
            "a stream with missing values has missing=True"
        )
    return x


def _beside(stream: Any) -> NDArray[Any] | None:
    """(n, b) finite float64, None where there are no columns beside the features."""
    names = stream.beside_names
    twice = sorted({*names} & {*stream.features})
    require(not twice, f"beside_names and features both name {', '.join(twice)}")
    if stream.beside is None:
        require(not names, f"beside_names is {names!r} and beside is None; give their values")
        return None
    values = _array("beside", stream.beside)
    require(
        values.ndim == 2 and values.shape[1] == len(names),
        f"beside must be (rows, {len(names)}), a column a name, it has shape {values.shape}",
    )
    bad = np.argwhere(~np.isfinite(values))
    if len(bad):
        row, column = bad[0]
        raise InputError(f"beside is {values[row, column]} in row {row}, column {names[column]!r}")
    return values.astype(np.float64, copy=False)


def _target(name: str, values: Any, stream: Any) -> NDArray[Any]:
    """(n,) class codes as int64, or finite numbers as float64."""
    if stream.task == "classification":
        return _codes(name, values, 0, len(stream.classes) - 1, "class codes from {} to {}")
    column = _column(name, values).astype(np.float64, copy=False)
    may_be_nan = name == "y" and stream.unlabelled
    bad = np.flatnonzero(np.isinf(column) if may_be_nan else ~np.isfinite(column))
    if len(bad):
        raise InputError(f"{name} is {column[bad[0]]} in row {bad[0]}; it must be a number")
    return column


def _truth_values(name: str, values: Any) -> NDArray[Any] | None:
    """(n,) truth values, None where there are none."""
    if values is None:
        return None
    column = _column(name, values)
    require(
        column.dtype.kind == "b",
        f"{name} holds {kind_of(column)} values; it must hold true or false a row",
    )
    return column


def _only_if(stream: Any) -> NDArray[Any] | None:
    """(n,) class codes, -1 for none; None where no label depends on what is served."""
    if stream.only_if is None:
        return None
    require(
        stream.task == "classification", "only_if names classes, and a regression stream has none"
    )
    return _codes("only_if", stream.only_if, -1, len(stream.classes) - 1, "class codes or -1")


def _weight(values: Any) -> NDArray[Any]:
    """(n,) float64, finite and at least 0."""
    column = _column("weight", values).astype(np.float64, copy=False)
    bad = np.flatnonzero(~(np.isfinite(column) & (column >= 0)))
    if len(bad):
        raise InputError(f"weight is {column[bad[0]]} in row {bad[0]}; it must be 0 or more")
    return column


def _check_arrival(arrays: dict[str, NDArray[Any] | None]) -> None:
    """Raise `InputError` for a label that arrives before its row is served."""
    arrival, offsets, labelled = (arrays[name] for name in ("arrival", "offsets", "labelled"))
    if arrival is None or offsets is None:
        return
    served = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    early = arrival < served
    bad = np.flatnonzero(early if labelled is None else early & labelled)
    if len(bad):
        raise InputError(
            f"arrival is {arrival[bad[0]]} in row {bad[0]}, which is served at tick "
            f"{served[bad[0]]}; a label cannot arrive before its row"
        )


def _ceiling(stream: Any) -> NDArray[Any]:
    """(n,) a probability, or minus an error; nan where the truth is unknown."""
    column = _column("ceiling", stream.ceiling).astype(np.float64, copy=False)
    is_class = stream.task == "classification"
    low, high = (0.0, 1.0) if is_class else (-np.finfo(np.float64).max, 0.0)
    right = "a probability from 0 to 1" if is_class else "minus an expected absolute error"
    bad = np.flatnonzero((column < low - ROUNDING) | (column > high + ROUNDING))
    if len(bad):
        raise InputError(f"ceiling is {column[bad[0]]} in row {bad[0]}; it must be {right}, or nan")
    return column


def _codes(
    name: str,
    values: Any,
    least: int,
    most: int | None = None,
    right: str = "whole numbers of {} or more",
) -> NDArray[Any]:
    """(n,) whole numbers as int64, from `least` to `most`."""
    column = _column(name, values)
    sentence = f"it must hold {right.format(least, most)}"
    if column.dtype.kind == "f":
        bad = np.flatnonzero(~(np.isfinite(column) & (column == np.trunc(column))))
        if len(bad):
            raise InputError(f"{name} holds {column[bad[0]]} at {bad[0]}; {sentence}")
    bad = np.flatnonzero((column < least) | (column > (np.inf if most is None else most)))
    if len(bad):
        raise InputError(f"{name} holds {column[bad[0]]} at {bad[0]}; {sentence}")
    return column.astype(np.int64, copy=False)


def _column(name: str, values: Any) -> NDArray[Any]:
    column = _array(name, values)
    require(column.ndim == 1, f"{name} must have one dimension, it has shape {column.shape}")
    return column


def _array(name: str, values: Any) -> NDArray[Any]:
    """An array of real numbers or truth values."""
    require(values is not None, f"{name} is None; it must be an array of numbers")
    try:
        array = np.asarray(values)
    except ValueError as error:  # lists of unequal lengths
        raise InputError(f"{name} is no array of numbers: its rows differ in length") from error
    require(
        array.dtype.kind in "biuf",
        f"{name} holds {kind_of(array)} values; it must be an array of numbers",
    )
    return array


def kind_of(array: NDArray[Any]) -> str:
    """Say of what kind the values of an array are, whatever the length of its texts."""
    return "text" if array.dtype.kind in "SU" else array.dtype.name
