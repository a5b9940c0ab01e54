"""`retrainlab optimize`: the search, its references, and what it says."""

import itertools
import json
import math
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from command_line import only_run, run, tables
from configuration import composed_as
from sklearn.naive_bayes import GaussianNB
from streams import fits_of, turning

from retrainlab import reports
from retrainlab.experiments.optimize.search_space import SearchParameter, search_parameters
from retrainlab.experiments.study.context import evenly_spaced
from retrainlab.reports.analysis.cost_curve import curves
from retrainlab.reports.decision.sensitivity import own_decision
from retrainlab.reports.figures.searched import searched_figures
from retrainlab.reports.text.how_often import lines
from retrainlab.sim.errors import InputError
from retrainlab.sim.exit_codes import ExitCode
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.strategy import Gate, Strategy
from retrainlab.sim.world import World
from retrainlab.strategies.what import Last
from retrainlab.strategies.when import At, OnAlarm

pytestmark = pytest.mark.slow

SMALL = ["scenario=gradual", "scenario.gradual.ticks=100", "scenario.gradual.rows=20"]
SMALL += ["scenario.gradual.start=30", "scenario.gradual.duration=40", "seeds=3"]
SMALL += ["scenario.gradual.magnitude=0.5", "engine=serial", "prices.fit=5"]
SMALL += ["optimize.resamples=200", "learner=naive_bayes"]


@pytest.fixture(scope="module")
def searched(tmp_path_factory):
    """A finished search of interval and window, and of a trigger."""
    folder = tmp_path_factory.mktemp("search")
    words = ["strategy=[sliding_window,trigger]", *SMALL]
    assert run(folder, "optimize", *words, page=True, figures=False) == 0
    return only_run(folder)


def test_the_best_of_what_was_tried_is_found(searched):
    found = pd.read_parquet(searched / "optimum.parquet")
    assert set(zip(found["strategy"], found["parameter"], strict=True)) == {
        ("sliding_window", "when.ticks"),
        ("sliding_window", "what.ticks"),
        ("trigger", "when.detector.delta"),
    }
    runs = pd.read_parquet(searched / "runs.parquet")
    for row in found.to_dict("records"):
        own = runs[(runs["strategy"] == row["strategy"]) & (runs["role"] == "strategy")]
        cheapest = own.groupby("label", observed=True)["cost"].mean()
        assert row["label"] == cheapest.idxmin()
        never = runs.loc[runs["label"] == "never", "cost"].mean()
        assert row["cost"] == pytest.approx(min(cheapest.min(), never))
        assert row["low"] <= row["best"] <= row["high"]
        assert row["flat_low"] <= row["best"] <= row["flat_high"]
        assert row["over"] == "seeds"
        assert row["draws"] == 3


def test_the_grid_is_finer_around_the_best(searched):
    study = reports.load(searched)
    window = next(c for c in curves(study) if c.parameter.path == "when.ticks")
    finite = window.values[np.isfinite(window.values)]
    place = list(finite).index(window.best.finite)
    coarse = {2**a * b for a, b in itertools.product(range(8), (1, 3))}
    near = finite[max(0, place - 2) : place + 3]
    assert set(near) - coarse or len(finite) > 12


def test_no_strategy_is_cheaper_than_the_oracle(searched):
    runs = pd.read_parquet(searched / "runs.parquet")
    references = pd.read_parquet(searched / "references.parquet")
    oracle = references[references["reference"] == "oracle"].set_index("seed")["cost"]
    least = runs[runs["role"] != "baseline"].groupby("seed")["cost"].min()
    assert (oracle <= least * (1 + 1e-9)).all()
    even = references[references["reference"] == "evenly spaced"]
    assert set(even["label"].str.split().str[0]) == {"trigger"}
    frontier = pd.read_parquet(searched / "frontier.parquet")
    for seed, part in frontier.groupby("seed"):
        assert (np.diff(part["loss"]) <= 0).all()
        assert (part["loss"] + 5 * part["retrainings"]).min() == pytest.approx(oracle[seed])
    schedule = pd.read_parquet(searched / "schedule.parquet")
    count = references[references["reference"] == "oracle"].set_index("seed")["retrainings"]
    assert schedule.groupby("seed").size().to_dict() == count[count > 0].astype(int).to_dict()
    assert (schedule["first_tick"] <= schedule["last_tick"]).all()
    assert (schedule["last_tick"] < schedule["decided"]).all()


