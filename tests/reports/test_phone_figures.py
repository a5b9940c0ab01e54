"""Figures in the shape of a phone: shown there alone, whole, and with the same values."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from fake_study import TWO, Fake, write
from price_axes import effects_of
from test_report_figures import LONG, assert_apart

from retrainlab.reports.analysis.cost_curve import cheapest, curves
from retrainlab.reports.analysis.monitoring import monitored, monitoring
from retrainlab.reports.analysis.saving_parts import saving_parts
from retrainlab.reports.decision.sensitivity import own_decision
from retrainlab.reports.decision.summary import summary
from retrainlab.reports.drawing.canvas import PHONE, new_figure, phone, theme
from retrainlab.reports.figures.heatmap import surface
from retrainlab.reports.figures.intervals import intervals
from retrainlab.reports.figures.parameter import parameter_curve
from retrainlab.reports.figures.prices import best_by_price
from retrainlab.reports.figures.scenario_figures import drawings, name_currency
from retrainlab.reports.figures.tradeoff import tradeoff
from retrainlab.reports.results.tables import load
from retrainlab.sim.optimum.price_sweep import price_sweep

MOVE = "one => { one.value = 0; one.dispatchEvent(new Event('input')); }"
KINDS = (
    *("tradeoff", "interval", "costs", "sensitivity", "quality", "predictions"),
    *("seeds", "timeline"),
)
FAKES = {**dict(zip(("seeds", "one stream"), TWO, strict=True)), "crowded": LONG}
FAKES["saving"] = Fake("steep", slope=0.02)
# The size in pixels of the smallest text that a figure shows.
LEAST = """figure => Math.min(...[...figure.querySelectorAll("svg text")].filter(text =>
  getComputedStyle(text.ownerSVGElement).display !== "none").map(text => {
    const { a, b } = text.getScreenCTM();
    return parseFloat(getComputedStyle(text).fontSize) * Math.hypot(a, b);
  }))"""
WIDTHS = (390, 760, 1024)


@pytest.mark.slow
@pytest.mark.parametrize("fake", FAKES.values(), ids=FAKES)
def test_no_text_covers_another_or_leaves_the_figure(tmp_path, fake):
    write(tmp_path, (fake,), 120)
    tables = load(tmp_path)
    rows, name = summary(tables), fake.name
    decision = replace(own_decision(tables, rows), sensitivity=effects_of(tables))
    seen, saved = monitoring(tables, monitored(decision), "never"), saving_parts(tables, decision)
    with theme(), phone():
        figures = drawings(tables, rows, decision, name, curves(tables), seen, saved)
        assert {"tradeoff", "interval", "costs", "sensitivity", "timeline"} < figures.keys()
        assert "waterfall" in figures or fake.name != "steep"
        for figure in figures.values():
            name_currency(figure, "EUR")
            assert figure.get_size_inches()[0] == PHONE
            assert_apart(figure)
            heights = [axes.get_position().height for axes in figure.axes]
            assert max(heights) * figure.get_size_inches()[1] > 0.5


@pytest.mark.parametrize("fake", [TWO[0], LONG], ids=["seeds", "crowded"])
def test_figures_of_a_search_fit_a_phone(tmp_path, fake):
    write(tmp_path, (fake,), 120)
    tables = load(tmp_path)
    curve = cheapest(curves(tables))
    spent = np.broadcast_to(100 / curve.values, curve.costs.shape)
    sweep = price_sweep(curve.values, curve.costs.to_numpy(), spent, np.geomspace(1, 300, 12))
    costs = np.outer(np.linspace(1, 30, 12), np.linspace(1, 2, 12))
    values = [5.0 * 1.4**i for i in range(12)]
    pairs = pd.DataFrame(costs, index=values, columns=np.round(values))
    with theme(), phone():
        for figure in (
            parameter_curve(curve, fake.name, ", on the last 20 ticks", 0.9 * curve.best.cost),
            best_by_price(curve, sweep, 1.0, 20.0, fake.name, "tick"),
            surface(pairs, curve.strategy, fake.name, ("when.ticks (ticks)", "what.ticks (ticks)")),
        ):
            assert figure.get_size_inches()[0] == PHONE
            assert_apart(figure)


def test_large_amounts_and_long_units_fit_a_phone(tmp_path):
    fake = replace(TWO[0], tick_name="month")
    write(tmp_path, (fake,), 120)
    tables = load(tmp_path)
    rows = summary(tables)
    spent = [name for name in rows if name.startswith("cost_retraining")]
    rich = rows.assign(**{name: 120_000 / rows[spent[0]].max() * rows[name] for name in spent})
    choice = own_decision(tables, rows).choice
    with theme(), phone():
        for figure in (
            tradeoff(rich, choice, fake.name, "accuracy"),
            intervals(tables, choice, fake.name, fake.tick_name),
        ):
            assert_apart(figure)


def test_a_title_of_any_length_stays_in_the_figure():
    with theme(), phone():
        assert_apart(new_figure(7.2, 4.0, "word " * 60, "x" * 300))


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("width", "is_narrow"), [(390, True), (1024, False)])
def test_each_screen_shows_one_shape_which_fits(study, browser, kind, width, is_narrow):
    tab = browser.new_page(viewport={"width": width, "height": 900})
    tab.goto((study / "report.html").as_uri())
    figures = tab.locator(f"figure.{kind}").all()
    assert figures
    for figure in figures:
        assert figure.locator("svg.phone").is_visible() is is_narrow
        assert figure.locator("svg:not(.phone)").is_visible() is not is_narrow
    tab.emulate_media(media="print")
    assert not tab.locator("svg.phone").first.is_visible()
    assert tab.locator(f"figure.{kind} svg:not(.phone)").first.is_visible()
    tab.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_no_figure_moves_sideways_and_no_text_is_small(study, browser, width):
    tab = browser.new_page(viewport={"width": width, "height": 900})
    tab.goto((study / "report.html").as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    for figure in tab.locator("figure").all():
        assert figure.evaluate("f => f.scrollWidth <= f.clientWidth")
        assert figure.evaluate(LEAST) >= 12
    tab.close()


def test_both_shapes_say_the_same_values(study, browser):
    tab = browser.new_page()
    tab.goto((study / "report.html").as_uri())
    for figure in tab.locator("figure.shaped").all():
        says = [
            figure.locator(f"{svg} [data-says]").evaluate_all("all => all.map(e => e.dataset.says)")
            for svg in ("svg.phone", "svg:not(.phone)")
        ]
        assert says[0] == says[1]
        assert len(says[0]) == len(set(says[0])), "a value is told twice"
        series = [
            figure.locator(f"{svg} [data-series]").evaluate_all(
                "all => all.map(e => e.dataset.series)"
            )
            for svg in ("svg.phone", "svg:not(.phone)")
        ]
        assert series[0] == series[1]
        assert says[0] or series[0]
    tab.close()


def test_another_price_is_drawn_instead_of_both_shapes(study, browser):
    tab = browser.new_page(viewport={"width": 390, "height": 900})
    tab.goto((study / "report.html").as_uri())
    tab.locator("#price-fit").evaluate(MOVE)
    figure = tab.locator("figure.interval").first
    figure.locator("svg.live").wait_for()
    assert not figure.locator("svg.phone").is_visible()
    tab.locator("#reset").evaluate("one => one.click()")
    assert figure.locator("svg.phone").is_visible()
    assert figure.locator("svg.live").count() == 0
    tab.close()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["tradeoff", "interval"])
def test_a_chart_at_another_price_fits_a_phone_and_turns_with_it(study, browser, kind):
    tab = browser.new_page(viewport={"width": 390, "height": 900})
    tab.goto((study / "report.html").as_uri())
    tab.locator("#price-fit").evaluate(MOVE)
    figure = tab.locator(f"figure.{kind}").first
    chart = figure.locator("svg.live")
    chart.wait_for()
    assert figure.evaluate("f => f.scrollWidth <= f.clientWidth")
    box = chart.bounding_box()
    texts = [text.bounding_box() for text in chart.locator("text").all()]
    assert all(box["x"] <= one["x"] for one in texts)
    assert all(one["x"] + one["width"] <= box["x"] + box["width"] for one in texts)
    names = set(chart.locator("text").all_text_contents())
    shown = chart.locator("[data-label]").evaluate_all("all => all.map(e => e.dataset.strategy)")
    assert set(shown) <= names
    assert "recommended" in names
    tab.set_viewport_size({"width": 1024, "height": 900})
    figure.locator('svg.live[viewBox^="0 0 720 "]').wait_for()
    tab.close()
