"""`retrainlab detect`, end to end and part by part."""

import json

import numpy as np
import pandas as pd
import pytest
from command_line import only_run, run
from configuration import composed_as, names

from retrainlab.experiments.detection.bench import prepare
from retrainlab.experiments.detection.entries import entries, library
from retrainlab.experiments.detection.problems import Problem, problems
from retrainlab.reports.detection.scores import best, common, pooled, scores, speeds, wide
from retrainlab.reports.detection.summary import rankings
from retrainlab.reports.detection.tables import COLUMNS, load
from retrainlab.sim.errors import InputError
from retrainlab.sim.exit_codes import ExitCode
from retrainlab.sim.seeds import generator
from retrainlab.strategies.detectors import registry

SMALL = [
    *("errors=[stationary,step]", "errors.stationary.rows=1500", "errors.step.rows=1500"),
    *("errors.step.start=700", "errors.step.after=0.6", "detect.window=400"),
    *("scenario=[sudden,covariate]", "scenario.sudden.ticks=100", "scenario.sudden.at=[60]"),
    *("scenario.covariate.ticks=100", "scenario.covariate.start=60"),
    *("scenario.covariate.duration=10", "detect.rows=10", "seeds=3", "engine=serial"),
    "detect.curve_seeds=2",
]
MINE = ["detector=[adwin,ddm,ks_predictions,own]"]
MINE += ["detector.own.detector._target_=mine_detectors.Steady"]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("detect")
    assert run(folder, "detect", *SMALL, *MINE, "detect.wide=null", page=True) == 0
    return only_run(folder)


@pytest.mark.slow
def test_it_leaves_tables_a_manifest_and_a_page(finished):
    bench = load(finished)
    for name, columns in COLUMNS.items():
        assert list(getattr(bench, name).columns) == list(columns)
    assert bench.problems == ["stationary", "step", "sudden", "covariate"]
    real = ["adwin", "ddm", "ks_predictions", "own"]
    nulls = ["never", "every", "random", *(f"{n}_unlabelled" for n in ("never", "every", "random"))]
    assert bench.detectors == [*real, *nulls]
    assert (finished / "report.html").stat().st_size > 10_000


@pytest.mark.slow
def test_each_detector_runs_where_it_can_watch(finished):
    runs = load(finished).runs
    assert set(runs.loc[runs["detector"] == "ks_predictions", "problem"]) == {"sudden", "covariate"}
    assert set(runs.loc[runs["detector"] == "ddm", "problem"]) == {*load(finished).problems}
    assert set(runs.loc[runs["detector"] == "ddm", "seed"]) == {0, 1, 2}


def test_curves_run_on_their_streams_alone_and_the_same_detector_runs_once(finished):
    runs = load(finished).runs
    curve = runs[(runs["detector"] == "adwin") & (runs["setting"] != "")]
    assert set(curve["problem"]) == {"step", "covariate"}
    assert set(curve["seed"]) == {0, 1}
    shared = runs[(runs["detector"] == "adwin") & (runs["problem"] == "step")]
    same = shared[shared["setting"].isin(["", "delta=0.002"]) & (shared["seed"] < 2)]
    same = same.groupby("seed")
    assert (same["seconds"].nunique(dropna=False) == 1).all()
    assert (same["alarms"].nunique() == 1).all()


def test_a_detector_of_ones_own_alarms_where_it_says(finished):
    bench = load(finished)
    own = bench.alarms[bench.alarms["detector"] == "own"]
    assert set(own["row"]) == {10}
    assert bench.info("own").library == "mine_detectors"
    assert bench.info("adwin").library.startswith("river 0.")


def test_only_harmful_drifts_count_on_errors_and_moves_of_the_inputs_without_labels(finished):
    bench = load(finished)
    assert bench.harmful["step"] == [True]
    assert bench.harmful["sudden"] == [True]
    assert len(bench.matchings("adwin", "sudden")[0].delays) == 1
    assert len(bench.matchings("ks_predictions", "sudden")[0].delays) == 0
    assert len(bench.matchings("ks_predictions", "covariate")[0].delays) == 1


def test_null_detectors_alarm_by_the_clock_and_as_often_as_the_best(finished):
    bench = load(finished)
    leader = best(bench, "step", ["adwin", "ddm", "own"])
    for seed in range(3):
        found = bench.matchings(leader, "step")[seed]
        assert bench.matchings("random", "step")[seed].alarms == found.alarms
        assert bench.matchings("never", "step")[seed].alarms == 0
    every = bench.alarms[
        (bench.alarms["detector"] == "every") & (bench.alarms["problem"] == "step")
    ]
    assert (every.groupby("seed")["row"].diff().dropna() == 1000).all()


