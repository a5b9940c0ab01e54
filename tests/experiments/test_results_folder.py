"""The folder of results: a new one for each command where the time names it, else the one named."""

import os
import shutil
import subprocess
import sys

import pytest
from command_line import run

import retrainlab
from retrainlab.experiments.config.results_folder import new_folder

SMALL = (
    "scenario=sudden",
    "scenario.sudden.ticks=60",
    "scenario.sudden.at=[40]",
    "scenario.sudden.rows=10",
    "strategy=never",
    "references=null",
    "seeds=1",
    "engine=serial",
)
# The time names the folder, and the year does not change during the test.
TIMED = "folder='runs/${now:%Y}'"


@pytest.fixture
def in_tmp(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def folders(place):
    """The folders of runs, without the link to the newest."""
    return sorted(path.name for path in (place / "runs").iterdir() if not path.is_symlink())


def test_a_new_folder_is_never_one_that_is_there(tmp_path):
    (tmp_path / "a_3").touch()
    made = [new_folder(tmp_path / "a").name for _ in range(3)]
    assert made == ["a", "a_2", "a_4"]
    assert all((tmp_path / name).is_dir() for name in made)


def test_a_file_is_no_folder_of_results(in_tmp, capsys):
    (in_tmp / "log.csv").write_text("a,b\n")
    assert run(in_tmp, *SMALL, "folder=log.csv") == 2
    assert "folder is 'log.csv', which is a file; name a folder" in capsys.readouterr().err
    with pytest.raises(retrainlab.InputError, match="which is a file"):
        retrainlab.run(*SMALL, folder="log.csv")


def test_a_link_to_nothing_is_no_folder_of_results(in_tmp, capsys):
    (in_tmp / "gone").symlink_to(in_tmp / "nowhere")
    assert run(in_tmp, *SMALL, "folder=gone") == 2
    assert "folder is 'gone', a link to what is not there" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["locked", "locked/new"])
def test_a_folder_that_may_not_be_read_is_named_in_one_sentence(tmp_path, name):
    locked = tmp_path / "locked"
    (locked / "units").mkdir(parents=True)
    locked.chmod(0)
    words = [sys.executable, "-m", "retrainlab", *SMALL, f"folder={name}"]
    if os.geteuid() == 0:  # who may read whatever there is
        tool = shutil.which("setpriv") or pytest.skip("needs setpriv, or another user than root")
        words = [tool, "--bounding-set=-all", "--inh-caps=-all", *words]
    ended = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True)
    locked.chmod(0o700)
    assert ended.returncode == 2
    assert ended.stderr.startswith("retrainlab: ")
    assert ended.stderr.endswith(f"{name}: Permission denied\n")
    assert ended.stderr.count("\n") == 1


def test_where_no_folder_can_be_made_the_path_stays_as_it_is(tmp_path):
    (tmp_path / "runs").touch()
    assert new_folder(tmp_path / "runs/a") == tmp_path / "runs/a"


def test_two_commands_in_the_same_second_have_a_folder_each(in_tmp):
    assert run(in_tmp, *SMALL, TIMED) == 0
    assert run(in_tmp, *SMALL, TIMED, "seeds=2") == 0
    first, second = folders(in_tmp)
    assert second == f"{first}_2"
    assert (in_tmp / "runs/latest").resolve().name == second


def test_a_folder_that_is_named_is_the_same_each_time(in_tmp):
    assert [run(in_tmp, *SMALL, "folder=runs/mine") for _ in range(2)] == [0, 0]
    assert folders(in_tmp) == ["mine"]


def test_all_jobs_of_a_sweep_share_a_folder(in_tmp):
    assert run(in_tmp, "-m", "hydra/sweeper=basic", *SMALL, TIMED, "learner=linear,tree") == 0
    (folder,) = folders(in_tmp)
    jobs = {path.name for path in (in_tmp / "runs" / folder).iterdir() if path.is_dir()}
    assert jobs == {"0", "1"}


def test_what_is_refused_leaves_no_folder(in_tmp):
    assert run(in_tmp, *SMALL, TIMED, "seeds=0") == 2
    with pytest.raises(retrainlab.InputError, match="seeds is 0"):
        retrainlab.run(*SMALL, TIMED, "seeds=0")
    assert [*(in_tmp / "runs").iterdir()] == []
