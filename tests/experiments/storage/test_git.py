"""The state of a repository is read without running anything that the repository names."""

import shutil
import subprocess

import pytest

from retrainlab.experiments.storage import git

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")


def ask(folder, *arguments):
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
    )


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A clean repository with one committed file, which is the current folder."""
    folder = tmp_path / "repository"
    folder.mkdir()
    ask(folder, "init", "--quiet")
    (folder / "data.csv").write_text("x,y\n")
    (folder / ".gitattributes").write_text("*.csv filter=hostile\n")
    ask(folder, "add", ".")
    ask(folder, "commit", "--quiet", "--message", "first")
    monkeypatch.chdir(folder)
    return folder


def test_commit_and_changes_are_told(repository):
    state = git.state()
    assert len(state["commit"]) == 40
    assert state["dirty"] is False
    (repository / "data.csv").write_text("x,y\n1,2\n")
    assert git.state() == {**state, "dirty": True}


def test_outside_of_a_repository_there_is_no_state(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert git.state() is None


@pytest.mark.parametrize(
    "key", ["core.fsmonitor", "filter.hostile.clean", "filter.hostile.process", "hook"]
)
def test_no_program_of_the_repository_is_run(repository, tmp_path, key):
    program, trace = tmp_path / "program", tmp_path / "trace"
    program.write_text(f"#!/bin/sh\ntouch {trace}\ncat\n")
    program.chmod(0o755)
    if key == "hook":
        shutil.copy(program, repository / ".git" / "hooks" / "post-index-change")
    else:
        ask(repository, "config", key, str(program))
        ask(repository, "config", "filter.hostile.required", "true")
    # Another time than in the index: git has to read the file, and would filter it.
    (repository / "data.csv").write_text("x,z\n")
    assert git.state()["dirty"] is True
    assert not trace.exists()


def test_the_environment_does_not_name_another_repository(repository, tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "false")
    assert git.state()["dirty"] is False