def test_scores_are_pooled_over_the_streams_that_all_can_watch(finished):
    bench = load(finished)
    table = scores(bench).set_index(["detector", "problem"])
    assert common(bench, ["adwin", "ddm"]) == bench.problems
    assert common(bench, ["ks_predictions"]) == ["sudden", "covariate"]
    assert len(pooled(bench, "adwin", bench.problems)) == 3
    parts = table.loc["adwin"].loc[bench.problems]
    assert table.loc[("adwin", "all"), "drifts"] == parts["drifts"].sum()
    assert table.loc[("adwin", "all"), "false_alarms"] == parts["false_alarms"].sum()
    assert np.isnan(table.loc[("adwin", "stationary"), "recall"])
    assert all(value > 0 for name, value in speeds(bench).items() if name in ("adwin", "ddm"))


def test_a_ranking_puts_null_detectors_last_and_says_who_is_soonest(finished):
    bench = load(finished)
    labelled, unlabelled = rankings(bench, scores(bench))
    assert labelled.rows["null"].tolist() == [False] * 3 + [True] * 3
    assert unlabelled.rows["detector"].tolist()[0] == "ks_predictions"
    assert "Pooled over 4 streams" in labelled.sentence


def test_workers_change_nothing_but_seconds(finished, tmp_path):
    words = [*SMALL, *MINE, "detect.wide=null", "engine=joblib", "engine.jobs=2"]
    assert run(tmp_path, "detect", *words) == 0
    one, two = load(finished), load(only_run(tmp_path))
    for name in COLUMNS:
        first, second = (
            getattr(b, name).drop(columns="seconds", errors="ignore") for b in (one, two)
        )
        pd.testing.assert_frame_equal(first, second, check_exact=True)


@pytest.mark.slow
def test_the_page_is_rebuilt_to_the_same_bytes(finished):
    page = finished / "report.html"
    before = page.read_bytes()
    assert run(finished.parent, "report", str(finished), page=True) == 0
    assert page.read_bytes() == before


@pytest.mark.slow
def test_wide_intervals_get_as_many_seeds_again(finished, tmp_path):
    pairs = wide(load(finished), 0.1)
    assert pairs
    words = [*SMALL, "scenario=[]", "detector=[adwin,kswin]", "detector.kswin.seeds=1"]
    words = [w for w in words if not w.startswith("scenario.")]
    assert run(tmp_path, "detect", *words, "detect.wide=0.01", "errors.step.after=0.3") == 0
    bench = load(only_run(tmp_path))
    seeds = bench.runs[bench.runs["setting"] == ""].groupby(["detector", "problem"])["seed"].max()
    assert seeds["adwin", "step"] == 5
    assert seeds["adwin", "stationary"] == 2
    assert seeds["kswin", "step"] == 0
    # The best on stationary errors may be one of few seeds; chance runs on all the same.
    assert seeds["random", "stationary"] == seeds["every", "stationary"] == 2
    assert seeds["random", "step"] == 5


@pytest.mark.slow
def test_a_detector_that_fails_is_named_and_the_others_go_on(tmp_path, capfd):
    words = [*SMALL, "detector=[adwin,own]", "detector.own.detector._target_=mine_detectors.Broken"]
    assert run(tmp_path, "detect", *words, page=True) == 1
    error = "ZeroDivisionError: half-way <b> (mine_detectors.py, line 28)"
    assert f"failed: own on step, seed 0 and 2 more: {error}" in capfd.readouterr().err
    assert "own" not in set(load(only_run(tmp_path)).runs["detector"])
    page = (only_run(tmp_path) / "report.html").read_text()
    assert "half-way &lt;b&gt;" in page
    assert "half-way <b>" not in page


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["detect.window=0"], "detect.window is 0; it must be a whole number of rows, 1 or more"),
        (["detect.wide=2"], "detect.wide is 2; it must be a share of the window"),
        (["detector.adwin.signal=inputs"], "detector adwin cannot watch signal=inputs"),
        (["detector.adwin.signal=loss"], "detector.adwin.signal is 'loss'; it must be one of"),
        (["detector.adwin.seeds=0"], "detector.adwin.seeds is 0"),
        (
            ["detector.adwin.detector.delta=x"],
            "detector ADWIN: delta is 'x'; it must lie between 0 and 1",
        ),
        (["detector.adwin.curve.delta=3"], "detector.adwin.curve.delta is 3; it must be a list"),
        (["+detector.adwin.detector.width=3"], "detector ADWIN has no 'width'"),
        (["scenario=flights"], "scenario.flights is one stream of real data"),
        (["errors.step.before=2"], "errors.step: before is 2; it must be a number from 0 to 1"),
        (["errors=[]", "scenario=[]"], "errors and scenario are both empty"),
        (["detector=[]"], "detector is empty; name at least one"),
        (["seeds=0"], "seeds is 0"),
        (["engine.jobs=0"], "engine: jobs is 0"),
    ],
)
def test_a_bad_configuration_is_refused_in_one_sentence(words, sentence):
    first = [w for w in words if w.split("=")[0] in ("errors", "scenario", "detector")]
    own = [
        w
        for w in ["errors=[step]", "scenario=[]", "detector=[adwin]"]
        if not any(f.split("=")[0] == w.split("=")[0] for f in first)
    ]
    with pytest.raises(InputError) as error:
        prepare(composed_as("detect", *own, *words))
    assert str(error.value).startswith(sentence)


