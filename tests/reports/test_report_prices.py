"""Other prices of a retraining, what a decision saves, and which differences are significant."""

import json
from dataclasses import replace

import pandas as pd
import pytest
from fake_costs import study as study_of
from fake_study import TWO, Fake, repriced, write

from retrainlab.reports.analysis.decide import decide
from retrainlab.reports.analysis.decision import PriceRange
from retrainlab.reports.analysis.decision_file import save
from retrainlab.reports.analysis.price_grid import round_prices, slider_prices
from retrainlab.reports.analysis.price_range import decisions, own_decision
from retrainlab.reports.analysis.repriced import at_prices
from retrainlab.reports.analysis.significance import pairs
from retrainlab.reports.analysis.statistics import half_width
from retrainlab.reports.analysis.summary import by_seed, candidates, summary
from retrainlab.reports.analysis.tables import load
from retrainlab.reports.pages.comparison import build, changes
from retrainlab.reports.text.decision import price_range, savings
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


def test_prices_are_round_and_hold_the_own_one():
    found = slider_prices(Prices(fit=37.0))
    assert 37.0 in found
    assert found == sorted(found)
    assert min(found) >= 0.36
    assert max(found) <= 3710
    assert slider_prices(Prices(fit=0.0))[0] == 0.0
    assert round_prices(10.0, 1.0, decades=1) == [1, 2, 3, 5, 10, 20, 30, 50, 100]


def test_another_price_gives_the_cost_that_its_quantities_have(folder):
    one = load(folder).of("gradual")
    own, there = at_prices(one, summary(one), [20.0, 500.0])
    fits = by_seed(one.runs, "retrainings")
    assert there.costs.to_numpy() == pytest.approx((own.costs + 480 * fits).to_numpy())
    wanted = repriced(one, 500.0).runs
    means = wanted.groupby("label")[["cost_error", "cost_retraining"]].mean()
    assert there.errors.to_numpy() == pytest.approx(means["cost_error"].to_numpy())
    assert there.retraining.to_numpy() == pytest.approx(means["cost_retraining"].to_numpy())
    assert own.costs.equals(by_seed(one.runs))


def test_the_frontier_gives_the_oracle_at_another_price_unless_more_has_one(folder):
    one = load(folder).of("gradual")
    seeds = sorted(set(one.runs["seed"]))
    steps = [(seed, fits, 900.0 - 100 * seed - 70 * fits) for seed in seeds for fits in range(5)]
    frontier = pd.DataFrame(steps, columns=["seed", "retrainings", "loss"])
    frontier["scenario"] = "gradual"
    oracle = pd.DataFrame(
        {"seed": seeds, "scenario": "gradual", "reference": "oracle", "label": "", "cost": 1.0}
    )
    plain = replace(one.manifest, prices=replace(one.manifest.prices, row=0.0))
    known = replace(one, frontier=frontier, references=oracle, manifest=plain)
    rows = summary(known)
    own, cheap, expensive = at_prices(known, rows, [20.0, 50.0, 80.0])
    assert own.oracle.tolist() == [1.0] * len(seeds)
    for there in (cheap, expensive):
        found = repriced(known, there.prices.fit).references.set_index("seed")["cost"]
        assert there.oracle[seeds].tolist() == found[seeds].tolist()
    rows_cost = replace(known, manifest=one.manifest)
    assert next(at_prices(rows_cost, rows, [50.0])).oracle.empty


def test_a_choice_holds_between_the_prices_where_it_turns(folder):
    one = load(folder).of("gradual")
    at = decisions(one, summary(one), slider_prices(one.manifest.prices))
    own = at[20.0]
    same = [fit for fit, decision in at.items() if decision.choice == own.choice]
    assert (own.price_range.low, own.price_range.high) == (min(same), max(same))
    assert (own.price_range.lowest_tried, own.price_range.highest_tried) == (min(at), max(at))
    assert at[max(at)].choice == "never"
    assert len({decision.price_range for decision in at.values()}) == len(
        {decision.choice for decision in at.values()}
    )


@pytest.mark.parametrize(
    ("prices", "words"),
    [
        ((0.2, 2000.0, 0.2, 2000.0), "at every price tried (0.2 to 2,000)"),
        ((20.0, 20.0, 0.2, 2000.0), "at 20 only"),
        ((0.2, 50.0, 0.2, 2000.0), "up to 50"),
        ((1.5, 50.0, 0.2, 2000.0), "from 1.5 to 50"),
        ((50.0, 2000.0, 0.2, 2000.0), "from 50 on"),
    ],
)
def test_a_range_of_prices_reads_as_plain_english(prices, words):
    assert price_range(PriceRange(*prices)) == words
    assert price_range(None) == ""


def test_savings_are_paired_and_know_todays_policy(folder):
    one, today = load(folder).of("gradual"), "periodic ticks=5"
    manifest = replace(one.manifest, current_policy=today)
    there = next(at_prices(one, summary(one), [20.0]))
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
    found = {pair.labels: pair for pair in pairs(competitors, competitors.order)}
    assert found["never", "trigger"].differ
    assert found["never", "trigger"].gap == competitors.compare("trigger", "never")
    assert not found["full_replace", "trigger"].differ
    said = compared(competitors, competitors.order)["said"]
    assert said.startswith("2 of 3 pairs differ significantly; not told apart:")
    two = candidates(study_of({label: values[:2] for label, values in costs.items()}))
    few = compared(two, two.order)
    assert few["lines"] == []
    assert few["said"] == "2 seeds: no test; it takes at least 3."
    one = candidates(study_of({label: values[:1] for label, values in costs.items()}))
    assert compared(one, one.order)["said"] == "One stream of too few ticks: no test."


def test_runs_are_compared_by_seed_and_by_config(tmp_path):
    one, two = (write(tmp_path / name) for name in ("one", "two"))
    manifest = json.loads((two / "manifest.json").read_text())
    manifest["config"]["seeds"] = "<script>alert(1)</script>"
    (two / "manifest.json").write_text(json.dumps(manifest))
    runs = pd.read_parquet(two / "runs.parquet")
    runs["cost"] += 100.0
    runs.to_parquet(two / "runs.parquet")
    for run in (one, two):
        save([own_decision(part, summary(part)) for part in parts(run)], run)
    path = build([one, two])
    text = path.read_text().replace("\N{NO-BREAK SPACE}", " ")
    assert path == two / "comparison.html"
    assert "+100 ± 0" in text
    assert "significant, 4 shared seeds" in text
    assert "<script>" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert changes([{"a": {"b": 1}, "c": 2}, {"a": {"b": 3}, "c": 2}]) == [("a.b", ["1", "3"])]
    with pytest.raises(InputError, match="named twice"):
        build([one, one])


def test_the_decision_at_the_own_price_does_not_depend_on_the_other_prices(folder):
    one = load(folder).of("gradual")
    rows = summary(one)
    alone = decisions(one, rows, [])[20.0]
    among = decisions(one, rows, [2.0, 20.0, 200.0])[20.0]
    assert repr(replace(among, price_range=None)) == repr(replace(alone, price_range=None))
    assert alone.price_range == PriceRange(20.0, 20.0, 20.0, 20.0)


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
    assert (decision.kind, decision.choice) == ("undecided", "never")
    assert decision.prices.fit == 2000.0
    assert decision.setting(decision.rival).cost == pytest.approx(
        runs.loc[is_expensive & (runs["label"] == decision.rival), "cost"].mean()
    )
