"""A sweep: Hydra's own expansion, one study, and one sentence for what is wrong with it."""

import json
import re

import pandas as pd
import pytest
from command_line import MEASURED, run
from hydra import compose, initialize_config_module
from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from omegaconf import OmegaConf

from retrainlab.experiments.config.compose import RUNTIME_KEYS, Sweep
from retrainlab.experiments.study.sweep import prepare
from retrainlab.sim.errors import InputError

TINY = ["scenario=gradual", "scenario.gradual.ticks=60", "scenario.gradual.rows=10"]
TINY += ["scenario.gradual.start=30", "scenario.gradual.duration=10"]
TINY += ["seeds=2", "engine=serial", "references=null", "folder=out"]
LINES = {
    "list": ["learner=tree,linear"],
    "range": ["strategy=periodic", "strategy.periodic.when.ticks=range(5,20,5)"],
    "choice": ["world.label_delay=choice(0,1,2)"],
    "glob": ["learner=glob(*r*,exclude=[own,quantile])"],
    "nested": ["scenario=sudden,gradual", "learner=tree,linear", "prices.fit=1,10"],
    "lists": ["strategy=[never,periodic],[trigger]"],
    "text": ["strategy=trigger", "strategy.trigger.when.detector='ADWIN',DDM"],
    "mapping": ["strategy=trigger", "strategy.trigger.when.detector=ADWIN,{name:DDM}"],
    "added": ["+scenario.gradual.world={warmup:10},{warmup:12}", "scenario=gradual"],
    "interpolated": ["learner=own", "learner.classification._target_=a.B,c.D"],
    "twice": ["seeds=1,2", "seeds=3"],
    "experiment": ["experiment=quick,shortage"],
    "plain": ["seeds=2"],
}  # fmt: skip


def runs_of(folder):
    """The table of runs, without the columns that were measured with a clock."""
    return pd.read_parquet(folder / "runs.parquet").drop(columns=MEASURED, errors="ignore")


@pytest.fixture
def loader():
    with initialize_config_module("retrainlab.experiments.conf", version_base="1.3"):
        yield GlobalHydra.instance().config_loader()


def sweep_of(loader, words):
    config = compose("config", [], return_hydra_config=True)
    return Sweep.of(words, loader, config)


@pytest.mark.slow
@pytest.mark.parametrize("line", LINES)
def test_points_and_their_configurations_are_those_of_stock_hydra(line, loader):
    sweep = sweep_of(loader, LINES[line])
    parsed = OverridesParser.create(config_loader=loader).parse_overrides(LINES[line])
    (stock,) = BasicSweeper.split_arguments(parsed, None)
    assert [[*point] for point in sweep.points] == stock
    for point in stock:
        config = OmegaConf.to_container(compose("config", point), resolve=True)
        asked = {key: config[key] for key in config if key not in RUNTIME_KEYS}
        assert sweep.compose(point) == asked


def test_groups_are_composed_once_however_many_values_are_set(loader):
    words = ["learner=tree,linear", "strategy=periodic"]
    sweep = sweep_of(loader, [*words, "strategy.periodic.when.ticks=range(1,200)"])
    found = prepare(sweep)
    assert len(sweep.points) == 2 * 199
    assert len(sweep.compose.templates) == 2
    labels = [f"periodic every {ticks}" for ticks in range(1, 200)]
    labels.append("never")  # which nobody asked for
    assert all([c.label for c in group.cells] == labels for group in found.groups)


def test_equal_cells_of_many_points_are_one(loader):
    words = ["scenario=sudden", "strategy=[never,periodic]", "seeds=1,2"]
    found = prepare(sweep_of(loader, [*words, "strategy.periodic.when.ticks=5,10"]))
    assert [(group.scenario, group.seed) for group in found.groups] == [
        ("sudden", 0),
        ("sudden", 1),
    ]
    labels = ["never", "periodic every 5", "periodic every 10"]
    assert [c.label for c in found.groups[0].cells] == labels


def test_the_policy_of_today_is_a_cell_of_every_group(loader):
    words = ["scenario=sudden,gradual", "strategy=[never,periodic]", "seeds=1"]
    words += ["strategy.periodic.when.ticks=5,10", "current_policy=7"]
    found = prepare(sweep_of(loader, words))
    assert found.current_policy == "periodic every 7"
    labels = ["never", "periodic every 5", "periodic every 10", "periodic every 7"]
    assert [[c.label for c in group.cells] for group in found.groups] == [labels, labels]
    named = prepare(sweep_of(loader, [*words[:-1], "current_policy='periodic every 10'"]))
    assert named.current_policy == "periodic every 10"
    assert named.cells == named.groups[0].cells


def test_what_is_swept_around_strategies_names_the_scenario(loader):
    words = [
        "scenario=[gradual,sudden]",
        "scenario.gradual.magnitude=0.1,0.2",
        "learner=tree,linear",
    ]
    found = prepare(sweep_of(loader, [*words, "seeds=1", "strategy=never"]))
    assert [*found.scenarios] == [
        "gradual magnitude=0.1 learner=tree",
        "sudden learner=tree",
        "gradual magnitude=0.1 learner=linear",
        "sudden learner=linear",
        "gradual magnitude=0.2 learner=tree",
        "gradual magnitude=0.2 learner=linear",
    ]
    swept = {"scenario": "gradual", "scenario.gradual.magnitude": 0.1, "learner": "tree"}
    assert found.groups[0].swept == swept