def test_a_search_is_the_same_with_any_number_of_workers(tmp_path):
    words = ["optimize", *SMALL, "strategy=periodic"]
    found = []
    for engine in (["engine=serial"], ["engine=joblib", "engine.jobs=2"]):
        folder = tmp_path / engine[0]
        folder.mkdir()
        assert run(folder, *words, *engine) == 0
        found.append(tables(only_run(folder)))
    for name, table in found[0].items():
        pd.testing.assert_frame_equal(table, found[1][name])


def test_another_price_needs_no_replay(tmp_path):
    """Costs re-weighed from the ledgers are those of a replay at that price."""
    costs = []
    for fit in (5, 50):
        folder = tmp_path / str(fit)
        folder.mkdir()
        search = "optimize.search={when.ticks:[5,10,20,40]}"
        assert run(folder, "optimize", *SMALL, f"prices.fit={fit}", search) == 0
        costs.append(pd.read_parquet(only_run(folder) / "runs.parquet"))
    cheap, dear = (runs.sort_values(["seed", "label"]).reset_index(drop=True) for runs in costs)
    cheap, dear = (runs[runs["role"] == "strategy"] for runs in (cheap, dear))
    both = cheap.merge(dear, on=["seed", "label"], suffixes=("", "_dear"))
    assert len(both) > 10
    reweighed = both["cost"] + 45 * both["retrainings"]
    np.testing.assert_allclose(reweighed, both["cost_dear"])


