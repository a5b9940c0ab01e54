"""The lock of a folder of results, and what made them: versions, command."""

import fcntl
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import IO

from retrainlab.sim.atomic import write_atomic
from retrainlab.sim.errors import InputError

PACKAGES = ("retrainlab", "numpy", "pandas", "scikit-learn", "river", "hydra-core", "scipy")
LOCK = ".lock"  # of a folder at work
LATEST = "latest"  # a link to the newest run of a folder `runs`


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Have a folder to oneself; `InputError` if another process is at work in it.

    The lock goes with the process, however it ends. Half files of one that was killed are removed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as file:
        if not _is_taken(file):
            raise InputError(
                f"another retrainlab is at work in {folder}; wait for it, or name another folder"
            )
        try:
            for half in (*folder.glob(".*.*.[0-9]*"), *folder.glob("units/.*.zip.[0-9]*")):
                half.unlink(missing_ok=True)
            yield
        finally:
            (folder / LOCK).unlink(missing_ok=True)


def _is_taken(file: IO[str]) -> bool:
    """Take the lock, unless another process has it, or has just removed this file of it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.fstat(file.fileno()).st_ino == os.stat(file.name).st_ino
    except (BlockingIOError, FileNotFoundError):
        return False


def require_writable(folder: Path) -> None:
    """Raise `OSError` before hours of work, not after them."""
    probe = folder / ".writable"
    try:
        write_atomic(probe, lambda half: half.touch())
        probe.unlink()
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(folder)) from error


def mark_latest(folder: Path) -> None:
    """Have `runs/latest` lead to a run in `runs/`; nothing where there can be no link."""
    link = folder.parent / LATEST
    is_own = link.is_symlink() or not link.exists()
    if folder.parent.name != "runs" or folder.name == LATEST or not is_own:
        return
    with suppress(OSError):
        new = link.with_name(f".{LATEST}.{os.getpid()}")
        new.symlink_to(folder.name, target_is_directory=True)
        new.replace(link)


def versions() -> dict[str, str]:
    """Return versions of Python and of the libraries that results depend on."""
    return {"python": platform.python_version(), **{name: _version(name) for name in PACKAGES}}


_version = cache(version)  # each call reads the metadata of a package


def command(name: str, words: Sequence[str]) -> str:
    """Return the command line, as it could be typed again; name: run, optimize, .."""
    import shlex

    program = Path(sys.argv[0]).name
    program = "retrainlab" if program == "__main__.py" else program
    return shlex.join([program, *name.split(), *words])
