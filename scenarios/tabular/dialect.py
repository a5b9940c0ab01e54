"""Dialect of a text table: how it is packed, its encoding, and what separates its columns."""

import bz2
import csv
import gzip
import lzma
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any

from retrainlab.scenarios.tabular.paths import TEXTS
from retrainlab.sim.errors import InputError

SEPARATORS = (",", ";", "\t", "|", "\x01")
SPACES = r"\s+"
HEAD = 1 << 16  # bytes from which the dialect is inferred
LINES = 50
_OPENERS: dict[str, Any] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_KINDS = (
    (b"\x1f\x8b", "data packed by gzip"),
    (b"BZh", "data packed by bzip2"),
    (b"\xfd7zXZ", "data packed by xz"),
    (b"\x28\xb5\x2f\xfd", "data packed by zstd"),
    (b"PK\x03\x04", "a zip archive or a spreadsheet (save that as CSV)"),
    (b"\xd0\xcf\x11\xe0", "a spreadsheet (save it as CSV)"),
    (b"PAR1", "a Parquet table"),
    (b"SQLite format 3", "a database of SQLite"),
)
# Texts that are no tables, by how they begin, in small letters and without blanks.
_OTHER_TEXTS = (
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "XML"),
    (b"version https://git-lfs", "the address of a file in Git LFS (git lfs pull fetches it)"),
)


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for reading, unpacked as its suffix says."""
    suffix = path.suffix.lower()
    if suffix == ".zip":
        with (
            zipfile.ZipFile(path) as archive,
            archive.open(_table_in(archive, path.name)) as file,
        ):
            yield file
    elif suffix == ".zst":
        import pyarrow as pa

        with pa.input_stream(str(path), compression="zstd") as file:
            yield file
    else:
        with _OPENERS.get(suffix, open)(path, "rb") as file:
            yield file


def _table_in(archive: zipfile.ZipFile, file: str) -> str:
    """Return the name of the one table in an archive, beside which other files may lie."""
    names = [name for name in archive.namelist() if not _is_extra(name)]
    tables = [name for name in names if name.lower().endswith(TEXTS)]
    if len(names) != 1 and len(tables) != 1:
        raise InputError(
            f"{file} holds {len(names)} files; it must hold one table, or be unpacked into a "
            "folder that is named in its place"
        )
    return (tables or names)[0]


def _is_extra(name: str) -> bool:
    """Whether a member of an archive is a folder, or what macOS adds."""
    return name.endswith("/") or name.startswith("__MACOSX")


def head_of(path: Path) -> bytes:
    """Return the first bytes of what the file holds."""
    with opened(path) as file:
        return file.read(HEAD)


def require_text(head: bytes, file: str, is_json: bool = False) -> None:
    """Raise `InputError` for the first bytes of what is no text, whatever its name says."""
    for mark, kind in _KINDS:
        # A text may begin with the same letters.
        if head.startswith(mark) and any(byte < 9 or byte > 126 for byte in head[:64]):
            raise InputError(f"{file} holds {kind}, which its name does not say; rename it")
    begin = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for mark, kind in _OTHER_TEXTS:
        if begin.startswith(mark):
            raise InputError(f"{file} holds {kind}; it must hold a table, a header line and rows")
    if not is_json and begin.startswith((b'{"', b"[{")):
        raise InputError(f"{file} holds JSON; give it a name that ends in .jsonl or .json")


def encodings(head: bytes) -> tuple[str, ...]:
    """Return the encodings to try, in order. Only UTF-8 tells by itself whether it is one."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return (name,)
    for zero, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(head) > 3 and head[zero] == head[zero + 2] == 0 and head[1 - zero]:
            return (name,)
    return ("utf-8", "cp1252")


def first_lines(text: str, skipped: int = 0) -> list[str]:
    """Return complete lines from the start of a text, without the first and without blank ones."""
    lines = text.splitlines()
    whole = lines if len(lines) < 2 or text.endswith("\n") else lines[:-1]
    return [line for line in islice(whole, skipped, skipped + LINES) if line.strip()]


def separator(lines: list[str]) -> str:
    """Return what separates the columns: what cuts every line into as many fields, and most.

    Where nothing does, it is what the header has most of, and reading names the first odd line.
    """
    if not lines:
        return ","
    counts = {mark: [len(row) for row in csv.reader(lines, delimiter=mark)] for mark in SEPARATORS}
    heads = {mark: sizes[0] for mark, sizes in counts.items() if sizes}
    even = [mark for mark, sizes in counts.items() if len({*sizes}) == 1 and sizes[0] > 1]
    best = max(even or heads or SEPARATORS, key=lambda mark: heads.get(mark, 0))
    blanks = {len(line.split()) for line in lines}
    return SPACES if heads.get(best, 0) < 2 and len(blanks) == 1 and blanks != {1} else best


def names_of(line: str, sep: str) -> list[str]:
    """Return the names in a header."""
    if sep == SPACES or len(sep) != 1:
        return line.split() if sep == SPACES else []
    row = next(csv.reader([line], delimiter=sep, skipinitialspace=True), [])
    return [name.strip() for name in row]


def declared(lines: list[str]) -> str | None:
    """Return the separator that a first line `sep=;` declares, as Excel writes it."""
    first = lines[0].strip(' "\r\n') if lines else ""
    return first[4:] if first.lower().startswith("sep=") and len(first) == 5 else None
