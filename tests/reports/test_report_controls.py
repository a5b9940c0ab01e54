"""The page's own controls in a real browser: what they change, and that everybody can use them."""

import math
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest
from fake_study import TWO, repriced, write

from retrainlab import reports
from retrainlab.reports.analysis.cost_curve import curves
from retrainlab.reports.analysis.price_grid import slider_prices
from retrainlab.reports.analysis.price_range import decisions
from retrainlab.reports.analysis.summary import summary
from retrainlab.reports.analysis.tables import load
from retrainlab.reports.pages.strategy_table import table
from retrainlab.reports.text.decision import evidence, headline

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
AXE = Path(os.environ.get("AXE", "node_modules/axe-core/axe.min.js"))
NAME = "gradual"

if CHROMIUM is None:
    pytest.skip("chromium is not installed", allow_module_level=True)
playwright = pytest.importorskip("playwright.sync_api")


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield found
        found.close()


@pytest.fixture
def page(study, browser):
    """The report; it must log nothing and ask for nothing but itself."""
    tab = browser.new_page(viewport={"width": 1440, "height": 900})
    said, asked = [], []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto((study / "report.html").as_uri())
    yield tab
    outside = [url for url in asked if not url.startswith("data:")]
    tab.close()
    assert said == []
    assert outside == [(study / "report.html").as_uri()]


def slide(page, index: int) -> None:
    page.locator("#price").fill(str(index))


def field(page, name: str, place: str = "li.card") -> str:
    found = page.locator(f'{place}[data-scenario="{NAME}"] [data-field="{name}"]')
    return found.inner_text().replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("fit", [2.0, 100.0, 2000.0])
def test_the_slider_says_what_the_tables_say_at_that_price(study, page, fit):
    tables = load(study)
    index = slider_prices(tables.manifest.prices).index(fit)
    slide(page, index)
    there = repriced(tables.of(NAME), fit)
    one = tables.of(NAME)
    found = decisions(one, summary(one), [fit])[fit]
    assert page.locator("#price-said").inner_text() == f"{fit:,.0f}"
    assert field(page, "headline") == headline(found, tables.manifest)
    assert field(page, "evidence", "section") == evidence(found)
    about = there.manifest.scenarios[NAME]
    wanted = table(summary(there), found, about)["lines"]
    for line in wanted:
        row = page.locator(f'section[data-scenario="{NAME}"] tr[data-label="{line["label"]}"]')
        for cell in line["cells"]:
            if cell["name"] in ("cost", "cost_fit", "saving"):
                shown = row.locator(f'td[data-name="{cell["name"]}"]').inner_text()
                assert (line["label"], cell["name"], shown) == (
                    *(line["label"], cell["name"], cell["text"]),
                )
    chosen = page.locator(f'section[data-scenario="{NAME}"] tr.chosen')
    assert chosen.get_attribute("data-label") == found.choice


@pytest.mark.parametrize("fit", [2.0, 100.0, 2000.0])
def test_the_slider_finds_the_best_interval_that_the_tables_have(study, page, fit):
    tables = load(study)
    slide(page, slider_prices(tables.manifest.prices).index(fit))
    said = field(page, "intervals", "section").splitlines()
    found = [c for c in curves(repriced(tables.of(NAME), fit)) if c.is_interval]
    assert len(said) == len(found) == 2
    for line, curve in zip(said, found, strict=True):
        best = curve.best
        at = "never" if math.isinf(best.value) else f"every {best.value:.0f} ticks"
        assert line.startswith(f"{curve.strategy}: {at} costs least")
        if best.flat_low != best.flat_high:
            ends = [
                "never" if math.isinf(v) else f"{v:.0f}" for v in (best.flat_low, best.flat_high)
            ]
            assert f"nearly as good: {ends[0]} to {ends[1]}" in line


