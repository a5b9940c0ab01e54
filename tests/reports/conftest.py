"""A real browser, and the report in it."""

import shutil

import pytest


@pytest.fixture(scope="module")
def browser():
    """Chromium without a window; tests that need it are skipped where it is not installed."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("chromium is not installed")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        shown = driver.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        yield shown
        shown.close()


@pytest.fixture
def page(study, browser):
    """The report; it must log nothing and ask for nothing but itself."""
    tab = browser.new_page(viewport={"width": 1440, "height": 900})
    said, asked = [], []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto((study / "report.html").as_uri())
    tab.wait_for_selector("#controls", state="visible")
    yield tab
    outside = [url for url in asked if not url.startswith("data:")]
    tab.close()
    assert said == []
    assert {url.partition("#")[0] for url in outside} == {(study / "report.html").as_uri()}