BAD = {
    "empty range": (["seeds=range(5,5)"], r"seeds=range\(5,5\) is empty"),
    "two of today": (["current_policy=5,10"], "current_policy is swept"),
    "no such label": (
        ["seeds=1,2", "strategy=never", "current_policy=none"],
        "current_policy is 'none'; choose from never",
    ),
    "interval": (["prices.fit=interval(1,2)"], "an interval has no list of values"),
    "unknown key": (
        ["scenario=gradual", "scenario.gradual.magnitud=0.1,0.2"],
        r"cell 1 of 2 \(scenario.gradual.magnitud=0.1\): there is no scenario.gradual.magnitud; "
        "did you mean magnitude",
    ),
    "unknown group": (["learner=tree,tre"], r"cell 2 of 2 \(learner=tre\): .*did you mean tree"),
    "wrong type": (
        ["scenario=gradual", "scenario.gradual.ticks=300,many"],
        r"cell 2 of 2 \(scenario.gradual.ticks=many\): scenario.gradual.ticks is 'many'; "
        "it must be a whole number",
    ),
    "wrong value": (
        ["strategy=periodic", "learner=tree,linear", "strategy.periodic.when.ticks=range(0,10,5)"],
        r"cell 1 of 4 \(learner=tree, strategy.periodic.when.ticks=0\): .*ticks is 0",
    ),
    "how it runs": (["engine=serial,joblib"], "engine is swept"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_bad_sweep_is_refused_with_its_cell_and_key(case, loader):
    words, sentence = BAD[case]
    with pytest.raises(InputError, match=sentence):
        prepare(sweep_of(loader, words))


def test_combinations_that_cannot_be_are_skipped_and_said(loader):
    words = ["scenario=gradual", "strategy=never", "seeds=1"]
    words += ["scenario.gradual.ticks=100,300", "scenario.gradual.start=20,150"]
    words += ["scenario.gradual.duration=20"]
    found = prepare(sweep_of(loader, words))
    assert len(found.groups) == 3
    (skipped,) = found.skipped
    assert "ticks=100, scenario.gradual.start=150" in skipped.label
    assert "150" in skipped.why


@pytest.mark.slow
def test_a_window_longer_than_the_stream_is_skipped_in_one_line(tmp_path, capsys):
    words = [*TINY, "strategy=sliding_window", "strategy.sliding_window.when.ticks=10"]
    words += ["strategy.sliding_window.what.ticks=20,80,90"]
    assert run(tmp_path, "-m", *words) == 0
    error = capsys.readouterr().err
    why = "its window is longer than the stream"
    assert re.search(f"skipped: 4 cells, as sliding_window .*: {why}", error)
    runs = runs_of(tmp_path / "out").query("role == 'strategy'")
    assert set(runs["p_what.ticks"]) == {20}
    manifest = json.loads((tmp_path / "out/manifest.json").read_text())
    assert len(manifest["skipped"]) == 4
    assert manifest["failures"] == []


@pytest.mark.slow
def test_a_sweep_is_the_cells_of_its_jobs_in_one_study(tmp_path):
    words = [*TINY, "strategy=[never,sliding_window]", "learner=naive_bayes,tree"]
    words += [
        "strategy.sliding_window.grid=null",
        "strategy.sliding_window.when.ticks=range(10,30,10)",
    ]
    assert run(tmp_path, "-m", *words) == 0
    assert run(tmp_path, "-m", "hydra/sweeper=basic", *words, "folder=jobs") == 0
    joint = runs_of(tmp_path / "out").astype({"scenario": str, "learner": str, "label": str})
    parts = [runs_of(path.parent) for path in (tmp_path / "jobs").glob("*/manifest.json")]
    jobs = pd.concat(parts).astype({"scenario": str, "learner": str, "label": str})
    jobs = jobs.drop_duplicates(["learner", "seed", "label"])
    # Each job has a best calendar of its own, which is probed.
    joint, jobs = (runs[runs["role"] != "probe"] for runs in (joint, jobs))
    assert set(joint["scenario"]) == {"gradual learner=naive_bayes", "gradual learner=tree"}
    assert (joint["s_learner"] == joint["learner"]).all()
    assert set(joint["base_scenario"]) == {"gradual"}
    keys = ["learner", "seed", "label"]
    left = joint.drop(columns=["scenario", "base_scenario", "s_learner"])
    left = left.sort_values(keys, ignore_index=True)
    right = jobs.drop(columns="scenario").sort_values(keys, ignore_index=True)
    pd.testing.assert_frame_equal(left, right[left.columns], check_exact=True)


def test_parameters_of_a_file_are_swept(tmp_path):
    (tmp_path / "experiment").mkdir()
    (tmp_path / "experiment/mine.yaml").write_text(
        "# @package _global_\nhydra:\n  sweeper:\n    params:\n      learner: naive_bayes,tree\n"
    )
    words = ["-m", "--config-dir", str(tmp_path), "experiment=mine", *TINY, "strategy=never"]
    assert run(tmp_path, *words) == 0
    assert set(runs_of(tmp_path / "out")["learner"]) == {"naive_bayes", "tree"}