def test_the_slider_redraws_two_figures_and_goes_back(page):
    figure = page.locator(f'section[data-scenario="{NAME}"] figure.tradeoff')
    assert figure.locator("svg.live").count() == 0
    before = field(page, "headline")
    slide(page, 0)
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
    for index in range(int(page.locator("#price").get_attribute("max")) + 1):
        slide(page, index)
        found[index] = page.locator("svg.live").evaluate_all(COVERED)
    assert page.locator("svg.live").count() == 2
    page.close()
    assert {index: covered for index, covered in found.items() if covered} == {}


def test_a_strategy_is_hidden_in_every_figure_and_table_at_once(page):
    marks = page.locator('[data-strategy="periodic"]')
    shown = marks.evaluate_all(
        "all => all.filter(e => getComputedStyle(e).display != 'none').length"
    )
    assert shown > 20
    page.locator('input[data-toggle="periodic"]').uncheck()
    count = "all => all.filter(e => getComputedStyle(e).display != 'none').length"
    assert marks.evaluate_all(count) == 0
    assert page.locator('[data-strategy="never"]').evaluate_all(count) > 3
    page.locator('input[data-toggle="periodic"]').check()
    assert marks.evaluate_all(count) == shown


def test_the_table_is_filtered_and_sorted_from_the_keyboard(page):
    section = page.locator(f'section[data-scenario="{NAME}"]')
    section.locator("input[type=search]").fill("sliding")
    rows = section.locator("table.sortable tr[data-label]:visible")
    assert all(
        "sliding" in label for label in rows.evaluate_all("r => r.map(e => e.dataset.label)")
    )
    assert rows.count() == 3
    section.locator("input[type=search]").fill("")
    heading = section.locator('th[data-column="1"]')
    heading.locator("button").focus()
    page.keyboard.press("Enter")
    assert heading.get_attribute("aria-sort") == "descending"
    values = "b => [...b.rows].map(r => Number(r.cells[1].dataset.value))"
    scores = section.locator("table.sortable tbody").first.evaluate(values)
    assert scores == sorted(scores, reverse=True)
    page.keyboard.press("Enter")
    assert heading.get_attribute("aria-sort") == "ascending"


def test_a_pointer_is_told_values(page):
    figure = page.locator(f'section[data-scenario="{NAME}"] figure.timeline')
    figure.scroll_into_view_if_needed()
    box = figure.locator("g[data-x]").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2 + 1, box["y"] + box["height"] / 2)
    said = page.locator(".tip").inner_text()
    assert "tick 70" in said
    assert said.count(" %") + said.count("\N{NO-BREAK SPACE}%") >= 4
    page.keyboard.press("Escape")
    assert not page.locator(".tip").is_visible()


@pytest.mark.parametrize("width", [390, 1440])
def test_what_a_decision_is_worth_stays_inside_its_card(study, browser, width):
    tab = browser.new_page(viewport={"width": width, "height": 900})
    tab.goto((study / "report.html").as_uri())
    beside = """all => all.map(e => {
      const own = e.getBoundingClientRect(), card = e.closest("dl").getBoundingClientRect();
      return own.left >= card.left - 1 && own.right <= card.right + 1;
    })"""
    inside = tab.locator(".worth dt, .worth dd").evaluate_all(beside)
    tab.close()
    assert len(inside) > 4
    assert all(inside)


def test_without_scripts_the_page_is_whole(study, browser):
    tab = browser.new_page(java_script_enabled=False)
    tab.goto((study / "report.html").as_uri())
    assert not tab.locator("#controls").is_visible()
    assert tab.locator("figure svg").first.is_visible()
    assert tab.locator("table.sortable").first.is_visible()
    tab.close()


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1440, "dark")])
def test_everybody_can_read_the_page(study, browser, scheme, width):
    if not AXE.is_file():
        pytest.skip("axe-core is not there: make axe, or npm install axe-core")
    tab = browser.new_page(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    tab.goto((study / "report.html").as_uri())
    tab.add_script_tag(path=AXE)
    found = tab.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'best-practice']})")
    wide = tab.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    tab.close()
    assert [(v["id"], v["nodes"][0]["html"][:120]) for v in found["violations"]] == []
    assert wide[0] <= wide[1]
