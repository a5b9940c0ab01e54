"""A user's own modules, whatever they are called, neither break the command nor are shadowed."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
FLIP = '''
import numpy as np

from retrainlab import Drift, Stream


class Flip:
    """The rule turns around at tick 30."""

    def __call__(self, seed):
        x = np.random.default_rng(seed).standard_normal((1200, 2))
        late = np.arange(1200) >= 600
        return Stream(
            x=x, y=((x[:, 0] > 0) ^ late).astype(np.int64), offsets=np.arange(61) * 20,
            task="classification", drifts=(Drift("concept", 30, 30, 1.0),), ceiling=np.ones(1200),
            concept=late.astype(np.int64), features=("a", "b"), classes=("no", "yes"),
        )
'''
WORDS = ["scenario=own", "scenario.own._target_=experiments.mine.Flip", "strategy=[never,periodic]"]
WORDS += ["strategy.periodic.when.ticks=10", "seeds=4", "engine.jobs=2", "folder=out"]
WORDS += ["learner=naive_bayes", "references=null", "forecast=null"]


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A folder with packages that are called as ours are."""
    for name in ("experiments", "sim", "reports", "strategies", "scenarios"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(f"{name} = 'mine'\n")
    (tmp_path / "experiments" / "mine.py").write_text(FLIP)
    return tmp_path


def retrainlab(folder: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run `python -m retrainlab` in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "retrainlab", *WORDS],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )


@pytest.mark.slow
def test_the_current_folder_may_hold_packages_of_our_names_and_modules_of_pythons(mine):
    (mine / "random.py").write_text("raise SystemExit('this random.py is not for Python')\n")
    done = retrainlab(mine)
    assert done.returncode == 0, done.stderr
    runs = pd.read_parquet(mine / "out" / "runs.parquet")
    assert set(runs["scenario"]) == {"own"}
    assert set(runs["seed"]) == {0, 1, 2, 3}


@pytest.mark.slow
def test_packages_of_our_names_may_lie_on_pythonpath(mine, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    paths = [str(mine), os.environ.get("PYTHONPATH", "")]
    done = retrainlab(elsewhere, PYTHONPATH=os.pathsep.join(filter(None, paths)))
    assert done.returncode == 0, done.stderr
    assert (elsewhere / "out" / "report.html").is_file()


@pytest.mark.slow
def test_a_wheel_holds_one_package_and_the_plugin_of_hydra(tmp_path):
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    source = tmp_path / "source"
    names = ("api", "sim", "scenarios", "strategies", "experiments", "reports", "hydra_plugins")
    for name in names:
        _copy(ROOT / name, source / name)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        (source / name).write_bytes((ROOT / name).read_bytes())
    subprocess.run([*build, "--wheel-dir", str(tmp_path), str(source)], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    held = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in held if ".dist-info/" not in name}
    assert tops == {"retrainlab", "hydra_plugins"}
    for name in names[:-1]:
        inside = "" if name == "api" else f"/{name}"
        wanted = {
            f"retrainlab{inside}/{path.relative_to(ROOT / name).as_posix()}"
            for path in (ROOT / name).rglob("*")
            if path.is_file() and path.suffix != ".pyc"
        }
        assert wanted <= set(held)


def _copy(folder: Path, into: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix != ".pyc":
            to = into / path.relative_to(folder)
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(path.read_bytes())
