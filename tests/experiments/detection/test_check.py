"""`retrainlab check`: what it passes, what it fails, and what it refuses."""

import json
import re
import shutil
from pathlib import Path

import pytest
from command_line import run
from configuration import composed_as
from junitparser import Error, Failure, JUnitXml

from retrainlab.experiments.check import outputs
from retrainlab.experiments.check.repeat import with_stored
from retrainlab.experiments.detection import baseline, baseline_file
from retrainlab.experiments.detection.entries import entries
from retrainlab.experiments.detection.problems import problems
from retrainlab.sim.exit_codes import ExitCode
from retrainlab.strategies.detectors import registry

SMALL = [
    *("errors=[stationary,step]", "errors.stationary.rows=2000", "errors.step.rows=2000"),
    *("errors.step.start=1000", "errors.step.after=0.4", "detect.window=500"),
    *("scenario=covariate", "scenario.covariate.ticks=60", "scenario.covariate.start=30"),
    *("scenario.covariate.duration=10", "detect.rows=10", "seeds=24", "engine=serial"),
    "detector=[ddm,page_hinkley,ks_predictions]",
]
WORSE = "detector.ddm.detector.drift_threshold=6"
BROKEN = "detector.ddm.detector={_target_:broken_detector.Broken}"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("check")
    assert run(folder, "check", "--update", *SMALL) == 0
    return folder


def check(place, name, *words, again=True):
    """Exit code and verdict of a check whose folder has this name.

    again: whether it runs what the baseline was made from anew, or takes that as done.
    """
    if not again:
        (run_of_baseline,) = (path for path in (place / "runs").iterdir() if not path.is_symlink())
        shutil.copytree(run_of_baseline / "units", place / name / "units")
    code = run(place, "check", *SMALL, *words, f"hydra.run.dir={name}")
    return code, json.loads((place / name / "verdict.json").read_text())


ONE_OF_EACH = (
    *(("ddm", "drift_threshold"), ("page_hinkley", "threshold"), ("ks_predictions", "alpha")),
)
PAIR = ("page_hinkley", "step")


def states(verdict):
    return {(row["detector"], row["problem"]): row["state"] for row in verdict["rows"]}


@pytest.mark.slow
def test_the_same_again_is_equal_everywhere(place):
    before = (place / "baseline.json").read_bytes()
    code, verdict = check(place, "same")
    assert code == 0
    assert set(states(verdict).values()) == {"equal"}
    assert len(verdict["rows"]) == verdict["configured"] == verdict["compared"] == 7
    assert "all 7 configured pairs of detector and stream were compared" in verdict["sentence"]
    assert (place / "baseline.json").read_bytes() == before


def test_the_detectors_of_a_check_are_shown_and_are_no_study(tmp_path, capfd):
    few = [*SMALL, "seeds=2", "errors=[step,stationary]", "scenario=[]", "detector=[ddm]"]
    words = [word for word in few if not word.startswith("scenario.covariate")]
    run(tmp_path, "check", "--update", *words, "folder=one")
    capfd.readouterr()
    assert run(tmp_path, "show", "one") == ExitCode.NO_RESULT
    assert "one holds a benchmark of detectors, and no study" in capfd.readouterr().err
    assert run(tmp_path, "report", "one", page=True) == ExitCode.DONE
    assert "ddm" in capfd.readouterr().out
    assert (tmp_path / "one" / "report.html").is_file()


@pytest.mark.slow
def test_a_doubled_threshold_fails_and_is_named_everywhere(place):
    code, verdict = check(place, "worse", WORSE)
    assert code == 1
    found = states(verdict)
    assert found["ddm", "step"] == "worse"
    assert {state for (detector, _), state in found.items() if detector != "ddm"} == {"equal"}
    assert verdict["parameters"] == {
        "ddm": ["DDM drift_threshold=3.0", "DDM drift_threshold=6"],
    }
    xml = JUnitXml.fromfile(str(place / "worse" / "junit.xml"))
    cases = {(case.classname, case.name): case.result for suite in xml for case in suite}
    assert isinstance(cases["detectors.ddm", "step"][0], Failure)
    assert cases["detectors.page_hinkley", "step"] == []
    assert (xml.tests, xml.failures) == (7, list(found.values()).count("worse"))
    seconds = [case.time for suite in xml for case in suite]
    assert min(seconds) > 0
    assert xml.time == pytest.approx(sum(seconds), abs=0.01)
    summary = (place / "worse" / "summary.md").read_text()
    assert re.search(
        r"\| ddm \| step \| worse \| restricted mean delay, rows \| \d+ \| \d+", summary
    )
    assert "Check FAILED" in summary


