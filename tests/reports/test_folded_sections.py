"""Of three and more scenarios each is folded to its recommendation, until it is asked for."""

import pytest
from fake_study import NEVER, Fake, schedule, write

from retrainlab import reports

pytestmark = pytest.mark.slow

CELLS = (NEVER, schedule("periodic", 10), schedule("periodic", 20))


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("folded")
    fakes = [Fake(name, seeds=3, cells=CELLS) for name in ("one", "two", "three")]
    reports.build(write(folder, tuple(fakes), 60))
    return folder


def test_the_recommendations_are_seen_and_the_evidence_is_folded(page):
    for name in ("one", "two", "three"):
        assert page.locator(f"#{name} .answer .headline").is_visible()
        assert not page.locator(f"#{name} figure.interval").is_visible()


def test_a_link_unfolds_its_section_alone(page):
    page.locator(".card[data-scenario=two] h3 a").click()
    page.locator("#two figure.interval").wait_for()
    assert not page.locator("#one figure.interval").is_visible()
    top = page.locator("#two").evaluate("one => one.getBoundingClientRect().top")
    assert 0 <= top < 400
    page.goto(page.url.split("#")[0] + "#three-table")
    page.locator("#three table.sortable").wait_for()


def test_an_address_unfolds_too(study, browser):
    tab = browser.new_page()
    tab.goto((study / "report.html").as_uri() + "#three-monitoring")
    tab.locator("#three figure.interval").wait_for()
    assert not tab.locator("#one figure.interval").is_visible()
    tab.close()


def test_what_is_folded_is_printed(page):
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for name in ("one", "two", "three"):
        assert page.locator(f"#{name} figure.interval").is_visible()
    assert not page.locator("#one .evidence > summary").is_visible()
    assert not page.locator("#one .player").is_visible()