def test_one_real_stream_gets_its_interval_from_blocks_of_time(tmp_path):
    rng = np.random.default_rng(0)
    x = rng.normal(size=4000)
    sign = np.where(np.arange(4000) // 300 % 2 == 0, 1, -1)
    frame = pd.DataFrame({"x": x, "y": (sign * x > 0).astype(int)})
    frame.to_csv(tmp_path / "own.csv", index=False)
    words = ["scenario=file", "scenario.file.path=own.csv", "scenario.file.target=y"]
    words += ["strategy=sliding_window", "strategy.sliding_window.what.ticks=4", "prices.fit=1"]
    words += ["optimize.search=when.ticks", "scenario.file.rows=40", "world.warmup=10"]
    assert run(tmp_path, "optimize", *words, page=True, figures=False) == 0
    found = pd.read_parquet(only_run(tmp_path) / "optimum.parquet")
    assert found["over"].tolist() == ["blocks of time"]
    assert found["draws"].iloc[0] >= 3
    page = (only_run(tmp_path) / "report.html").read_text()
    assert "blocks of this one stream" in page


def test_the_aliasing_trap_is_seen(tmp_path, capsys):
    """Law 9: an interval that aliases with the seasons is good or bad by its phase alone."""
    words = ["scenario=recurrent", "scenario.recurrent.ticks=260", "scenario.recurrent.rows=20"]
    words += ["scenario.recurrent.period=20", "scenario.recurrent.magnitude=1", "seeds=3"]
    words += ["strategy.sliding_window.what.ticks=4", "strategy=sliding_window", "prices.fit=5"]
    words += ["optimize.search={when.ticks:[10,20,40]}", "engine=serial", "optimize.resamples=200"]
    assert run(tmp_path, "optimize", *words, page=True, figures=False) == 0
    assert "depends on when it begins (aliasing). Started" in capsys.readouterr().out
    runs = pd.read_parquet(only_run(tmp_path) / "runs.parquet")
    assert (runs["role"] == "probe").any()
    labels = set(reports.summary(only_run(tmp_path))["label"])
    assert not labels & set(runs.loc[runs["role"] == "probe", "label"])


def answer(searched, strategy, **changes):
    """The lines of a strategy, as if its optimum had these fields."""
    study = reports.load(searched)
    (own, *_) = [c for c in curves(study) if c.strategy == strategy]
    best = type(own.best)(**{**vars(own.best), **changes})
    changed = type(own)(**{**vars(own), "best": best})
    return "\n".join(lines([changed], study.of("gradual")))


def test_the_answer_is_said_in_words(searched):
    free = {"edge": None}
    said = answer(searched, "sliding_window", **free)
    assert re.match(
        r"sliding_window on the last \d+ ticks?: every \d+ ticks? costs least of the values", said
    )
    assert "from 3 seeds" in said
    assert "The oracle's schedule is" in said
    never = answer(searched, "sliding_window", value=math.inf)
    assert "never costs least; of the values tried, every" in never
    short = answer(searched, "sliding_window", **{**free, "edge": "lowest"})
    assert "which is the smallest of them (" in short
    alone = answer(searched, "sliding_window", **{**free, "low": 9.0, "high": 9.0})
    assert "(at 95 % no other of them is best, from 3 seeds" in alone
    blind = {"low": math.nan, "high": math.nan}
    assert "95 % interval" not in answer(searched, "sliding_window", **blind)


@pytest.mark.parametrize(
    ("value", "window", "pairs"),
    [
        (10.0, "{every}: on the last 10 ticks costs least", "{every} on the last {n} costs least"),
        (math.inf, "{every}: never costs least", "never costs least, then {every} on the last {n}"),
    ],
)
def test_titles_say_which_values_cost_least_or_that_never_does(searched, value, window, pairs):
    study = reports.load(searched)
    own = [curve for curve in curves(study) if curve.strategy == "sliding_window"]
    changed = [replace(c, best=replace(c.best, value=value)) for c in own]
    drawn = searched_figures(study.of("gradual"), "gradual", changed)
    tried = {"every": r"every \d+ ticks?", "n": r"\d+ ticks?"}
    titles = {kind.split()[0]: figure.texts[0].get_text() for kind, figure in drawn.items()}
    assert re.fullmatch("sliding_window " + window.format(**tried), titles["parameter"])
    assert re.fullmatch("sliding_window: " + pairs.format(**tried), titles["surface"])


def test_the_best_of_each_strategy_is_named_and_the_best_of_all_first(searched):
    study = reports.load(searched)
    best = study.runs[study.runs["role"] == "strategy"].groupby("label")["cost"].mean()
    (ranking,) = [text for text in reports.answers(study) if "Best of all" in text]
    assert f"Best of all: {best.idxmin()} (" in ranking
    assert all(name in ranking for name in ("sliding_window", "trigger", "never"))


def test_when_and_what_are_searched_together_by_default():
    assert [*composed_as("optimize")["strategy"]] == ["periodic", "sliding_window", "full_replace"]


@pytest.mark.parametrize("policy", ["7", "never", "periodic every 20"])
def test_the_policy_in_use_is_replayed_once_and_compared(policy, tmp_path):
    words = [*SMALL, "strategy=periodic", f"current_policy={policy}", "references=null"]
    words += ["optimize.search={when.ticks:[5,7,10]}"]
    assert run(tmp_path, "optimize", *words) == 0
    label = "periodic every 7" if policy == "7" else policy
    one = reports.load(only_run(tmp_path)).of("gradual")
    decision = own_decision(one, reports.summary(one))
    assert decision.against.current_policy.reference == label
    runs = pd.read_parquet(only_run(tmp_path) / "runs.parquet")
    assert (runs["label"] == label).sum() == 3


def test_a_search_goes_on_where_it_was_killed(tmp_path, monkeypatch):
    words = ["optimize", *SMALL, "strategy=periodic", "references.every=20"]

    def killed(rounds):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("retrainlab.experiments.optimize.command.probe_calendars", killed)
        assert run(tmp_path, *words, "folder=runs/one") == 130
    assert run(tmp_path, *words, "folder=runs/one") == 0
    assert run(tmp_path, *words, "folder=runs/two") == 0
    for name, table in tables(tmp_path / "runs/two").items():
        pd.testing.assert_frame_equal(table, tables(tmp_path / "runs/one")[name])


def test_the_manifest_says_what_was_searched(searched):
    manifest = json.loads((searched / "manifest.json").read_text())
    assert manifest["search"] == {
        "sliding_window": ["when.ticks", "what.ticks"],
        "trigger": ["when.detector.delta"],
    }
    assert manifest["command"].startswith("retrainlab optimize ")


def test_a_grid_grows_at_its_edge_and_around_the_best():
    ticks = SearchParameter("when.ticks", (8, 16, 32), given=False, longest=100)
    assert set(ticks.around(8, 8, 8, 2)) > {2, 4}
    assert set(ticks.around(32, 32, 32, 2)) > {64}
    assert max(ticks.around(32, 32, 32, 2)) <= 100
    assert all(8 < v < 32 for v in ticks.around(16, 16, 16, 2))
    assert ticks.with_values((4, 12)).values == (4, 8, 12, 16, 32)
    assert SearchParameter("when.ticks", (8, 16), given=True, longest=100).around(8, 8, 8, 2) == ()
    real = SearchParameter("when.by", (0.1, 0.2, 0.4), given=False)
    assert all(isinstance(v, float) for v in real.around(0.2, 0.2, 0.2, 2))


EVERY = {"_target_": "retrainlab.strategies.when.Every", "ticks": 20}


def test_parameters_come_from_the_strategy_or_from_the_user():
    node = {"when": EVERY, "what": {"min_rows": 8}, "search": {"what.min_rows": None}}
    (own,) = search_parameters("own", node, None, 640)
    assert own.values == (1, 2, 4, 8, 16, 32, 64)
    (ticks,) = search_parameters("own", node, "when.ticks", 640)
    assert ticks.values[0] == 10
    assert ticks.values[-1] == 640
    (given,) = search_parameters("own", node, {"when.ticks": [3, 9]}, 640)
    assert (given.values, given.given) == ((3, 9), True)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("when.gone", "strategy.own.when.gone is None; what is searched must be a number"),
        ({"when.ticks": []}, "it must be a list of two or more rising numbers"),
        ({"when.ticks": [9, 3]}, "is [9, 3]; it must be a list of two or more rising"),
        ({"when.ticks": [3, 900]}, "goes up to 900 ticks, but only 640 are served"),
        ([f"when.k{i}" for i in range(3)], "names 3 parameters"),
        ({}, "has no parameter to search"),
    ],
)
def test_a_wrong_parameter_is_refused(asked, said):
    with pytest.raises(InputError, match=re.escape(said)):
        search_parameters("own", {"when": EVERY}, asked, 640)


