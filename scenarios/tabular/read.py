"""Reading a table from disk, text or Parquet, with one sentence for each error."""

import codecs
import warnings
import zipfile
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from lzma import LZMAError
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pandas.errors import ParserWarning

from retrainlab.scenarios.tabular import dialect
from retrainlab.scenarios.tabular.cells import Note, Reader, read_texts, text_cells, vote_of
from retrainlab.scenarios.tabular.options import ReadOptions
from retrainlab.scenarios.tabular.paths import PARQUET, members, partitions
from retrainlab.sim.errors import InputError, require

# Row numbers that pandas leaves behind when a frame is saved with its index: they encode
# elapsed time and are never a feature.
SAVED_INDEX = ("Unnamed: 0", "__index_level_0__")
SEPARATED = {";": "semicolons", "\t": "tabs", "|": "bars", dialect.SPACES: "blanks"}
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


@dataclass(frozen=True, eq=False)
class Table:
    """A table that was read. rows are numbered from 0; files: how many it comes from.

    notes: what is to be told of its columns and of the file. decimal: the decimal mark, where only
    one makes sense.
    """

    frame: pd.DataFrame
    notes: tuple[Note, ...] = ()
    files: int = 1
    decimal: str | None = None

    def resolved(self, read: Mapping[str, Any]) -> dict[str, Any]:
        """Return the options that are set, and the decimal comma where it was inferred."""
        given = {name: value for name, value in read.items() if value is not None}
        return {"decimal": ",", **given} if self.decimal == "," else given


def read_table(path: Path, texts: Sequence[str] = ()) -> pd.DataFrame:
    """Return the rows of a table (`read`). texts: columns that are texts even if all are digits."""
    return read(path, ReadOptions(dtype=dict.fromkeys(texts, "str"))).frame


def read(path: Path, options: ReadOptions, times: Collection[str] = ()) -> Table:
    """Return the table at a place (`paths.locate`), without row numbers saved by pandas.

    times: columns with dates, which are not read as numbers.

    Raises InputError if a file is empty, cannot be read or is not what its suffix says, if files
    have different columns, and for a cell that makes no sense in its column.
    """
    files = members(path)
    untouched = {*times, *options.types}
    parts = [_raw(file, path, options) for file in files]
    frame = _joined(parts, files)
    typed = all(_is_parquet(file) for file in files)
    cells = text_cells(frame, untouched, typed)
    votes = vote_of(frame, cells)
    if not typed and options.mark is None and votes == {","}:
        # 1.234 was taken for a decimal number.
        return read(path, replace(options, decimal=","), times)
    commas = typed or any(part.attrs.get("sep") == "," for part in parts)
    frame, notes = read_texts(frame, cells, Reader(votes, options.mark, sure=commas))
    dropped = [name for name in SAVED_INDEX if name in frame.columns]
    told = (*_notes(parts, options.mark), *notes)
    return Table(frame.drop(columns=dropped), told, len(files), options.mark)


def sampled(frame: pd.DataFrame, share: float) -> pd.DataFrame:
    """Keep the rows whose position hashes below the share: a row's fate depends on no other."""
    if share >= 1:
        return frame
    keys = pd.util.hash_array(np.arange(len(frame), dtype=np.uint64))
    return frame[keys < np.uint64(share * 2**64)]


def _is_parquet(path: Path) -> bool:
    return path.name.lower().endswith(PARQUET)


def _raw(file: Path, place: Path, options: ReadOptions) -> pd.DataFrame:
    """Return a file as its kind says, with the columns that its folders name."""
    try:
        frame = _parquet(file) if _is_parquet(file) else _text(file, options)
    except pd.errors.EmptyDataError:
        raise InputError(f"{file.name} is empty; it needs a header line and rows") from None
    except ERRORS as error:
        if isinstance(error, InputError):
            raise
        reason = (str(error) or type(error).__name__).splitlines()[0].rstrip(". ")
        raise InputError(f"{file.name} cannot be read: {reason}") from None
    frame.columns = frame.columns.map(lambda name: str(name).strip())
    names = frame.columns
    twice = names[names.duplicated()]
    require(
        twice.empty, f"{file.name} has two columns called {next(iter(twice), '')!r}; rename one"
    )
    for name, value in partitions(file, place).items():
        frame[name] = _partition(value, len(frame))
    require(len(frame) > 0, f"{file.name} has a header and no rows")
    return frame


