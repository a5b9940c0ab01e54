"""The panic of 2020: its public figures, its exact ceiling, and no look ahead."""

from dataclasses import fields, replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import yaml

from retrainlab.scenarios.toilet_paper import FEATURES, HISTORY, ToiletPaper, features
from retrainlab.scenarios.toilet_paper_2020.demand import (
    NORMALLY_OUT,
    PHASES,
    SALES,
    between,
    course,
)
from retrainlab.scenarios.toilet_paper_2020.market import chances
from retrainlab.scenarios.toilet_paper_2020.published import (
    OUT_FIGURES,
    SALES_FIGURES,
    out_share,
    sales_ratio,
)
from retrainlab.scenarios.toilet_paper_2020.shops import season_of
from retrainlab.scenarios.toilet_paper_2020.stockout import Shelf, demand_error
from retrainlab.sim.errors import InputError

SEEDS = 16
DAYS = np.arange(np.datetime64("2018-01-01"), np.datetime64("2021-01-01"))
PANIC_TICK = int((PHASES[0].first - DAYS[0]).astype(int))
COLUMNS = ("x", "y", "offsets", "ceiling", "concept", "entity")


@cache
def market(seed):
    return ToiletPaper().market(seed)


@cache
def stream(seed=0, **options):
    return ToiletPaper(**options)(seed)


def by_day(column, shops=40):
    return column.reshape(-1, shops)


def feature(made, name):
    return by_day(made.x[:, FEATURES.index(name)])


def within(values, figure):
    """Whether the mean over seeds is the figure, but for its rounding and 4 standard errors."""
    error = 4 * np.std(values, ddof=1) / np.sqrt(len(values))
    return abs(np.mean(values) - figure.value) <= figure.rounding + error


@pytest.mark.parametrize("figure", SALES_FIGURES, ids=lambda f: f.what)
def test_expected_recorded_sales_are_the_public_figure(figure):
    """Nothing is drawn here, so the rounding of the published figure is the whole tolerance."""
    rule = course(DAYS, noise=0.25, magnitude=1.0)
    sales = season_of(DAYS) * rule.demand * rule.shelf.mean()
    assert abs(sales_ratio(figure, sales, DAYS[0]) - figure.value) <= figure.rounding


@pytest.mark.parametrize("figure", SALES_FIGURES, ids=lambda f: f.what)
def test_panels_record_the_public_sales(figure):
    ratios = [
        sales_ratio(figure, market(s).sales.sum(axis=1), market(s).days[0]) for s in range(SEEDS)
    ]
    assert within(ratios, figure)


@pytest.mark.parametrize("figure", OUT_FIGURES, ids=lambda f: f.what)
def test_panels_are_out_of_stock_as_published(figure):
    shares = [
        out_share(figure, market(s).out.mean(axis=1), market(s).days[0]) for s in range(SEEDS)
    ]
    assert within(shares, figure)


def test_the_facts_name_every_figure_that_the_days_reach_over():
    span, *figures = stream().facts
    assert span == ("time span", "2018-01-01 to 2020-12-31")
    assert len(figures) == len(SALES_FIGURES) + len(OUT_FIGURES)
    only_2020 = stream(start="2020-01-01", ticks=366).facts
    assert [what for what, _ in only_2020[1:]] == [what for what, _ in figures[-4:]]


@pytest.mark.parametrize("noise", [0.05, 0.25, 0.5])
def test_demand_is_what_explains_the_recorded_sales_at_any_noise(noise):
    rule = course(DAYS, noise, magnitude=1.0)
    normal = course(DAYS, noise, magnitude=0.0).shelf.mean()[0]
    expected = np.exp(between(SALES, DAYS, logarithm=True))
    np.testing.assert_allclose(rule.demand * rule.shelf.mean() / normal, expected, rtol=1e-12)
    assert np.all(rule.shelf.short < 0.99)


def test_the_story_of_2020_can_be_read_from_demand():
    demand = dict(zip(DAYS.astype(str), course(DAYS, 0.25, 1.0).demand, strict=True))
    assert demand["2020-02-20"] == pytest.approx(1)
    assert 4 < demand["2020-03-13"] == max(demand.values())
    slump, home, later, wave = (demand[f"2020-{d}"] for d in ("06-10", "08-01", "12-31", "11-15"))
    assert 1 < slump < home
    assert 1 < later < home < wave < demand["2020-03-08"]


