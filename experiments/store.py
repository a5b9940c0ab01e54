"""Results on disk: each file is whole or is not there; the manifest comes last."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

SCHEMA = 1
PACKAGES = ("retrainlab", "numpy", "pandas", "scikit-learn", "river", "hydra-core", "scipy")


def write_atomic(path: Path, write: Callable[[Path], object]) -> None:
    """Have `write` fill a file beside the path, flush it to disk, and rename it into place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write(half)
        with half.open("rb") as file:
            os.fsync(file.fileno())
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


def require_writable(folder: Path) -> None:
    """Raise `OSError` before hours of work, not after them."""
    probe = folder / ".writable"
    write_atomic(probe, lambda half: half.touch())
    probe.unlink()


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as Parquet."""
    write_atomic(path, lambda half: table.to_parquet(half, index=False))


def write_text(path: Path, text: str) -> None:
    """Write a text file."""
    write_atomic(path, lambda half: half.write_text(text, encoding="utf-8"))


def write_manifest(manifest: dict[str, Any], folder: Path) -> None:
    """Write the manifest, which says that the folder is whole."""
    text = json.dumps(manifest, indent=1, allow_nan=True, default=str)
    write_text(folder / "manifest.json", text)


def versions() -> dict[str, str]:
    """Return versions of Python and of the libraries that results depend on."""
    return {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}


def git_state() -> dict[str, Any] | None:
    """Return commit and cleanliness of the folder's git repository, or None outside of one."""

    def git(*arguments: str) -> str:
        return subprocess.run(
            ["git", *arguments], capture_output=True, text=True, check=True, timeout=10
        ).stdout.strip()

    try:
        return {"commit": git("rev-parse", "HEAD"), "dirty": bool(git("status", "--porcelain"))}
    except (OSError, subprocess.SubprocessError):
        return None


def command(name: str) -> str:
    """Return the command line, as it could be typed again; name: run, optimize, .."""
    import shlex

    return shlex.join([Path(sys.argv[0]).name, name, *sys.argv[1:]])
