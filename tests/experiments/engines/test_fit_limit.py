"""A fit that hangs is a failed cell, and the study goes on."""

from pathlib import Path

import pandas as pd
import pytest
from command_line import run
from small_sweep import SMALL

from retrainlab.sim.exit_codes import ExitCode

ROWS = 250  # the first model is trained on 200
STUDY = [*SMALL[1:5], "seeds=2", "references=null", "strategy=[never,periodic]", "folder=out"]
STUDY += ["strategy.periodic.when.ticks=20", "~learner"]


def hung(learner: str, engine: str) -> list[str]:
    node = f"{{_target_:mine_hanging.{learner},above:{ROWS}}}"
    return [*STUDY, f"+learner={{classification:{node}}}", f"engine={engine}"]


@pytest.mark.parametrize("engine", ["serial", "joblib"])
@pytest.mark.parametrize("learner", ["Sleeping", "Spinning"])
def test_code_that_can_be_interrupted_is(learner, engine, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    words = hung(learner, engine)
    assert run(tmp_path, *words, "engine.fit_seconds=0.5") == 1
    failed = [line for line in capsys.readouterr().err.splitlines() if "failed" in line]
    (line,) = failed
    assert line.startswith("retrainlab: periodic failed on all 2 seeds of sudden: a fit on ")
    assert line.endswith(" rows took longer than engine.fit_seconds=0.5")
    runs = pd.read_parquet(tmp_path / "out/runs.parquet")
    assert runs["label"].to_list() == ["never", "majority", "newest_majority", "no_change"] * 2


def test_a_thread_of_dask_is_interrupted_as_well(tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    pytest.importorskip("distributed", reason="distributed is not installed")
    words = [*hung("Spinning", "dask"), "engine.jobs=1", "engine.fit_seconds=0.5"]
    assert run(tmp_path, *words) == 1
    assert capsys.readouterr().err.count("rows took longer than engine.fit_seconds=0.5") == 1


@pytest.mark.slow
def test_code_that_cannot_be_interrupted_ends_its_worker_and_no_other_cell(tmp_path, capsys):  # type: ignore[no-untyped-def]
    words = [*hung("Locked", "joblib"), "seeds=1", "engine.fit_seconds=0.5"]
    assert run(tmp_path, *words) == 1
    (failed,) = [line for line in capsys.readouterr().err.splitlines() if "failed" in line]
    assert "periodic failed on seed 0 of sudden: Killed: it killed every worker" in failed
    assert "took longer than engine.fit_seconds=0.5 and cannot be interrupted" in failed
    runs = pd.read_parquet(tmp_path / "out/runs.parquet")
    assert "never" in runs["label"].to_list()


def test_what_hangs_in_a_prediction_is_waited_for_once(tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    words = [*hung("SlowToPredict", "serial"), "engine.fit_seconds=0.5", "seeds=1"]
    assert run(tmp_path, *words) == 1
    err = capsys.readouterr().err
    assert "a prediction for 600 rows took longer than engine.fit_seconds=0.5" in err


@pytest.mark.parametrize("value", ["0", "-1", "inf", "soon", "true"])
def test_a_limit_that_is_no_time_is_refused(value: str, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    assert (
        run(tmp_path, *SMALL[1:5], f"engine.fit_seconds={value}", "folder=out")
        == ExitCode.NO_RESULT
    )
    assert "engine" in (err := capsys.readouterr().err)
    assert "fit_seconds is" in err
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_limit_that_is_not_reached_changes_nothing(tmp_path: Path) -> None:
    from small_sweep import bytes_of

    words = [*SMALL, "engine=serial"]
    assert run(tmp_path, *words, "folder=a") == 0
    assert run(tmp_path, *words, "folder=b", "engine.fit_seconds=60") == 0
    assert bytes_of(tmp_path / "a") == bytes_of(tmp_path / "b")