@pytest.mark.parametrize("short", [0.02, 0.3, 0.75])
@pytest.mark.parametrize(("stock", "limit"), [(0.56, np.inf), (0.63, 0.76), (0.8, 1.1)])
def test_the_median_and_its_error_against_monte_carlo(short, stock, limit):
    """4 standard errors of a mean over 200,000 draws."""
    noise, rng = 0.25, np.random.default_rng(1)
    draws = np.exp(noise * rng.standard_normal(200_000))
    draws = np.minimum(draws, np.where(rng.random(len(draws)) < short, stock, limit))
    made = Shelf(np.array(short), np.array(stock), np.array(limit), noise)
    missed = np.abs(draws - made.median())
    slack = 4 * missed.std() / np.sqrt(len(draws))
    assert abs(missed.mean() - made.error()) <= slack
    assert abs(draws.mean() - made.mean()) <= 4 * draws.std() / np.sqrt(len(draws))
    others = np.abs(draws[:, None] - made.median() * np.linspace(0.5, 1.5, 21)).mean(axis=0)
    assert np.all(made.error() <= others + slack)


@pytest.mark.parametrize("target", ["sales", "demand"])
def test_the_ceiling_is_what_the_best_forecaster_gets(target):
    """Errors less their expectation have mean 0, day by day and shop by shop; 4 standard errors."""
    made, truth = stream(score_against=target), market(0)
    best = truth.best if target == "sales" else truth.median
    surprise = np.abs(made.truth - best[HISTORY:].ravel()) + made.ceiling
    for phase in range(3):
        some = surprise[made.concept == phase]
        assert abs(some.mean()) <= 4 * some.std() / np.sqrt(len(some))


def test_the_error_of_the_best_forecast_of_demand_is_closed():
    alone = Shelf(np.zeros(1), np.full(1, 0.5), np.full(1, np.inf), 0.3)
    assert demand_error(0.3) == pytest.approx(alone.error()[0], rel=1e-12)


def test_a_past_sale_is_the_one_recorded_then():
    made = stream()
    for lag in (1, 7, 28):
        past = feature(made, f"sales_{lag}")
        np.testing.assert_array_equal(past[lag:], by_day(made.y)[:-lag])
        assert np.all(past[:lag] > 0)


@pytest.mark.parametrize("day", [0, 1, 40, PANIC_TICK, 1095])
def test_features_do_not_see_the_day_or_anything_after_it(day):
    truth = market(0)
    scrambled = truth.sales.copy()
    scrambled[HISTORY + day :] = -1.0
    seen = features(replace(truth, sales=scrambled))[: (day + 1) * 40]
    np.testing.assert_array_equal(seen, stream().x[: (day + 1) * 40])


def test_only_past_sales_carry_the_panic_into_the_features():
    calm = stream(magnitude=0.0, noise=0.1)
    for name in FEATURES[:5]:
        np.testing.assert_array_equal(feature(stream(), name), feature(calm, name))


def test_before_the_panic_its_size_is_not_in_the_stream():
    calm, wild = stream(magnitude=0.0), stream(magnitude=2.0)
    before = slice(0, PANIC_TICK * 40)
    for name in ("x", "y", "ceiling", "concept"):
        np.testing.assert_array_equal(getattr(calm, name)[before], getattr(wild, name)[before])


def test_no_panic_is_no_drift():
    calm = stream(magnitude=0.0)
    rule = course(DAYS, 0.25, 0.0)
    assert calm.drifts == ()
    assert not calm.concept.any()
    assert np.all(rule.demand == 1)
    assert np.all(rule.out == NORMALLY_OUT)
    assert np.all(np.isinf(rule.shelf.limit))


def test_magnitude_multiplies_the_logarithm_of_demand():
    once, half = course(DAYS, 0.25, 1.0), course(DAYS, 0.25, 0.5)
    np.testing.assert_allclose(half.demand**2, once.demand, rtol=1e-12)
    assert np.all(half.out <= once.out)


