"""Other prices of a retraining, what a decision saves, and which differences are significant."""

import json
from dataclasses import replace

import pandas as pd
import pytest
from fake_costs import study as study_of
from fake_study import TWO, Fake, repriced, write

from retrainlab.reports.decision.decide import decide
from retrainlab.reports.decision.price_grid import price_sliders, retraining_prices, round_prices
from retrainlab.reports.decision.repriced import at_prices
from retrainlab.reports.decision.sensitivity import own_decision
from retrainlab.reports.decision.significance import pairs
from retrainlab.reports.decision.statistics import half_width
from retrainlab.reports.decision.summary import by_seed, candidates, summary
from retrainlab.reports.pages.comparison import build, changes
from retrainlab.reports.pages.study_page import overview
from retrainlab.reports.results.decision_file import save
from retrainlab.reports.results.tables import load
from retrainlab.reports.text.decision import savings
from retrainlab.reports.text.format import plus_minus
from retrainlab.reports.text.significance import compared
from retrainlab.sim.errors import InputError
from retrainlab.sim.prices import Prices, price


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write(tmp_path_factory.mktemp("study"), TWO)


def parts(folder):
    """The tables of each scenario."""
    tables = load(folder)
    return [tables.of(name) for name in tables.scenarios]


def fits(one, *values):
    """The prices of a scenario, with each of these prices of a retraining."""
    return [replace(one.manifest.prices, fit=value) for value in values]


def test_the_line_below_the_title_writes_prices_as_the_rest_of_the_page_does(folder):
    tables = load(folder)
    prices = replace(tables.manifest.prices, error=12_345.6, fit=2_512_340.0)
    said = overview(replace(tables, manifest=replace(tables.manifest, prices=prices)))
    assert "12,346 per unit of loss, 2,512,340 per retraining" in said


def test_prices_are_round_and_hold_the_own_one():
    found = retraining_prices(Prices(fit=37.0))
    assert 37.0 in found
    assert found == sorted(found)
    assert min(found) >= 0.36
    assert max(found) <= 3710
    assert retraining_prices(Prices(fit=0.0))[0] == 0.0
    assert round_prices(10.0, 1.0, decades=1) == [1, 2, 3, 5, 10, 20, 30, 50, 100]


def test_each_price_of_something_used_has_a_slider_and_measured_seconds_only_with_a_price(folder):
    tables = load(folder)
    prices = tables.manifest.prices
    sliders = price_sliders(tables.runs, prices)
    assert [slider.part.name for slider in sliders] == ["error", "fit", "row", "label"]
    for slider in sliders:
        own = getattr(prices, slider.part.name)
        assert slider.values[slider.place] == slider.own == own
        assert list(slider.values) == sorted(set(slider.values))
        if own:
            assert slider.values[0] <= own / 50
            assert slider.values[-1] >= own * 50
    priced = price_sliders(tables.runs, replace(prices, second=2.0))
    assert [slider.part.name for slider in priced] == [*(s.part.name for s in sliders), "second"]
    unused = price_sliders(tables.runs.assign(labels=0), prices)
    assert "label" not in [slider.part.name for slider in unused]


def test_another_price_gives_the_cost_that_its_quantities_have(folder):
    one = load(folder).of("gradual")
    own, there = at_prices(one, summary(one), fits(one, 20.0, 500.0))
    trained = by_seed(one.runs, "retrainings")
    assert there.costs.to_numpy() == pytest.approx((own.costs + 480 * trained).to_numpy())
    wanted = repriced(one, fit=500.0).runs
    means = wanted.groupby("label")[["cost_error", "cost_retraining"]].mean()
    assert there.errors == pytest.approx(means["cost_error"].to_dict())
    assert there.retraining == pytest.approx(means["cost_retraining"].to_dict())
    assert own.costs.equals(by_seed(one.runs))