REFUSED = {
    "free": (["prices.fit=0"], "retraining costs nothing, so the answer is to retrain always"),
    "errors": (["prices.error=0"], "never retraining is best"),
    "seed": (["seeds=1"], "an interval needs several streams of gradual; take more"),
    "gone": (["optimize.search=when.gone"], "strategy.periodic.when.gone is None"),
    "renamed": (
        ["optimize.knob=when.ticks"],
        "there is no optimize.knob; there is: resamples, search, within",
    ),
    "renamed too": (
        ["strategy.periodic.knob=1"],
        "there is no strategy.periodic.knob; there is: gate, grid",
    ),
    "renamed in a file": (
        ["+strategy.periodic.knob=1"],
        "strategy.periodic has no option 'knob'; there is: follows, gate, grid, search, what, when",
    ),
    "fixed": (["strategy.periodic.when.ticks=7"], "is the parameter that optimize searches"),
    "within": (["optimize.within=-1"], "optimize.within is -1; it must be"),
    "resamples": (["optimize.resamples=1"], "optimize.resamples is 1; it must be"),
    "every": (["references.every=0"], "references: every is 0; it must be"),
    "window": (["references.windows=[0]"], "references: a window is 0; it must be"),
    "windows": (["references.windows=[]"], "references: windows is []; it must be"),
    "never": (["strategy=never"], "optimize needs a strategy with a parameter"),
    "not there": (["'optimize.search={when.tiks:[1,2]}'"], "has no option 'tiks'"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_gets_one_sentence(case, tmp_path, capsys):
    words, said = REFUSED[case]
    assert (
        run(tmp_path, "optimize", *SMALL, *(word.strip("'") for word in words))
        == ExitCode.NO_RESULT
    )
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_as_many_retrainings_are_spread_evenly():
    stream = turning(turns=(20, 40))
    fits = fits_of(stream, GaussianNB())
    world = World(warmup=10)
    strategy = Strategy(OnAlarm("DDM"), Last(5), Gate())
    ledger = replay(stream, strategy, world, fits)
    even = evenly_spaced(strategy, ledger, world, fits)
    count = len(ledger.trainings) - 1
    assert count >= 1
    steps = np.diff([9, *(t.decided for t in even.trainings[1:]), 59])
    assert len(even.trainings) - 1 == count
    assert steps.max() - steps.min() <= 1
    with pytest.raises(InputError, match="ticks is -1"):
        At([3, -1])
