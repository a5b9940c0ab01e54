"""The Python API: it does what the command line does, and shows itself in a notebook."""

import html
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from command_line import run as command_line
from hydra import compose, initialize
from small_sweep import bytes_of

import retrainlab
from retrainlab.sim.errors import InputError

SMALL = ("scenario=sudden", "scenario.sudden.ticks=60", "scenario.sudden.rows=10")
SMALL += ("scenario.sudden.at=[40]", "seeds=3", "references=null", "learner=naive_bayes")
SMALL += ("strategy=[never,periodic]", "strategy.periodic.when.ticks=10", "prices.fit=2")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return retrainlab.run(*SMALL, folder=tmp_path_factory.mktemp("run") / "a b")


@pytest.mark.slow
def test_the_tables_are_those_of_the_command_line(run, tmp_path):
    command_line(tmp_path, *SMALL, "folder=typed")
    assert bytes_of(run.folder) == bytes_of(tmp_path / "typed")


@pytest.mark.slow
def test_a_run_reads_its_tables_decision_and_figures(run):
    assert set(run.tables.runs["label"]) >= {"never", "periodic every 10"}
    assert list(run.summary["label"][:1]) == [run.decision.data.settings[0].label]
    assert run.decision.kind in ("retrain", "keep", "baseline", "undecided")
    assert run.decision.choice in str(run)
    assert run.failures == []
    assert run.figure(run.figures[0])._repr_png_().startswith(b"\x89PNG")
    assert run.figure("timeline").path == run.figure("sudden_timeline").path
    with pytest.raises(InputError, match=r"no figure 'x'.*sudden-timeline"):
        run.figure("x")


def test_a_run_shows_itself_as_html(run):
    assert html.escape(run.decision.sentence) in run._repr_html_()
    assert "<th>retrainings</th>" in run.decision._repr_html_()
    frame = run.report._repr_html_()
    assert frame.startswith("<iframe")
    assert "&lt;html" in frame
    assert "<html" not in frame


@pytest.mark.slow
def test_a_folder_of_the_command_line_is_opened_without_its_report(run):
    page = run.report.path
    page.unlink()
    again = retrainlab.Run(str(run.folder))
    assert again.report.path.is_file()
    assert again.decision.data == run.decision.data


@pytest.mark.slow
def test_the_same_call_again_replays_nothing(run):
    again = retrainlab.run(*SMALL, folder=run.folder)
    # A clock would differ had it been replayed anew.
    pd.testing.assert_frame_equal(again.tables.runs, run.tables.runs)


@pytest.mark.slow
def test_several_scenarios_have_no_single_decision(tmp_path, without_figures):
    several = [word for word in SMALL if not word.startswith("scenario=")]
    run = retrainlab.run("scenario=[sudden,rotating]", *several, folder=tmp_path)
    assert set(run.decisions) == {"sudden", "rotating"}
    with pytest.raises(InputError, match="2 scenarios"):
        _ = run.decision


def test_optimize_searches(tmp_path, without_figures):
    words = [word for word in SMALL if not word.startswith("strategy")]
    run = retrainlab.optimize(*words, "strategy=periodic", folder=tmp_path)
    assert run.tables.manifest.search == {"periodic": ["when.ticks"]}


def test_parts_replay_as_the_study_does(run):
    stream = retrainlab.make_stream(*SMALL, seed=1)
    strategies = retrainlab.make_strategies(*SMALL)
    fits = retrainlab.make_fits(stream, *SMALL, seed=1)
    ledger = retrainlab.replay(
        stream, strategies["periodic every 10"], retrainlab.make_world(*SMALL), fits
    )
    spent = retrainlab.price(ledger.quantities(), retrainlab.make_prices(*SMALL))
    runs = run.tables.runs.set_index(["seed", "label"])
    assert spent["cost"] == runs.loc[(1, "periodic every 10"), "cost"]


