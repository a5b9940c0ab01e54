"""The slider in a real browser: at every step the page shows what the tables say."""

import math
from functools import cache

import numpy as np
import pandas as pd
import pytest
from fake_study import TWO, repriced, write
from price_axes import effects_of

from retrainlab import reports
from retrainlab.reports.analysis.cost_curve import curves
from retrainlab.reports.analysis.cost_points import cost_points
from retrainlab.reports.decision.price_grid import price_sliders
from retrainlab.reports.decision.sensitivity import own_decision
from retrainlab.reports.decision.summary import summary
from retrainlab.reports.pages.strategy_table import lines, shown_columns
from retrainlab.reports.results.tables import load
from retrainlab.reports.text import decision as words
from retrainlab.reports.text.format import three_digits
from retrainlab.reports.text.price_words import exact, prices_in_words, units_of
from retrainlab.reports.text.rates import rates, volume

pytestmark = pytest.mark.slow

NAME = "gradual"


def slide(page, price: str, index: int) -> None:
    page.locator(f"#price-{price}").fill(str(index))


def field(page, name: str, place: str = "li.card", scenario: str = NAME) -> str:
    found = page.locator(f'{place}[data-scenario="{scenario}"] [data-field="{name}"]')
    return found.inner_text().replace("\N{NO-BREAK SPACE}", " ")


# Text of each cell of a table, by label and column; the class best is a part of it.
CELLS = """rows => Object.fromEntries(rows.map(row => [row.dataset.label,
  Object.fromEntries(row.closest("table").dataset.names.split(" ").map((name, i) =>
    [row.cells[i + 1], name]).map(([cell, name]) =>
    [name, [cell.textContent, cell.classList.contains("best")]]))]))"""
# Coordinates of each mark of a redrawn figure, by label.
MARKS = """all => Object.fromEntries(all.map(({dataset: d}) =>
  [d.label, [d.x, d.y, d.dx, d.dy].map(Number)]))"""
# Height of each level line's label, by its text.
LEVELS = "all => all.map(level => level.dataset.says)"


def all_steps(study, name=NAME, prices=("error", "fit", "row", "label")):
    """Yield slider, position, tables and decision of a scenario at every step of every price."""
    return (step for step in steps(study, name) if step[0].part.name in prices)


@cache  # for several tests, which change none of it
def steps(study, name):
    """What `all_steps` yields, of all prices."""
    tables = load(study)
    found = []
    for slider in price_sliders(tables.runs, tables.manifest.prices):
        for index, value in enumerate(slider.values):
            there = repriced(tables.of(name), **{slider.part.name: value})
            found.append((slider, index, there, own_decision(there, summary(there))))
    return found


@pytest.mark.parametrize("name", ["gradual", "shop"])
def test_the_table_is_that_of_a_study_with_the_price_at_every_step(study, page, name):
    section = page.locator(f'section[data-scenario="{name}"]')
    columns = summary(load(study).of(name))
    for slider, index, there, decision in all_steps(study, name):
        slide(page, slider.part.name, index)
        about = there.manifest.scenarios[name]
        cells = section.locator("table.sortable tr[data-label]").evaluate_all(CELLS)
        wanted = {
            line["label"]: {c["name"]: [c["text"], c["best"]] for c in line["cells"]}
            for line in lines(summary(there), shown_columns(columns, about), decision)
        }
        assert cells == wanted
        assert section.locator("tr.chosen").get_attribute("data-label") == decision.choice


def test_the_words_are_those_of_the_price_at_every_step(study, page):
    one, served = load(study).of(NAME), volume(load(study).of(NAME))
    regimes = {effect.name: effect.regimes for effect in effects_of(one)}
    units = units_of(one.manifest, NAME)
    for slider, index, there, decision in all_steps(study):
        name, value = slider.part.name, slider.values[index]
        slide(page, name, index)
        assert page.locator(f"#said-{name}").inner_text() == exact(value)
        assert field(page, "badge") == words.badge(decision)
        assert field(page, "surety") == words.significance(decision)
        assert field(page, "headline") == words.headline(decision, there.manifest)
        assert field(page, "evidence", "section") == words.evidence(decision)
        assert field(page, "notes", "section") == "\n".join(words.notes(decision))
        assert field(page, "rates") == rates(decision, served)
        savings = [entry["size"] for entry in words.savings(decision) if not entry["same"]]
        assert all(size in field(page, "worth") for size in savings)
        if index != slider.place:
            said = prices_in_words(regimes[name], value, units[name], decision)
            assert field(page, "firm") == said


def test_one_price_moves_at_a_time_and_the_page_says_where(study, page):
    sliders = price_sliders(load(study).runs, load(study).manifest.prices)
    before = field(page, "firm")
    for slider in sliders:
        slide(page, slider.part.name, len(slider.values) - 1)
        for other in sliders:
            place = int(page.locator(f"#price-{other.part.name}").input_value())
            moved = other.part.name == slider.part.name
            assert place == (len(other.values) - 1 if moved else other.place)
        assert exact(slider.values[-1]) in page.locator("#moved-to").inner_text()
        assert "ecommend" in page.locator("#moved-said").inner_text()
    page.locator("#reset").click()
    assert not page.locator("#moved").is_visible()
    assert field(page, "firm") == before


GREY = "all => all.map(part => getComputedStyle(part).opacity)"
SAYS_SO = "part => part.closest('.stays').innerText.includes('rices of the study')"
FOLLOWS = "part => part.closest('.stays') === null"
# What is drawn or written for the study's prices alone.
STAYING = ("figure.costs", "figure.timeline", "figure.seeds", "figure.sensitivity", ".often")


