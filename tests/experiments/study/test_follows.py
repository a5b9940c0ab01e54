"""Settings that follow the price: replayed once, right at every price."""

from dataclasses import replace

import numpy as np
import pytest
from command_line import run
from configuration import composed
from price_axes import axes_of

from retrainlab.experiments.study.cells import cell_at, expand
from retrainlab.experiments.study.follows import at_prices, price_ratio, with_price_steps
from retrainlab.reports.analysis.price_steps import PriceSteps
from retrainlab.reports.decision.repriced import Pricing
from retrainlab.reports.decision.sensitivity import PriceAxis, own_decision
from retrainlab.reports.decision.summary import summary
from retrainlab.reports.pages.live import live
from retrainlab.reports.results.following import Following
from retrainlab.reports.results.tables import load
from retrainlab.sim.errors import InputError
from retrainlab.sim.price_ratio import steps_around
from retrainlab.sim.prices import Prices, cost_parts

SMALL = (
    *("scenario=sudden", "scenario.sudden.ticks=60", "scenario.sudden.rows=30"),
    *("scenario.sudden.at=30", "learner=naive_bayes", "world.warmup=10", "engine=serial"),
)
PARTS = {part.name: part for part in cost_parts()}
TWO = "strategy=[never,excess]"


def saved(folder, *words):
    """The tables of a small study."""
    folder.mkdir(exist_ok=True)
    words = (*words, *SMALL, "references=null", f"folder={folder}")
    assert run(folder, *words) == 0
    return load(folder)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A study at a price of 10 with a strategy that follows it, at its only scenario."""
    tables = saved(tmp_path_factory.mktemp("follows"), TWO, "seeds=2", "prices.fit=10")
    return tables.of("sudden")


def excess(**words):
    """The strategy `excess` of the committed file, with some keys changed."""
    return composed("strategy=excess")["strategy"]["excess"] | words


def test_steps_do_not_compete(study):
    assert {*study.runs["label"]} >= {"never", "excess"}
    assert not study.runs["label"].str.contains("loss=").any()
    steps = study.manifest.strategies
    assert sorted(steps[label].ratio for label in {*study.price_steps["label"]}) == [
        step for step in steps_around(10) if step != 10
    ]
    assert "excess" in summary(study)["label"].tolist()


def test_what_is_shown_at_another_price_is_the_nearest_step(study):
    following = Following(study)
    prices = study.manifest.prices
    assert following.chosen(prices) == ("excess",)
    assert following.at(prices) is study
    for fit, label in (
        (0, "excess loss=0.1"),
        (2.9, "excess loss=3.16"),
        (1e9, "excess loss=1000.0"),
    ):
        assert following.chosen(replace(prices, fit=fit)) == (label,)
        assert following.chosen(replace(prices, fit=2 * fit, error=2.0)) == (label,)
        at = following.at(replace(prices, fit=fit))
        runs = study.price_steps[study.price_steps["label"] == label]
        shown = at.runs[at.runs["label"] == "excess"]
        np.testing.assert_array_equal(shown["loss"], runs["loss"])
        assert {*shown["role"]} == {"strategy"}
        assert len(at.ticks) == len(study.ticks) - 2 * 50
    (turn,) = [x for x in following.turns(PARTS["fit"], prices) if 10 < x < 30]
    assert turn == pytest.approx((10 * 31.6) ** 0.5)
    assert following.turns(PARTS["row"], prices) == []


@pytest.mark.parametrize("fit", [1.0, 100.0, 1000.0])
def test_table_and_slider_show_at_a_price_what_a_study_at_that_price_shows(study, fit, tmp_path):
    there = saved(tmp_path, TWO, "seeds=2", f"prices.fit={fit}").of("sudden")
    prices = replace(study.manifest.prices, fit=fit)
    rows = summary(study)
    pricing = Pricing(study, rows)
    at = PriceSteps(study, rows, pricing).at(prices).rows.set_index("label")
    expected = summary(there).set_index("label")
    for column in ("score", "retrainings", "cost", "cost_half", "saving"):
        assert at[column]["excess"] == pytest.approx(expected[column]["excess"], nan_ok=True)
        assert at[column]["never"] == pytest.approx(expected[column]["never"], nan_ok=True)
    assert at.index.tolist() == rows["label"].tolist()
    axis = PriceAxis(study, pricing, PARTS["fit"])
    assert axis.decision(fit).best == own_decision(there, summary(there)).best
    # A recommendation that was looked for along the price is that of the price itself.
    regimes = axis.regimes([1.0, 10.0, 100.0])
    (regime,) = [r for r in regimes if r.low < fit <= (r.high or np.inf)]
    assert regime.choice == axis.decision(fit).choice


def test_the_page_draws_the_replay_that_is_shown(study):
    rows = summary(study)
    pricing = Pricing(study, rows)
    axes = [a for a in axes_of(study) if a[0].part.name == "fit"]
    own = axes[0][1].decision(10.0)
    page = live(study, rows, "sudden", pricing, axes, own, lambda decision, name: {})
    place = [row["label"] for row in page["rows"]].index("excess")
    for value, step in zip(axes[0][0].values, page["steps"]["fit"], strict=True):
        (label,) = pricing.following.chosen(replace(pricing.prices, fit=value))
        assert (step is not None and "tradeoff" in step) == (label != "excess")
        if step is not None and label != "excess":
            runs = study.price_steps[study.price_steps["label"] == label]
            assert step["tradeoff"]["y"][place] == pytest.approx(runs["score"].mean(), abs=1e-6)
            served = runs["ticks"].sum() / max(len(runs), runs["retrainings"].sum())
            shown = step["interval"]["x"][place]
            assert shown == (pytest.approx(served, rel=1e-6) if runs["retrainings"].sum() else None)


@pytest.mark.slow
def test_a_sweep_over_prices_replays_each_at_its_own(tmp_path):
    swept = saved(tmp_path / "sweep", "-m", TWO, "seeds=1", "prices.fit=1,100")
    for fit in (1, 100):
        one = saved(tmp_path / str(fit), TWO, f"prices.fit={fit}", "seeds=1")
        own = one.runs.set_index("label")["loss"]["excess"]
        runs = swept.runs[swept.runs["scenario"].str.endswith(f"prices.fit={fit}")]
        assert runs.set_index("label")["loss"]["excess"] == own


def test_a_value_that_is_set_follows_nothing():
    node = excess()
    (free,) = expand({"excess": node})
    (fixed,) = expand(
        {"excess": {**node, "when": {**node["when"], "loss": 7.0}}}, ["strategy.excess.when.loss"]
    )
    assert free.follows is not None
    assert fixed.follows is None
    assert fixed.label == "excess loss=7.0"
    assert cell_at("excess", node, {"when.loss": 3.0}).follows is None
    prices = Prices(fit=30.0, error=2.0)
    assert at_prices(free, prices).node["when"]["loss"] == 15.0
    assert at_prices(fixed, prices) is fixed
    assert price_ratio(free, prices) == 15.0
    steps = with_price_steps([fixed, free], prices)[2:]
    assert [price_ratio(step, prices) for step in steps] == steps_around(15)


def test_a_setting_describes_itself_by_its_rule():
    (cell,) = expand({"excess": excess()})
    info = cell.info()
    assert info.follows == "fit/error"
    assert "when staleness has cost prices.fit / prices.error of loss" in info.text
    step = with_price_steps([cell], Prices())[1].info()
    assert step.step_of == "excess"
    assert step.overrides == ("strategy=excess", "strategy.excess.when.loss=1.0")


@pytest.mark.parametrize(
    ("follows", "sentence"),
    [
        ("fit/error", "strategy.excess.follows is 'fit/error'; it must name a ratio"),
        ({"when.loss": "fit"}, "follows.when.loss is 'fit'; it must be the ratio of two prices"),
        ({"when.los": "fit/error"}, "names 'when.los', which is not set; what follows a price"),
        ({"when.loss": "fit/error", "when.ticks": "row/error"}, "a strategy follows one ratio"),
    ],
)
def test_what_cannot_follow_is_refused(follows, sentence):
    with pytest.raises(InputError, match=sentence):
        expand({"excess": excess(follows=follows)})
