"""What can be taken from the page in a real browser: links, overrides, tables, and values."""

import csv
import io
import json

import pytest
from fake_study import CELLS

from retrainlab.reports.decision.among import decisions_among
from retrainlab.reports.decision.repriced import Pricing
from retrainlab.reports.decision.summary import summary
from retrainlab.reports.results.tables import load
from retrainlab.reports.text import decision as words

NAME = "gradual"
CARD = f'li.card[data-scenario="{NAME}"]'


def headline(page) -> str:
    found = page.locator(f'{CARD} [data-field="headline"]')
    return found.inner_text().replace("\N{NO-BREAK SPACE}", " ")


def untick(page, *names):
    for name in names:
        page.locator(f'input[data-toggle="{name}"]').uncheck()


def test_the_decision_is_made_among_what_is_shown(study, page):
    one = load(study).of(NAME)
    rows = summary(one)
    among = dict(decisions_among(one, rows, Pricing(one, rows)))
    before = headline(page)
    for without in (("sliding_window",), ("periodic", "sliding_window")):
        untick(page, *without)
        decision = among[without]
        assert headline(page) == words.headline(decision, one.manifest)
        chosen = page.locator(f'section[data-scenario="{NAME}"] tr.chosen')
        assert chosen.get_attribute("data-label") == decision.choice
        said = page.locator("#among")
        assert said.inner_text() == f"Decided among what is shown, without {', '.join(without)}."
        assert said.get_attribute("role") == "status"
    for name in ("periodic", "sliding_window"):
        page.locator(f'input[data-toggle="{name}"]').check()
    assert headline(page) == before
    assert page.locator("#among").inner_text() == ""


def test_at_another_price_hidden_strategies_are_still_weighed_and_the_page_says_so(page):
    page.locator("#price-fit").fill("1")
    before = headline(page)
    untick(page, "periodic")
    assert headline(page) == before
    assert "among all strategies" in page.locator("#among").inner_text()


def test_the_address_keeps_what_is_set(study, page):
    section = page.locator(f'section[data-scenario="{NAME}"]')
    section.locator("input[type=search]").fill("sliding")
    section.locator('th[data-column="1"] button').click()
    untick(page, "no_change")
    page.locator("#price-fit").fill("3")
    price, said, address = page.locator("#said-fit").inner_text(), headline(page), page.url
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_selector("#controls", state="visible")
    assert page.locator("#said-fit").inner_text() == price
    assert headline(page) == said
    assert not page.locator('input[data-toggle="no_change"]').is_checked()
    section = page.locator(f'section[data-scenario="{NAME}"]')
    assert section.locator("input[type=search]").input_value() == "sliding"
    assert section.locator('th[data-column="1"]').get_attribute("aria-sort") == "descending"
    assert section.locator("table.sortable tr[data-label]:visible").count() == 3


@pytest.mark.parametrize(
    "address", ["fit=999999", "fit=-1", "fit=x", "hide=nobody", "t0=~", "t99=1%2B"]
)
def test_an_address_that_fits_nothing_changes_nothing(study, page, address):
    before = headline(page)
    page.goto((study / "report.html").as_uri() + f"#?{address}")
    page.reload()
    page.wait_for_selector("#controls", state="visible")
    assert headline(page) == before


def test_every_table_is_taken_as_csv(study, page):
    section = page.locator(f'section[data-scenario="{NAME}"]')
    table = section.locator("table.sortable")
    with page.expect_download() as taken:
        table.locator("xpath=ancestor::div[1]/following-sibling::a[1]").click()
    text = taken.value.path().read_text(encoding="utf-8-sig")
    heading, *rows = csv.reader(io.StringIO(text))
    shown = table.locator("tbody tr[data-label]")
    assert len(rows) == shown.count() == len(CELLS)
    assert {len(row) for row in rows} == {len(heading)}
    score = shown.first.locator("td").first.inner_text()
    assert rows[0][1] == score.replace("\N{NO-BREAK SPACE}", " ")


def test_the_overrides_are_those_of_the_decision(study, page):
    saved = json.loads((study / "decision.json").read_text())["scenarios"][NAME]
    assert page.locator(f"{CARD} .badges").get_attribute("data-overrides") == saved["overrides"]


def test_values_of_a_figure_are_reached_by_keyboard_and_as_a_table(page):
    figure = page.locator(f'section[data-scenario="{NAME}"] figure.costs')
    figure.focus()
    tip = page.locator(".tip")
    page.keyboard.press("ArrowRight")
    first = tip.inner_text()
    page.keyboard.press("ArrowRight")
    assert tip.inner_text() != first
    page.keyboard.press("Home")
    assert tip.inner_text() == first
    assert tip.get_attribute("role") == "status"
    figure.get_by_role("button", name="as a table").click()
    marks = figure.locator("svg:not(.phone) [data-says]").count()
    assert figure.locator(".values tbody tr").count() == marks
    figure.get_by_role("button", name="as a table").click()
    assert figure.locator(".values").count() == 0


