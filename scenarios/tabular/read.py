"""A table from files, text, JSON or Parquet, with one sentence for each error."""

import zipfile
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from lzma import LZMAError
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pandas.api import types
from pandas.errors import ParserWarning

from retrainlab.scenarios.tabular.cells import Note, is_text, text_cells, vote_of
from retrainlab.scenarios.tabular.names import counted
from retrainlab.scenarios.tabular.options import ReadOptions
from retrainlab.scenarios.tabular.paths import JSON, PARQUET, members, partitions
from retrainlab.scenarios.tabular.text_columns import Reader, read_texts
from retrainlab.scenarios.tabular.text_file import read_text, reason_of
from retrainlab.scenarios.tabular.typed_file import read_json, read_parquet
from retrainlab.sim.errors import InputError, require

# What pandas calls an index without a name, when a frame is saved with it. Row numbers in it
# encode elapsed time and are never a feature; dates and texts are columns like others.
SAVED_INDEX = ("Unnamed: 0", "__index_level_0__")
ERRORS = (
    OSError,
    EOFError,
    ValueError,
    TypeError,
    ParserWarning,
    zlib.error,
    zipfile.BadZipFile,
    LZMAError,
)


class NoRowsError(InputError):
    """A table without rows: of a day on which nothing came."""


@dataclass(frozen=True, eq=False)
class Table:
    """A table that was read. rows are numbered from 0; files: how many it comes from.

    notes: what is to be told of its columns and of the file. decimal: the decimal mark, where only
    one makes sense. dialect: separator and encoding, where all files are texts and have the same.
    """

    frame: pd.DataFrame
    notes: tuple[Note, ...] = ()
    files: int = 1
    decimal: str | None = None
    dialect: Mapping[str, str] = field(default_factory=dict)

    def answers(self, read: Mapping[str, Any]) -> dict[str, Any]:
        """Return the options that are set or were inferred."""
        return {**self.dialect, **self.resolved(read)}

    def resolved(self, read: Mapping[str, Any]) -> dict[str, Any]:
        """Return the options that are set, and the decimal comma where it was inferred."""
        given = {name: value for name, value in read.items() if value is not None}
        return {"decimal": ",", **given} if self.decimal == "," else given


def read_table(path: Path, texts: Sequence[str] = ()) -> pd.DataFrame:
    """Return the rows of a table (`read`). texts: columns that are texts even if all are digits."""
    return read(path, ReadOptions(dtype=dict.fromkeys(texts, "str"))).frame


def read(
    path: Path, options: ReadOptions, times: Collection[str] = (), codes: Collection[str] = ()
) -> Table:
    """Return the table at a place (`paths.locate`), without row numbers saved by pandas.

    times: columns with dates, which are not read as numbers. codes: columns with names, which stay
    texts though they look like numbers.

    Raises InputError if a file is empty, cannot be read or is not what its suffix says, if files
    have different columns, and for a cell that makes no sense in its column; `NoRowsError` if no
    file has rows.
    """
    files = members(path)
    untouched = {*times, *options.types}
    parts = [_raw(file, path, options, codes) for file in files]
    shown = [_shown(file, path) for file in files]
    frame = _joined(parts, shown)
    typed = not any(_is_text(file) for file in files)
    cells = text_cells(frame, untouched, typed)
    votes = vote_of(frame, cells, codes)
    if not typed and options.mark is None and votes == {","}:
        # 1.234 was taken for a decimal number.
        return read(path, replace(options, decimal=","), times, codes)
    commas = typed or any(part.attrs.get("sep") == "," for part in parts)
    reader = Reader(votes, options.mark, commas, codes)
    frame, notes = read_texts(frame, cells, reader)
    frame = frame.drop(columns=[name for name in SAVED_INDEX if _is_index(frame, name, times)])
    frame = _without_marks(frame, options) if typed else frame
    told = (*_notes(parts, shown, options.mark), *_like_codes(parts, frame, untouched), *notes)
    return Table(frame, told, len(files), options.mark, _common(parts))


def read_rows(
    frame: pd.DataFrame,
    name: str,
    options: ReadOptions,
    times: Collection[str] = (),
    codes: Collection[str] = (),
) -> Table:
    """Return rows that have types, such as those of a database, as a table.

    name: for the `InputError`s, which are those of `read`. times, codes: as for `read`.
    """
    frame = _named_once(frame.copy(deep=False), name)
    require(len(frame) > 0, f"{name}: the query gives no rows")
    cells = text_cells(frame, {*times, *options.types}, typed=True)
    reader = Reader(vote_of(frame, cells, codes), options.mark, sure=True, codes=codes)
    frame, notes = read_texts(frame, cells, reader)
    return Table(_without_marks(frame, options), notes, decimal=options.mark)


def _without_marks(frame: pd.DataFrame, options: ReadOptions) -> pd.DataFrame:
    """Return a table that has types without the values that `na_values` names as missing."""
    marks = options.missing
    for name in frame.columns if options.na_values is not None else ():
        values = marks.get(name, []) if isinstance(marks, Mapping) else marks
        numbers = pd.to_numeric(pd.Series(values, dtype=object), errors="coerce").dropna()
        gone = frame[name].isin([*values, *numbers])
        if gone.any():
            frame = frame.assign(**{name: frame[name].mask(gone)})
    return frame