@pytest.mark.parametrize("magnitude", [0.0, 1.0, 3.0])
def test_records_never_exceed_demand_and_fall_short_where_stock_does(magnitude):
    truth = ToiletPaper(magnitude=magnitude).market(3)
    assert np.all(truth.sales > 0)
    assert np.all(truth.sales <= truth.demand)
    assert np.all(truth.sales[truth.out] < truth.demand[truth.out])
    free = ~truth.short & np.isinf(truth.course.shelf.limit)[:, None]
    np.testing.assert_array_equal(truth.sales[free], truth.demand[free])


@pytest.mark.parametrize("magnitude", [0.0, 1.0, 3.0])
def test_spells_keep_the_share_of_short_shops_exactly(magnitude):
    share = course(DAYS, 0.25, magnitude).shelf.short
    chance = chances(share)
    assert np.all((chance >= -1e-12) & (chance <= 1 + 1e-12))
    rest, stay = chance[1:].T
    np.testing.assert_allclose(share[:-1] * stay + (1 - share[:-1]) * rest, share[1:], rtol=1e-9)


def test_demand_is_scored_but_never_seen():
    on_sales, on_demand = stream(), stream(score_against="demand")
    np.testing.assert_array_equal(on_sales.x, on_demand.x)
    np.testing.assert_array_equal(on_sales.y, on_demand.y)
    assert on_sales.scored is None
    assert on_demand.truth.sum() > 1.05 * on_sales.truth.sum()


def test_a_typical_shop_sells_10_to_40_packs_a_day():
    low, high = np.percentile(stream().y[: PANIC_TICK * 40], [10, 90])
    assert 8 < low < high < 45


def test_a_seed_is_a_stream_and_more_days_leave_the_first_ones_as_they_are():
    again, other, shorter = ToiletPaper()(0), stream(1), stream(ticks=800)
    for name in COLUMNS:
        assert getattr(stream(), name).tobytes() == getattr(again, name).tobytes()
    assert not np.any(stream().y == other.y)
    np.testing.assert_array_equal(shorter.x, stream().x[: 800 * 40])
    np.testing.assert_array_equal(shorter.y, stream().y[: 800 * 40])


def test_drifts_are_the_phases_cut_to_the_stream():
    drifts = stream().drifts
    assert drifts[0].start == PANIC_TICK
    assert all(a.stop == b.start for a, b in pairwise(drifts))
    assert stream().concept[(PANIC_TICK - 1) * 40] == 0
    assert stream().concept[PANIC_TICK * 40] == 1
    cut = stream(start="2020-03-01", ticks=30).drifts
    assert [(d.start, d.stop) for d in cut] == [(0, 21), (21, 30)]


def test_one_shop_is_legal():
    assert stream(shops=1).rows == stream(shops=1).ticks == 1096


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"shops": 0}, "shops is 0"),
        ({"start": "March"}, "start is 'March'; it must be a day such as 2018-01-01"),
        ({"start": "2021-01-01"}, "start is '2021-01-01'"),
        ({"ticks": 1097}, "ticks is 1097; .* from 2 to 1096, as the course ends 2020-12-31"),
        ({"ticks": 300}, "ticks is 300; the panic starts on 2020-02-24: take 785 or more"),
        ({"noise": 0}, "noise is 0; it must be a number from 0.01 to 0.5"),
        ({"noise": "loud"}, "noise is 'loud'"),
        ({"magnitude": -1}, "magnitude is -1"),
        ({"magnitude": float("nan")}, "magnitude is nan"),
        ({"score_against": "stock"}, "score_against is 'stock'; choose one of sales, demand"),
    ],
)
def test_a_bad_option_is_named_with_its_value(options, sentence):
    with pytest.raises(InputError, match=f"^scenario.toilet_paper.{sentence}"):
        ToiletPaper(**options)


def test_the_config_states_every_option_and_its_default():
    conf = Path(__file__).parents[2] / "experiments" / "conf" / "scenario" / "toilet_paper.yaml"
    stated = yaml.safe_load(conf.read_text())["toilet_paper"]
    assert stated.pop("_target_") == "retrainlab.scenarios.toilet_paper.ToiletPaper"
    stated.pop("world", None)  # the clocks of the study, not an option of the scenario
    assert stated == {f.name: f.default for f in fields(ToiletPaper)}