@pytest.mark.parametrize("kind", ["timeline", "quality", "predictions"])
def test_figures_over_time_have_values_too(page, kind):
    figure = page.locator(f'section[data-scenario="{NAME}"] figure.{kind}')
    figure.get_by_role("button", name="as a table").click()
    rows = figure.locator(".values tbody tr")
    assert rows.count() == 25
    assert rows.first.inner_text().startswith("tick 20")
    assert "never: " in rows.nth(12).inner_text()


def test_closed_details_are_printed(page):
    page.emulate_media(media="print")
    closed = page.locator("details:not([open])").count()
    assert closed > 0
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details:not([open])").count() == closed


@pytest.mark.parametrize("screen", [390, 1280])
def test_a_print_says_to_what_a_price_was_moved_and_who_was_left_out(page, screen):
    page.set_viewport_size({"width": screen, "height": 900})
    page.emulate_media(media="print")
    controls, moved = page.locator("#controls"), page.locator("#moved")
    assert not controls.is_visible()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.locator("#price-fit").evaluate(
        "one => { one.value = 0; one.dispatchEvent(new Event('input')); }"
    )
    assert moved.inner_text().startswith("At 0.2 ")
    assert moved.is_visible()
    assert not page.locator("#reset").is_visible()
    assert not page.locator("#price-fit").is_visible()
    page.locator("#reset").evaluate("one => one.click()")
    assert not controls.is_visible()
    page.locator("input[data-toggle=sliding_window]").evaluate("one => one.click()")
    assert page.locator("#among").is_visible()
    assert "without sliding_window" in page.locator("#among").inner_text()


def test_headings_are_printed_as_text_so_that_the_next_page_repeats_them(page):
    heading = page.locator("table.sortable thead button").first
    displayed = "button => getComputedStyle(button).display"
    assert heading.evaluate(displayed) != "contents"
    page.emulate_media(media="print")
    assert heading.evaluate(displayed) == "contents"


def test_a_table_of_many_rows_scrolls_below_its_headings(page):
    box = page.locator(".scroll:has(> table.sortable)").last
    rows = "box => box.querySelector('tbody').append(...Array.from({length: 99}, row))"
    row = "const row = () => box.querySelector('tbody tr').cloneNode(true);"
    before = box.bounding_box()["height"]
    box.evaluate(rows.replace("=> box", f"=> {{ {row} box", 1) + " }")
    assert before < box.bounding_box()["height"] <= 900
    box.evaluate("box => { box.scrollTop = box.scrollHeight; }")
    head = box.locator("thead").bounding_box()
    assert abs(head["y"] - box.bounding_box()["y"]) < 3
    page.emulate_media(media="print")
    assert box.evaluate("box => box.scrollHeight <= box.clientHeight + 1")


def test_a_figure_has_no_text_below_twelve_pixels(study, browser):
    small = """all => all.filter(text => text.checkVisibility()).map(text =>
      parseFloat(getComputedStyle(text).fontSize)
      * text.closest("svg").getBoundingClientRect().width
      / text.closest("svg").viewBox.baseVal.width).filter(size => size < 12)"""
    count = "all => all.filter(text => text.checkVisibility()).length"
    for width in (390, 1024, 1440):
        tab = browser.new_page(viewport={"width": width, "height": 900})
        tab.goto((study / "report.html").as_uri())
        assert tab.locator("figure svg text").evaluate_all(count) > 100, width
        assert tab.locator("figure svg text").evaluate_all(small) == [], width
        tab.close()


def test_a_card_and_a_badge_are_written(study):
    from matplotlib.image import imread

    assert imread(study / "figures" / "card.png").shape[:2] == (900, 1600)
    badge = (study / "figures" / "badge.svg").read_text()
    assert badge.startswith("<svg")
    assert "retraining: " in badge
    assert (study / "summary.md").read_text().count("\n| ") == 4


@pytest.mark.slow
def test_a_print_shows_wide_figures_and_the_configuration_whole(page):
    page.set_viewport_size({"width": 690, "height": 1000})  # of the text of a sheet of A4
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for part in ("figure.timeline", "pre"):
        is_whole = "e => e.scrollWidth <= e.clientWidth + 1 && e.scrollHeight <= e.clientHeight + 1"
        assert all(one.evaluate(is_whole) for one in page.locator(part).all()), part


@pytest.mark.slow
def test_a_print_keeps_the_words_of_a_setting_whole(page):
    page.set_viewport_size({"width": 690, "height": 1000})
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    names = page.locator("table.sortable tbody th[scope=row]:visible")
    assert names.count() > 3
    assert names.evaluate_all("all => Math.min(...all.map(e => e.offsetWidth))") >= 90
    sizes = "all => [...new Set(all.map(e => getComputedStyle(e).fontSize))]"
    rows = page.locator("table.sortable tbody :is(th, td, th *)")
    assert len(rows.evaluate_all(sizes)) == 1
