"""Toilet paper in single shops: what is added leaves the aggregate as it was published."""

from dataclasses import fields
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import yaml

from retrainlab.experiments import conf
from retrainlab.scenarios.toilet_paper import FEATURES, HISTORY, ToiletPaper
from retrainlab.scenarios.toilet_paper_2020.demand import SUMMER, course, recorded
from retrainlab.scenarios.toilet_paper_2020.market import Details, regional
from retrainlab.scenarios.toilet_paper_2020.published import (
    OUT_FIGURES,
    SALES_FIGURES,
    out_share,
    sales_ratio,
)
from retrainlab.scenarios.toilet_paper_2020.shops import draw_panel, season_of
from retrainlab.scenarios.toilet_paper_2020.stockout import Shelf
from retrainlab.sim.errors import InputError

SHOPS = {"empty": 0.2, "regions": 4, "whole_packs": True, "summer": 0.2}
DAYS = np.arange(np.datetime64("2018-01-01"), np.datetime64("2021-01-01"))
SEEDS = 12


@cache
def market(seed, **options):
    return ToiletPaper(**(options or SHOPS)).market(seed)


def within(values, figure):
    error = 4 * np.std(values, ddof=1) / np.sqrt(len(values))
    return abs(np.mean(values) - figure.value) <= figure.rounding + error


@pytest.mark.parametrize("figure", SALES_FIGURES, ids=lambda f: f.what)
def test_expected_recorded_sales_are_the_public_figure_with_empty_shops_and_a_summer(figure):
    rule = course(DAYS, 0.25, 1.0, empty=0.2, summer=0.2)
    sales = season_of(DAYS) * rule.demand * rule.shelf.mean()
    assert abs(sales_ratio(figure, sales, DAYS[0]) - figure.value) <= figure.rounding


@pytest.mark.parametrize("figure", SALES_FIGURES, ids=lambda f: f.what)
def test_panels_record_the_public_sales(figure):
    markets = [market(seed) for seed in range(SEEDS)]
    ratios = [sales_ratio(figure, m.sales.sum(axis=1), m.days[0]) for m in markets]
    assert within(ratios, figure)


@pytest.mark.parametrize("figure", OUT_FIGURES, ids=lambda f: f.what)
def test_panels_are_out_of_stock_as_published(figure):
    markets = [market(seed) for seed in range(SEEDS)]
    assert within([out_share(figure, m.out.mean(axis=1), m.days[0]) for m in markets], figure)


def test_sales_are_whole_packs_and_some_days_have_none():
    made = market(0)
    assert np.array_equal(made.sales, np.floor(made.sales))
    assert (made.sales <= made.demand).all()
    panic = (made.days >= np.datetime64("2020-03-15")) & (made.days < np.datetime64("2020-04-20"))
    assert 0.05 < (made.sales[panic] == 0).mean() < 0.25
    assert made.out[made.sales == 0].mean() > 0.95


@pytest.mark.parametrize("guess", [0.0, 0.4, 0.7, 0.9, 1.0, 1.3, 3.0])
def test_the_error_of_a_guess_with_empty_shops_against_monte_carlo(guess):
    rng = np.random.default_rng(0)
    shelf = Shelf(np.array(0.6), np.array(0.7), np.array(1.5), 0.3, empty=0.4)
    w = np.exp(0.3 * rng.standard_normal(400_000))
    short, empty = rng.random((2, len(w))) < np.array([[0.6], [0.4]])
    sales = np.where(short, np.where(empty, 0, np.minimum(w, 0.7)), np.minimum(w, 1.5))
    error = np.abs(sales - guess)
    assert abs(float(shelf.error(np.array(guess))) - error.mean()) < 4 * error.std() / 632
    assert abs(float(shelf.median()) - np.median(sales)) < 0.01
    assert abs(float(shelf.mean()) - sales.mean()) < 4 * sales.std() / 632


def test_more_than_half_of_the_shops_empty_is_a_median_of_nothing():
    shelf = Shelf(np.array(0.9), np.array(0.7), np.array(np.inf), 0.3, empty=0.6)
    assert shelf.median() == 0