def test_what_does_not_follow_a_slider_is_grey_and_says_so(study, page):
    section = page.locator(f'section[data-scenario="{NAME}"]')
    stays = page.locator(".stays")
    assert set(stays.evaluate_all(GREY)) == {"1"}
    assert not section.locator(".moved").first.is_visible()
    slide(page, "row", 0)
    assert max(map(float, stays.evaluate_all(GREY))) < 0.6
    for place in STAYING:
        assert section.locator(place).first.evaluate(SAYS_SO), place
    for place in ("figure.tradeoff", "figure.interval", ".answer", "table.sortable"):
        assert section.locator(place).evaluate(FOLLOWS), place


def close(values):
    """As far as the seven digits that a page holds go; undefined halves are drawn as none."""
    return pytest.approx(np.nan_to_num(np.array(values, float)).tolist(), rel=1e-6)


@pytest.mark.parametrize("name", ["gradual", "shop"])
def test_every_redrawn_point_is_that_of_the_tables_at_every_step(study, page, name):
    section = page.locator(f'section[data-scenario="{name}"]')
    for slider, index, there, _ in all_steps(study, name, ("error", "fit")):
        if index == slider.place:
            continue
        slide(page, slider.part.name, index)
        rows = summary(there).set_index("label")
        spent = section.locator("figure.tradeoff svg.live g[data-label]").evaluate_all(MARKS)
        columns = ("cost_retraining", "score", "cost_retraining_half", "score_half")
        strategies = rows[rows["role"] == "strategy"]
        assert set(spent) == set(strategies.index)
        for label, point in spent.items():
            assert point == close([strategies.loc[label, c] for c in columns])
        points = cost_points(there).set_index("label")
        marks = section.locator("figure.interval svg.live g[data-label]").evaluate_all(MARKS)
        assert set(marks) >= set(points.index[points["cost"] <= 3 * points["cost"].min()])
        for label, point in marks.items():
            interval, cost, half = points.loc[label, ["interval", "cost", "half"]]
            assert point == close([interval, cost, 0.0, half])
        levels = section.locator("figure.interval svg.live g:not([data-label])")
        still = rows[rows["never"] | (rows["role"] == "baseline")]
        assert sorted(levels.evaluate_all(LEVELS)) == sorted(
            f"{label} {three_digits(cost)}" for label, cost in still["cost"].items()
        )


def test_the_best_interval_is_that_of_the_tables_at_every_step(study, page):
    for slider, index, there, _ in all_steps(study, prices=("fit", "label")):
        slide(page, slider.part.name, index)
        lines = field(page, "intervals", "section").splitlines()
        if index == slider.place:
            assert lines == []
            continue
        found = [c for c in curves(there) if c.is_interval]
        assert len(lines) == len(found) == 2
        for line, curve in zip(lines, found, strict=True):
            best = curve.best
            at = "never" if math.isinf(best.value) else f"every {best.value:.0f} ticks"
            assert line.startswith(f"{curve.strategy}: {at} costs least")
            ends = [
                "never" if math.isinf(v) else f"{v:.0f}" for v in (best.flat_low, best.flat_high)
            ]
            near = f"nearly as good: {ends[0]} to {ends[1]}"
            assert ("no other value comes near" if ends[0] == ends[1] else near) in line


def test_the_slider_redraws_two_figures_and_goes_back(page):
    figure = page.locator(f'section[data-scenario="{NAME}"] figure.tradeoff')
    assert figure.locator("svg.live").count() == 0
    before = field(page, "headline")
    slide(page, "fit", 0)
    assert figure.locator("svg.live").count() == 1
    assert not figure.locator("svg").first.is_visible()
    page.locator("#reset").click()
    assert figure.locator("svg.live").count() == 0
    assert figure.locator("svg").first.is_visible()
    assert field(page, "headline") == before


# Texts of the redrawn figures that cover another one or leave their figure.
COVERED = """all => all.flatMap(svg => {
  const frame = svg.getBoundingClientRect();
  const texts = [...svg.querySelectorAll("text")]
    .map(t => [t.textContent, t.getBoundingClientRect()]);
  const out = texts.filter(([_, p]) =>
    p.left < frame.left || p.right > frame.right || p.top < frame.top || p.bottom > frame.bottom);
  const over = texts.flatMap(([a, p], i) => texts.slice(i + 1).filter(([_, q]) =>
    p.left < q.right - 1 && q.left < p.right - 1 && p.top < q.bottom - 1 && q.top < p.bottom - 1)
    .map(([b, _]) => `${a} / ${b}`));
  return [...out.map(([a, _]) => a), ...over];
})"""


def test_no_text_of_a_redrawn_figure_covers_another(tmp_path, browser):
    runs = pd.read_parquet(write(tmp_path, TWO[:1]) / "runs.parquet")
    runs[["loss", "cost_error"]] *= 400.0  # so that costs have six digits
    runs["cost"] = runs["cost_error"] + runs["cost_retraining"]
    runs.to_parquet(tmp_path / "runs.parquet")
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(reports.build(tmp_path).as_uri())
    found = {}
    for index in range(int(page.locator("#price-fit").get_attribute("max")) + 1):
        slide(page, "fit", index)
        found[index] = page.locator("svg.live").evaluate_all(COVERED)
    assert page.locator("svg.live").count() == 2
    page.close()
    assert {index: covered for index, covered in found.items() if covered} == {}
