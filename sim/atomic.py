"""Files written whole or not at all."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any


def write_atomic(path: Path, write: Callable[[Path], object]) -> None:
    """Have `write` fill a file beside the path, flush it to disk, and rename it into place.

    An `OSError` names the path, and not the file beside it; libraries name none at all.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write(half)
        _flush(half)
        half.replace(path)
        _flush(path.parent)
    except OSError as error:
        if error.filename not in (None, str(half)):
            raise
        why = os.strerror(error.errno) if error.errno else str(error)
        raise OSError(error.errno, why, str(path)) from error
    finally:
        half.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    """Have a file, or the names in a folder, on disk before going on."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def write_text(path: Path, text: str) -> None:
    """Write a text file."""
    write_atomic(path, lambda half: half.write_text(text, encoding="utf-8"))


def write_if_new(path: Path, text: str) -> None:
    """Write a text file, unless it holds that text."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        write_text(path, text)


def write_json(value: Any, path: Path) -> None:
    """Write plain data as JSON."""
    write_text(path, json.dumps(value, indent=1, allow_nan=True, default=str))