def _partition(value: str | None, rows: int) -> pd.Series:
    """Return a column of one value, a number where it looks like one."""
    number = pd.to_numeric(pd.Series([value]), errors="coerce")
    one = number if value is not None and number.notna().all() else pd.Series([value], dtype="str")
    return one.repeat(rows).reset_index(drop=True)


def _joined(parts: Sequence[pd.DataFrame], files: Sequence[Path]) -> pd.DataFrame:
    for part, file in zip(parts, files, strict=True):
        odd = sorted({*part.columns} ^ {*parts[0].columns})
        require(
            not odd,
            f"{file.name} and {files[0].name} have different columns: {', '.join(odd)} is in one "
            "of them only",
        )
    return parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)


def _notes(parts: Sequence[pd.DataFrame], decimal: str | None) -> list[Note]:
    """Return what is to be told of files, each once. decimal: as set or inferred."""
    texts = ["numbers have a decimal comma"] if decimal == "," else []
    texts += [text for part in parts for text in part.attrs["notes"]]
    return [Note("", text) for text in dict.fromkeys(texts)]


def _text(path: Path, options: ReadOptions) -> pd.DataFrame:
    head = dialect.head_of(path)
    tried = (options.encoding,) if options.encoding else dialect.encodings(head)
    for encoding in tried:
        try:
            return _decoded(path, options, head, encoding)
        except UnicodeDecodeError:
            if encoding == tried[-1]:
                raise
        except LookupError:
            raise InputError(f"read.encoding is {encoding!r}, which Python does not know") from None
    raise AssertionError("there is always an encoding to try")


def _decoded(path: Path, options: ReadOptions, head: bytes, encoding: str) -> pd.DataFrame:
    text = codecs.getincrementaldecoder(encoding)().decode(head)
    lines = dialect.first_lines(text)[options.skiprows or 0 :]
    if options.comment:
        lines = [line for line in lines if not line.startswith(options.comment)]
    declared = dialect.declared(lines)
    sep = options.sep or declared or dialect.separator(lines)
    words: dict[str, Any] = {"skiprows": 1} if declared else {}
    words |= options.of_pandas()
    if options.mark is not None:
        words["decimal"] = options.mark
    with warnings.catch_warnings(), dialect.opened(path) as file:
        # Rows longer than the header would be cut, or shifted into an index, with a mere warning.
        warnings.simplefilter("error", ParserWarning)
        frame = pd.read_csv(
            file,
            sep=sep,
            encoding=encoding,
            low_memory=False,
            index_col=False,
            keep_default_na=False,
            na_values=options.missing,
            dtype=options.types,
            skipinitialspace=True,
            **words,
        )
    return _trimmed(frame, sep, encoding)


def _trimmed(frame: pd.DataFrame, sep: str, encoding: str) -> pd.DataFrame:
    """Leave out rows and nameless columns without any value; `attrs` has what is to be told."""
    notes = []
    if sep != ",":
        notes.append(f"columns are separated by {SEPARATED.get(sep, sep)}")
    if encoding == "cp1252":
        notes.append("it is not UTF-8, and was read as Windows-1252 (read.encoding)")
    blank = [n for n in frame.columns if str(n).startswith("Unnamed: ") and frame[n].isna().all()]
    if blank and len(frame):
        frame = frame.drop(columns=blank)
        notes.append(f"{len(blank)} columns without name and values are left out")
    first = frame.iloc[:, 0] if len(frame.columns) else pd.Series(dtype=float)
    empty = frame.isna().all(axis=1) if first.isna().any() else first.isna()
    if len(frame.columns) > 1 and empty.any():
        notes.append(f"{int(empty.sum()):,} rows without any value are left out")
        frame = frame[~empty].reset_index(drop=True).infer_objects()
    frame.attrs = {"sep": sep, "notes": notes}
    return frame


def _parquet(path: Path) -> pd.DataFrame:
    import pyarrow.parquet as pq

    # Half the memory: nothing is read ahead, and a column is freed as soon as it is converted.
    # One file, not a data set: folders name columns elsewhere (`paths.partitions`).
    table = pq.ParquetFile(path, pre_buffer=False).read()
    frame = table.to_pandas(ignore_metadata=True, split_blocks=True, self_destruct=True)
    frame.attrs = {"notes": []}
    return frame
