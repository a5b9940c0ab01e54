"""Reading a text file as a table: dialect, header, blank rows; and the reason where it fails."""

import codecs
import csv
import re
import warnings
from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.api import types
from pandas.errors import ParserWarning

from retrainlab.scenarios.tabular import dialect
from retrainlab.scenarios.tabular.names import counted
from retrainlab.scenarios.tabular.options import ReadOptions
from retrainlab.sim.errors import InputError

SEPARATED = {
    ";": "semicolons",
    "\t": "tabs",
    "|": "bars",
    "\x01": "the character Ctrl-A",
    dialect.SPACES: "blanks",
}
_CODE = re.compile("0[0-9]{2,}")
_UNEVEN = re.compile(r"Expected (\d+) fields in line (\d+), saw (\d+)")


def read_text(path: Path, options: ReadOptions, codes: Collection[str]) -> pd.DataFrame:
    """Return the table in a text file; `attrs` has its separator and what is to be told of it.

    codes: columns that stay texts.
    """
    head = dialect.head_of(path)
    dialect.require_text(head, path.name)
    tried = (options.encoding,) if options.encoding else dialect.encodings(head)
    for encoding in tried:
        try:
            return _decoded(path, options, head, encoding, codes)
        except UnicodeDecodeError:
            continue
        except LookupError:
            raise InputError(f"read.encoding is {encoding!r}, which Python does not know") from None
    raise InputError(_undecodable(path.name, options.encoding))


def _undecodable(file: str, encoding: str | None) -> str:
    """Return the sentence for a file that is not in any of the encodings tried."""
    if encoding is not None:
        return f"read.encoding is {encoding!r}, and {file} is not in it; leave it out to infer it"
    return (
        f"{file} is neither UTF-8 nor Windows-1252; name its encoding by read.encoding, such as "
        "shift_jis, gb18030 or cp1251"
    )


def _decoded(
    path: Path, options: ReadOptions, head: bytes, encoding: str, codes: Collection[str]
) -> pd.DataFrame:
    text = codecs.getincrementaldecoder(encoding)().decode(head)
    lines = dialect.first_lines(text, options.skiprows or 0)
    if options.comment:
        lines = [line for line in lines if not line.startswith(options.comment)]
    declared = dialect.declared(lines)
    sep = options.sep or declared or dialect.separator(lines)
    header = lines[(1 if declared else 0) + (options.header or 0) :]
    if header and options.names is None:
        _require_once(dialect.names_of(header[0], sep), path.name)
    words: dict[Any, Any] = {"skiprows": 1} if declared else {}
    if len(sep) > 1 and sep != dialect.SPACES:
        words["engine"] = "python"  # the only one that takes a pattern
    else:
        words["low_memory"] = False
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
            index_col=False,
            keep_default_na=False,
            na_values=options.missing,
            dtype={**dict.fromkeys(codes, "str"), **options.types},
            skipinitialspace=True,
            **words,
        )
    codes_like = _like_codes(frame, header[1:], sep)
    frame = _trimmed(frame, sep, encoding)
    frame.attrs["like_codes"] = codes_like
    if len(sep) == 1 and len(frame.columns) and frame.iloc[:, -1].isna().any():
        frame.attrs["short"] = _short_lines(path, frame.attrs, words)
    return frame


def _like_codes(frame: pd.DataFrame, lines: Sequence[str], sep: str) -> dict[str, str]:
    """Return the first cell such as 007 of each column that was read as numbers, by its name.

    lines: the first rows.
    """
    found: dict[str, str] = {}
    if len(sep) != 1:
        return found
    numbers = [types.is_numeric_dtype(kind) for kind in frame.dtypes]
    for row, cells in enumerate(csv.reader(lines, delimiter=sep, skipinitialspace=True), start=1):
        for name, cell, is_number in zip(frame.columns, cells, numbers, strict=False):
            if is_number and _CODE.fullmatch(cell.strip()):
                found.setdefault(str(name).strip(), f"{cell.strip()!r} in row {row}")
    return found


def _trimmed(frame: pd.DataFrame, sep: str, encoding: str) -> pd.DataFrame:
    """Leave out rows and nameless columns without any value; `attrs` has what is to be told."""
    notes = []
    if sep != ",":
        notes.append(f"columns are separated by {SEPARATED.get(sep, sep)}")
    if encoding == "cp1252":
        notes.append("it is not UTF-8, and was read as Windows-1252 (read.encoding)")
    blank = [n for n in frame.columns if str(n).startswith("Unnamed: ") and frame[n].isna().all()]
    width = max((at + 1 for at, name in enumerate(frame.columns) if name not in blank), default=0)
    if blank and len(frame):
        frame = frame.drop(columns=blank)
        notes.append(_left_out(len(blank), "column", "without name and values"))
    first = frame.iloc[:, 0] if len(frame.columns) else pd.Series(dtype=float)
    empty = frame.isna().all(axis=1) if first.isna().any() else first.isna()
    if len(frame.columns) > 1 and empty.any():
        notes.append(_left_out(int(empty.sum()), "row", "without any value"))
        frame = frame[~empty].reset_index(drop=True).infer_objects()
    frame.attrs = {"sep": sep, "encoding": encoding, "width": width, "notes": notes}
    return frame


def _short_lines(path: Path, attrs: dict[Any, Any], words: dict[Any, Any]) -> list[int]:
    """Return the lines that end before the last column, which pandas fills up with blanks.

    attrs, words: of the frame that pandas read, and what it was told.
    """
    marks = {word: words[word] for word in ("quotechar", "escapechar") if word in words}
    first, comment = words.get("skiprows", 0) + (words.get("header") or 0), words.get("comment")
    short = []
    # A field of more than 131,072 characters is one for pandas alone; what follows is not counted.
    with dialect.opened(path) as file, suppress(csv.Error):
        lines = codecs.getreader(attrs["encoding"])(file)
        rows = csv.reader(lines, delimiter=attrs["sep"], skipinitialspace=True, **marks)
        for row in rows:
            is_short = len(row) < attrs["width"] and any(row) and rows.line_num > first
            if is_short and not (comment and row[0].startswith(comment)):
                short.append(rows.line_num)
    return short


def _left_out(count: int, noun: str, why: str) -> str:
    return f"{counted(count, noun)} {why} {'is' if count == 1 else 'are'} left out"


def _require_once(names: Sequence[str], file: str) -> None:
    """Raise `InputError` for a name that two columns have."""
    twice = [name for name, count in Counter(names).items() if name and count > 1]
    if twice:
        raise InputError(
            f"{file} has two columns called {twice[0]!r}; rename one, or, where its first line has "
            "values, name the columns by read.names"
        )


def reason_of(error: Exception) -> str:
    """Return in words why a file cannot be read."""
    reason = (str(error) or type(error).__name__).splitlines()[0].rstrip(". ")
    if uneven := _UNEVEN.search(reason):
        usual, line, count = map(int, uneven.groups())
        return (
            f"line {line} has {count} fields where {usual} are expected; quote texts that "
            "hold the separator, and leave lines before the header out by read.skiprows or "
            "read.comment"
        )
    if "EOF inside string" in reason:
        return "a quote is opened and never closed; read.quotechar names another mark"
    if isinstance(error, ParserWarning):
        return (
            "a row has more fields than the header; quote texts that hold the separator, set "
            "read.escapechar or read.sep, and leave lines before the header out by read.skiprows"
        )
    return reason