def test_the_frontier_gives_the_oracle_at_another_price_unless_more_has_one(folder):
    one = load(folder).of("gradual")
    seeds = sorted(set(one.runs["seed"]))
    steps = [(seed, n, 900.0 - 100 * seed - 70 * n) for seed in seeds for n in range(5)]
    frontier = pd.DataFrame(steps, columns=["seed", "retrainings", "loss"])
    frontier["scenario"] = "gradual"
    oracle = pd.DataFrame(
        {"seed": seeds, "scenario": "gradual", "reference": "oracle", "label": "", "cost": 1.0}
    )
    plain = replace(one.manifest, prices=replace(one.manifest.prices, row=0.0))
    known = replace(one, frontier=frontier, references=oracle, manifest=plain)
    rows = summary(known)
    own, cheap, expensive = at_prices(known, rows, fits(known, 20.0, 50.0, 80.0))
    assert own.oracle.tolist() == [1.0] * len(seeds)
    for there in (cheap, expensive):
        found = repriced(known, fit=there.prices.fit).references.set_index("seed")["cost"]
        assert there.oracle[seeds].tolist() == found[seeds].tolist()
    rows_cost = replace(known, manifest=one.manifest)
    assert next(at_prices(rows_cost, rows, fits(rows_cost, 50.0))).oracle.empty


def test_savings_are_paired_and_know_todays_policy(folder):
    one, today = load(folder).of("gradual"), "periodic ticks=5"
    manifest = replace(one.manifest, current_policy=today)
    there = next(at_prices(one, summary(one), fits(one, 20.0)))
    costs = there.costs
    decision = decide(there, "gradual", manifest)
    entries = savings(decision)
    assert [e["name"] for e in entries] == ["against never", f"against today, {today}"]
    gap = (costs[decision.choice] - costs[today]).mean()
    assert decision.against.current_policy.saving == pytest.approx(-gap)
    share = 100 * abs(gap) / costs[today].mean()
    assert entries[1]["text"] == f"{share:.0f} % {'more' if gap > 0 else 'less'}"
    halved = replace(there, oracle=0.5 * costs[decision.choice])
    assert savings(decide(halved, "gradual", manifest))[2] == {
        **{"name": "against the oracle", "text": "100 % more", "same": False},
        "size": plus_minus(*(float(halved.oracle.mean()), half_width(halved.oracle))),
    }
    same = decide(there, "gradual", replace(manifest, current_policy=decision.choice))
    assert savings(same)[1]["same"]


def test_the_page_says_what_is_saved_against_today(study):
    assert "against today, periodic ticks=5" in (study / "report.html").read_text()


def test_pairs_say_which_costs_more_and_too_few_seeds_say_so():
    noise = [0.0, 1.0, -1.0, 0.5, -0.5, 0.2]
    costs = {
        "never": [20 + x for x in noise],
        "trigger": [10 - x for x in noise],
        "full_replace": [10 + x for x in noise],
    }
    competitors = candidates(study_of(costs))
    gaps = {(gap.reference, gap.label): gap for gap in pairs(competitors, competitors.order)}
    assert gaps["never", "trigger"].clear
    assert gaps["never", "trigger"] == competitors.compare("trigger", "never")
    assert not gaps["full_replace", "trigger"].clear
    said = compared(competitors, competitors.order)["said"]
    assert said.startswith("2 of 3 pairs differ significantly; not told apart:")
    two = candidates(study_of({label: values[:2] for label, values in costs.items()}))
    few = compared(two, two.order)
    assert few["lines"] == []
    assert few["said"] == "2 seeds: no test; it takes at least 3."
    one = candidates(study_of({label: values[:1] for label, values in costs.items()}))
    assert compared(one, one.order)["said"] == "One stream of too few ticks: no test."


@pytest.mark.slow
def test_runs_are_compared_by_seed_and_by_config(tmp_path):
    one, two = (write(tmp_path / name) for name in ("one", "two"))
    manifest = json.loads((two / "manifest.json").read_text())
    manifest["config"]["seeds"] = "<script>alert(1)</script>"
    (two / "manifest.json").write_text(json.dumps(manifest))
    runs = pd.read_parquet(two / "runs.parquet")
    runs["loss"] += 100.0  # of which each costs 1
    runs.to_parquet(two / "runs.parquet")
    for run in (one, two):
        save([own_decision(part, summary(part)) for part in parts(run)], run)
    path = build([one, two])
    text = path.read_text().replace("\N{NO-BREAK SPACE}", " ")
    assert path == two / "comparison.html"
    assert "+100 ± 0" in text
    assert "The runs have other prices" not in text
    assert "gradual: the recommendation of two is that of one, " in text
    assert "significant, 4 shared seeds" in text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text
    manifest["prices"] |= {"fit": 30.0}
    (two / "manifest.json").write_text(json.dumps(manifest))
    text = build([one, two]).read_text().replace("\N{NO-BREAK SPACE}", " ")
    assert "The runs have other prices" in text
    assert "+100 ± 0" in text  # the costs are those at the prices of the first
    assert (two / "figures" / "compared-gradual.png").is_file()
    assert "30 per retraining" in text
    assert changes([{"a": {"b": 1}, "c": 2}, {"a": {"b": 3}, "c": 2}]) == [("a.b", ["1", "3"])]
    assert changes([{"fit": 100.0, "at": [1, 2]}, {"fit": 100, "at": [1.0, 2]}]) == []
    with pytest.raises(InputError, match="named twice"):
        build([one, one])


