"""Cost of a tick in production after three years, beside that after three months.

CPU seconds: what other processes take, and what a disk takes to flush, is no part of it.
"""

import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.measure import Measurement
from retrainlab.experiments.production import policy as policies
from retrainlab.experiments.production import steps
from retrainlab.experiments.production.data import DataPlace
from retrainlab.experiments.production.folder import opened
from retrainlab.experiments.production.policy import SCHEMA, Policy
from retrainlab.scenarios.file import File
from retrainlab.scenarios.recurrent import Recurrent
from retrainlab.sim.world import World

WARMUP, MONTHS, YEARS = 20, 90, 3 * 365
STRATEGIES: Mapping[str, dict[str, Any]] = {
    "every week": {"_target_": "retrainlab.strategies.when.Every", "ticks": 7},
    "when accuracy drops": {"_target_": "retrainlab.strategies.when.OnDrop", "by": 0.1},
}


def run(
    rows: int = 24, measured: int = 20, spans: tuple[int, int] = (MONTHS, YEARS)
) -> list[Measurement]:
    """Run a tick a day, a command each, and take the fastest of those on which nothing was due.

    spans: days after which a tick is measured, early and late.
    """
    figures = []
    for name, when in STRATEGIES.items():
        with tempfile.TemporaryDirectory() as folder:
            early, late = _lived(Path(folder), when, rows, measured, spans)
        what = f"a tick after three years, in ticks after three months, {name}"
        note = f"{early * 1e3:.0f} and {late * 1e3:.0f} ms of CPU"
        figures.append(Measurement(what, late / early, "x", most=1.5, note=note))
    return figures


def _lived(
    folder: Path, when: dict[str, Any], rows: int, measured: int, spans: tuple[int, int]
) -> tuple[float, float]:
    """CPU seconds of a tick after each of two spans of days."""
    dates = _days(folder, WARMUP + spans[1] + measured, rows)
    path = folder / "production"
    policies.save(_policy(folder, when), path)
    served = dates[WARMUP:]
    seconds = []
    for start in spans:
        with opened(path, 0) as production:
            steps.tick(production, served[start - 1])
        seconds.append(min(_idle(path, served[start : start + measured])))
    return seconds[0], seconds[1]


def _idle(path: Path, dates: list[str]) -> list[float]:
    """CPU seconds of the ticks on which no training was due."""
    seconds = []
    for date in dates:
        start = time.process_time()
        with opened(path, 0) as production:
            outcome = steps.tick(production, date)
        if not outcome.line["due"]:
            seconds.append(time.process_time() - start)
    return seconds


def _days(folder: Path, days: int, rows: int) -> list[str]:
    """Write a file a day; return the dates."""
    stream = Recurrent(ticks=days, rows=rows, period=30, magnitude=0.9)(0)
    frame = pd.DataFrame(stream.x, columns=list(stream.features)).assign(label=stream.y)
    dates = pd.date_range("2021-01-01", periods=days).strftime("%Y-%m-%d")
    frame["day"] = dates[stream.tick_of_row()]
    (folder / "days").mkdir()
    for date, part in frame.groupby("day"):
        part.to_csv(folder / "days" / f"{date}.csv", index=False)
    frame.to_csv(folder / "all.csv", index=False)
    return list(dates)


def _policy(folder: Path, when: dict[str, Any]) -> Policy:
    columns = File(path=str(folder / "all.csv"), target="label", time="day").schema()
    return Policy(
        schema=SCHEMA,
        label="benchmark",
        when=when,
        what={"_target_": "retrainlab.strategies.what.Last", "ticks": 20},
        gate={"_target_": "retrainlab.strategies.gate.Always"},
        learner={
            "name": "naive_bayes",
            "estimator": {"_target_": "sklearn.naive_bayes.GaussianNB"},
        },
        loss={"_target_": "retrainlab.sim.replay.losses.ZeroOne"},
        world=World(1, 0, WARMUP),
        seed=0,
        start="2021-01-01",
        data=DataPlace(path=str(folder / "days")),
        columns=columns,
    )
