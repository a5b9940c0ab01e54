"""A sweep as one study against a job for each cell; engines against one another."""

import json
import math
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.measure import Measurement

STREAM = ["scenario=gradual", "scenario.gradual.start=30", "scenario.gradual.duration=20"]
STREAM += ["references=null", "learner=naive_bayes", "strategy=periodic"]
SHORT = [*STREAM, "scenario.gradual.ticks=60", "scenario.gradual.rows=10", "seeds=1"]
LONG = [*STREAM, "scenario.gradual.ticks=400", "scenario.gradual.rows=200"]


def run(cells: int = 200, seeds: int = 42, intervals: int = 40, jobs: int = 2) -> list[Measurement]:
    """Sweep `cells` short cells; of stock jobs only so many are run, and their time is scaled.

    There, both sides start a process of their own and write a report, as a user's command does.
    Engines are compared by the seconds from the first group to the last, which the manifest has, of
    a study of about a minute: of a shorter one the start of the workers is a good part.
    """
    joint = _run([*SHORT, _every(cells), "engine=serial"]).whole
    one, some = (
        _run(["hydra/sweeper=basic", *SHORT, _every(count), "engine=serial"]).whole
        for count in (1, 1 + jobs)
    )
    stock = one + (some - one) / jobs * (cells - 1)
    wide = [*LONG, f"seeds={seeds}", _every(intervals)]
    engines = {"one": ("joblib", 1), "two": ("joblib", 2), "dask": ("dask", 2)}
    took = {
        name: _run([*wide, f"engine={engine}", f"engine.jobs={count}"]).groups
        for name, (engine, count) in engines.items()
    }
    return [
        Measurement(
            f"stock jobs / one study, {cells} short cells",
            stock / joint,
            least=10,
            note=f"{stock:.0f} s (from {jobs + 1} jobs) against {joint:.1f} s",
        ),
        Measurement(
            "one worker / two, on two cores",
            took["one"] / took["two"],
            least=1.7,
            note=f"{took['one']:.1f} s against {took['two']:.1f} s, start of the workers included",
        ),
        Measurement(
            "Dask on this machine / joblib, two workers",
            took["dask"] / took["two"],
            most=1.25,
            note=f"{took['dask']:.1f} s against {took['two']:.1f} s",
        ),
    ]


def _every(most: int) -> str:
    return f"strategy.periodic.when.ticks=range(1,{most + 1})"


class Took(NamedTuple):
    """Seconds of a whole command, and of its groups; nan where each job has groups of its own."""

    whole: float
    groups: float


def _run(words: Sequence[str]) -> Took:
    folder = Path(tempfile.mkdtemp())
    start = time.perf_counter()
    try:
        subprocess.run(
            [
                sys.executable,
                "-c",
                "from retrainlab.experiments.cli import main; main()",
                "-m",
                *words,
            ],
            cwd=folder,
            check=True,
            capture_output=True,
        )
        whole = time.perf_counter() - start
        manifests = list(folder.rglob("manifest.json"))
        groups = [json.loads(path.read_text(encoding="utf-8"))["seconds"] for path in manifests]
        return Took(whole, groups[0] if len(groups) == 1 else math.nan)
    finally:
        shutil.rmtree(folder)
