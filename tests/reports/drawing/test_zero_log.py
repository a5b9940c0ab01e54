"""The log axis with a zero: when it is chosen, and where things stand on it."""

import numpy as np
import pytest
from fake_study import NEVER, Fake, schedule, write

from retrainlab import reports
from retrainlab.reports.drawing import zero_log

FEW = np.array([0.0, 1.0, 2.0, 4.0, 8.0, 300.0])
EVEN = np.linspace(0, 300, 6)
HEIGHTS = (0.0, 1.0)


def test_it_is_chosen_where_marks_crowd_and_decades_part_them():
    same = np.full(6, 0.5)
    assert zero_log.least_if_crowded(FEW, same, HEIGHTS) == 1.0
    assert zero_log.least_if_crowded(EVEN, same, HEIGHTS) is None
    assert zero_log.least_if_crowded(FEW, np.linspace(0.1, 0.9, 6), HEIGHTS) is None


def test_marks_at_the_same_cost_do_not_ask_for_it():
    same = np.array([0.0, 100.0, 100.0, 100.0, 200.0, 300.0])
    assert zero_log.overlapping(same, np.full(6, 0.5)) == 0
    assert zero_log.least_if_crowded(same, np.full(6, 0.5), HEIGHTS) is None


def test_it_is_not_chosen_where_it_parts_nothing():
    high = np.array([0.0, 100.0, 200.0, 296.0, 298.0, 300.0])
    assert zero_log.overlapping(high, np.full(6, 0.5)) >= zero_log.CROWDED
    assert zero_log.least_if_crowded(high, np.full(6, 0.5), HEIGHTS) is None


@pytest.mark.parametrize("y", [np.full(6, np.nan), np.full(6, 0.5)], ids=["no score", "no cost"])
def test_without_scores_or_costs_there_is_none(y):
    x = FEW if np.isnan(y).all() else np.zeros(6)
    assert zero_log.least_if_crowded(x, y, HEIGHTS) is None


@pytest.mark.parametrize("least", [0.003, 1.0, 500.0])
def test_places_and_values_belong_together(least):
    values = least * np.array([-0.3, 0.0, 0.5, 1.0, 1.5, 10.0, 1e5])
    places = zero_log.forward(values, least)
    assert np.diff(places).min() > 0
    assert places[1] == 0
    assert places[-1] == pytest.approx(zero_log.GAP + 5)
    assert zero_log.inverse(places, least) == pytest.approx(values)


@pytest.mark.parametrize("high", [10.0, 90.0, 5000.0, 1e7])
def test_ticks_are_few_round_and_begin_at_zero(high):
    ticks = zero_log.ticks(high, 10.0)
    assert ticks[:2] == [0.0, 10.0]
    assert ticks[-1] <= high * 1.0001
    assert len(ticks) <= 9


@pytest.mark.slow
def test_the_page_draws_the_same_axis(tmp_path, browser):
    intervals = (2, 20, 24, 30, 40, 45, 60)
    cells = (NEVER, *(schedule("periodic", ticks) for ticks in intervals))
    folder = write(tmp_path, (Fake("one", seeds=2, slope=0.0, cells=cells),))
    page = browser.new_page()
    page.goto(reports.build(folder).as_uri())
    page.wait_for_selector("#controls", state="visible")
    page.locator("#price-fit").fill("3")
    figure = page.locator("figure.tradeoff svg.live")
    assert zero_log.LABEL in figure.text_content()
    marks = figure.locator("g[data-label]").evaluate_all(
        "all => all.map(g => [Number(g.dataset.x), g.querySelector('[transform]')"
        ".transform.baseVal[0].matrix.e])"
    )
    page.close()
    costs, pixels = np.array(sorted(marks)).T
    assert costs[0] == 0
    assert len(costs) == len(cells)
    places = zero_log.forward(costs, zero_log.least_positive(costs))
    assert np.polyval(np.polyfit(places, pixels, 1), places) == pytest.approx(pixels, abs=0.01)
