"""A file that cannot be written is named, and nothing is left beside it."""

import errno
import os
from pathlib import Path

import pytest

from retrainlab.sim.atomic import write_atomic


def full(half: Path) -> None:
    """As a library that names no file."""
    half.write_text("a half")
    raise OSError(errno.ENOSPC, "Error writing bytes to file")


def too_long(half: Path) -> None:
    raise OSError(errno.ENAMETOOLONG, "File name too long", str(half))


@pytest.mark.parametrize("write", [full, too_long])
def test_the_file_itself_is_named(tmp_path: Path, write) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "ticks.parquet"
    with pytest.raises(OSError, match=r"No space left|too long") as caught:
        write_atomic(path, write)
    error = caught.value
    assert (error.filename, error.strerror) == (str(path), os.strerror(error.errno or 0))
    assert not any(tmp_path.iterdir())


def test_another_file_that_is_missing_keeps_its_name(tmp_path: Path) -> None:
    def copied(half: Path) -> None:
        half.write_text((tmp_path / "source").read_text())

    with pytest.raises(FileNotFoundError) as caught:
        write_atomic(tmp_path / "target", copied)
    assert caught.value.filename == str(tmp_path / "source")
