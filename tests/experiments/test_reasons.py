"""The reason always reaches the person: in one sentence, with the exit code that belongs to it."""

import json
import os
import re
import shlex
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from command_line import only_run, run

from retrainlab.experiments import study_commands
from retrainlab.sim.exit_codes import ExitCode

TINY = [
    *("scenario=sudden", "scenario.sudden.ticks=60", "scenario.sudden.rows=20", "engine=serial"),
    *("scenario.sudden.at=[40]", "seeds=1", "references=null", "folder=out"),
]
FILE = [
    *("scenario=file", "scenario.file.path=data.csv", "scenario.file.target=y", "engine=serial"),
    *("scenario.file.rows=10", "references=null", "folder=out"),
]
LAST = "retrainlab.strategies.what.Last"
COOLDOWN = "{_target_:retrainlab.strategies.gate.Cooldown,ticks:15}"
GATES = f"[{COOLDOWN},{{_target_:retrainlab.strategies.gate.Always}}]"


def regression(folder, y=None):
    """Write a small file with a numeric target."""
    x = np.random.default_rng(0).normal(size=400).round(3)
    table = pd.DataFrame({"x": x, "y": 2 * x if y is None else y(x)})
    table.to_csv(folder / "data.csv", index=False)


@pytest.fixture
def raising(tmp_path, monkeypatch):
    """Words that choose a strategy which fails on a regression, as only its replay shows."""
    (tmp_path / "mine_of_classes.py").write_text(
        "class OfClasses:\n    def __call__(self, view):\n        if view.task == 'regression':\n"
        "            raise ValueError('no class')\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    return ["strategy=own", "strategy.own.when._target_=mine_of_classes.OfClasses"]


@pytest.mark.slow
def test_flags_may_stand_between_overrides(tmp_path):
    words = [*TINY[:3], "-m", *TINY[3:], "strategy=never", "learner=linear,tree"]
    assert run(tmp_path, *words) == ExitCode.DONE
    assert pd.read_parquet(tmp_path / "out/runs.parquet")["learner"].nunique() == 2


WHOLE = {
    "what": (["strategy=periodic", f"strategy.periodic.what={{_target_:{LAST},ticks:5}}"], 5),
    "gates": (["strategy=periodic", f"strategy.periodic.gate={GATES}"], 5),
    "grid": (
        [
            *("strategy=own", "strategy.own.when._target_=retrainlab.strategies.when.Every"),
            "strategy.own.grid={when.ticks:[5,10]}",
        ],
        2,
    ),
    "world": (["strategy=periodic", "world={warmup:10,label_delay:1}"], 5),
}


@pytest.mark.parametrize("case", WHOLE)
def test_whole_nodes_can_be_set(case, tmp_path):
    words, cells = WHOLE[case]
    assert run(tmp_path, *TINY, *words) == ExitCode.DONE
    runs = pd.read_parquet(tmp_path / "out/runs.parquet").query("role == 'strategy'")
    assert runs["label"].nunique() == cells


OWN_FILES = {
    "scenario": "_target_: retrainlab.scenarios.sudden.Sudden\nticks: 60\n",
    "strategy": "when: {_target_: retrainlab.strategies.when.Never}\n",
    "learner": "mine:\n  classification: {_target_: sklearn.naive_bayes.GaussianNB}\n",
    "prices": "prices:\n  fit: 3\n",
    "experiment": "seeds: 2\n",
}


@pytest.mark.parametrize("flags", [[], ["-m"]], ids=["run", "sweep"])
@pytest.mark.parametrize("group", OWN_FILES)
def test_a_file_that_would_be_misread_is_refused(group, flags, tmp_path, capsys):
    place = tmp_path / "mine" / group
    place.mkdir(parents=True)
    (place / "odd.yaml").write_text(OWN_FILES[group])
    words = [*flags, "--config-dir", "mine", *TINY[5:], "scenario=sudden", f"{group}=odd"]
    assert run(tmp_path, *words) == ExitCode.NO_RESULT
    error = capsys.readouterr().err
    assert ("@package _global_" if group == "experiment" else f"{group}/NAME.yaml begins") in error
    assert error.count("\n") == 1


def test_a_key_is_looked_up_in_files_of_ones_own(tmp_path, capsys):
    place = tmp_path / "mine/scenario"
    place.mkdir(parents=True)
    text = "mine: {_target_: retrainlab.scenarios.sudden.Sudden, ticks: 60}"
    (place / "mine.yaml").write_text(text)
    words = ["--config-dir", "mine", "scenario=mine", "scenario.mine.tick=3"]
    assert run(tmp_path, *words) == ExitCode.NO_RESULT
    assert "there is no scenario.mine.tick; did you mean ticks?" in capsys.readouterr().err


def test_all_cells_fail_and_the_reason_is_said_and_kept(tmp_path, capsys, raising):
    """Without a page the reason is lost with the terminal of a job that ran at night."""
    regression(tmp_path)
    words = [*FILE, *raising]
    why = "own failed on seed 0 of file: ValueError: no class"
    for _ in range(2):  # what cannot succeed is not replayed again, and says the same
        assert run(tmp_path, *words) == ExitCode.FAILED
        error = capsys.readouterr().err
        assert f"nothing could be replayed: {why}" in error
        assert error.endswith(f"; see {tmp_path / 'out/report.html'}\n")
        assert [line for line in error.splitlines() if why in line] == error.splitlines()[-1:]
    out = tmp_path / "out"
    files = {file.name for file in out.iterdir()}
    assert {"manifest.json", "decision.json", "report.html"} <= files
    assert not list(out.glob("*.parquet"))
    (failure,) = json.loads((out / "manifest.json").read_text())["failures"]
    assert (failure["scenario"], failure["label"]) == ("file", "own OfClasses")
    assert json.loads((out / "decision.json").read_text())["scenarios"] == {}
    page = (out / "report.html").read_text()
    assert "every replay failed" in page
    assert "ValueError: no class" in page
    (out / "report.html").unlink()
    assert run(tmp_path, "report", "out") == ExitCode.FAILED
    assert why in capsys.readouterr().err
    assert (out / "report.html").read_text() == page


@pytest.mark.slow
def test_a_run_of_which_everything_failed_is_in_the_index_among_the_failures(tmp_path, raising):
    regression(tmp_path)
    words = FILE[:-1]
    assert run(tmp_path, *words, "strategy=never", "folder=all/fine") == ExitCode.DONE
    assert run(tmp_path, *words, *raising, "folder=all/broken") == ExitCode.FAILED
    assert run(tmp_path, "report", "all") == ExitCode.DONE
    page = (tmp_path / "all/index.html").read_text()
    assert '<a href="broken/report.html">broken</a>.' in page
    assert "broken: own failed on seed 0 of file: ValueError: no class" in page
    assert 'href="fine/report.html#file"' in page
    assert 'href="broken/report.html#file"' not in page


def test_a_strategy_fails_on_all_seeds_and_is_one_sentence_in_terminal_and_page(tmp_path, capsys):
    (tmp_path / "mine_raising.py").write_text(
        "class Raising:\n    def __call__(self, view):\n        raise KeyError('no <such> thing')\n"
    )
    own = ["strategy=[never,own]", "strategy.own.when._target_=mine_raising.Raising", "seeds=3"]
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(tmp_path)
        assert run(tmp_path, *TINY, *own, page=True, figures=False) == ExitCode.FAILED
    lines = [line for line in capsys.readouterr().err.splitlines() if "failed" in line]
    assert len(lines) == 1
    assert lines[0].startswith("retrainlab: own failed on all 3 seeds of sudden: KeyError:")
    page = (tmp_path / "out/report.html").read_text()
    assert "own failed on all 3 seeds of sudden: KeyError: &#39;no &lt;such&gt; thing&#39;" in page
    assert "3 replays have no result" in page


def test_one_fault_in_all_scenarios_is_one_sentence(tmp_path, capsys):
    words = ["scenario=[toilet_paper,file]", *FILE[1:4], "seeds=1", "folder=out"]
    regression(tmp_path)
    assert run(tmp_path, *words, "learner=naive_bayes") == ExitCode.NO_RESULT
    error = capsys.readouterr().err
    assert error.count("naive_bayes has nothing for regression") == 1


def test_a_scenario_without_any_replay_does_not_stop_the_report_of_the_others(
    tmp_path, capsys, raising
):
    regression(tmp_path)
    words = [*TINY, *FILE[1:3], "scenario.file.rows=10", "scenario=[sudden,file]"]
    assert run(tmp_path, *words, *raising, page=True, figures=False) == ExitCode.FAILED
    assert "own failed on seed 0 of file" in capsys.readouterr().err
    assert "own failed on seed 0 of file" in (tmp_path / "out/report.html").read_text()


@pytest.mark.slow
def test_a_target_that_is_zero_throughout_has_no_forecast_accuracy(tmp_path, capsys):
    regression(tmp_path, lambda x: np.where(np.arange(len(x)) < 200, x, 0.0))
    words = [*FILE, "strategy=[never,periodic]", "strategy.periodic.when.ticks=5"]
    assert run(tmp_path, *words, "world.warmup=20", page=True) == ExitCode.DONE
    runs = pd.read_parquet(tmp_path / "out/runs.parquet")
    assert runs["score"].isna().all()
    assert np.isfinite(runs["cost"]).all()
    assert re.search(r"never +– +– +0", capsys.readouterr().out)


@pytest.mark.parametrize(
    ("delays", "sentence"),
    [
        (["world.label_delay=100"], "No label of a served row arrives within the 40 ticks"),
        (["world.fit_delay=100"], "No retrained model serves within the 40 ticks"),
        (["world.label_delay=25", "world.fit_delay=25"], "No model that knows the label"),
        (["world.label_delay=10", "world.fit_delay=10"], ""),
    ],
)
def test_a_delay_longer_than_the_stream_is_said(delays, sentence, tmp_path, capsys):
    words = [*TINY, "strategy=[never,periodic]", *delays]
    assert run(tmp_path, *words, page=True, figures=False) == ExitCode.DONE
    page = (tmp_path / "out/report.html").read_text()
    for text in (capsys.readouterr().out, page):
        assert sentence in text if sentence else "too long" not in text


def test_an_unexpected_error_is_one_sentence_with_its_log(tmp_path, capsys, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError("two\nlines")

    monkeypatch.setattr(study_commands, "_shown", broken)
    assert run(tmp_path, *TINY, "strategy=never") == ExitCode.NO_RESULT
    error = capsys.readouterr().err
    out = tmp_path / "out"
    assert error == (
        "retrainlab: unexpected error, ZeroDivisionError: two lines; what was finished is kept in "
        f"{out}; the traceback is in {out}/error.log\n"
    )
    assert "Traceback" in (out / "error.log").read_text()
    assert (out / "manifest.json").exists()


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_tilde_in_the_folder_is_the_home_folder(quote, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    folder = f"folder={quote}~/results{quote}"
    assert run(tmp_path, *TINY, "strategy=never", folder) == ExitCode.DONE
    assert (tmp_path / "home/results/manifest.json").exists()
    assert not (tmp_path / "~").exists()


def test_a_relative_path_means_where_the_command_was_typed(tmp_path):
    regression(tmp_path)
    words = [*FILE, "strategy=never", "hydra.job.chdir=true"]
    assert run(tmp_path, *words) == ExitCode.DONE
    assert (tmp_path / "out/manifest.json").exists()


@pytest.mark.slow
def test_a_long_name_has_a_short_file(tmp_path):
    name = "n" * 300
    place = tmp_path / "mine/scenario"
    place.mkdir(parents=True)
    (place / "long.yaml").write_text(
        f"{name}: {{_target_: retrainlab.scenarios.sudden.Sudden, ticks: 60, rows: 20, at: [40]}}"
    )
    words = ["--config-dir", "mine", *TINY[3:4], *TINY[5:], "scenario=long", "strategy=never"]
    assert run(tmp_path, *words, page=True) == ExitCode.DONE
    assert name in (tmp_path / "out/report.html").read_text()
    assert max(len(path.name) for path in (tmp_path / "out/figures").iterdir()) < 120


@pytest.mark.slow
def test_surroundings_neither_stop_a_command_nor_change_its_page(tmp_path):
    """A notebook's backend, a user's matplotlibrc, a C locale, ASCII output, no home folder."""
    odd = {
        "MPLBACKEND": "module://nothing.backend_inline", "LC_ALL": "C", "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii", "HOME": "/proc/nowhere",
    }  # fmt: skip
    pages = []
    for name, environment in (("plain", {}), ("odd", odd)):
        folder = tmp_path / name
        (folder / "daten_grün").mkdir(parents=True)
        regression(folder / "daten_grün")
        if environment:
            (folder / "matplotlibrc").write_text("text.usetex: True\nfont.size: 30\n")
        words = [*FILE, 'scenario.file.path="daten_grün/data.csv"', "strategy=never"]
        done = subprocess.run(
            [sys.executable, "-m", "retrainlab", *words],
            cwd=folder, capture_output=True, check=False, env={**os.environ, **environment},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert b"Traceback" not in done.stderr
        pages.append([path.read_bytes() for path in sorted((folder / "out/figures").iterdir())])
    assert pages[0] == pages[1]


def test_a_current_folder_that_is_gone_is_said(tmp_path):
    words = shlex.join([sys.executable, "-m", "retrainlab", "--version"])
    script = f"mkdir gone; cd gone; rmdir ../gone; {words}"
    done = subprocess.run(
        ["sh", "-c", script], cwd=tmp_path, check=False, capture_output=True, text=True
    )
    assert done.returncode == ExitCode.NO_RESULT
    assert done.stderr == "retrainlab: the current folder has been removed; go to another one\n"


@pytest.mark.slow
def test_closed_streams_stop_nothing(tmp_path):
    words = shlex.join([sys.executable, "-m", "retrainlab", *TINY, "strategy=never"])
    closed = f"{words} <&- >&- 2>&-"
    done = subprocess.run(["sh", "-c", closed], cwd=tmp_path, check=False)
    assert done.returncode == ExitCode.DONE
    assert (tmp_path / "out/report.html").exists()
    assert not (tmp_path / "out/error.log").exists()


def test_without_semaphores_one_process_does_everything(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("retrainlab.experiments.engines.local._has_semaphores", lambda: False)
    words = [*TINY, "strategy=never", "seeds=2", "engine=joblib", "engine.jobs=2"]
    assert run(tmp_path, *words) == ExitCode.DONE
    assert "/dev/shm is missing or cannot be written; one process" in capsys.readouterr().err


def test_the_command_line_is_kept_as_it_was_typed(tmp_path):
    words = [word for word in TINY if word != "folder=out"]
    typed = "strategy.periodic.gate={_target_:retrainlab.strategies.gate.Cooldown,ticks:15}"
    assert run(tmp_path, *words, "strategy=periodic", typed) == ExitCode.DONE
    manifest = json.loads((only_run(tmp_path) / "manifest.json").read_text())
    assert typed in manifest["command"]
    assert "~strategy" not in manifest["command"]
