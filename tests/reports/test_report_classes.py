"""Another class is chosen for precision and recall: its curves, limits, readings and address."""

import json

import pytest
from fake_study import NEVER, Fake, schedule, write

from retrainlab import reports
from retrainlab.reports.pages.live import unpacked

pytestmark = pytest.mark.slow

NAME = 'a "class" & <b>'
CELLS = (NEVER, schedule("periodic", 10), schedule("sliding_window", 20))


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = write(tmp_path_factory.mktemp("classes"), (Fake("one", seeds=2, cells=CELLS),), 100)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["scenarios"]["one"]["classes"] = [NAME, "yes"]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    reports.build(folder)
    return folder


@pytest.fixture
def panels(page):
    return page.locator("figure.quality svg:not(.phone) g:has(> [data-part=title])")


def choose(page, name=NAME):
    select = page.locator("[data-classes] select")
    select.select_option(name)
    named = f"class {name}" if name else "class yes"
    page.locator("[data-part=title]", has_text=f"precision of {named}").first.wait_for()


def test_the_curves_are_those_of_the_class(page, panels):
    values = unpacked(page.locator("[data-classes] script").text_content())
    choose(page)
    assert panels.count() == 2
    for panel, chart in zip(panels.all(), values["charts"][NAME], strict=True):
        assert panel.locator("[data-part=title]").text_content() == chart["title"]
        low, high = map(float, panel.locator("g[data-x]").get_attribute("data-y").split())
        bottom, top = panel.locator("g[data-x]").evaluate(
            "g => [g.getBBox().y + g.getBBox().height, g.getBBox().y]"
        )
        for label, wanted in chart["values"].items():
            line = panel.locator(f'[data-series="{label}"] path').get_attribute("d")
            heights = [
                float(point.split(" ")[1]) for point in line.replace("L", "M").split("M")[1:]
            ]
            shown = [1000 * (low + (bottom - y) / (bottom - top) * (high - low)) for y in heights]
            assert shown == pytest.approx(wanted, abs=0.1 * 1000 * (high - low) / (bottom - top))
    assert page.locator("[data-classes] output").inner_text() == values["says"][NAME]


def test_it_is_reached_by_keyboard_and_taken_back(page, panels):
    before = [panel.inner_html() for panel in panels.all()]
    page.locator("[data-classes] select").focus()
    page.keyboard.press("ArrowDown")
    page.locator("[data-classes] output", has_text="limits").wait_for()
    assert [panel.inner_html() for panel in panels.all()] != before
    choose(page, "")
    assert [panel.inner_html() for panel in panels.all()] == before
    assert page.locator("[data-classes] output").inner_text() == ""


def test_the_address_keeps_it_and_a_name_that_is_none_changes_nothing(study, page, panels):
    choose(page)
    page.locator('input[data-toggle="periodic"]').uncheck()
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    page.locator("[data-classes] output", has_text="limits").wait_for()
    assert page.locator("[data-classes] select").input_value() == NAME
    assert panels.locator('[data-strategy="periodic"]:visible').count() == 0
    assert panels.locator('[data-strategy="never"]:visible').count() > 0
    page.goto("about:blank")
    page.goto((study / "report.html").as_uri() + "#?c0=nobody")
    page.wait_for_selector("#controls", state="visible")
    assert page.locator("[data-classes] select").input_value() == ""


def test_a_phone_shows_the_class_too(page, panels):
    page.set_viewport_size({"width": 390, "height": 800})
    on_phone = page.locator("figure.quality svg.phone g:has(> [data-part=title])")
    before = [panel.inner_html() for panel in on_phone.all()]
    page.locator("[data-classes] select").select_option(NAME)
    page.locator("[data-classes] output", has_text="limits").wait_for()
    after = [panel.inner_html() for panel in on_phone.all()]
    assert len(after) == panels.count() == 2
    assert all(one != other for one, other in zip(before, after, strict=True))
    for narrow, wide in zip(on_phone.all(), panels.all(), strict=True):
        ticks = [one.locator("[data-part=y] text").all_text_contents() for one in (narrow, wide)]
        assert ticks[0] == ticks[1]
        frame = narrow.locator("g[data-x]").bounding_box()
        for box in (line.bounding_box() for line in narrow.locator("[data-series]").all()):
            assert frame["y"] - 3 <= box["y"]
            assert box["y"] + box["height"] <= frame["y"] + frame["height"] + 3
    title = on_phone.first.locator("[data-part=title]").text_content()
    assert title == 'precision of class a "class"…'


def test_values_as_a_table_are_of_the_class(page):
    figure = page.locator("figure.quality")

    def table():
        figure.get_by_role("button", name="as a table").click()
        text = figure.locator(".values").inner_text()
        figure.get_by_role("button", name="as a table").click()
        return text

    before = table()
    choose(page)
    assert table() != before
