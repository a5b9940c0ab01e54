"""The command line, end to end: what it leaves behind, and what it says of bad input."""

import json
import math
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from command_line import only_run, run, tables

from retrainlab.experiments.study import manifest
from retrainlab.experiments.study.manifest import lowest_cost
from retrainlab.sim.exit_codes import ExitCode

TINY = ["scenario=sudden", "scenario.sudden.ticks=90", "scenario.sudden.rows=20"]
TINY += ["scenario.sudden.at=[50]", "seeds=2", "engine=serial"]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished tiny study of all five strategies."""
    folder = tmp_path_factory.mktemp("study")
    assert run(folder, *TINY, page=True) == 0
    return only_run(folder)


@pytest.mark.slow
def test_a_run_leaves_tables_a_manifest_and_a_report(finished: Path) -> None:
    manifest = json.loads((finished / "manifest.json").read_text())
    assert manifest["scenarios"]["sudden"]["seeds"] == [0, 1]
    assert manifest["failures"] == []
    assert (finished / "report.html").stat().st_size > 10_000
    assert list((finished / "figures").glob("sudden-*.png"))
    found = tables(finished)
    runs = found["runs"]
    assert set(runs["strategy"]) == {
        "never", "periodic", "trigger", "sliding_window", "full_replace", "majority",
        "newest_majority", "no_change",
    }  # fmt: skip
    served = found["ticks"].groupby(["seed", "label"], observed=True)["rows"].sum()
    assert (served == (90 - 20) * 20).all()


def test_totals_of_the_runs_are_sums_of_the_ticks(finished: Path) -> None:
    found = tables(finished)
    keys = ["seed", "label"]
    ticks = found["ticks"].astype({"label": str}).groupby(keys)[["loss", "labels", "alarms"]].sum()
    trained = found["retrainings"].astype({"label": str})
    late = trained[~trained["charged"]].groupby(keys)["labels"].sum()
    ticks["labels"] -= late.reindex(ticks.index, fill_value=0)  # bought, and in no cost
    runs = found["runs"].astype({"label": str}).set_index(keys).loc[ticks.index]
    for column in ticks:
        pd.testing.assert_series_equal(ticks[column], runs[column], check_dtype=False)
    charged = trained[trained["charged"]].groupby(keys).size()
    assert (runs["retrainings"] == charged.reindex(runs.index, fill_value=0)).all()


def test_workers_do_not_change_the_tables(finished: Path, tmp_path: Path) -> None:
    assert run(tmp_path, *TINY, "engine=joblib", "engine.jobs=2") == 0
    parallel = tables(only_run(tmp_path))
    for name, table in tables(finished).items():
        pd.testing.assert_frame_equal(table, parallel[name], check_exact=True)


@pytest.mark.slow
def test_the_report_is_rebuilt_to_the_same_bytes_without_a_replay(finished: Path) -> None:
    page = finished / "report.html"
    before = page.read_bytes()
    page.unlink()
    assert run(finished, "report", str(finished), page=True) == 0
    assert page.read_bytes() == before


@pytest.mark.slow
def test_the_stock_sweeper_runs_a_job_for_each_cell_and_is_told_its_cost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[float] = []
    monkeypatch.setattr(manifest, "lowest_cost", lambda folder: told.append(lowest_cost(folder)))
    words = ["-m", "hydra/sweeper=basic", *TINY, "strategy=[never,periodic]"]
    assert run(tmp_path, *words, "learner=naive_bayes,tree") == 0
    manifests = sorted((tmp_path / "runs").glob("*/*/manifest.json"))
    assert [json.loads(m.read_text())["learner"] for m in manifests] == ["naive_bayes", "tree"]
    runs = [pd.read_parquet(m.parent / "runs.parquet") for m in manifests]
    costs = [r[r["strategy"] == "periodic"].groupby("label")["cost"].mean().min() for r in runs]
    assert told == pytest.approx(costs)
    folder = only_run(tmp_path)
    assert run(tmp_path, "report", str(folder), page=True, figures=False) == 0
    page = (folder / "index.html").read_text()
    assert 'href="0/report.html#sudden"' in page
    assert 'href="1/report.html#sudden"' in page
    assert ">learner.name</th>" in page
    assert (folder / "0" / "report.html").is_file()
    # A damaged run without a page is named, and the others are listed.
    (folder / "1" / "report.html").unlink()
    (folder / "1" / "runs.parquet").write_bytes(b"PAR1")
    assert run(tmp_path, "report", str(folder), page=True, figures=False) == ExitCode.FAILED
    page = (folder / "index.html").read_text()
    assert "1/runs.parquet is not as it was written" in page
    assert "Index of 2 runs" in page
    assert 'href="0/report.html#sudden"' in page


def test_a_job_that_left_nothing_has_no_cost(tmp_path: Path) -> None:
    assert math.isnan(lowest_cost(tmp_path))


def test_a_value_on_the_command_line_replaces_its_grid_axis(tmp_path: Path) -> None:
    assert run(tmp_path, *TINY, "strategy=periodic", "strategy.periodic.when.ticks=7") == 0
    runs = tables(only_run(tmp_path))["runs"].query("role == 'strategy'")
    assert set(runs["label"]) == {"periodic every 7"}
    assert set(runs["interval"]) == {7.0}


def test_a_grid_on_the_command_line_is_tried_whole(tmp_path: Path) -> None:
    grid = "strategy.periodic.grid={when.ticks:[7,30]}"
    assert run(tmp_path, *TINY, "strategy=periodic", grid) == 0
    runs = tables(only_run(tmp_path))["runs"].query("role == 'strategy'")
    assert set(runs["label"]) == {"periodic every 7", "periodic every 30"}
    assert set(runs["p_when.ticks"]) == {7.0, 30.0}


@pytest.mark.slow
def test_a_users_own_classes_work_by_target(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "import numpy as np\n"
        "class Half:\n"
        "    def fit(self, x, y):\n        return self\n"
        "    def predict(self, x):\n        return np.zeros(len(x), dtype=int)\n"
        "class Third:\n"
        "    def __call__(self, view):\n        return 'third' if view.tick % 3 == 0 else None\n"
    )
    words = [*TINY, "seeds=1", "learner=own", "learner.classification._target_=mine.Half"]
    words += ["strategy=never", "strategy.never.when._target_=mine.Third"]
    done = subprocess.run(
        [sys.executable, "-c", "from retrainlab.experiments.cli import main; main()", *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    runs = tables(only_run(tmp_path))["runs"].query("role == 'strategy'")
    assert (runs["retrainings"] == 23).all()  # ticks 21, 24, ..., 87


def test_a_failing_cell_is_recorded_and_the_others_go_on(tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    words = [*TINY, "strategy=[never,drop]", "strategy.drop.gate.holdout=40", "seeds=1"]
    assert run(tmp_path, *words) == ExitCode.FAILED
    folder = only_run(tmp_path)
    failures = json.loads((folder / "manifest.json").read_text())["failures"]
    assert {f["label"] for f in failures} <= {"drop by=0.03 holdout=40", "drop by=0.05 holdout=40"}
    assert failures
    assert set(tables(folder)["runs"]["label"]) >= {"never", "majority"}
    assert "nothing is left to train on" in capsys.readouterr().err


SUDDEN = ["scenario=sudden"]
BAD = {
    "command": (["runn"], "'runn' is neither a command"),
    "nearly a command": (["repotr"], "did you mean report?"),
    "word after a command": (["run", "extra"], "'extra' is no override of run"),
    "group": (["scenario=suden"], "did you mean sudden?"),
    "key": ([*SUDDEN, "scenario.sudden.magnitud=1"], "did you mean magnitude?"),
    "top key": (["sed=3"], "did you mean seeds?"),
    "grammar": (["scenario=[sudden"], "[sudden"),
    "type": ([*SUDDEN, "scenario.sudden.ticks=many"], "scenario.sudden.ticks is 'many'"),
    "seeds": (["seeds=0"], "seeds is 0"),
    "seed list": (["seeds=[1,1]"], "seeds is [1, 1]"),
    "delay": (["world.label_delay=-1"], "label_delay is -1"),
    "half a tick": (["world.fit_delay=0.5"], "world.fit_delay is 0.5"),
    "warm-up": ([*TINY, "world.warmup=90"], "world.warmup=90"),
    "price": (["prices.fit=-1"], "fit is -1"),
    "price type": (["prices.fit=dear"], "prices.fit is 'dear'"),
    "interval": ([*SUDDEN, "strategy.periodic.when.ticks=0"], "ticks is 0"),
    "window": ([*SUDDEN, "strategy.sliding_window.what.ticks=0"], "ticks is 0"),
    "detector": ([*SUDDEN, "strategy.trigger.when.detector=ADWIM"], "detector is 'ADWIM'"),
    "detector option": (
        [*SUDDEN, "strategy.trigger.when.detector={name:DDM,delta:0.1}"],
        "detector DDM has no 'delta'",
    ),
    "signal": ([*SUDDEN, "strategy.trigger.when.signal=x"], "signal is 'x'"),
    "drift outside": ([*SUDDEN, "scenario.sudden.at=[900]"], "900"),
    "magnitude": ([*SUDDEN, "scenario.sudden.magnitude=2"], "magnitude is 2"),
    "target": ([*SUDDEN, "strategy.never.when._target_=no.Such"], "'no.Such'"),
    "own learner": (["learner=own"], "learner.classification._target_ is not set"),
    "task": (["scenario=toilet_paper", "learner=naive_bayes", "seeds=1"], "nothing for regression"),
    "jobs": (["engine.jobs=0"], "jobs is 0"),
    "no path": (["scenario=file"], "path"),
    "no file": (["scenario=file", "scenario.file.path=no.csv", "scenario.file.target=y"], "no.csv"),
    "no run": (["report", "nowhere"], "nowhere"),
    "two runs": (["report", "a", "b"], "a is not a folder with the results of a study"),
    "unwritable": ([*TINY, "hydra.run.dir=/proc/nowhere"], "/proc/nowhere"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gets_one_sentence(case: str, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    words, said = BAD[case]
    assert run(tmp_path, *words, page=True) == ExitCode.NO_RESULT
    error = capsys.readouterr().err
    assert said in error
    assert re.match(r"retrainlab: \S", error)
    assert error.count("\n") == 1
    assert "Traceback" not in error
    assert not list((tmp_path / "runs").glob("*/*"))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["scenario=sudden", "--info"], "Defaults List"),
        (["--config-name", "optimize", "--cfg", "job", "-p", "optimize"], "resamples: "),
    ],
)
def test_what_hydra_tells_of_a_configuration(words: list[str], told: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "retrainlab", *words]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert told in done.stdout
