"""Every kind of page: one policy, no script but its own, no error in a browser, a glossary."""

import base64
import csv
import hashlib
import io
import json
import re
import shutil
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from fake_study import Fake, write
from html_page import Page
from matplotlib.text import Text
from test_detect_page import fake as fake_bench
from test_map_page import fake_map

from retrainlab import reports
from retrainlab.reports.detection import detect_page
from retrainlab.reports.detection.scores import scores
from retrainlab.reports.figures.production import production_figure
from retrainlab.reports.pages import comparison, index, laws_page, production_page
from retrainlab.sim.closed_form import Chart, Check, Law, ReferenceCurve
from retrainlab.sim.errors import InputError

KINDS = ("report", "map", "laws", "detect", "index", "comparison", "production", "failed")
POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src '{}'; "
    "base-uri 'none'; form-action 'none'"
)


def law() -> Law:
    """A law with a figure that is hit, one that is missed, and a chart."""
    line = (np.array([1.0, 2.0, 3.0]), np.array([1.0, 4.0, 9.0]))
    chart = Chart("squares", "x", "y", (ReferenceCurve("all", line, line),))
    checks = (Check("hit", 1.0, 1.0, 0.1, "rounding"), Check("missed", 1.0, 2.0, 0.1, "rounding"))
    return Law(1, "Squares", "It is a square.", "Three points.", checks, (chart,))


def ledger_tables():
    """What is printed of a production folder, and tables of its ledger; names hold markup."""
    ticks = pd.DataFrame(
        {
            "tick": range(6, 126),
            "date": pd.date_range("2024-01-07", periods=120).strftime("%Y-%m-%d"),
            "rows": 20,
            "loss": np.arange(120) % 7,
            "model": np.repeat([0, 1], 60),
            "alarms": 0,
        }
    )
    trainings = pd.DataFrame(
        {
            "number": range(4),
            "reason": ["warm-up", "<b>drop</b>", "drop", "drop"],
            "decided": [-1, 65, 90, 125],
            "date": ["2024-01-06", "2024-03-06", "2024-03-31", "2024-05-05"],
            "rows": 120,
            "accepted": [1, 1, 0, np.nan],
            "sha256": "0123456789abcdef",
        }
    )
    rates = {"ticks": 120, "loss_per_row": 0.15, "retrainings_per_100_ticks": 2.5}
    late, simulated = {"label_delay": 1.5, "fit_delay": None}, {"label_delay": 1, "fit_delay": 0}
    line = {"label": "<i>drop</i>", "happened": rates, "simulated": rates, "advice": "a < b"}
    line |= {
        "unlabelled": 12,
        "held_up_by": "a label is missing",
        "clocks": late,
        "simulated_clocks": simulated,
    }
    return line, ticks, trainings


@pytest.mark.parametrize(
    ("actions", "words"),
    [
        (["refit", "refit", "refit"], "retrainings"),
        (["refit", "reuse", "reuse"], "retrainings and reuses"),
        ([], "retrainings"),
    ],
)
def test_a_production_figure_says_what_was_decided(actions, words):
    _, ticks, trainings = ledger_tables()
    made = trainings[1 : 1 + len(actions)].assign(action=actions)
    figure = production_figure(ticks, made, None)
    said = {text.get_text() for text in figure.findobj(Text)}
    assert f"Vertical lines: when {words} were decided." in said
    assert ({"model deployed", "model rejected"} <= said) is bool(actions)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["laws", "production"])
def test_a_figure_has_the_shape_of_a_phone_as_well(pages, kind):
    text = pages[kind].read_text()
    assert text.count("<figure") == text.count(' class="phone"') == text.count(" shaped")


@pytest.mark.slow
def test_a_production_page_says_what_happened_and_escapes_names(pages):
    text = pages["production"].read_text()
    assert "120 labelled ticks from 2024-01-07 to 2024-05-05, 3 retrainings, 1 rejected." in text
    assert "rejected. 12 later ticks wait for labels: a label is missing." in text
    assert "&lt;i&gt;drop&lt;/i&gt;" in text
    assert "&lt;b&gt;drop&lt;/b&gt;" in text
    assert "<i>drop" not in text
    assert "<b>drop" not in text
    assert "The newest 100; the 20 before them" in text
    assert text.count("<tr><th scope") == 6 + 3 + 100 + 3
    assert text.count('<td class="left">refit</td>') == 3
    for outcome in ("deployed", "rejected", "under way"):
        assert f'<td class="left">{outcome}</td>' in text


def all_failed(folder):
    """A study of which every cell failed; its reasons hold markup."""
    write(folder, (Fake("one"),), 40)
    for table in folder.glob("*.parquet"):
        table.unlink()
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["failures"] = [
        {"scenario": "one", "seed": seed, "label": label, "error": f"no <b>{why}</b> & no end"}
        for seed, why in enumerate(("thing", "thing", "thing", "other"))
        for label in manifest["strategies"]
    ]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return reports.build(folder)


@pytest.mark.slow
def test_a_page_of_failures_says_that_nothing_was_decided_and_groups_the_reasons(pages):
    page = Page(pages["failed"])
    text = " ".join(page.text.split())
    assert "Nothing was decided: every replay failed" in text
    assert "changed configuration, class or file of your own needs another folder" in text
    count = len(json.loads((pages["failed"].parent / "manifest.json").read_text())["strategies"])
    assert f"{4 * count} failures, by reason" in text
    assert "No <b>thing</b> & no end.never, periodic" in text
    assert f"on seeds 0, 1 and 2 of one{3 * count}" in text
    assert f"on seed 3 of one{count}" in text
    assert "<b>thing" not in pages["failed"].read_text()
    assert reports.decisions(pages["failed"].parent) == {}
    with pytest.raises(InputError, match="failed, so there are no tables"):
        reports.load(pages["failed"].parent)