@pytest.mark.slow
def test_runs_that_count_another_loss_are_not_compared_by_their_costs(tmp_path):
    one, two = (write(tmp_path / name) for name in ("one", "two"))
    manifest = json.loads((two / "manifest.json").read_text())
    manifest["scenarios"]["gradual"]["loss"] = "Log()"
    (two / "manifest.json").write_text(json.dumps(manifest))
    runs = pd.read_parquet(two / "runs.parquet")
    runs["loss"] += 100.0
    runs.to_parquet(two / "runs.parquet")
    for run in (one, two):
        save([own_decision(part, summary(part)) for part in parts(run)], run)
    text = build([one, two]).read_text().replace("\N{NO-BREAK SPACE}", " ")
    assert "Runs that count another loss are not compared by their costs." in text
    gradual, _, shop = text.partition("shop: total cost in 2 runs")
    assert "another loss" in gradual
    assert "gradual: total cost in 1 run" in gradual
    assert "+100" not in gradual
    assert "+100" in shop
    lines = [line for line in text.splitlines() if "the recommendation of two is" in line]
    assert ["Its cost is" in line for line in lines] == [False, True]


@pytest.mark.slow
def test_runs_of_two_currencies_are_compared_at_the_prices_of_the_first(tmp_path):
    one, two = (write(tmp_path / name, (Fake("shop"),)) for name in ("one", "two"))
    manifest = json.loads((two / "manifest.json").read_text())
    manifest["prices"] |= {"fit": 1e6, "currency": "USD"}
    (two / "manifest.json").write_text(json.dumps(manifest))
    for run in (one, two):
        save([own_decision(part, summary(part)) for part in parts(run)], run)
    text = build([one, two]).read_text().replace("\N{NO-BREAK SPACE}", " ")
    assert "at the prices of one it stays, so the price alone changed it." in text
    assert "Its cost is" not in text  # dollars are no multiple of the other's unit
    compared = text.partition("shop: total cost at the prices of one")[2]
    assert "0 ± 0, 0 %" in compared
    assert "USD" not in compared
    for run in (one, two):
        manifest = json.loads((run / "manifest.json").read_text())
        manifest["scenarios"]["shop"]["loss"] = "CostMatrix(costs=[[0, 5], [1, 0]])"
        (run / "manifest.json").write_text(json.dumps(manifest))
    assert "Runs that count another loss are not compared" in build([one, two]).read_text()


def test_scenarios_of_a_price_sweep_are_decided_at_their_own_prices(tmp_path):
    """A sweep of prices.fit makes a scenario of each price; the manifest has the first one's."""
    write(tmp_path, (Fake("free"), Fake("expensive")))
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    manifest["scenarios"]["expensive"]["prices"] = {**manifest["prices"], "fit": 2000.0}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    runs = pd.read_parquet(tmp_path / "runs.parquet")
    is_expensive = runs["scenario"] == "expensive"
    parts = price(runs, Prices(**manifest["scenarios"]["expensive"]["prices"]))
    for column, cost in parts.items():
        runs[column] = runs[column].mask(is_expensive, cost)
    runs.to_parquet(tmp_path / "runs.parquet")
    tables = load(tmp_path)
    free, expensive = (tables.of(name) for name in ("free", "expensive"))
    assert own_decision(free, summary(free)).kind == "retrain"
    decision = own_decision(expensive, summary(expensive))
    assert (decision.kind, decision.choice) == ("keep", "never")
    assert decision.prices.fit == 2000.0
    assert decision.setting(decision.rival).cost == pytest.approx(
        runs.loc[is_expensive & (runs["label"] == decision.rival), "cost"].mean()
    )
