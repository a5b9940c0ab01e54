"""A scenario at every price step: the same numbers as a study with that price writes."""

import math
from dataclasses import replace

import pandas as pd
import pytest
from fake_study import CELLS, Fake, repriced, write

from retrainlab.reports.analysis.frontier import on_frontier
from retrainlab.reports.analysis.price_steps import BestInterval, PriceSteps
from retrainlab.reports.decision.price_grid import price_sliders
from retrainlab.reports.decision.repriced import Pricing
from retrainlab.reports.decision.summary import summary
from retrainlab.reports.results.tables import load
from retrainlab.reports.text.best_interval import best_interval

# At this price of an error and of a retraining nothing else costs, so the frontier is the oracle's.
PRICES = {"fit": 20.0, "row": 0.0}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A scenario whose oracle is known at every price, and that lacks one cell."""
    tables = load(write(tmp_path_factory.mktemp("study"), (Fake("gradual"),)))
    runs = tables.runs
    missing = runs["label"].eq("periodic ticks=5") & runs["seed"].eq(1)
    seeds = sorted(set(runs["seed"]))
    frontier = pd.DataFrame(
        [(seed, n, 400.0 - 10 * seed - 30 * n) for seed in seeds for n in range(5)],
        columns=["seed", "retrainings", "loss"],
    ).assign(scenario="gradual")
    oracle = pd.DataFrame({"seed": seeds, "reference": "oracle", "label": "", "cost": 1.0})
    prices = replace(tables.manifest.prices, **PRICES)
    known = replace(
        tables,
        runs=runs[~missing],
        frontier=frontier,
        references=oracle.assign(scenario="gradual", retrainings=1),
        manifest=replace(tables.manifest, prices=prices),
    )
    return repriced(known, fit=20.0).of("gradual")


@pytest.mark.slow
def test_a_step_is_the_summary_of_a_study_with_its_price(study):
    rows, own = summary(study), study.manifest.prices
    columns = ["cost", "cost_half", "cost_retraining", "cost_retraining_half", "cost_fit"]
    columns += ["saving", "saving_low", "saving_high", "score", "retrainings", "cost_error"]
    steps = PriceSteps(study, rows, Pricing(study, rows))
    for slider in price_sliders(study.runs, own):
        for value in slider.values:
            changed = {slider.part.name: value}
            step, there = steps.at(own.with_amounts(changed)), repriced(study, **changed)
            wanted = summary(there).set_index("label").loc[rows["label"], columns]
            shown = step.rows.set_index("label")
            # What baselines save is shown without an interval, which no step computes for them.
            of_baselines = shown.index[shown["role"] == "baseline"]
            wanted.loc[of_baselines, ["saving", "saving_low", "saving_high"]] = math.nan
            pd.testing.assert_frame_equal(shown[columns], wanted)
            if value != slider.own and slider.part.name in ("error", "fit"):
                assert step.oracle == pytest.approx(there.references["cost"].mean())
            elif value != slider.own:
                assert math.isnan(step.oracle)


def test_never_stays_on_the_frontier_before_what_never_retrained_either():
    rows = pd.DataFrame(
        {
            "strategy": ["trigger", "never", "periodic", "periodic"],
            "never": [False, True, False, False],
            "label": ["trigger", "never", "often", "worse"],
            "cost_retraining": [0.0, 0.0, 50.0, 60.0],
            "score": [0.8, 0.8, 0.9, 0.85],
        }
    )
    assert on_frontier(rows)["label"].tolist() == ["never", "often"]


def test_a_schedule_with_too_few_intervals_has_no_best_one(tmp_path):
    two = [
        cell for cell in CELLS if cell.label in ("never", "periodic ticks=5", "periodic ticks=10")
    ]
    one = load(write(tmp_path, (Fake("gradual", cells=tuple(two)),))).of("gradual")
    rows = summary(one)
    steps = PriceSteps(one, rows, Pricing(one, rows))
    assert steps.at(one.manifest.prices).intervals == []


def test_a_best_interval_is_said_with_its_flat_band():
    inf = float("inf")
    flat = BestInterval("sliding_window last 20", 50.0, 20.0, inf)
    assert best_interval(flat, "day") == (
        "sliding_window last 20: every 50 days costs least (nearly as good: 20 to never)."
    )
    alone = BestInterval("periodic", inf, inf, inf)
    assert (
        best_interval(alone, "tick") == "periodic: never costs least (no other value comes near)."
    )
