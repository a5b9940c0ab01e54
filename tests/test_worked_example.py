"""The commands of docs/worked_example.md run as they stand there, on a share of the rows."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import run

PAGE = Path(__file__).parents[1] / "docs" / "worked_example.md"
SMALL = ["engine=serial", "references=null", "learner=linear"]


def commands(name):
    """The words of the commands on the page that hold a text, without `retrainlab`."""
    lines = re.sub(r" \\\n\s+", " ", PAGE.read_text())
    found = [line[2:] for line in lines.splitlines() if line.startswith("$ ")]
    return [shlex.split(line)[1:] for line in found if name in line]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the data of the page, which are not ours to pass on."""
    place = tmp_path_factory.mktemp("example")
    (install,) = commands("pip install")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pip", *install, "--quiet", "--disable-pip-version-check"],
            cwd=place,
            capture_output=True,
            text=True,
            timeout=120,
        )
    except subprocess.TimeoutExpired:
        pytest.skip("the data could not be downloaded within two minutes")
    if done.returncode:
        pytest.skip(f"the data could not be downloaded: {done.stderr.strip().splitlines()[-1:]}")
    return place


@pytest.mark.slow
def test_the_bicycles(folder, capsys):
    inspect, optimize = commands("hourly_bikesharing")[0], commands("scenario=bikes")[0]
    assert run(folder, *inspect) == 0
    assert "467 weeks, 0 without rows skipped" in capsys.readouterr().out
    few = ["scenario.bikes.sample=0.02", "strategy=sliding_window", *SMALL]
    few.append("optimize.search={when.ticks:[26,52],what.ticks:[52,104]}")
    assert run(folder, *optimize, *few, page=True, figures=False) == 0
    # Two rows of a hundred may decide otherwise than the page, but they decide.
    told = capsys.readouterr().out
    assert re.search(r"^bikes: (Retrain every|Do not retrain|Undecided)", told, re.M)


@pytest.mark.slow
def test_the_flights(tmp_path, capsys):
    inspect, optimize = commands("flights")
    assert run(tmp_path, *inspect) == 0
    assert "365 days, 0 without rows skipped" in capsys.readouterr().out
    few = ["scenario.flights.sample=0.005", *SMALL]
    assert run(tmp_path, *optimize, *few, page=True, figures=False) == 0
    assert "periodic: " in capsys.readouterr().out
