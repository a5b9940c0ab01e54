"""Other prices of a retraining, what a decision is worth, and which differences are significant."""

import json
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from fake_study import TWO, repriced, write
from scipy.stats import ttest_rel

from retrainlab.reports.analysis.decision import judge
from retrainlab.reports.analysis.price_range import holds, steps, verdicts
from retrainlab.reports.analysis.repriced import at_prices
from retrainlab.reports.analysis.savings import worth
from retrainlab.reports.analysis.significance import compared, holm, p_value, pairs
from retrainlab.reports.analysis.summary import by_seed
from retrainlab.reports.analysis.tables import load
from retrainlab.reports.pages.comparison import build, changes
from retrainlab.sim.errors import InputError
from retrainlab.sim.prices import Prices


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write(tmp_path_factory.mktemp("study"), TWO)


def test_prices_are_round_and_hold_the_own_one():
    found = steps(Prices(fit=37.0))
    assert 37.0 in found
    assert found == sorted(found)
    assert min(found) >= 0.36
    assert max(found) <= 3710
    assert steps(Prices(fit=0.0))[0] == 0.0


def test_another_price_gives_the_cost_that_its_quantities_have(folder):
    one = load(folder).of("gradual")
    own, there = at_prices(one, [20.0, 500.0])
    fits = by_seed(one.runs, "retrainings")
    assert there.costs.to_numpy() == pytest.approx((own.costs + 480 * fits).to_numpy())
    wanted = repriced(one, 500.0).runs
    means = wanted.groupby("label")[["cost_error", "cost_retraining"]].mean()
    assert there.errors.to_numpy() == pytest.approx(means["cost_error"].to_numpy())
    assert there.retraining.to_numpy() == pytest.approx(means["cost_retraining"].to_numpy())
    assert own.costs.equals(by_seed(one.runs))


def test_the_frontier_gives_hindsight_at_another_price_unless_more_has_one(folder):
    one = load(folder).of("gradual")
    seeds = sorted(set(one.runs["seed"]))
    steps = [(seed, fits, 900.0 - 100 * seed - 70 * fits) for seed in seeds for fits in range(5)]
    frontier = pd.DataFrame(steps, columns=["seed", "retrainings", "loss"])
    frontier["scenario"] = "gradual"
    oracle = pd.DataFrame({"seed": seeds, "reference": "oracle", "label": "", "cost": 1.0})
    plain = replace(one.manifest, prices=replace(one.manifest.prices, row=0.0))
    known = replace(one, frontier=frontier, references=oracle, manifest=plain)
    own, cheap, dear = at_prices(known, [20.0, 50.0, 80.0])
    assert own.oracle.tolist() == [1.0] * len(seeds)
    for there in (cheap, dear):
        found = repriced(known, there.fit).references.set_index("seed")["cost"]
        assert there.oracle[seeds].tolist() == found[seeds].tolist()
    assert next(at_prices(replace(known, manifest=one.manifest), [50.0])).oracle.empty


def test_a_choice_holds_between_the_prices_where_it_turns(folder):
    one = load(folder).of("gradual")
    found = verdicts(one, "gradual")
    own = next(v.choice for there, v in found if there.fit == 20.0)
    same = [there.fit for there, v in found if v.choice == own]
    said = holds(found, 20.0)
    assert "to" in said or "only" in said
    assert f"{max(same):g}" in said or f"{max(same):,.0f}" in said
    assert found[-1][1].choice == "never"
    assert holds(found[-1:], found[-1][0].fit).startswith("at every price tried")


def test_worth_is_paired_and_knows_todays_policy(folder):
    there = next(at_prices(load(folder).of("gradual"), [20.0]))
    costs = there.costs
    today = "periodic ticks=5"
    entries = worth(there, "periodic ticks=20", today)
    assert [e["name"] for e in entries] == ["against never", f"against today, {today}"]
    gap = (costs["periodic ticks=20"] - costs[today]).mean()
    share = 100 * abs(gap) / costs[today].mean()
    assert entries[1]["text"] == f"{share:.0f} % {'more' if gap > 0 else 'less'}"
    assert worth(there, "never", None)[0]["same"]
    halved = replace(there, oracle=0.5 * costs["never"])
    assert worth(halved, "never", None)[1]["text"] == "100 % more"


def test_the_page_says_what_is_saved_against_today(study):
    assert "against today, periodic ticks=5" in (study / "report.html").read_text()


def test_p_values_are_students_and_holm_steps_down():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 8))
    assert p_value(a - b) == pytest.approx(ttest_rel(a, b).pvalue)
    assert math.isnan(p_value([1.0, 2.0]))
    assert (p_value([0.0] * 4), p_value([2.0] * 4)) == (1.0, 0.0)
    # Holm (1979): 3 * .01, 2 * .02, 1 * .5, in order, never falling, undefined ones not counted.
    assert holm([0.02, 0.01, math.nan, 0.5]) == pytest.approx(
        [0.04, 0.03, math.nan, 0.5], nan_ok=True
    )
    assert holm([0.03, 0.03]) == pytest.approx([0.06, 0.06])


def test_pairs_say_which_is_dearer_and_too_few_seeds_say_so():
    noise = np.array([0.0, 1.0, -1.0, 0.5, -0.5, 0.2])
    costs = pd.DataFrame({"dear": 20 + noise, "cheap": 10.0 - noise, "twin": 10.0 + noise})
    found = {(p.a, p.b): p for p in pairs(costs)}
    assert found["dear", "cheap"].differ
    alike = next(p for (a, b), p in found.items() if {a, b} == {"cheap", "twin"})
    assert not alike.differ
    assert compared(costs)["said"].startswith("2 of 3 pairs differ beyond noise; not told apart:")
    few = compared(costs.iloc[:2])
    assert few["lines"] == []
    assert "no test" in few["said"]


def test_runs_are_compared_by_seed_and_by_config(tmp_path):
    one, two = (write(tmp_path / name) for name in ("one", "two"))
    manifest = json.loads((two / "manifest.json").read_text())
    manifest["config"]["seeds"] = "<script>alert(1)</script>"
    (two / "manifest.json").write_text(json.dumps(manifest))
    runs = pd.read_parquet(two / "runs.parquet")
    runs["cost"] += 100.0
    runs.to_parquet(two / "runs.parquet")
    path = build([one, two])
    text = path.read_text().replace("\N{NO-BREAK SPACE}", " ")
    assert path == two / "comparison.html"
    assert "+100 ± 0" in text
    assert "beyond noise, 4 shared seeds" in text
    assert "<script>" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert changes([{"a": {"b": 1}, "c": 2}, {"a": {"b": 3}, "c": 2}]) == [("a.b", ["1", "3"])]
    with pytest.raises(InputError, match="named twice"):
        build([one, one])


def test_verdicts_at_the_own_price_are_the_reports(folder):
    tables = load(folder)
    about = tables.manifest.scenarios["gradual"]
    own = judge(tables.of("gradual").runs, tables.manifest.strategies, about)
    found = verdicts(tables.of("gradual"), "gradual")
    assert next(v for there, v in found if there.fit == 20.0) == own
