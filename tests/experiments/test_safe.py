"""`--safe`: classes of retrainlab, scikit-learn and River, and nothing else, are built."""

import pickle
from functools import partial

import pytest
from command_line import run

from retrainlab.experiments.config import safe
from retrainlab.experiments.config.build import build
from retrainlab.sim.errors import InputError
from retrainlab.sim.exit_codes import ExitCode

SMALL = [
    *("scenario=sudden", "scenario.sudden.ticks=30", "scenario.sudden.at=[15]", "seeds=1"),
    *("strategy=periodic", "world.warmup=5", "engine=serial", "folder=out"),
]
CODE = "from pathlib import Path\nPath('trace').touch()\nclass Learner: pass\n"


@pytest.mark.parametrize(
    "target",
    [
        "retrainlab.strategies.when.Never",
        "sklearn.tree.DecisionTreeClassifier",
        "river.drift.ADWIN",
    ],
)
def test_classes_of_the_known_packages_are_built(target, monkeypatch):
    monkeypatch.setenv(safe.VARIABLE, "1")
    assert type(build({"_target_": target}, "here")).__name__ == target.rpartition(".")[2]


@pytest.mark.parametrize(
    "target",
    [
        "os.system",
        "subprocess.Popen",
        "builtins.eval",
        "mine.Learner",
        "sklearnx.tree.Tree",
        "retrainlab.experiments.storage.git.subprocess",  # a module, imported
        "retrainlab.experiments.storage.git.state",  # a function
        "retrainlab.experiments.config.build.Mapping",  # a class from elsewhere
        "sklearn.utils.Bunch.fromkeys",
        "sklearn",
        "",
        None,
    ],
)
def test_nothing_else_is_built(target, monkeypatch):
    monkeypatch.setenv(safe.VARIABLE, "1")
    with pytest.raises(InputError, match=r"here(: |\.)_target_ is "):
        build({"_target_": target}, "here")


def test_a_class_of_the_users_own_is_not_even_imported(tmp_path, capfd):
    (tmp_path / "hostile.py").write_text(CODE)
    words = ["learner=own", "learner.classification._target_=hostile.Learner"]
    for safely in ([*words, *SMALL, "--safe"], ["--safe", *words, *SMALL]):
        assert run(tmp_path, *safely) != 0
        assert "with --safe it must be a class of retrainlab" in capfd.readouterr().err
    assert not (tmp_path / "trace").exists()


def test_a_study_of_known_classes_runs(tmp_path):
    assert run(tmp_path, "run", "--safe", *SMALL) == 0
    assert (tmp_path / "out" / "manifest.json").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["hydra.job_logging.handlers.x.class=hostile.Learner"],
        ["+hydra.callbacks.x._target_=hostile.Learner"],
        ["hydra/launcher=joblib"],
        ["hydra.searchpath=[file://conf]"],
        ["--config-path=conf"],
        ["--experimental-rerun", "job.pickle"],
        ["--config-dir=conf", "+experiment=mine"],
        ["--config-dir", "conf"],
        ["-cd", "conf"],
    ],
)
def test_hydra_itself_builds_nothing(tmp_path, words, capfd):
    (tmp_path / "hostile.py").write_text(CODE)
    folder = tmp_path / "conf" / "experiment"
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text(
        "# @package _global_\n"
        '"\\x68ydra":\n  callbacks:\n    mine:\n      _target_: hostile.Learner\n'
    )
    assert run(tmp_path, "run", "--safe", *words, *SMALL) != 0
    assert "changes how Hydra works, which --safe does not allow" in capfd.readouterr().err
    assert not (tmp_path / "trace").exists()


def test_a_folder_of_configuration_may_be_named(tmp_path, capfd):
    folder = tmp_path / "conf" / "learner"
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text("classification: {_target_: os.system}\n")
    assert run(tmp_path, "run", "--safe", "--config-dir=conf", "learner=mine", *SMALL) != 0
    assert "_target_ is 'os.system', and with --safe" in capfd.readouterr().err


def test_work_that_travels_to_another_process_is_as_safe_there(monkeypatch):
    node = {"_target_": "collections.OrderedDict"}
    monkeypatch.setenv(safe.VARIABLE, "1")
    sent = pickle.dumps(safe.carried(partial(build, path="here")))
    monkeypatch.setenv(safe.VARIABLE, "")
    with pytest.raises(InputError, match="with --safe it must be a class"):
        pickle.loads(sent)(node)
    assert build(node, "here") == {}  # other work of the same process is as it was


def test_short_forms_of_a_command_are_allowed(tmp_path, capfd):
    assert run(tmp_path, "check", "--safe", "--json") == ExitCode.NO_RESULT
    error = capfd.readouterr().err
    assert "baseline.json" in error
    assert "--safe does not allow" not in error
