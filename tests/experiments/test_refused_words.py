"""What is refused before a study begins: one sentence, and the exit code of bad input."""

import re
import shlex

import pandas as pd
import pytest
from command_line import run

from retrainlab.experiments.config.overrides import override
from retrainlab.sim.exit_codes import ExitCode

TINY = [
    *("scenario=sudden", "scenario.sudden.ticks=60", "scenario.sudden.rows=20", "engine=serial"),
    *("scenario.sudden.at=[40]", "seeds=1", "references=null", "folder=out"),
]


REFUSED = {
    "a mistyped key beside a swept group": (
        ["-m", "scenario=sudden,gradual", "strategy=never", "world.lable_delay=3"],
        "there is no world.lable_delay; did you mean label_delay?",
    ),
    "a scenario that the experiment does not set": (
        ["experiment=quick", "scenario=sudden"],
        "'~scenario.covariate' removes those of an experiment",
    ),
    "a variable that is not set": (
        ["world.label_delay=${oc.env:NOT_SET_HERE}"],
        "world.label_delay refers with ${..} to NOT_SET_HERE, which is not set",
    ),
    "a deleted group": (["~prices"], "prices is not set"),
    "a deleted key": (["~seeds"], "seeds is not set"),
    "a deleted group of a sweep": (["-m", "~prices", "learner=linear,tree"], "prices is not set"),
    "a deletion of nothing": (["~nothing"], "~nothing deletes nothing"),
    "no learner": (["learner=null"], "leaves no learner; choose one of"),
    "several learners": (["learner=[tree,naive_bayes]"], "sweep them: -m learner=tree,naive_bayes"),
    "a sweep without -m": (
        ["learner=tree,linear"],
        "learner takes one; sweep them: -m learner=tree,linear",
    ),
    "values without -m": (["prices.fit=1,2"], "sweep the values with -m"),
    "a pattern without -m": (["learner=glob(n*)"], "learner=glob(n*) is a sweep, which needs -m"),
    "a pattern that nothing matches": (["-m", "learner=glob(zz*)"], "learner=glob(zz*) is empty"),
    "a letter beyond ASCII": (
        ["scenario.file.path=daten_grün/b.csv"],
        """put the value in quotes: 'scenario.file.path="daten_grün/b.csv"'""",
    ),
    "an equals sign": (["folder=a=b"], """put the value in quotes: 'folder="a=b"'"""),
    "brackets": (["folder=[a"], "a list is written [a,b]"),
    "an option of what is another one's": (
        ["loss=own", "loss.regression._target_=mine.Loss"],
        "loss.regression is what loss.classification is, so nothing is set in it; set "
        "loss.classification._target_",
    ),
    "an option with the name of the choice": (
        ["learner=own", "learner.own._target_=lightgbm.LGBMClassifier"],
        "there is no learner.own; a learner is set without the name of the choice: learner.name,",
    ),
    "an option with the name of another choice": (
        ["loss.log.epsilon=1"],
        "there is no loss.log; a loss is set without the name of the choice: loss.classification",
    ),
    "an option without its group": (["warmup=3"], "did you mean world.warmup?"),
    "an option of several parts": (
        ["detector=DDM", "strategy=[trigger,full_replace]"],
        "there is no detector; did you mean strategy.trigger.when.detector or "
        "strategy.full_replace.when.detector?",
    ),
    "an option that is nowhere": (["interval=3"], "there is no interval; there is: columns, "),
    "an unknown option": (["--foo"], "unrecognized arguments: --foo"),
    "no key": (["=3"], "'=3' is no override"),
    "an empty folder": (['folder=""'], "folder is ''; it must be the path of a folder"),
    "no folder": (["folder=null"], "it must be the path of a folder"),
    "two folders": (
        ["hydra.run.dir=other"],
        "folder=out and hydra.run.dir=other both name the folder; leave one",
    ),
    "a folder that nothing uses": (
        ["-m", "hydra.run.dir=other", "learner=tree,linear"],
        "hydra.run.dir=other counts for nothing under -m; name the folder by folder=..",
    ),
    "a number for a section": (["optimize=5"], "optimize is 5; it must hold options"),
    "options of a class without any": (
        ["strategy.periodic.what={ticks:5}", "strategy=periodic"],
        "has no option 'ticks'",
    ),
    "a key of a value": (["seeds.x=1"], "seeds has no options"),
    "an unknown group": (["a/b=c"], "there is no group a/b"),
    "a sweeper that is not installed": (
        ["-m", "hydra/sweeper=nevergrad"],
        "hydra/sweeper=nevergrad needs a package of its own: pip install hydra-nevergrad-sweeper",
    ),
    "a launcher that is not installed": (
        ["-m", "hydra/sweeper=basic", "hydra/launcher=submitit_slurm"],
        "pip install hydra-submitit-launcher",
    ),
    "a needless plus": (["+seeds=3"], "seeds is set already"),
    "a reference to nothing": (["seeds=${nothing}"], "with ${..} to nothing, which is not set"),
    "a group that has options": (["~scenario"], "scenario is not set, because it was deleted"),
    "a deleted folder": (["~folder"], "refers with ${..} to folder, which is not set"),
    "a constant for a class": (
        ["learner.classification={_target_:math.pi}"],
        "learner.classification._target_ is 'math.pi', which is neither class nor function",
    ),
    "a class that tells no parameters": (
        ["learner.classification={_target_:collections.OrderedDict}"],
        "learner OrderedDict has no fit and predict",
    ),
    "a class that raises when it is made": (
        [
            "strategy=periodic",
            "strategy.periodic.when={_target_:fractions.Fraction,numerator:1,denominator:0}",
        ],
        "strategy.periodic.when cannot be made: ZeroDivisionError: Fraction(1, 0) (fractions.py",
    ),
    "text for a loss": (['loss.regression="{}"'], "loss.regression is '{}'; it must name a class"),
    "no class of a learner": (["learner.regression=null"], "learner.regression is None; it must"),
    "a grid without values": (
        ["strategy=periodic", "strategy.periodic.grid={when.ticks:[]}"],
        "strategy.periodic.grid is {'when.ticks': []}; it must hold lists of values",
    ),
    "a number for a grid": (
        ["strategy=periodic", "strategy.periodic.grid=5"],
        "strategy.periodic.grid is 5; it must hold lists of values",
    ),
    "a key without end": ([f"+strategy.{'s' * 300}=1"], "has more than 200 letters before its ="),
    "gates that are none": (
        ["strategy=periodic", "strategy.periodic.gate=[1,2]"],
        "gate is 1; it must have holdout, admit and accept",
    ),
    "a scenario that makes nothing": (
        ["scenario.sudden={_target_:fractions.Fraction}"],
        "scenario.sudden is an object of Fraction; it must be callable with a seed",
    ),
    "a horizon that is no period": (
        ["forecast.ticks=soon"],
        "forecast.ticks is soon; it must be a whole number of ticks, 1 or more",
    ),
    "no library": (["forecast.library=nix.npz"], "forecast.library is nix.npz, which is no file"),
    "a list for the policy of today": (
        ["current_policy=[1,2]", "strategy=periodic"],
        "current_policy is [1, 2]; it must be a number of ticks, at least 1, or a label",
    ),
    "a number for a learner's name": (["learner.name=5"], "learner.name is 5; it must be a text"),
    "a zero for metrics": (["metrics=0"], "metrics is 0; it must be a name, or a list of names"),
    "no folder of configurations": (["--config-dir", "none"], "which is no folder"),
    "bytes": (["folder=\udcff"], "is not UTF-8"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_gets_one_sentence(case, tmp_path, capsys):
    words, sentence = REFUSED[case]
    flags = [word for word in words if word == "-m"]
    rest = words if "--config-dir" in words else [word for word in words if word != "-m"]
    assert run(tmp_path, *flags, *TINY, *rest) == ExitCode.NO_RESULT
    error = capsys.readouterr().err
    assert sentence in error
    assert re.fullmatch(r"retrainlab: \S.*\n", error)


def test_a_pattern_sweeps_the_choices_that_it_matches_those_of_a_folder_too(tmp_path):
    (tmp_path / "mine/learner").mkdir(parents=True)
    own = "name: meaning\nencode: onehot\nscale: false\nclassification:\n  _target_: "
    own += "sklearn.naive_bayes.GaussianNB\nregression: {_target_: sklearn.svm.SVR}\n"
    (tmp_path / "mine/learner/meaning.yaml").write_text(own)
    words = ["-m", "--config-dir", "mine", *TINY, "strategy=never", "learner=glob(mea*)"]
    assert run(tmp_path, *words) == 0
    runs = pd.read_parquet(tmp_path / "out/runs.parquet")
    assert {*runs.loc[runs["label"] == "never", "learner"]} == {"mean", "meaning"}


def test_a_file_that_is_no_text_is_named(tmp_path, capsys):
    (tmp_path / "mine/scenario").mkdir(parents=True)
    (tmp_path / "mine/scenario/odd.yaml").write_bytes(b"\xff\xfe")
    words = ["--config-dir", "mine", *TINY[5:], "scenario=odd"]
    assert run(tmp_path, *words) == ExitCode.NO_RESULT
    assert "odd.yaml cannot be read; save it as UTF-8 text" in capsys.readouterr().err


IGNORED = {
    "an option of map": (["scenario=sudden", "map.axis=duration"], "only retrainlab map reads it"),
    "a section of map": (["optimize", "map={axis: noise}"], "only retrainlab map reads it"),
    "an option of optimize": (["map", "optimize.search=when.ticks"], "only retrainlab optimize re"),
    "a swept option": (["-m", "optimize.search=when.ticks,what.ticks"], "only retrainlab optimize"),
    "strategies of gates": (["gates", "strategy=trigger"], "every gate is asked by gates.when"),
    "a strategy's option": (["gates", "strategy.periodic.when.ticks=3"], "is asked by gates.when"),
    "a search in shards": (["optimize", "shard.count=2"], "optimize is not made in shards"),
}


@pytest.mark.parametrize("case", IGNORED)
def test_an_option_that_the_command_would_ignore_is_refused(case, tmp_path, capsys):
    words, sentence = IGNORED[case]
    assert run(tmp_path, *words) == ExitCode.NO_RESULT
    assert sentence in capsys.readouterr().err


MISPLACED = {
    "a command behind overrides": (
        ["seeds=2", "optimize"],
        "optimize is a command, which stands before its overrides: retrainlab optimize seeds=2",
    ),
    "the second word of a command": (
        ["check", "seeds=2", "gates"],
        "check gates is a command, which stands before its overrides: retrainlab check gates seeds",
    ),
    "a flag of another command": (
        ["report", "runs/a", "--cfg", "job"],
        "report takes no flag --cfg; see retrainlab report --help",
    ),
    "a flag that needs another": (["--resolve"], "--resolve cannot stand alone; see retrainlab"),
    "a word that laws does not take": (["laws", "slow"], "it takes quick=true or nothing"),
    "a group without its value": (["scenaro", "gradual"], "did you mean scenario=..?"),
}


@pytest.mark.parametrize("case", MISPLACED)
def test_a_word_in_the_wrong_place_gets_one_sentence(case, tmp_path, capsys):
    words, sentence = MISPLACED[case]
    assert run(tmp_path, *words) == ExitCode.NO_RESULT
    error = capsys.readouterr().err
    assert sentence in error
    assert re.fullmatch(r"retrainlab: \S.*\n", error)
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("words", [["a log.csv"], ["scenario=a log.csv"], ["a log.csv", "seeds=2"]])
@pytest.mark.parametrize("command", [[], ["optimize"]])
def test_a_file_in_a_wrong_place_is_met_with_the_words_that_read_it(
    command, words, tmp_path, capsys
):
    (tmp_path / "a log.csv").write_text("x,y\n1,0\n")
    assert run(tmp_path, *command, *words) == ExitCode.NO_RESULT
    read = ["scenario=file", override("scenario.file.path", "a log.csv")]
    told = capsys.readouterr().err
    assert f"a table is read by {shlex.join(read)} scenario.file.target=COLUMN" in told