def _is_index(frame: pd.DataFrame, name: str, times: Collection[str]) -> bool:
    """Whether a frame has a column of this name that holds row numbers."""
    if name not in frame.columns or name in times or not types.is_numeric_dtype(frame[name]):
        return False
    return bool((frame[name].dropna() % 1 == 0).all())


def _common(parts: Sequence[pd.DataFrame]) -> dict[str, str]:
    """Return the separator and the encoding that all files have."""
    words = {name: {part.attrs.get(name) for part in parts} for name in ("sep", "encoding")}
    return {name: one for name, (one, *more) in words.items() if one is not None and not more}


def sampled(frame: pd.DataFrame, share: float) -> pd.DataFrame:
    """Keep the rows whose position hashes below the share: a row's fate depends on no other."""
    if share >= 1:
        return frame
    keys = pd.util.hash_array(np.arange(len(frame), dtype=np.uint64))
    return frame[keys < np.uint64(share * 2**64)]


def _is_text(path: Path) -> bool:
    return not path.name.lower().endswith((*PARQUET, *JSON))


def _file(path: Path, options: ReadOptions, codes: Collection[str]) -> pd.DataFrame:
    if _is_text(path):
        return read_text(path, options, codes)
    return read_json(path) if path.name.lower().endswith(JSON) else read_parquet(path)


def _raw(file: Path, place: Path, options: ReadOptions, codes: Collection[str]) -> pd.DataFrame:
    """Return a file as its kind says, with the columns that its folders name."""
    name = _shown(file, place)
    try:
        frame = _file(file, options, codes)
    except pd.errors.EmptyDataError:
        raise InputError(f"{name} is empty; it needs a header line and rows") from None
    except ERRORS as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{name} cannot be read: {reason_of(error)}") from None
    frame = _named_once(frame, name)
    for column, value in partitions(file, place).items():
        frame[column] = _partition(value, len(frame))
    return frame


def _shown(file: Path, place: Path) -> str:
    """Return the name of a file, in a folder with its path there: many may have one name."""
    return str(file.relative_to(place)) if place.is_dir() else file.name


def _named_once(frame: pd.DataFrame, source: str) -> pd.DataFrame:
    """Name columns by texts without blanks around them; `InputError` for a name of two."""
    frame.columns = frame.columns.map(lambda name: str(name).strip())
    twice = frame.columns[frame.columns.duplicated()]
    require(twice.empty, f"{source} has two columns called {next(iter(twice), '')!r}; rename one")
    return frame


def _partition(value: str | None, rows: int) -> pd.Series:
    """Return a column of one value, a number where it looks like one."""
    number = pd.to_numeric(pd.Series([value]), errors="coerce")
    one = number if value is not None and number.notna().all() else pd.Series([value], dtype="str")
    return one.repeat(rows).reset_index(drop=True)


def _joined(parts: Sequence[pd.DataFrame], files: Sequence[str]) -> pd.DataFrame:
    """Return the rows of all files, of these names, one after the other."""
    for part, file in zip(parts, files, strict=True):
        odd = sorted({*part.columns} ^ {*parts[0].columns})
        require(
            not odd,
            f"{file} and {files[0]} have different columns; in one of them only: "
            f"{', '.join(map(repr, odd))}",
        )
    filled = [part for part in parts if len(part)]
    if not filled:
        raise NoRowsError(f"{files[0]} has a header and no rows")
    if len(filled) == 1:
        return filled[0].reset_index(drop=True)
    for name in filled[0].columns:
        if any(is_text(part[name]) for part in filled):
            _as_texts(filled, name)
    return pd.concat(filled, ignore_index=True)


def _as_texts(parts: Sequence[pd.DataFrame], name: str) -> None:
    """Make a column a text in each of the files, of which one has texts in it."""
    for part in parts:
        if not is_text(part[name]):
            part[name] = part[name].astype("str").where(part[name].notna())


def _like_codes(
    parts: Sequence[pd.DataFrame], frame: pd.DataFrame, untouched: Collection[str]
) -> list[Note]:
    """Return which columns of numbers were written as codes are, with zeros before them."""
    found: dict[str, str] = {}
    for part in parts:
        found = {**part.attrs.get("like_codes", {}), **found}
    return [
        Note(name, f"zeros before it are not read; read.dtype={{{name}: str}} if it is a code", odd)
        for name, odd in found.items()
        if name not in untouched and types.is_numeric_dtype(frame[name])
    ]


def _notes(parts: Sequence[pd.DataFrame], files: Sequence[str], decimal: str | None) -> list[Note]:
    """Return what is to be told of files, each once. decimal: as set or inferred."""
    texts = ["numbers have a decimal comma"] if decimal == "," else []
    texts += [text for part in parts for text in part.attrs["notes"]]
    if empty := sum(not len(part) for part in parts):
        texts.append(f"{empty:,} of {len(parts):,} files have no rows")
    short = [
        (file, line)
        for file, part in zip(files, parts, strict=True)
        for line in part.attrs.get("short", ())
    ]
    if short:
        file, line = short[0]
        have = f"{counted(len(short), 'row')} {'has' if len(short) == 1 else 'have'}"
        texts.append(
            f"{have} fewer fields than the header, and what is not there is missing: "
            f"line {line} of {file}{' first' * (len(short) > 1)}"
        )
    return [Note("", text) for text in dict.fromkeys(texts)]
