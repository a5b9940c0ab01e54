"""What a study of several scenarios says while it runs."""

from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pyarrow as pa

from retrainlab.experiments.config.composed import composed
from retrainlab.experiments.config.documented import choices, purposes
from retrainlab.experiments.study.group_unit import GroupUnit
from retrainlab.experiments.study.opening import FirstResults, open_study, question
from retrainlab.experiments.study.study import prepare
from retrainlab.reports.results.manifest import Sweep

TWO = ("scenario=[sudden,gradual]", "strategy=[never,periodic]", "seeds=2", "prices.currency=EUR")


def results(costs):
    """The results of one stream: a cost for each setting and role."""
    rows = [
        {"label": label, "role": role, "cost": cost, "never": label == "never"}
        for (label, role), cost in costs.items()
    ]
    tables = {"runs": pa.Table.from_pandas(pd.DataFrame(rows))} if rows else {}
    return SimpleNamespace(table=tables.get)


def test_the_question_names_sizes_prices_and_what_each_scenario_is_for():
    first, *why = question(prepare(composed("config", [*TWO])))
    assert "6 settings of 2 strategies, on 2 scenarios with up to 2 seeds" in first
    assert "a retraining 100 EUR" in first
    told = purposes("scenario")
    assert why == [f"  {name}: {told[name]}" for name in ("sudden", "gradual")]


def test_every_scenario_of_the_default_study_says_what_it_is_for():
    assert (
        {*composed("config", [])["scenario"]} <= {*purposes("scenario")} <= {*choices("scenario")}
    )


def test_a_scenario_is_told_when_its_last_stream_has_ended(capsys):
    study = prepare(composed("config", [*TWO]))
    units = [GroupUnit(group) for group in study.groups]
    tell = FirstResults(study, units)
    order = [
        i for name in ("gradual", "sudden") for i, u in enumerate(units) if u.stream[0] == name
    ]
    never, periodic = ("never", "strategy"), ("periodic every 5", "strategy")
    tell(order[0], results({never: 300.0, periodic: 100.0}))
    assert capsys.readouterr().err == ""
    tell(order[1], results({never: 100.0, periodic: 200.0}))
    assert capsys.readouterr().err == (
        "retrainlab: gradual: periodic every 5 costs least so far, 150 EUR against 200 EUR for "
        "never\n"
    )
    tell(order[2], results({never: 50.0, periodic: 60.0, ("majority", "baseline"): 40.0}))
    tell(order[3], results({}))
    assert capsys.readouterr().err == (
        "retrainlab: sudden: majority costs least so far, 40 EUR against 50 EUR for never\n"
    )


def test_of_a_tie_never_is_told(capsys):
    study = prepare(composed("config", ["scenario=[sudden,gradual]", "seeds=1"]))
    units = [GroupUnit(group) for group in study.groups]
    costs = {("best_recent", "strategy"): 7.0, ("never", "strategy"): 7.0}
    FirstResults(study, units)(0, results(costs))
    name = units[0].group.scenario
    assert capsys.readouterr().err == f"retrainlab: {name}: never costs least so far, 7\n"


def test_one_scenario_and_a_sweep_open_without_words(capsys):
    two = prepare(composed("config", [*TWO]))
    swept = replace(two, sweep=Sweep(("learner=linear,tree",), 2, ("learner",)))
    for study in (prepare(composed("config", ["scenario=gradual"])), swept):
        open_study(study)
        tell = FirstResults(study, list(map(GroupUnit, study.groups)))
        for place in range(len(study.groups)):
            tell(place, results({("never", "strategy"): 1.0}))
    assert capsys.readouterr().err == ""
