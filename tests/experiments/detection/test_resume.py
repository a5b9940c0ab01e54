"""A benchmark of detectors that is killed, done in shards, or half done."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command_line import run
from small_sweep import bytes_of

from retrainlab.sim.exit_codes import ExitCode

START = [sys.executable, "-c", "from retrainlab.experiments.cli import main; main()"]
SMALL = [
    *("errors=[stationary,step]", "errors.stationary.rows=1500", "errors.step.rows=1500"),
    *("errors.step.start=700", "errors.step.after=0.6", "detect.window=400", "scenario=[]"),
    *("detector=[adwin,ddm,hddm_a,page_hinkley]", "detect.curve_seeds=1", "seeds=4"),
    *("engine=serial", "detect.wide=null"),
]


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The tables of the benchmark, done by one process."""
    folder = tmp_path_factory.mktemp("whole")
    assert run(folder, "detect", *SMALL, "folder=out") == 0
    return bytes_of(folder / "out")


@pytest.mark.slow
def test_a_benchmark_that_was_killed_goes_on_and_is_the_same_in_the_end(tmp_path: Path) -> None:
    """kill -9 in the middle; what was finished is not done again."""
    many = [*SMALL, "seeds=40"]
    units = tmp_path / "out/units"
    words = [*START, "detect", *many, "folder=out"]
    process = subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.DEVNULL)
    while process.poll() is None and len(list(units.glob("*.zip"))) < 3:
        time.sleep(0.01)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    before = {path.name: path.stat().st_mtime_ns for path in units.glob("*.zip")}
    assert not (tmp_path / "out/manifest.json").exists()
    assert run(tmp_path, "detect", *many, "folder=out") == 0
    after = {path.name: path.stat().st_mtime_ns for path in units.glob("*.zip")}
    assert before.items() < after.items()
    assert len(after) == 80
    assert run(tmp_path, "detect", *many, "folder=whole") == 0
    assert bytes_of(tmp_path / "out") == bytes_of(tmp_path / "whole")


@pytest.mark.slow
def test_shards_come_to_the_same_and_status_says_what_is_missing(expected, tmp_path, capsys):  # type: ignore[no-untyped-def]
    for index in (1, 0):
        shard = [f"shard.index={index}", "shard.count=2", f"folder=parts/{index}"]
        assert run(tmp_path, "detect", *SMALL, *shard) == 0
    assert run(tmp_path, "status", "parts/0") == 0
    assert "4 of 4 streams and 16 of 16 detector runs are done" in capsys.readouterr().out
    (one := next((tmp_path / "parts/0/units").glob("*.zip"))).rename(tmp_path / "aside")
    assert run(tmp_path, "status", "parts/0", "parts/1") == 1
    out = capsys.readouterr().out
    assert "7 of 8 streams and 28 of 32 detector runs are done, 0 failed" in out
    assert "(4 detector runs)" in out
    assert run(tmp_path, "report", "parts/0", "parts/1") == 1
    assert "not run yet (4 detector runs of shard 0)" in capsys.readouterr().err
    (tmp_path / "aside").rename(one)
    assert run(tmp_path, "report", "parts/0", "parts/1") == 0
    assert bytes_of(tmp_path / "parts/merged") == expected


@pytest.mark.slow
def test_a_check_in_shards_has_its_verdict_when_they_are_merged(tmp_path, capsys):  # type: ignore[no-untyped-def]
    words = [*SMALL, "seeds=12"]  # enough for a verdict
    assert run(tmp_path, "check", "--update", *words, "folder=first") == 0
    for index in (0, 1):
        shard = [f"shard.index={index}", "shard.count=2", f"folder=parts/{index}"]
        assert run(tmp_path, "check", *words, *shard) == 0
    assert run(tmp_path, "report", "parts") == 0
    verdict = json.loads((tmp_path / "parts/merged/verdict.json").read_text())
    assert {row["state"] for row in verdict["rows"]} == {"equal"}
    assert "all 8 configured pairs" in capsys.readouterr().out


@pytest.mark.slow
def test_more_workers_than_streams_leave_the_same_bytes(tmp_path: Path) -> None:
    few = [*SMALL, "seeds=1", "errors=[step]"]
    few = [word for word in few if not word.startswith(("errors=[stationary", "errors.stationary"))]
    five = "detector=[adwin,ddm,hddm_a,page_hinkley,fhddm,hddm_w,eddm,control_band]"
    assert run(tmp_path, "detect", *few, five, "folder=a") == 0
    assert run(tmp_path, "detect", *few, five, "folder=b", "engine=joblib", "engine.jobs=2") == 0
    units = [len(list((tmp_path / folder / "units").glob("*.zip"))) for folder in "ab"]
    assert units == [1, 2]
    assert bytes_of(tmp_path / "a") == bytes_of(tmp_path / "b")


def test_what_cannot_be_resumed_or_done_in_shards_is_refused(tmp_path, capsys):  # type: ignore[no-untyped-def]
    assert run(tmp_path, "detect", *SMALL, "folder=out", "seeds=1") == 0
    assert run(tmp_path, "detect", *SMALL, "folder=out", "seeds=2") == ExitCode.NO_RESULT
    assert "out holds another study: config.seeds was 1 there" in capsys.readouterr().err
    wide = ["detect.wide=0.1", "shard.count=2", "folder=shard"]
    assert run(tmp_path, "detect", *SMALL, *wide) == ExitCode.NO_RESULT
    assert "set detect.wide=null for shards" in capsys.readouterr().err


def test_a_detector_that_failed_is_tried_again_and_one_that_was_refused_is_not(tmp_path, capsys):  # type: ignore[no-untyped-def]
    words = [*SMALL, "detector=[adwin,own]", "seeds=1", "folder=out"]
    words += ["detector.own.detector._target_=mine_detectors.Broken"]
    assert run(tmp_path, "detect", *words) == 1
    assert run(tmp_path, "status", "out") == 1
    assert "failed: step, seed 0, own: ZeroDivisionError: half-way" in capsys.readouterr().out
    units = tmp_path / "out/units"
    before = {path.name: path.stat().st_mtime_ns for path in units.glob("*.zip")}
    assert run(tmp_path, "detect", *words) == 1
    after = {path.name: path.stat().st_mtime_ns for path in units.glob("*.zip")}
    assert set(before) == set(after)
    assert all(before[name] != after[name] for name in before)
