"""A schedule of a user's own, named by `_target_`: its interval, its figure and its optimum."""

import json

import numpy as np
import pandas as pd
import pytest
from command_line import only_run, run

from retrainlab import reports
from retrainlab.experiments.config.tick_options import tick_options
from retrainlab.reports.analysis.cost_curve import curves
from retrainlab.reports.analysis.cost_points import cost_points
from retrainlab.reports.figures.scenario_figures import _law

pytestmark = pytest.mark.slow

SMALL = ["scenario=rotating", "scenario.rotating.ticks=120", "scenario.rotating.rows=20"]
SMALL += ["seeds=3", "engine=serial", "prices.fit=5", "learner=naive_bayes", "references=null"]
SMALL += ["strategy=own", "optimize.resamples=200"]
WEEKLY = "strategy.own.when._target_=mine_strategies.Weekly"
LAST = ["strategy.own.what._target_=retrainlab.strategies.what.Last", "+strategy.own.what.ticks=9"]


@pytest.fixture(scope="module")
def searched(tmp_path_factory):
    """A search of the weeks between two retrainings on a window."""
    folder = tmp_path_factory.mktemp("weekly")
    words = [WEEKLY, *LAST, "+strategy.own.when.phase=0", "optimize.search={when.weeks:[1,2,3,4]}"]
    assert run(folder, "optimize", *SMALL, *words, page=True) == 0
    return only_run(folder)


def test_a_subclass_gets_its_interval(searched):
    runs = pd.read_parquet(searched / "runs.parquet").query("strategy == 'own'")
    assert set(runs["p_when.weeks"]) == {1, 2, 3, 4}
    np.testing.assert_array_equal(runs["interval"], 7 * runs["p_when.weeks"])
    assert not runs["never"].any()


def test_a_subclass_gets_its_optimum_in_ticks(searched):
    (row,) = pd.read_parquet(searched / "optimum.parquet").to_dict("records")
    assert (row["strategy"], row["parameter"]) == ("own", "when.weeks")
    assert row["best_finite"] in (7, 14, 21, 28)
    (curve,) = curves(reports.load(searched))
    assert curve.is_interval
    assert list(curve.values) == [7, 14, 21, 28, np.inf]
    (answer,) = reports.answers(reports.load(searched))
    assert f"every {row['best_finite']:.0f} ticks" in answer


def test_a_subclass_gets_its_figure_and_its_law(searched):
    study = reports.load(searched)
    points = cost_points(study.of("rotating"))
    assert points["scheduled"].all()
    assert points["interval"].tolist() == [7, 14, 21, 28]
    assert len(set(points["group"])) == 1
    assert "weeks" not in points["group"].iloc[0]
    assert _law(study.of("rotating"), "rotating", *curves(study)) is not None
    assert list((searched / "figures").glob("rotating-price-own*.png"))


def test_a_subclass_is_begun_at_other_phases(searched):
    study = reports.load(searched)
    assert set(study.probes["interval"]) <= {7.0, 14.0, 21.0, 28.0}
    phases = {study.manifest.strategies[label].phase for label in study.probes["label"]}
    assert 0 not in phases


def test_a_plain_study_draws_a_subclass_as_a_schedule(tmp_path):
    words = ["strategy.own.when._target_=mine_strategies.Renamed"]
    assert run(tmp_path, *SMALL, *words, "+strategy.own.grid={when.ticks:[5,10,20]}") == 0
    study = reports.load(only_run(tmp_path))
    (curve,) = curves(study)
    assert list(curve.values)[-4:] == [5, 10, 20, np.inf]
    assert _law(study, "rotating", curve) is None  # on everything so far, there is no such law


def test_the_answer_does_not_depend_on_what_strategies_are_called(tmp_path):
    """What never retrains is found by what it does: under another name, and beside a false one."""
    words = ["strategy=[never,own]", "strategy.never.when._target_=mine_strategies.Third"]
    words += ["+strategy.never.when.step=9"]
    words += ["strategy.own.when._target_=retrainlab.strategies.when.Never"]
    assert run(tmp_path, *SMALL, *words, page=True, figures=False) == 0
    runs = reports.load(only_run(tmp_path)).runs
    assert set(runs.loc[runs["never"], "strategy"]) == {"own"}
    summary = reports.summary(only_run(tmp_path)).set_index("strategy")
    assert summary.loc["own", "saving"] == 0
    manifest = json.loads((only_run(tmp_path) / "manifest.json").read_text())
    (info,) = [one for one in manifest["strategies"].values() if one["strategy"] == "never"]
    assert info["clauses"][0] == {"kind": "code", "text": "Third(step=9)"}
    assert "Third(step=9)" in (only_run(tmp_path) / "report.html").read_text()


def test_what_counts_ticks_is_inherited():
    def of(name):
        return tick_options({"_target_": name}, "when")

    assert of("retrainlab.strategies.when.Every") == {"ticks"}
    assert of("mine_strategies.Renamed") == {"ticks"}
    assert of("retrainlab.strategies.when.OnDrop") == {"ticks"}
    assert of("mine_strategies.Third") == set()
    assert tick_options("KSWIN", "when.detector") == set()