def test_no_detector_that_can_run_is_refused(tmp_path, capfd):
    assert (
        run(tmp_path, "detect", "errors=[step]", "scenario=[]", "detector=[psi]")
        == ExitCode.NO_RESULT
    )
    assert "no detector could run on any problem" in capfd.readouterr().err


def test_a_drift_in_the_warm_up_and_overlapping_drifts():
    """The served part of a stream: what was over before is gone, and one drift is one."""
    node = composed_as("detect", "scenario=rotating")["scenario"]["rotating"]
    node |= {"ticks": 40, "rows": 20}
    learner = composed_as("detect")["learner"]
    signals = Problem("rotating", "scenario", node, learner, 10).signals(0)
    [drift] = signals.drifts
    assert (drift.start, drift.stop, signals.rows) == (0, 600, 600)
    assert np.isnan(drift.before)
    assert set(signals.values) == {"error", "prediction", "inputs"}
    assert signals.values["inputs"].shape == (600, 5)


def test_the_error_of_a_scenario_is_that_of_a_model_that_never_retrains(tmp_path):
    """Its mean over the stream is what the study's `never` has, fit seed and encoding alike."""
    words = ["scenario=sudden", "scenario.sudden.ticks=60", "scenario.sudden.rows=50"]
    words += ["scenario.sudden.at=[40]", "learner=naive_bayes", "seeds=1", "engine=serial"]
    assert run(tmp_path, *words, "strategy=never") == 0
    runs = pd.read_parquet(only_run(tmp_path) / "runs.parquet")
    never = runs.loc[runs["label"] == "never", "accuracy"].item()
    config = composed_as("detect", *words[:-1], "detect.rows=null")
    found = Problem("sudden", "scenario", config["scenario"]["sudden"], config["learner"], 20)
    assert 1 - found.signals(0).values["error"].mean() == pytest.approx(never)


@pytest.mark.slow
@pytest.mark.parametrize("name", names("detector"))
def test_every_setting_of_a_shipped_detector_runs_and_strict_ones_come_first(name):
    """On errors of which all change half-way, the most sensitive setting alarms as much or more."""
    [entry] = entries(composed_as("detect", f"detector={name}")["detector"], "seeds")
    half = np.repeat([0.1, 0.9], 900)
    numbers = generator("tests", name).random(1800) < half
    signal = numbers.astype(np.int64) if entry.signal == "error" else half + numbers
    values = signal if entry.signal != "inputs" else np.column_stack([signal, signal + numbers])
    found = [len(registry.feed_own(s.make(0), values)) for s in entry.settings]
    assert found[1] <= found[-1]
    assert max(found) > 0
    assert entry.info().same in entry.info().curve


@pytest.mark.parametrize("name", names("errors"))
def test_every_shipped_error_stream_is_one(name):
    config = composed_as("detect", f"errors=[{name}]", "scenario=[]")
    [problem] = problems(config)
    assert set(problem.signals(1).values) == {"error"}


def test_library_names_whose_algorithm_it_is():
    assert library(registry.make("ADWIN")[0]).startswith("river ")
    assert library(registry.make("FHDDM")[0]).startswith("retrainlab 0.")
    assert " on river " in library(registry.make("FHDDM")[0])
    assert library(registry.make("KS")[0]).startswith("retrainlab ")


def test_the_manifest_is_plain_json(finished):
    manifest = json.loads((finished / "manifest.json").read_text())
    assert manifest["kind"] == "detectors"
    assert manifest["detectors"]["adwin"]["same"] == "delta=0.002"


def test_a_curve_on_no_stream_is_refused(tmp_path, capsys):
    """It would draw no curve at all, and not say so."""
    assert run(tmp_path, "detect", *SMALL, "detect.curves=[stpe]") == ExitCode.NO_RESULT
    assert "detect.curves names 'stpe'; did you mean step? There is:" in capsys.readouterr().err


def test_a_detector_that_alarms_otherwise_again_fails(tmp_path, capsys):
    words = ["scenario=[]", "errors=[step]", "seeds=1", "engine=serial"]
    words += ["detector=[own,ddm]", "detector.own.detector._target_=mine_detectors.Shared"]
    words += ["folder=out"]
    assert run(tmp_path, "detect", *words) == ExitCode.FAILED
    said = capsys.readouterr().err
    assert (
        "own on step, seed 0: it alarms otherwise when it is run again on the same stream" in said
    )
    assert "own" not in set(load(tmp_path / "out").runs["detector"])
