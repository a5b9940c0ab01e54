"""Engines, and what is kept: the same bytes whoever did the work, and whatever killed them."""

import random
import re
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from command_line import run
from deadly import killing
from hydra import compose, initialize_config_module
from omegaconf import OmegaConf
from small_sweep import SMALL, bytes_of, without_probes

from retrainlab.experiments.engines.local import Joblib, Serial, WorkerCrash
from retrainlab.sim.exit_codes import ExitCode

START = [sys.executable, "-c", "from retrainlab.experiments.cli import main; main()"]


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The tables of the sweep, done by one process."""
    folder = tmp_path_factory.mktemp("serial")
    assert run(folder, *SMALL, "folder=out", "engine=serial") == 0
    return bytes_of(folder / "out")


@pytest.mark.slow
@pytest.mark.parametrize("engine", [Serial(), Joblib(1), Joblib(2)])
def test_every_item_comes_back_once(engine) -> None:
    found = sorted(engine(abs, list(range(-30, 0))))
    assert found == [(i, 30 - i) for i in range(30)]


def test_an_item_that_kills_its_workers_is_lost_alone() -> None:
    found = dict(Joblib(2)(killing, list(range(7))))
    assert found == {i: WorkerCrash() if i == 5 else i * i for i in range(7)}


@pytest.mark.slow
@pytest.mark.parametrize("jobs", [1, 2])
def test_processes_leave_the_same_bytes(jobs: int, expected, tmp_path: Path) -> None:
    words = ["folder=out", "engine=joblib", f"engine.jobs={jobs}"]
    assert run(tmp_path, *SMALL, *words) == 0
    assert bytes_of(tmp_path / "out") == expected


@pytest.mark.slow
def test_more_workers_than_groups_leave_the_same_bytes(expected, tmp_path: Path) -> None:
    import json

    words = [*SMALL[:-1], "strategy.periodic.when.ticks=range(5,30,5)", "seeds=1"]
    assert run(tmp_path, *words, "folder=a", "engine=serial") == 0
    assert run(tmp_path, *words, "folder=b", "engine.jobs=2") == 0
    count = [len(json.loads((tmp_path / f / "study.json").read_text())["units"]) for f in "ab"]
    assert count[0] < count[1]
    assert bytes_of(tmp_path / "a") == bytes_of(tmp_path / "b")
    assert not (tmp_path / "b/units/.streams").exists()


@pytest.mark.slow
def test_a_study_that_was_killed_again_and_again_is_the_same_in_the_end(tmp_path: Path) -> None:
    """kill -9 at moments that are drawn anew for each run; nothing that was finished is lost."""
    sweep = [*SMALL[1:-2], "strategy=never", "seeds=48"]  # more than three kills can find done
    words = [*START, *sweep, "folder=out", "engine=serial"]
    units, before = tmp_path / "out/units", {}
    for _ in range(3):
        process = subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.DEVNULL)
        while process.poll() is None and len(list(units.glob("*.zip"))) <= len(before):
            time.sleep(0.01)
        time.sleep(random.random() / 10)
        process.kill()
        assert process.wait() == -signal.SIGKILL
        found = {path.name: path.stat().st_mtime_ns for path in units.glob("*.zip")}
        assert before.items() < found.items()
        before = found
    assert run(tmp_path, *sweep, "folder=out", "engine=serial") == 0
    assert before.items() < {p.name: p.stat().st_mtime_ns for p in units.glob("*.zip")}.items()
    assert not list(units.glob(".*"))
    assert run(tmp_path, *sweep, "folder=whole", "engine=serial") == 0
    assert bytes_of(tmp_path / "out") == bytes_of(tmp_path / "whole")


@pytest.mark.slow
def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(tmp_path: Path) -> None:
    words = [*START, *SMALL, "seeds=36", "folder=out", "engine=joblib", "engine.jobs=2"]
    # A shell starts what runs in the background with Ctrl-C ignored, and tests may run there.
    heed = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    process = subprocess.Popen(
        words, cwd=tmp_path, stderr=subprocess.PIPE, text=True, preexec_fn=heed
    )
    while process.poll() is None and not list((tmp_path / "out/units").glob("*.zip")):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    said = process.communicate()[1]
    assert process.returncode == 130
    assert "of 36 groups are done and kept: the same command with folder=out does the rest" in said
    assert "Traceback" not in said
    assert list((tmp_path / "out/units").glob("*.zip"))


@pytest.mark.slow
def test_status_says_what_is_missing_and_shards_come_to_the_same(tmp_path, capsys):  # type: ignore[no-untyped-def]
    for index in (1, 0):
        shard = [f"shard.index={index}", "shard.count=2", f"folder=parts/{index}"]
        assert run(tmp_path, *SMALL, *shard, "engine=serial") == 0
    (one := next((tmp_path / "parts/0/units").glob("*.zip"))).rename(tmp_path / "aside")
    assert run(tmp_path, "status", "parts/0", "parts/1") == 1
    assert "1 of 2 groups and 5 of 10 cells are done" in capsys.readouterr().out
    assert run(tmp_path, "report", "parts/0", "parts/1") == 1
    said = capsys.readouterr().err
    assert re.search(r"no result on seed \d of sudden: not run yet \(5 cells of shard 0\)", said)
    assert "failed" not in said
    words = ["shard.index=1", "shard.count=2", "folder=parts/0"]
    assert run(tmp_path, *SMALL, *words, "engine=serial") == 2
    assert "holds another study: " in (said := capsys.readouterr().err)
    assert re.search(r"shard.index=0.* there and is .*shard.index=1.* now", said)
    (tmp_path / "aside").rename(one)
    assert run(tmp_path, "status", "parts/0", "parts/1") == 0
    assert run(tmp_path, "report", "parts/0", "parts/1") == 0
    capsys.readouterr()
    for words in (["parts/merged"], ["parts/merged", "parts/merged"]):
        assert run(tmp_path, "status", *words) == 2
        assert "parts/merged is put together from shards; name" in capsys.readouterr().err
    assert run(tmp_path, *SMALL, "folder=whole", "engine=serial") == 0
    assert without_probes(tmp_path / "parts/merged") == without_probes(tmp_path / "whole")
    for named in (["parts"], ["parts/0", "parts/1", "parts/merged"]):  # as parts/* gives them
        capsys.readouterr()
        assert run(tmp_path, "status", *named) == 0
        assert "parts/0, parts/1: 2 of 2 groups" in capsys.readouterr().out
    foreign = ["seeds=3", "shard.count=2", "folder=parts/x", "engine=serial"]
    assert run(tmp_path, *SMALL, *foreign) == 0
    capsys.readouterr()
    assert run(tmp_path, "report", "parts/0", "parts/x") == ExitCode.NO_RESULT
    assert "parts/x is no shard of the study in parts/0: config.seeds was 2" in (
        capsys.readouterr().err
    )
    assert run(tmp_path, "status", ".") == ExitCode.NO_RESULT
    assert ". is a folder of runs; name one, such as whole" in capsys.readouterr().err


FILE = ["scenario=file", "scenario.file.path=data.csv", "scenario.file.target=y", "folder=out"]
FILE += ["strategy=never", "engine=serial", "references=null", "scenario.file.rows=10"]


def test_another_configuration_or_other_data_are_never_mixed_in(tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    rows = [f"{i % 7},{i % 2}" for i in range(400)]
    (tmp_path / "data.csv").write_text("\n".join(["x,y", *rows]))
    assert run(tmp_path, *FILE) == 0
    before = bytes_of(tmp_path / "out")
    assert run(tmp_path, *FILE, "learner=tree") == ExitCode.NO_RESULT
    assert "out holds another study: config.learner.name was" in capsys.readouterr().err
    (tmp_path / "data.csv").write_text("\n".join(["x,y", *rows[1:]]))
    assert run(tmp_path, *FILE) == ExitCode.NO_RESULT
    assert "out holds another study: data.data.csv was" in capsys.readouterr().err
    assert bytes_of(tmp_path / "out") == before


MINE = """
class Trouble:
    def __init__(self, at: int):
        self.at = at
    def __call__(self, view):
        if view.tick == self.at:
            raise KeyError("no such thing")
        return None