def test_the_optimum_of_costs():
    costs = np.array([[3.0, 1.0, 2.0], [4.0, 1.5, 2.5], [3.5, 1.2, 2.2]])
    assert retrainlab.optimum([5, 10, 20], costs).value == 10


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("scenario=bogus",), "there is no scenario=bogus"),
        (("-m", "scenario=sudden"), "flag of the command line"),
        (("scenario",), "write key=value"),
        ((3,), "write it as text"),
        (("seeds=0",), "seeds is 0"),
    ],
)
def test_a_mistaken_override_is_one_sentence(words, sentence, tmp_path):
    with pytest.raises(InputError, match=sentence) as error:
        retrainlab.run(*words, folder=tmp_path / "never")
    assert "\n" not in str(error.value)
    assert not (tmp_path / "never").exists()


def test_a_stream_is_of_one_scenario():
    with pytest.raises(InputError, match="sudden, gradual"):
        retrainlab.make_stream("scenario=[sudden,gradual]")


def test_a_seed_of_numpy_is_the_same_seed_and_anything_else_is_refused():
    y = retrainlab.make_stream(*SMALL, seed=1).y
    np.testing.assert_array_equal(retrainlab.make_stream(*SMALL, seed=np.int64(1)).y, y)
    for seed in ("1", 1.5, None):
        with pytest.raises(InputError, match=f"seed is {seed!r}; it must be a whole number"):
            retrainlab.make_stream(*SMALL, seed=seed)


def test_what_cannot_be_replayed_is_named():
    stream = retrainlab.make_stream(*SMALL)
    strategies = retrainlab.make_strategies(*SMALL)
    world, fits = retrainlab.make_world(*SMALL), retrainlab.make_fits(stream, *SMALL)
    never = strategies["never"]
    with pytest.raises(InputError, match=r"strategy is a dict; .* one retrainlab.Strategy"):
        retrainlab.replay(stream, strategies, world, fits)
    with pytest.raises(InputError, match="world is a NoneType"):
        retrainlab.replay(stream, never, None, fits)
    with pytest.raises(InputError, match="no cache of fits of this stream"):
        retrainlab.replay(retrainlab.make_stream(*SMALL, seed=1), never, world, fits)
    with pytest.raises(InputError, match="stream is a DataFrame"):
        retrainlab.make_fits(pd.DataFrame({"a": [1]}))


@pytest.mark.slow
def test_threads_may_call_it_at_once_and_a_program_under_hydra_keeps_its_state():
    with ThreadPoolExecutor(4) as pool:
        delays = pool.map(lambda n: retrainlab.make_world(f"world.label_delay={n}"), range(12))
        assert [world.label_delay for world in delays] == [*range(12)]
    with initialize(config_path=None, version_base="1.3"):
        assert retrainlab.make_world("world.label_delay=3").label_delay == 3
        assert compose(overrides=["+mine=1"]).mine == 1


NESTED = """
import joblib, retrainlab
def best(seed):
    run = retrainlab.run(*{words!r}, f"seeds=[{{seed}}]", "engine=joblib", "engine.jobs=2",
                         "forecast=null", folder=f"{folder}/{{seed}}")
    return run.decision.choice
if __name__ == "__main__":
    import matplotlib.pyplot
    print(joblib.Parallel(n_jobs=2)(joblib.delayed(best)(seed) for seed in (0, 1)))
"""


@pytest.mark.slow
def test_it_works_inside_another_pool_and_with_the_backend_of_a_notebook(tmp_path):
    words = tuple(word for word in SMALL if not word.startswith("seeds"))
    script = tmp_path / "nested.py"
    script.write_text(NESTED.format(words=words, folder=tmp_path))
    ended = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        env={**os.environ, "MPLBACKEND": "module://matplotlib_inline.backend_inline"},
        timeout=300,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.count("'") == 4  # two names
    assert (tmp_path / "1" / "report.html").is_file()