@pytest.mark.parametrize("target", ["sales", "demand"])
def test_the_ceiling_is_what_the_best_forecaster_gets(target):
    gaps, sizes = [], []
    for seed in range(6):
        made = market(seed)
        stream = ToiletPaper(**SHOPS, score_against=target)(seed)
        best = np.ceil(made.median - 0.5) if target == "demand" else made.best
        error = np.abs(stream.truth - best[HISTORY:].ravel())
        gaps.append(float((error + stream.ceiling).mean()))
        sizes.append(float(-stream.ceiling.mean()))
    assert abs(np.mean(gaps)) < 4 * np.std(gaps, ddof=1) / np.sqrt(6) + 0.004 * np.mean(sizes)


def test_regions_peak_on_different_days_and_together_as_published():
    details = Details(regions=3, region_days=8)
    panel, region = draw_panel(0, DAYS, 30), np.arange(30) % 3
    share = regional(panel.usual, DAYS, 0.25, 1.0, details, region)
    assert np.allclose((share * panel.usual).sum(axis=1), panel.usual.sum(axis=1))
    rule = course(DAYS, 0.25, 1.0)
    peaks = [int((share[:, r] * rule.demand).argmax()) for r in range(3)]
    assert peaks == sorted(peaks)
    assert peaks[2] - peaks[0] >= 5
    before = np.datetime64("2020-02-24") > DAYS
    assert np.allclose(share[before], 1)


def test_the_region_of_a_shop_is_a_category_that_the_model_sees():
    stream = ToiletPaper(shops=8, regions=4)(0)
    assert stream.features == (*FEATURES, "region")
    assert stream.categorical[-1] == len(FEATURES)
    regions = stream.x[:, -1].reshape(-1, 8)
    assert (regions == regions[0]).all()
    assert np.bincount(regions[0].astype(int)).tolist() == [2, 2, 2, 2]


def test_a_summer_slump_moves_sales_into_the_autumn_of_the_same_year():
    plain, slump = recorded(DAYS), recorded(DAYS, 0.2)
    year = np.datetime64("2020-01-01") <= DAYS
    assert np.isclose(plain[year].sum(), slump[year].sum())
    middle = int((SUMMER[0] - DAYS[0]).astype(int)) + 45
    assert abs(slump[middle] / plain[middle] - 0.8) < 0.001
    assert np.array_equal(plain[SUMMER[0] >= DAYS], slump[SUMMER[0] >= DAYS])


@pytest.mark.parametrize("option", ["empty", "regions", "whole_packs", "summer"])
def test_one_detail_leaves_the_other_draws_as_they_are(option):
    plain, detailed = ToiletPaper().market(1), ToiletPaper(**{option: SHOPS[option]}).market(1)
    before = plain.days < np.datetime64("2020-02-01")
    assert np.array_equal(plain.panel.price, detailed.panel.price)
    assert np.mean(np.abs(plain.demand - detailed.demand)[before] < 1 + 1e-9) > 0.999


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"empty": 0.6}, "empty is 0.6; it must be a number from 0.0 to 0.5"),
        ({"summer": 1}, "summer is 1; it must be a number from 0.0 to 0.4"),
        ({"regions": 0}, "regions is 0; it must be a number of regions from 1 to 40 shops"),
        ({"region_days": 40}, "region_days is 40; it must be a number of days from 0 to 28"),
        ({"whole_packs": 1}, "whole_packs is 1; it must be true or false"),
    ],
)
def test_a_bad_option_is_named_with_its_value(options, sentence):
    with pytest.raises(InputError, match=sentence):
        ToiletPaper(**options)


def test_the_configuration_states_every_option():
    path = Path(conf.__path__[0]) / "scenario" / "toilet_paper_shops.yaml"
    node = yaml.safe_load(path.read_text())["toilet_paper_shops"]
    assert set(node) - {"_target_", "world"} == {field.name for field in fields(ToiletPaper)}
