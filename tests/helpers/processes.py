"""Real commands in processes of their own, and who is still there when they have ended."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

START = (sys.executable, "-c", "from retrainlab.experiments.cli import main; main()")
BOUND = 5.0  # seconds within which all workers of a command that has ended are gone
MARK = "RETRAINLAB_TEST_MARK"


def start(folder: Path, *words: str, path: Path | None = None) -> subprocess.Popen[str]:
    """Start a command in a folder; path: where the user's own modules lie besides it."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [str(path)] if path else []
    found = [p for p in os.environ.get("PYTHONPATH", "").split(os.pathsep) if p]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([*found, *paths]),
        MARK: str(folder),  # workers inherit it
    }
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([*START, *words], cwd=folder, text=True, env=environment, **pipes)


def wait_for(condition: Callable[[], object], process: subprocess.Popen[str]) -> None:
    """Wait until something is so; the command must still be at work then."""
    while not condition():
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)


def of_command(folder: Path) -> list[int]:
    """Return the processes that were started by commands in this folder, with their workers."""
    mark = f"{MARK}={folder}".encode()
    return [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and mark in _environment(entry).split(b"\0")
    ]


def _environment(process: Path) -> bytes:
    try:
        return (process / "environ").read_bytes()
    except OSError:
        return b""


def all_gone(folder: Path) -> bool:
    """Whether every process of the folder's commands ends within the bound."""
    end = time.monotonic() + BOUND
    while time.monotonic() < end:
        if not of_command(folder):
            return True
        time.sleep(0.05)
    return False
