"""A Dask scheduler with two worker processes on this host, one of which is killed on the way."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from command_line import run
from test_engines import SMALL, bytes_of

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


def test_a_killed_worker_changes_nothing(workers, tmp_path: Path) -> None:
    address, (one, _) = workers
    assert run(tmp_path, *SMALL, "folder=serial", "engine=serial") == 0
    words = [*SMALL, "folder=out", "engine=dask", f"engine.address={address}"]
    sweep = subprocess.Popen(
        [sys.executable, "-c", "from experiments.cli import main; main()", *words], cwd=tmp_path
    )
    while not list((tmp_path / "out/units").glob("*.zip")) and sweep.poll() is None:
        time.sleep(0.02)
    assert sweep.poll() is None
    one.kill()
    assert sweep.wait(timeout=120) == 0
    assert bytes_of(tmp_path / "out") == bytes_of(tmp_path / "serial")


def test_no_scheduler_is_said_in_one_sentence(tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    words = [*SMALL, "folder=out", "engine=dask", "engine.address=tcp://127.0.0.1:9"]
    assert run(tmp_path, *words) == 1
    assert "where no Dask scheduler answers" in capsys.readouterr().err