@pytest.fixture(scope="module")
def pages(study, tmp_path_factory):
    """Path of a page of each kind."""
    folder = tmp_path_factory.mktemp("pages")
    names = ("one", "two", "detect", "laws", "production")
    one, two, detect, laws, production = (folder / name for name in names)
    detect.mkdir()
    production.mkdir()
    bench = fake_bench()
    for copy in (one, two):
        shutil.copytree(study, copy)
    return {
        "report": one / "report.html",
        "map": reports.build(folder / "map", fake_map(folder / "map")),
        "laws": laws_page.build([law()], laws, "retrainlab laws"),
        "detect": detect_page.build(bench, scores(bench), detect),
        "index": index.build(folder, [one, two]),
        "comparison": comparison.build([one, two]),
        "failed": all_failed(folder / "failed"),
        "production": production_page.build(production, *ledger_tables()),
    }


class Policies(HTMLParser):
    """Policies, scripts and inline event handlers of a page."""

    def __init__(self, text: str):
        super().__init__()
        self.policies: list[str] = []
        self.scripts: list[str] = []
        self.handlers: list[str] = []
        self.inside = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.handlers += [name for name in given if name.startswith("on")]
        if given.get("http-equiv", "").lower() == "content-security-policy":
            self.policies.append(given["content"])
        self.inside = tag == "script" and "type" not in given  # others are data
        if self.inside:
            self.scripts.append("")

    def handle_endtag(self, tag):
        self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.scripts[-1] += data


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_has_the_one_policy_and_the_one_script_that_it_allows(pages, kind):
    found = Policies(pages[kind].read_text())
    allowed = [
        "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        for script in found.scripts
    ]
    assert found.policies == [POLICY.format(*allowed)]
    assert len(found.scripts) == 1
    assert found.handlers == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_opens_without_an_error_or_a_request(pages, kind, browser):
    tab = browser.new_page(viewport={"width": 1024, "height": 800})
    messages, requests = [], []
    tab.on("console", lambda message: messages.append(message.text))
    tab.on("pageerror", lambda error: messages.append(str(error)))
    tab.on("request", lambda request: requests.append(request.url))
    tab.goto(pages[kind].as_uri())
    tab.locator("footer a[href='#glossary']").click()
    assert tab.locator("#glossary").is_visible()
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab.close()
    assert messages == []
    outside = [url for url in requests if not url.startswith("data:")]
    assert [url.split("#")[0] for url in outside] == [pages[kind].as_uri()]


@pytest.mark.parametrize("kind", KINDS)
def test_every_table_has_a_csv_of_its_rows(pages, kind, browser):
    tab = browser.new_page()
    tab.goto(pages[kind].as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    tables, links = tab.locator(".scroll > table"), tab.locator("a.csv")
    assert links.count() == tables.count()
    assert tables.count() or kind == "report"
    if tables.count():
        with tab.expect_download() as download:
            links.last.click()
        rows = [*csv.reader(io.StringIO(download.value.path().read_text("utf-8-sig")))]
        shown = tables.last.locator("tbody tr:has(> :nth-child(2))")
        first = tab.evaluate("text => text.trim().replace(/\\s+/g, ' ')", rows[-1][0])
        assert len(rows) == shown.count() + 1
        assert {len(row) for row in rows} == {len(rows[0])}
        over_rows = tables.last.locator("tbody [rowspan]")
        own = shown.last.locator(":nth-child(1)").first
        assert (over_rows.last if over_rows.count() else own).inner_text().startswith(first)
    tab.close()


def lines_of(tab, table):
    """The lines of a table of the page as CSV."""
    with tab.expect_download() as download:
        table.locator("xpath=ancestor::div[1]/following-sibling::a[1]").click()
    return [*csv.reader(io.StringIO(download.value.path().read_text("utf-8-sig")))]


def test_a_csv_says_what_the_table_says(pages, browser):
    tab = browser.new_page()
    tab.goto(pages["detect"].as_uri())
    heading, first, *_ = lines_of(tab, tab.locator("table.detectors").first)
    cell = tab.locator("table.detectors tbody th:not([colspan])").first
    assert first[0] == " ".join(cell.inner_text().split())  # its small lines stand apart
    tab.goto(pages["map"].as_uri())
    heading, *rows = lines_of(tab, tab.get_by_role("region", name="All cells").locator("table"))
    assert heading[1].startswith("price of a retraining")
    assert len({(row[0], row[1]) for row in rows}) == len(rows)  # each with its value and price
    tab.goto(pages["report"].as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    heading, *rows = lines_of(tab, tab.locator("table[data-names]").first)
    assert "mean number of: retrainings" in heading
    assert "mean cost of: errors" in heading
    assert any(row[-1].startswith("+") for row in rows)  # a number, and no formula
    tab.close()


def test_the_policy_stops_a_script_that_is_not_the_pages_own(pages, browser, tmp_path):
    foreign = tmp_path / "foreign.html"
    text = pages["report"].read_text()
    foreign.write_text(text.replace("</body>", "<script>document.title = 'run'</script></body>"))
    tab = browser.new_page()
    messages = []
    tab.on("console", lambda message: messages.append(message.text))
    tab.goto(foreign.as_uri())
    title = tab.title()
    tab.close()
    assert title != "run"
    assert any("Content Security Policy" in message for message in messages)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_glossary_explains_each_of_its_terms(pages, kind):
    text = pages[kind].read_text()
    section = text[text.index('id="glossary"') :].split("</section>")[0]
    terms = re.findall(r"<dt[^>]*>(.+?)</dt><dd>(.+?)</dd>", section)
    assert len(terms) >= 4
    assert all(len(words) > 20 for _, words in terms)