@pytest.mark.slow
def test_a_setting_that_is_sooner_and_calm_is_better(place):
    code, verdict = check(place, "better", "detector.page_hinkley.detector.threshold=20")
    assert code == 0
    assert states(verdict)["page_hinkley", "step"] == "better"
    row = next(r for r in verdict["rows"] if (r["detector"], r["problem"]) == PAIR)
    before, after = (row["repeats"][when] for when in ("before", "after"))
    assert before < after
    assert row["surplus_per_1000"]["before"] < row["surplus_per_1000"]["after"]
    summary = (place / "better" / "summary.md").read_text()
    assert "| repeated alarms | false and repeated in 1,000 |" in summary
    assert f"| {before} to {after} |" in summary


@pytest.mark.slow
def test_other_alarms_with_equal_performance_are_changed_and_pass(place):
    code, verdict = check(place, "changed", "detector.page_hinkley.detector.threshold=50.5")
    assert code == 0
    row = next(r for r in verdict["rows"] if (r["detector"], r["problem"]) == PAIR)
    assert row["state"] == "changed"
    assert 0 < row["changed_seeds"] <= 24


def test_positions_in_the_baseline_are_the_alarms(place):
    """A baseline edited by hand, one alarm moved by one row: seen, and not a failure."""
    record = json.loads((place / "baseline.json").read_text())
    record["alarms"]["ddm"]["step"]["0"][-1] += 1
    (place / "moved.json").write_text(json.dumps(record))
    code, verdict = check(place, "moved", "check.baseline=moved.json", again=False)
    assert code == 0
    assert states(verdict)["ddm", "step"] == "changed"
    assert list(states(verdict).values()).count("changed") == 1


def test_another_stream_is_told_from_another_detector(place):
    record = json.loads((place / "baseline.json").read_text())
    record["streams"]["step"]["digest"] = "0" * 16
    (place / "stream.json").write_text(json.dumps(record))
    code, verdict = check(place, "stream", "check.baseline=stream.json", again=False)
    assert code == 0
    assert [r["stream_changed"] for r in verdict["rows"] if r["problem"] == "step"] == [True, True]


@pytest.mark.slow
def test_json_is_all_that_is_printed(place, capfd):
    capfd.readouterr()
    assert run(place, "check", "--json", *SMALL, WORSE, "hydra.run.dir=json") == 1
    said = json.loads(capfd.readouterr().out)
    assert said == json.loads((place / "json" / "verdict.json").read_text())
    assert said["passed"] is False


def test_too_few_seeds_cannot_be_judged(tmp_path, capfd):
    few = [*SMALL, "seeds=4"]
    assert run(tmp_path, "check", "--update", *few) == 0
    told = "Too few seeds for a verdict on ddm, page_hinkley, ks_predictions"
    assert told in capfd.readouterr().out  # as soon as the baseline is written
    code, verdict = check(tmp_path, "few", "seeds=4", again=False)
    assert code == ExitCode.NO_RESULT
    assert verdict["unjudged"] == ["ddm", "page_hinkley", "ks_predictions"]
    assert (verdict["passed"], verdict["configured"], verdict["compared"]) == (False, 7, 0)
    assert "Check NOT JUDGED: 0 of 7 configured pairs" in capfd.readouterr().out
    assert f"needs {verdict['least_seeds']} of each" in (tmp_path / "few/summary.md").read_text()
    assert JUnitXml.fromfile(str(tmp_path / "few/junit.xml")).errors == 7


FEW = ["+detector.ddm.check_seeds=2"]


