"""A sweep as one study against a job for each cell; engines against one another."""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure import Figure

STREAM = ["scenario=gradual", "scenario.gradual.start=30", "scenario.gradual.duration=20"]
STREAM += ["references=null", "learner=naive_bayes", "strategy=periodic"]
SHORT = [*STREAM, "scenario.gradual.ticks=60", "scenario.gradual.rows=10", "seeds=1"]
LONG = [*STREAM, "scenario.gradual.ticks=400", "scenario.gradual.rows=200"]


def run(cells: int = 200, seeds: int = 4, intervals: int = 40, jobs: int = 2) -> list[Figure]:
    """Sweep `cells` short cells; of stock jobs only so many are run, and their time is scaled.

    Both sides start a process of their own and write a report, as a user's command does.
    """
    step = ["strategy.periodic.when.ticks=range(1,{})"]
    joint = _seconds([*SHORT, step[0].format(cells + 1), "engine=serial"])
    one = _seconds(["hydra/sweeper=basic", *SHORT, step[0].format(2), "engine=serial"])
    some = _seconds(["hydra/sweeper=basic", *SHORT, step[0].format(2 + jobs), "engine=serial"])
    stock = one + (some - one) / jobs * (cells - 1)
    wide = [*LONG, f"seeds={seeds}", step[0].format(intervals + 1)]
    engines = {
        "one": ["engine=joblib", "engine.jobs=1"],
        "two": ["engine=joblib", "engine.jobs=2"],
        "dask": ["engine=dask", "engine.jobs=2"],
    }
    took = {name: _seconds([*wide, *words]) for name, words in engines.items()}
    return [
        Figure(
            f"stock jobs / one study, {cells} short cells",
            stock / joint,
            least=10,
            note=f"{stock:.0f} s (from {jobs + 1} jobs) against {joint:.1f} s",
        ),
        Figure(
            "one worker / two, whole command",
            took["one"] / took["two"],
            note=f"{took['one']:.1f} s against {took['two']:.1f} s, start and report included",
        ),
        Figure(
            "Dask on this machine / joblib, two workers",
            took["dask"] / took["two"],
            note=f"{took['dask']:.1f} s against {took['two']:.1f} s",
        ),
    ]


def _seconds(words: Sequence[str]) -> float:
    folder = Path(tempfile.mkdtemp())
    start = time.perf_counter()
    try:
        subprocess.run(
            [sys.executable, "-c", "from experiments.cli import main; main()", "-m", *words],
            cwd=folder,
            check=True,
            capture_output=True,
        )
        return time.perf_counter() - start
    finally:
        shutil.rmtree(folder)
