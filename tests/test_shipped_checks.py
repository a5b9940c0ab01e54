"""The files for pre-commit, GitHub and GitLab run the check, and its exit code reaches them."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from command_line import run

ROOT = Path(__file__).parents[1]
SMALL = [
    *("errors=[step]", "errors.step.rows=600", "errors.step.start=300", "errors.step.after=0.6"),
    *("detect.window=200", "scenario=[]", "seeds=14", "engine=serial", "detector=[ddm]"),
]
WORSE = "detector.ddm.detector.drift_threshold=9"


@pytest.fixture(scope="module")
def baseline(tmp_path_factory):
    """The text of a baseline."""
    place = tmp_path_factory.mktemp("baseline")
    assert run(place, "check", "--update", *SMALL) == 0
    return (place / "baseline.json").read_text()


@pytest.fixture
def place(tmp_path, baseline):
    """A folder with a baseline, and a command `retrainlab` to be found on the path."""
    (tmp_path / "baseline.json").write_text(baseline)
    command = tmp_path / "bin" / "retrainlab"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m retrainlab "$@" engine=serial\n')
    command.chmod(0o755)
    return tmp_path


def bash(place, script, **variables):
    """The exit code of a script in the folder."""
    path = f"{place / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-e", "-c", script], cwd=place, env={**os.environ, "PATH": path, **variables}
    )
    return done.returncode


def test_the_hook_of_pre_commit_is_the_plain_check(place):
    hook, of_gates = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert of_gates["entry"] == f"{hook['entry']} gates"
    program, *words = shlex.split(hook["entry"])
    assert (program, hook["pass_filenames"]) == ("retrainlab", False)
    assert run(place, *words, "engine=serial") == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("edit", "code", "sign"), [("", 0, "✅"), ("worse", 1, "❌"), ("seeds", 2, "⚠️")]
)
def test_the_step_of_github_ends_with_the_code_and_the_summary(place, edit, code, sign):
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    scripts = {step["name"]: step.get("run") for step in action["runs"]["steps"]}
    text = (place / "baseline.json").read_text()
    if edit == "worse":
        text = text.replace('"overrides": [', f'"overrides": ["{WORSE}", ')
    if edit == "seeds":
        text = text.replace('"seeds": 14', '"seeds": 15')
    (place / "base line.json").write_text(text)
    variables = {
        "OF": "",
        "BASELINE": "base line.json",
        "FOLDER": "out",
        "GITHUB_STEP_SUMMARY": "page.md",
    }
    assert bash(place, scripts["check"], **variables) == code
    assert bash(place, scripts["summary"], **variables) == 0
    assert sign in (place / "page.md").read_text()
    assert (place / "out" / "junit.xml").exists()


@pytest.mark.slow
def test_the_job_of_gitlab_names_the_outputs_of_the_check(place):
    job = yaml.safe_load((ROOT / "docs" / "ci" / "gitlab.yml").read_text())["detectors"]
    assert bash(place, job["script"][-1]) == 0
    assert (place / job["artifacts"]["reports"]["junit"]).exists()
