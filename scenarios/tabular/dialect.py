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

from retrainlab.sim.errors import require

SEPARATORS = (",", ";", "\t", "|")
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


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for reading, unpacked as its suffix says."""
    suffix = path.suffix.lower()
    if suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if not _is_extra(name)]
            require(len(names) == 1, f"{path.name} holds {len(names)} files; it must hold one")
            with archive.open(names[0]) as file:
                yield file
    elif suffix == ".zst":
        import pyarrow as pa

        with pa.input_stream(str(path), compression="zstd") as file:
            yield file
    else:
        with _OPENERS.get(suffix, open)(path, "rb") as file:
            yield file


def _is_extra(name: str) -> bool:
    """Whether a member of an archive is a folder, or what macOS adds."""
    return name.endswith("/") or name.startswith("__MACOSX")


def head_of(path: Path) -> bytes:
    """Return the first bytes of what the file holds."""
    with opened(path) as file:
        return file.read(HEAD)


def encodings(head: bytes) -> tuple[str, ...]:
    """Return the encodings to try, in order. Only UTF-8 tells by itself whether it is one."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return (name,)
    for zero, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(head) > 3 and head[zero] == head[zero + 2] == 0 and head[1 - zero]:
            return (name,)
    return ("utf-8", "cp1252", "latin-1")


def first_lines(text: str) -> list[str]:
    """Return complete lines from the start of a text, without blank ones."""
    lines = text.splitlines()
    whole = lines if len(lines) < 2 or text.endswith("\n") else lines[:-1]
    return [line for line in islice(whole, LINES) if line.strip()]


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


def declared(lines: list[str]) -> str | None:
    """Return the separator that a first line `sep=;` declares, as Excel writes it."""
    first = lines[0].strip().strip('"') if lines else ""
    return first[4:] if first.lower().startswith("sep=") and len(first) == 5 else None
