"""One setting for all scenarios: costs above the cheapest of each, and the least bad of them."""

from dataclasses import replace

import pytest
from fake_study import Fake, write

from retrainlab.reports.analysis.robustness import robustness
from retrainlab.reports.results.manifest import Sweep
from retrainlab.reports.results.tables import load
from retrainlab.reports.text import robustness as words


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    fakes = (Fake("steep", slope=0.02), Fake("flat", slope=0.0005), Fake("still", slope=0.0))
    return load(write(tmp_path_factory.mktemp("robust"), fakes))


@pytest.mark.slow
def test_the_excess_is_above_the_cheapest_setting_of_the_scenario(tables):
    robust = robustness(tables)
    runs = tables.runs[tables.runs["role"] == "strategy"]
    means = runs.groupby(["scenario", "label"])["cost"].mean()
    for scenario in tables.scenarios:
        for label in robust.excess.index:
            wanted = means[scenario, label] / means[scenario].min() - 1
            assert robust.excess.loc[label, scenario] == pytest.approx(wanted)
    every = means.unstack(0)
    worst = (every / every.min() - 1).max(axis=1)
    assert robust.minimax == worst.idxmin()
    assert robust.excess.index[0] == robust.minimax
    assert robust.minimax in words.sentence(robust, "never")


def test_a_strategy_is_a_row_and_todays_policy_too(tables):
    names = [robustness(tables).strategy[label] for label in robustness(tables).excess.index]
    assert sorted(names) == sorted(set(names))
    policy = "periodic ticks=80"
    assert policy in robustness(tables, policy).excess.index


def test_one_scenario_or_a_sweep_has_none(tables):
    one = tables.of("steep")
    assert robustness(one) is None
    sweep = replace(tables.manifest, sweep=Sweep((), 1, ("a",)))
    assert robustness(replace(tables, manifest=sweep)) is None


def test_many_scenarios_have_no_column_each(tmp_path):
    fakes = tuple(Fake(f"s{i}", seeds=1) for i in range(words.WIDEST + 1))
    robust = robustness(load(write(tmp_path, fakes)))
    assert words.headings(robust) == ["highest", "in"]
    assert {len(cells) for *_, cells in words.rows(robust)} == {2}