@pytest.mark.slow
def test_few_seeds_by_declaration_are_enough_for_the_same_alarms_only(tmp_path, capfd):
    assert run(tmp_path, "check", "--update", *SMALL, *FEW) == 0
    assert capfd.readouterr().out == "Baseline: baseline.json\n"
    code, verdict = check(tmp_path, "same", *FEW, again=False)
    assert (code, verdict["by_alarms"], verdict["compared"]) == (ExitCode.DONE, ["ddm"], 7)
    code, verdict = check(tmp_path, "other", *FEW, WORSE)
    assert (code, verdict["unjudged"]) == (ExitCode.NO_RESULT, ["ddm"])
    assert states(verdict)["ddm", "step"] == "unjudged"


@pytest.mark.slow
def test_a_detector_that_cannot_run_is_not_judged(place):
    code, verdict = check(place, "broken", BROKEN)
    assert code == ExitCode.NO_RESULT
    assert len(verdict["failures"]) == 3
    assert (verdict["configured"], verdict["compared"]) == (7, 4)
    xml = JUnitXml.fromfile(str(place / "broken" / "junit.xml"))
    results = [result for suite in xml for case in suite for result in case.result]
    assert [type(result) for result in results] == [Error] * 3
    assert "TypeError" in verdict["failures"][0]


def test_a_check_of_which_nothing_could_run_is_not_judged(place):
    words = [f"detector.{name}.detector.{key}=x" for name, key in ONE_OF_EACH]
    code, verdict = check(place, "nothing", *words)
    assert (code, verdict["passed"], verdict["rows"]) == (ExitCode.NO_RESULT, False, [])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["check.baseline=none.json"], "none.json, which is not there; write a new one with"),
        (["seeds=25"], "was made with seeds=24, and this check has seeds=25; check with the same"),
        (["errors.step.after=0.5"], "was made with errors.step.after=0.4, and this check has"),
        (["learner=tree"], "was made with learner."),
        (["detector=[ddm,page_hinkley]"], "was made with detector.ks_predictions="),
        (["check.factor=1"], "check.factor is 1; it must be above 1"),
        (["check.factor=.inf"], "check.factor is .inf; it must be above 1"),
        (["check.level=1"], "check.level is 1; it must lie between 0 and 1"),
        (["check.level=x"], "check.level is x; it must lie between 0 and 1"),
        (["check.update=2"], "check.update is 2; it must be true or false"),
        (["check.baseline=null"], "check.baseline is None; name a file"),
    ],
)
def test_a_stale_baseline_and_bad_options_are_refused(place, words, sentence, capfd):
    code, verdict = check(place, "refused", *words)
    assert (code, verdict["passed"]) == (ExitCode.NO_RESULT, False)
    complaint = capfd.readouterr().err
    assert sentence in complaint
    assert complaint.count("\n") == 1
    assert complaint == f"retrainlab: {verdict['sentence']}\n"


@pytest.mark.slow
def test_no_baseline_is_written_of_what_failed(tmp_path, capfd):
    assert run(tmp_path, "check", "--update", *SMALL, BROKEN) == ExitCode.NO_RESULT
    assert "no baseline is written, because ddm on" in capfd.readouterr().err
    assert not (tmp_path / "baseline.json").exists()


def test_a_check_may_be_of_another_scenario_than_the_usual_one(tmp_path):
    words = ("scenario=sudden", "scenario.sudden.ticks=60", "scenario.sudden.at=[30]", "errors=[]")
    code = run(tmp_path, "check", "--update", *words, "detector=ddm", "seeds=1", "engine=serial")
    assert code == 0
    assert list(json.loads((tmp_path / "baseline.json").read_text())["streams"]) == ["sudden"]


def test_a_detector_without_a_stream_to_watch_is_refused(tmp_path, capfd):
    words = [word for word in SMALL if not word.startswith("scenario")]
    assert run(tmp_path, "check", "--update", *words, "scenario=[]") == ExitCode.NO_RESULT
    assert "has what ks_predictions can watch" in capfd.readouterr().err


@pytest.mark.slow
def test_a_plain_check_repeats_the_overrides_of_its_baseline(place, capfd):
    stored = json.loads((place / "baseline.json").read_text())["overrides"]
    assert stored == [word for word in SMALL if word != "engine=serial"]
    assert run(place, "check", "engine=serial", "folder=plain") == ExitCode.DONE
    stored = baseline_file.read(place / "baseline.json").overrides
    words = ["engine=serial", "check.baseline=baseline.json", "folder=anew"]
    assert run(place, "check", "--update", *words) == ExitCode.DONE
    assert baseline_file.read(place / "baseline.json").overrides == stored
    captured = capfd.readouterr()
    assert "as in the baseline: 'errors=[stationary,step]'" in captured.err
    assert "all 7 configured pairs" in captured.out


