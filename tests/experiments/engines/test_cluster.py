"""A Dask scheduler with two worker processes on this host, one of which is killed on the way."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from command_line import run
from small_sweep import SMALL, bytes_of

from retrainlab.experiments.config import safe
from retrainlab.experiments.config.build import build
from retrainlab.experiments.engines.dask import Dask
from retrainlab.sim.errors import InputError
from retrainlab.sim.exit_codes import ExitCode

distributed = pytest.importorskip("distributed", reason="distributed is not installed")


@pytest.fixture
def workers(tmp_path: Path):
    """Two worker processes, and the scheduler's address."""
    file = tmp_path / "scheduler.json"
    parts = [["scheduler", "--port", "0"], *([["worker", "--nthreads", "1", "--no-nanny"]] * 2)]
    around = ["--scheduler-file", str(file), "--host", "127.0.0.1", "--no-dashboard"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    found = [
        subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{name}", *around, *options], **quiet
        )
        for name, *options in parts
    ]
    try:
        with distributed.Client(scheduler_file=str(file), timeout=60) as client:
            client.wait_for_workers(2, timeout=60)
            address = client.scheduler.address
        yield address, found[1:]
    finally:
        for process in found:
            process.kill()
            process.wait()


def killed_at_the_first_result(worker, units: Path, done: threading.Event) -> int:
    """Kill the worker as soon as a unit is there; return how many there are then."""
    while not (found := list(units.glob("*.zip"))) and not done.is_set():
        time.sleep(0.01)
    worker.kill()
    return len(found)


@pytest.mark.slow
def test_a_killed_worker_changes_nothing(workers, tmp_path: Path) -> None:
    address, (one, _) = workers
    words = [*SMALL, "seeds=6"]
    assert run(tmp_path, *words, "folder=serial", "engine=serial") == 0
    words += ["folder=out", "engine=dask", f"engine.address={address}"]
    done = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        kept = pool.submit(killed_at_the_first_result, one, tmp_path / "out/units", done)
        code = run(tmp_path, *words)
        done.set()
    assert code == 0
    assert 0 < kept.result() < 6
    assert bytes_of(tmp_path / "out") == bytes_of(tmp_path / "serial")


@pytest.mark.slow
def test_workers_are_as_safe_as_the_command(workers, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """They were started without `--safe`, and serve others as well."""
    engine, node = Dask(workers[0]), {"_target_": "collections.OrderedDict"}
    work = partial(build, path="here")
    monkeypatch.setenv(safe.VARIABLE, "1")
    with pytest.raises(InputError, match="with --safe it must be a class"):
        engine.alone(work, node)
    with pytest.raises(InputError, match="with --safe it must be a class"):
        list(engine(work, [node]))
    monkeypatch.setenv(safe.VARIABLE, "")
    assert engine.alone(work, node) == {}


@pytest.mark.slow
def test_no_scheduler_is_said_in_one_sentence(tmp_path: Path, capsys, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("retrainlab.experiments.engines.dask.PATIENCE", 1)
    words = [*SMALL, "folder=out", "engine=dask", "engine.address=tcp://127.0.0.1:9"]
    assert run(tmp_path, *words) == ExitCode.NO_RESULT
    assert "where no Dask scheduler answers" in capsys.readouterr().err
