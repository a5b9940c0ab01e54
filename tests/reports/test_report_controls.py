"""The page's own controls in a real browser: what they change, and that everybody can use them."""

import os
from pathlib import Path

import pytest

AXE = Path(os.environ.get("AXE", "node_modules/axe-core/axe.min.js"))
NAME = "gradual"


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
    box = figure.locator("svg:not(.phone) g[data-x]").bounding_box()
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


@pytest.mark.slow
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
