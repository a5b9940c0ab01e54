"""The map of strategies: winners that are known, prices put on afterwards, what is refused."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from command_line import only_run, run
from scipy.stats import ttest_rel

from retrainlab.experiments.study.strategy_map import DECADES, DIGITS, USUAL, _spread
from retrainlab.reports.analysis.map_winners import COLUMNS
from retrainlab.reports.analysis.map_winners import strategy_map as table_of
from retrainlab.reports.decision.price_grid import round_prices
from retrainlab.reports.decision.summary import by_seed
from retrainlab.reports.results.tables import load
from retrainlab.sim.errors import InputError
from retrainlab.sim.exit_codes import ExitCode
from retrainlab.sim.multiple_comparisons import bonferroni
from retrainlab.sim.prices import Prices, price

SEEDS = 5
NOISE = np.array([-3.0, 1.0, 4.0, -2.0, 0.0])  # of the streams: the same for every strategy
OWN = np.array([20.0, -10.0, -30.0, 15.0, 5.0])  # of one strategy
FREE = Prices(fit=0.0)


def cell(label, loss, fits, strategy="", role="strategy", scenario="one", rows=0):
    """Rows of the table of runs of one cell; loss, fits: a number or one for each seed."""
    strategy = strategy or label.split()[0]
    frame = pd.DataFrame({"scenario": scenario, "seed": range(SEEDS), "label": label})
    frame = frame.assign(strategy=strategy, role=role, never=strategy == "never")
    frame = frame.assign(loss=loss + NOISE, retrainings=fits)
    return frame.assign(train_rows=rows, labels=0, fit_seconds=0.0)


def mapped(*cells, fits=(10.0,), prices=FREE):
    """The map of hand-made cells of one scenario."""
    return table_of(pd.concat(cells, ignore_index=True), {"one": 0.5}, prices, fits)


NEVER = cell("never", 1000, 0)
OFTEN, SELDOM = cell("periodic every 10", 500, 10), cell("periodic every 50", 700, 2)
MAJORITY = cell("majority", 5000, 0, role="baseline")


def test_the_winner_follows_the_price_and_so_does_its_best_setting():
    found = mapped(NEVER, OFTEN, SELDOM, MAJORITY, fits=(0.0, 10.0, 100.0, 200.0))
    assert list(found.columns) == list(COLUMNS)
    assert list(found["label"]) == [
        *("periodic every 10", "periodic every 10", "periodic every 50", "never"),
    ]
    assert list(found["strategy"]) == ["periodic", "periodic", "periodic", "never"]
    # The next one is another strategy, not the same one at another setting.
    assert list(found["runner_up"]) == ["never", "never", "never", "periodic every 50"]
    assert found["cost"].tolist() == pytest.approx([500, 600, 900, 1000])
    assert found["margin"].tolist() == pytest.approx([50, 40, 10, 100 * 100 / 1100])
    assert found["significant"].all()


def test_the_interval_of_the_margin_is_paired():
    noisy = cell("trigger", 600 + OWN, 2)
    found = mapped(NEVER, noisy, MAJORITY, fits=(10.0,)).iloc[0]
    costs = {"never": 1000 + NOISE, "trigger": 620 + OWN + NOISE}
    bounds = ttest_rel(costs["never"], costs["trigger"]).confidence_interval(bonferroni(2))
    assert found["label"] == "trigger"
    assert found["margin_low"] == pytest.approx(100 * bounds.low / 1000)
    assert found["margin_high"] == pytest.approx(100 * bounds.high / 1000)


def test_a_cell_is_blank_where_one_of_the_others_may_be_as_cheap():
    near = cell("trigger", 510, 10)
    assert mapped(OFTEN, near, MAJORITY)["significant"].all()
    noisy = cell("trigger", 510 + OWN, 10)
    assert not mapped(OFTEN, noisy, MAJORITY)["significant"].any()
    # The next strategy is clearly dearer; the one behind it swings, and may be as cheap.
    wild = cell("drop", 530 + 5 * OWN, 10)
    found = mapped(OFTEN, near, wild, MAJORITY).iloc[0]
    assert found["runner_up"] == "trigger"
    assert found["margin_low"] > 0
    assert not found["significant"]


def test_more_rivals_ask_for_more_evidence():
    rival = cell("trigger", 530 + OWN, 10)
    dear = [cell(f"drop by={i}", 3000 + i, 10) for i in range(40)]
    few, many = mapped(OFTEN, rival), mapped(OFTEN, rival, *dear)
    assert few["significant"].all()
    assert not many["significant"].any()
    assert few["margin"].tolist() == many["margin"].tolist()


def test_equal_costs_are_blank():
    found = mapped(NEVER, OFTEN, fits=(50.0,)).iloc[0]
    assert found["margin"] == 0
    assert not found["significant"]


def test_what_never_retrained_is_never_under_another_name():
    silent = cell("trigger ADWIN", 1000, 0)
    found = mapped(NEVER, silent, OFTEN, fits=(500.0,)).iloc[0]
    assert (found["strategy"], found["significant"]) == ("never", True)
    once = cell("trigger ADWIN", 1000, np.array([0, 0, 1, 0, 0]))
    assert not mapped(NEVER, once, OFTEN, fits=(500.0,)).iloc[0]["significant"]
    # Without never in the study there is no name for them but their own.
    assert mapped(silent, OFTEN, fits=(500.0,)).iloc[0]["strategy"] == "trigger"


def test_a_baseline_can_win():
    found = mapped(NEVER, OFTEN, cell("majority", 100, 0, role="baseline")).iloc[0]
    assert (found["label"], found["role"]) == ("majority", "baseline")
    assert found["significant"]


def test_other_prices_stay_as_they_are():
    prices = Prices(error=2.0, fit=7.0, row=0.5)
    found = mapped(cell("a", 100, 3, rows=40), cell("b", 900, 1), prices=prices).iloc[0]
    assert found["cost"] == pytest.approx(2 * 100 + 3 * 10 + 0.5 * 40)


def test_a_cell_that_failed_on_a_seed_takes_no_part():
    half = OFTEN[OFTEN["seed"] > 0]
    assert mapped(NEVER, half, MAJORITY).iloc[0]["label"] == "never"
    with pytest.raises(InputError, match="no two strategies that finished on every seed"):
        mapped(NEVER, half)


def test_one_seed_has_no_interval_and_no_winner():
    single = [part[part["seed"] == 0] for part in (NEVER, OFTEN)]
    found = mapped(*single).iloc[0]
    assert found["label"] == "periodic every 10"
    assert np.isnan(found["margin_low"])
    assert not found["significant"]


TINY = ["scenario=gradual", "scenario.gradual.ticks=90", "scenario.gradual.rows=20", "seeds=3"]
TINY += ["scenario.gradual.start=40", "scenario.gradual.duration=20", "engine=serial"]
MAP = ["map", *TINY, "map.values=[0.1,0.4]", "map.prices=[1,37,100]"]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("map")
    assert run(folder, *MAP, page=True) == 0
    return only_run(folder)


@pytest.mark.slow
def test_re_weighing_is_a_replay_at_that_price(finished, tmp_path):
    words = ["scenario.gradual.magnitude=0.4", "prices.fit=37", "references=null"]
    assert run(tmp_path, *TINY, *words) == 0
    replayed = load(only_run(tmp_path))
    own = load(finished).of("gradual magnitude=0.4").runs
    weighed = by_seed(own.assign(cost=price(own, Prices(fit=37.0))["cost"]))
    costs = by_seed(replayed.runs)
    pd.testing.assert_frame_equal(weighed, costs)
    found = pd.read_parquet(finished / "map.parquet")
    there = found[(found["value"] == 0.4) & (found["price"] == 37)].iloc[0]
    assert there["cost"] == pytest.approx(costs.mean().min())
    assert there["label"] == costs.mean().idxmin()


def test_a_run_leaves_the_tables_of_a_study_and_the_map(finished):
    manifest = json.loads((finished / "manifest.json").read_text())
    assert manifest["map"] == {
        **{"scenario": "gradual", "axis": "magnitude", "own": 0.25},
        "values": {"gradual magnitude=0.1": 0.1, "gradual magnitude=0.4": 0.4},
        "prices": [1, 37, 100],
    }
    assert set(pd.read_parquet(finished / "runs.parquet")["scenario"]) == set(
        manifest["map"]["values"]
    )
    found = pd.read_parquet(finished / "map.parquet")
    assert len(found) == 2 * 3
    assert (finished / "figures" / "gradual-map.png").stat().st_size > 5000


def test_report_rebuilds_the_page_of_a_map_to_the_same_bytes(finished, capsys):
    page = finished / "report.html"
    before = page.read_bytes()
    page.unlink()
    (finished / "map.parquet").unlink()
    assert run(finished, "report", str(finished), page=True) == 0
    assert page.read_bytes() == before
    assert len(pd.read_parquet(finished / "map.parquet")) == 6
    said = capsys.readouterr().out.splitlines()
    assert said[-1] == f"Report: {page}"
    assert 1 <= len([line for line in said[:-1] if line]) <= 5
    assert said[0].startswith("gradual: ")


def test_values_and_prices_are_spread_around_the_studys_own():
    near = {own: round_prices(own, USUAL, DECADES, DIGITS) for own in (100.0, 30.0, 0.0)}
    assert near[100.0] == [5, 10, 20, 50, 100, 200, 500, 1000, 2000]
    assert near[30.0] == [2, 5, 10, 20, 30, 50, 100, 200, 500]
    assert near[0.0] == [0, 5, 10, 20, 50, 100, 200, 500, 1000, 2000]
    gradual = {"_target_": "retrainlab.scenarios.gradual.Gradual"}
    assert _spread("gradual", gradual, "magnitude", 0.3) == [0.05, 0.1, 0.15, 0.25, 0.3, 0.35, 0.5]
    # 400 ticks do not fit into the stream.
    assert _spread("gradual", gradual, "duration", 100) == [25, 50, 100, 200]
    paper = {"_target_": "retrainlab.scenarios.toilet_paper.ToiletPaper"}
    assert _spread("toilet_paper", paper, "magnitude", 1.0) == [0.25, 0.5, 1.0, 2.0]


BAD = {
    "two scenarios": (["scenario=[gradual,sudden]"], "a map is of one scenario"),
    "no such axis": (["map.axis=magnitud"], "did you mean magnitude?"),
    "axis of another": (["scenario=rotating"], "there is: features, noise, omega, rows, ticks"),
    "axis of words": (["map.axis=shape"], "that is a number"),
    "no axis": (["map.axis=null"], "map.axis is None"),
    "falling": (["map.values=[0.2,0.1]"], "map.values is [0.2, 0.1]"),
    "twice": (["map.values=[0.1,0.1]"], "rising"),
    "words": (["map.values=[a]"], "map.values is ['a']"),
    "none": (["map.values=[]"], "map.values is []"),
    "refused": (["map.values=[0.2,2]"], "magnitude is 2"),
    "own refused": (["scenario.gradual.magnitude=2"], "magnitude is 2"),
    "nothing to spread": (["scenario=recurrent", "map.axis=soft"], "name the values"),
    "prices": (["map.prices=[5,1]"], "map.prices is [5, 1]"),
    "below zero": (["map.prices=[-1,1]"], "at least 0"),
    "one seed": (["seeds=1"], "seeds names one seed"),
    "real data": (["scenario=flights"], "one stream of real data"),
    "file": (["scenario=file"], "one stream of real data"),
    "free errors": (["prices.error=0"], "prices.error is 0"),
    "key": (["map.axs=noise"], "did you mean axis?"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gets_one_sentence(case: str, tmp_path: Path, capsys):
    words, said = BAD[case]
    assert run(tmp_path, "map", *words) == ExitCode.NO_RESULT
    error = capsys.readouterr().err
    assert said in error
    assert re.match(r"retrainlab: \S", error)
    assert error.count("\n") == 1
    assert not list((tmp_path / "runs").glob("*/*"))