def test_a_word_that_is_typed_replaces_the_one_of_the_baseline(place, capfd):
    assert run(place, "check", "seeds=25", "folder=typed") == ExitCode.NO_RESULT
    assert "was made with seeds=24, and this check has seeds=25" in capfd.readouterr().err


def test_another_value_of_an_option_that_the_baseline_added(tmp_path):
    baseline = {"overrides": ["detector=own", "+detector.own.detector.threshold=20", "seeds=24"]}
    (tmp_path / "b.json").write_text(json.dumps(baseline))
    named = f"check.baseline={tmp_path / 'b.json'}"
    for typed in ("detector.own.detector.threshold=24", "+detector.own.detector.threshold=24"):
        assert with_stored([named, typed]) == [
            *("detector=own", "seeds=24", named),
            "+detector.own.detector.threshold=24",
        ]


def test_outputs_of_an_earlier_check_do_not_stand_for_one_that_is_refused(place):
    code, verdict = check(place, "again", again=False)
    assert (code, verdict["passed"]) == (0, True)
    code, verdict = check(place, "again", "seeds=25")
    assert (code, verdict["passed"]) == (ExitCode.NO_RESULT, False)
    assert "seeds=25" in (place / "again" / "summary.md").read_text()
    [case] = [case for suite in JUnitXml.fromfile(str(place / "again/junit.xml")) for case in suite]
    assert isinstance(case.result[0], Error)


def test_outputs_of_an_earlier_check_do_not_stand_for_one_that_is_mistyped(place):
    folder = place / "mistyped"
    for words in (["check.facotr=2"], ["--safe", "hydra/launcher=joblib"], ["check"], ["~engine"]):
        folder.mkdir(exist_ok=True)
        for name in outputs.NAMES:
            (folder / name).write_text("passed")
        assert run(place, "check", *SMALL, "folder=mistyped", *words) == ExitCode.NO_RESULT
        texts = [path.read_text() for path in folder.iterdir()] if folder.is_dir() else []
        assert "passed" not in texts


@pytest.mark.slow
def test_outputs_of_an_earlier_check_do_not_stand_for_one_that_is_stopped(place, monkeypatch):
    assert check(place, "stopped", again=False)[0] == 0

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("retrainlab.experiments.detection.command._measure", stop)
    assert run(place, "check", *SMALL, "hydra.run.dir=stopped") == ExitCode.INTERRUPTED
    assert not any((place / "stopped" / name).exists() for name in outputs.NAMES)


@pytest.mark.slow
def test_the_folder_of_another_study_is_left_as_it_is(place):
    assert run(place, "detect", *SMALL, "detector=ddm", "detect.curves=[]", "folder=other") == 0
    before = {path.name for path in (place / "other").iterdir()}
    assert run(place, "check", *SMALL, "folder=other") == ExitCode.NO_RESULT
    assert {path.name for path in (place / "other").iterdir()} == before


SHIPPED = Path(__file__).parents[3] / "benchmarks" / "baseline.json"


def test_the_shipped_baseline_is_one_of_the_default_check():
    """Its settings are those of conf/check.yaml, so that the check can be run as it is."""
    baseline.require_same(baseline_file.read(SHIPPED), composed_as("check"), SHIPPED)


@pytest.mark.parametrize("name", ["adwin", "ddm", "eddm", "fhddm", "hddm_a", "hddm_w"])
def test_alarms_stand_where_the_shipped_baseline_has_them(name):
    """Golden positions; `retrainlab check --update` is what changes them."""
    record, config = baseline_file.read(SHIPPED), composed_as("check", "scenario=[]")
    [entry] = entries({name: config["detector"][name]}, "check_seeds")
    for problem in problems(config):
        for seed in range(3):
            values = problem.signals(seed).values["error"]
            for feed in (registry.feed, registry.feed_own):
                alarms = feed(entry.default.make(seed), values)
                assert list(alarms) == list(record.alarms[name][problem.name][str(seed)])
