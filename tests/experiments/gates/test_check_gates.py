"""`retrainlab check gates`: what it passes, what it fails, and what it refuses."""

import json
from pathlib import Path

import pytest
from command_line import run
from configuration import composed_as
from junitparser import Failure, JUnitXml

from retrainlab.experiments.check.settings import require_same
from retrainlab.experiments.completion import proposals
from retrainlab.experiments.gates import baseline
from retrainlab.sim.exit_codes import ExitCode

SMALL = [
    *("scenario=stationary", "scenario.stationary.ticks=90", "scenario.stationary.at=[40]"),
    *("scenario.stationary.rows=30", "damage=wrong_labels", "damage.wrong_labels.start=40"),
    *("gate=[always,if_recovers]", "seeds=11", "engine=serial"),
]
OPEN = "gate.if_recovers.gate={_target_:retrainlab.strategies.gate.Always}"
SHIPPED = Path(__file__).parents[3] / "benchmarks" / "gates.json"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with a baseline, and the check that wrote it."""
    folder = tmp_path_factory.mktemp("gates")
    assert run(folder, "check", "gates", "--update", *SMALL, "folder=same") == ExitCode.DONE
    return folder


def check(place, name, *words):
    """Exit code and verdict of a check in this folder, with the overrides of the baseline."""
    code = run(place, "check", "gates", "engine=serial", *words, f"folder={name}")
    return code, json.loads((place / name / "verdict.json").read_text())


def states(verdict):
    return {(row["gate"], row["stream"]): row["state"] for row in verdict["rows"]}


@pytest.mark.slow
def test_the_same_again_is_equal_everywhere(place):
    code, verdict = check(place, "same")
    assert code == ExitCode.DONE
    assert set(states(verdict).values()) == {"equal"}
    assert len(states(verdict)) == 4
    assert "all 4 configured pairs of gate and stream were compared" in verdict["sentence"]


@pytest.mark.slow
def test_a_gate_that_lets_damaged_data_serve_fails_and_is_named_everywhere(place):
    code, verdict = check(place, "open", OPEN)
    assert code == ExitCode.FAILED
    damaged = "stationary with wrong_labels"
    assert states(verdict)["if_recovers", damaged] == "worse"
    assert states(verdict)["always", damaged] == "equal"
    row = next(r for r in verdict["rows"] if (r["gate"], r["stream"]) == ("if_recovers", damaged))
    assert row["served"]["before"] == 0
    assert row["served"]["after"] == 1
    assert verdict["parameters"]["if_recovers"][1] == "Always"
    xml = JUnitXml.fromfile(str(place / "open" / "junit.xml"))
    cases = {(case.classname, case.name): case.result for suite in xml for case in suite}
    assert isinstance(cases["gates.if_recovers", damaged][0], Failure)
    assert "Gates against the baseline" in (place / "open" / "summary.md").read_text()


def test_on_few_seeds_nothing_is_judged(tmp_path, capfd):
    few = [*SMALL, "seeds=3", "folder=few"]
    assert run(tmp_path, "check", "gates", "--update", *few) == ExitCode.DONE
    assert "Too few seeds for a verdict on always, if_recovers" in capfd.readouterr().out
    code, verdict = check(tmp_path, "few")
    assert code == ExitCode.NO_RESULT
    assert set(verdict["unjudged"]) == {"always", "if_recovers"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["seeds=12"], "was made with seeds=11, and this check has seeds=12"),
        (["check.baseline=none.json"], "check.baseline is none.json, which is not there"),
        (["shard.count=2"], "a check of gates is not made in shards"),
        (["check.factor=1"], "check.factor is 1; it must be above 1"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_a_sentence(place, words, sentence):
    code, verdict = check(place, "refused", *words)
    assert code == ExitCode.NO_RESULT
    assert sentence in verdict["sentence"]


def test_a_damaged_baseline_is_refused(place):
    record = json.loads((place / "gates.json").read_text())
    del record["figures"]["always"]["stationary"]["served"]
    (place / "cut.json").write_text(json.dumps(record))
    code, verdict = check(place, "cut", "check.baseline=cut.json")
    assert code == ExitCode.NO_RESULT
    assert "figures.always.stationary: served has other seeds" in verdict["sentence"]


def test_the_shipped_baseline_is_one_of_the_default_check():
    record = baseline.read(SHIPPED)
    config = composed_as("check_gates")
    require_same(record.settings, baseline.settings(config), SHIPPED, baseline.ANEW)


def test_the_shell_completes_the_second_word():
    assert proposals("retrainlab check g") == ["gates"]
    assert "--update" in proposals("retrainlab check gates --")
