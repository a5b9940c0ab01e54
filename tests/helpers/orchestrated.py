"""Runs of real orchestrators: a folder just exported, eight days of flights, processes that end.

Every wait has a limit; where one is exceeded, the message ends with the tail of the log.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
WARMUP, SERVED = 31, 8
LABEL = "drop by=0.01 every 2 last 20 holdout=1"  # is deployed once and rejected once in the 8 days
STUDY = (
    "scenario=file scenario.file.path=january.csv scenario.file.target=delayed "
    "scenario.file.time=[year,month,day] scenario.file.drop=[dow] "
    f"world.warmup={WARMUP} world.label_delay=0 world.fit_delay=0 "
    "strategy=drop strategy.drop.when.by=0.01 strategy.drop.when.ticks=2 "
    "strategy.drop.what.ticks=20 strategy.drop.gate.holdout=1 references=null engine=serial"
).split()
SHOWN = 4000  # characters of a log


@dataclass(frozen=True)
class Tool:
    """An orchestrator in an environment of its own; logs: where its output goes."""

    name: str
    place: Path

    def __post_init__(self) -> None:
        environments = os.environ.get("ORCHESTRATORS")
        if environments is None or not (Path(environments) / self.name).is_dir():
            pytest.fail(f"{self.name} has no environment; run: make orchestrators", pytrace=False)

    def words(self, *words: str) -> list[str]:
        """A command of the tool's environment."""
        first, *rest = words
        return [str(Path(os.environ["ORCHESTRATORS"]) / self.name / "bin" / first), *rest]

    def run(self, *words: str, **options: Any) -> str:
        """Run a command of the environment to its end; return its output. options: of `run`."""
        return run(self.words(*words), self.place, **options)


def run(
    words: Sequence[str],
    place: Path,
    env: Mapping[str, str] | None = None,
    seconds: float = 240,
    codes: Sequence[int] = (0,),
) -> str:
    """Run a command to its end, in a process group of its own; return its output."""
    log = place / "commands.log"
    with log.open("a+") as out:
        start = out.seek(0, os.SEEK_END)
        process = _started(words, place, env, out)
        try:
            code: int | None = process.wait(seconds)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            _end(process)
        out.seek(start)
        text = out.read()
    ended = f"ended with {code}" if code is not None else f"had not ended after {seconds:g} s"
    assert code in codes, f"{' '.join(words)} {ended}\n{text[-SHOWN:]}"
    return text


@contextmanager
def service(words: Sequence[str], place: Path, env: Mapping[str, str], log: Path) -> Iterator[None]:
    """Have a service at work, and end it with all its processes."""
    with log.open("w") as out:
        process = _started(words, place, env, out)
        try:
            yield
        finally:
            _end(process)


def _started(words, place, env, out) -> subprocess.Popen:
    return subprocess.Popen(
        words,
        cwd=place,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _end(process: subprocess.Popen) -> None:
    """End a process group: ask for it, and after ten seconds kill what is left."""
    for number, seconds in ((signal.SIGTERM, 10), (signal.SIGKILL, 0)):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        end = time.monotonic() + seconds
        while process.poll() is None and time.monotonic() < end:
            time.sleep(0.1)
    process.wait()


def wait_for(reached: Callable[[], bool], what: str, seconds: float, logs: Sequence[Path]) -> None:
    """Wait until something is reached; fail with the tails of the logs after so many seconds."""
    end = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > end:
            tails = "\n".join(f"--- {log.name}\n{tail(log)}" for log in logs)
            raise AssertionError(f"{what}: not after {seconds:g} s\n{tails}")
        time.sleep(1)


def tail(log: Path) -> str:
    """The end of a log."""
    return log.read_text(errors="replace")[-SHOWN:] if log.exists() else ""


def write_days(place: Path) -> list[str]:
    """Write the flights by day, and the first of them as one table; return the dates to serve."""
    run(["python", str(ROOT / "docs/flights_by_day.py"), "all", "sample=0.02"], place)
    dates = sorted(path.stem for path in (place / "all").iterdir())[: WARMUP + SERVED]
    (place / "days").mkdir()
    for date in dates:
        (place / "all" / f"{date}.csv").rename(place / "days" / f"{date}.csv")
    rows = [pd.read_csv(place / "days" / f"{date}.csv") for date in dates]
    pd.concat(rows).to_csv(place / "january.csv", index=False)
    return dates[WARMUP:]


def exported(place: Path) -> tuple[Path, list[str]]:
    """Simulate a setting on days of flights and export it; the folder, and the dates to serve."""
    dates = write_days(place)
    run(["retrainlab", "run", *STUDY, "folder=simulated"], place)
    run(["retrainlab", "export", "simulated", "flights", f"label={LABEL}", "data=days"], place)
    return place / "flights", dates


def require_as_simulated(folder: Path) -> None:
    """Six dates without a training, one deployment, one rejection, and no difference."""
    line = json.loads(run(["retrainlab", "verify", str(folder)], folder.parent))
    assert line["verdict"] == f"{SERVED} ticks, 2 retrainings, 1 rejected: as simulated"
    trainings = pd.read_parquet(folder / "ledger" / "retrainings.parquet")
    assert trainings["accepted"].tolist()[1:] in ([1, 0], [0, 1])
    print(f"{folder.name}: {line['verdict']}")