"""


def test_an_error_of_somebody_elses_code_is_one_failed_cell(tmp_path, capsys, monkeypatch):  # type: ignore[no-untyped-def]
    import pandas as pd

    (tmp_path / "mine_engines.py").write_text(MINE)
    monkeypatch.syspath_prepend(tmp_path)
    own = ["strategy=[never,own]", "strategy.own.when._target_=mine_engines.Trouble"]
    own += ["+strategy.own.when.at=1000,30", "folder=out", "engine=serial"]
    assert run(tmp_path, *SMALL[:-2], *own) == 1
    lines = [line for line in capsys.readouterr().err.splitlines() if "failed" in line]
    assert len(lines) == 1
    assert "failed on all 2 seeds" in lines[0]
    assert "KeyError: 'no such thing' (mine_engines.py, line 7)" in lines[0]
    runs = pd.read_parquet(tmp_path / "out/runs.parquet")
    assert (runs.groupby("seed")["label"].nunique() == 5).all()


class Deadly(Serial):
    """An engine whose workers die of some cells."""

    def alone(self, work, unit):  # type: ignore[no-untyped-def]
        return WorkerCrash() if any("7" in cell.label for cell in unit.pieces) else work(unit)


def test_cells_that_kill_every_worker_are_found_among_the_others() -> None:
    from retrainlab.experiments.storage.artifact import Artifact
    from retrainlab.experiments.storage.result_store import rescued
    from retrainlab.experiments.study.group_unit import GroupUnit
    from retrainlab.experiments.study.study import prepare

    with initialize_config_module("retrainlab.experiments.conf", version_base="1.3"):
        config = compose("config", [*SMALL[1:5], "references=null", "seeds=1"])
    plain = OmegaConf.to_container(config, resolve=True)
    plain["strategy"] = {"periodic": {**plain["strategy"]["periodic"]}}
    plain["strategy"]["periodic"]["grid"] = {"when.ticks": [3, 7, 9, 11, 17, 20]}
    (group,) = prepare(plain).groups
    artifact = Artifact(rescued(GroupUnit(group), Deadly()))
    lost = [failure["label"] for failure in artifact.failures]
    assert lost == ["periodic every 7", "periodic every 17"]
    assert all(f["error"].startswith("Killed: it killed every") for f in artifact.failures)
    table = artifact.table("runs")
    assert table is not None
    labels = [f"periodic every {k}" for k in (3, 9, 11, 20)]
    assert table["label"].to_pylist()[:4] == labels
    assert artifact.again


@pytest.mark.slow
def test_a_full_disk_is_one_sentence_and_what_was_kept_is_whole(expected, tmp_path: Path) -> None:
    import resource

    words = [*START, *SMALL, "folder=out", "engine=serial"]
    full = subprocess.run(
        words, cwd=tmp_path, capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000)),
    )  # fmt: skip
    assert full.returncode == ExitCode.NO_RESULT
    assert "Traceback" not in full.stderr
    assert "File too large" in full.stderr
    assert not (tmp_path / "out/manifest.json").exists()
    assert run(tmp_path, *SMALL, "folder=out", "engine=serial") == 0
    assert bytes_of(tmp_path / "out") == expected
