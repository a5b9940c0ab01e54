"""Seconds of the processor until a command answers, in processes of their own."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence

from benchmarks.measure import Measurement

COMMANDS = {
    "--help": (["--help"], 0.5),
    "a wrong key": (["scenaro=gradual"], 0.5),
    "experiment=quick": (["experiment=quick", "engine=serial"], 8.0),
}


def run(repeats: int = 3, commands: Sequence[str] = (*COMMANDS,)) -> list[Measurement]:
    """Measure each command; the least of so many times."""
    figures = []
    for name in commands:
        words, most = COMMANDS[name]
        spent = min(_spent(words) for _ in range(repeats))
        figures.append(Measurement(f"retrainlab {name}", spent, "s", most=most))
    return figures


def _spent(words: Sequence[str]) -> float:
    """Seconds of the processor of a command and of what it starts.

    Python keeps compiled modules, as it does unless it is told otherwise.
    """
    code = "from retrainlab.experiments.cli import main; "
    usual = {name: os.environ[name] for name in os.environ if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as folder:
        before = os.times()
        subprocess.run(
            [sys.executable, "-c", code + "main()", *words],
            cwd=folder,
            env=usual,
            check=False,
            capture_output=True,
        )
        after = os.times()
    return (
        after.children_user + after.children_system - before.children_user - before.children_system
    )
