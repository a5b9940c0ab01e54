"""The trend on the index: figure, table and words agree, at every width and with many runs."""

import json
import re
import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fake_study import Fake, write
from html_page import Page
from test_report_controls import AXE
from test_report_figures import assert_apart

from retrainlab import reports
from retrainlab.reports.analysis.trend import FinishedRun, trends
from retrainlab.reports.drawing.canvas import phone, theme
from retrainlab.reports.figures.trend import MOST, row_names, strip_rows, trend_figure
from retrainlab.reports.pages import index
from retrainlab.reports.results.decision_file import load as decisions
from retrainlab.reports.results.manifest import read
from retrainlab.reports.text.format import percent
from retrainlab.reports.text.trend import finding

pytestmark = pytest.mark.slow

EVIL = "<script>alert('x')</script>&"
START = datetime(2026, 1, 30, 8)


@pytest.fixture(scope="module")
def kinds(tmp_path_factory):
    """Two finished studies of one scenario: it drifts in the first and not in the second."""
    folder = tmp_path_factory.mktemp("kinds")
    for name, slope in (("steep", 0.004), ("flat", 0.0)):
        reports.build(write(folder / name, (Fake("gradual", slope=slope),), 60))
    return folder


def copied(kinds: Path, folder: Path, given: list[str], name: str = "run {:03d}") -> list[Path]:
    """Copy a kind of study for each run, a day after the one before."""
    runs = []
    for number, kind in enumerate(given):
        run = folder / name.format(number)
        shutil.copytree(kinds / kind, run, ignore=shutil.ignore_patterns("figures", "report.html"))
        manifest = json.loads((run / "manifest.json").read_text())
        manifest["created"] = (START + timedelta(days=number)).isoformat()
        (run / "manifest.json").write_text(json.dumps(manifest))
        runs.append(run)
    return runs


@pytest.fixture(scope="module")
def runs(kinds, tmp_path_factory):
    given = ["steep"] * 4 + ["flat"] * 3 + ["steep"] * 5
    return copied(kinds, tmp_path_factory.mktemp("trend"), given)


@pytest.fixture(scope="module")
def page(runs):
    return index.build(runs[0].parent, runs)


def trend_of(runs):
    (trend,) = trends(
        [FinishedRun(run.name, read(run / "manifest.json"), decisions(run)) for run in runs]
    )
    return trend


def rows_of(text: str) -> list[list[str]]:
    """The cells of the trend's table, a list a row."""
    table = text[text.index('aria-labelledby="trend-gradual"') :].split("</table>")[0]
    rows = re.findall(r"<tr data-label.*?</tr>", table, re.DOTALL)
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in rows]


def test_the_table_says_what_the_figure_shows(page, runs):
    trend, rows = trend_of(runs), rows_of(page.read_text())[::-1]
    with theme():
        figure = trend_figure(trend, finding(trend), "")
    marks = [line for line in figure.axes[0].lines if line.get_gid()]
    heights = [float(line.get_ydata()[0]) for line in marks]
    hard = "\N{NO-BREAK SPACE}"
    assert [row[4] for row in rows] == [percent(y).replace(" ", hard) for y in heights]
    bars = [path.get_extents() for axes in figure.axes[1:] for path in paths_of(axes)]
    assert sorted(round(box.width + 0.2) for box in bars) == [3, 4, 5]
    changed = [place for place, row in enumerate(rows) if row[3]]
    assert changed == [4, 7]
    (ring,) = [line for line in figure.axes[0].lines if line.get_markerfacecolor() == "none"]
    assert [*np.asarray(ring.get_xdata())] == changed


def paths_of(axes):
    return [path for bar in axes.collections for path in bar.get_paths()]


def test_the_words_name_the_changes_newest_first(page):
    text = " ".join(Page(page).text.split())
    steep = decisions(page.parent / "run 000")["gradual"].choice
    assert f"The recommendation changed twice in 12 runs, last to {steep}." in text
    newest, oldest = (
        text.index(f"run {n}, 2026-02-0{d}: from") for n, d in (("007", 6), ("004", 3))
    )
    assert newest < oldest


@pytest.mark.parametrize("count", [3, 12, 200])
def test_no_text_covers_another_or_leaves_the_figure(kinds, tmp_path, count):
    given = [("steep", "flat", "steep")[i * 3 // count] for i in range(count)]
    trend = trend_of(copied(kinds, tmp_path, given))
    with theme():
        assert_apart(trend_figure(trend, finding(trend), "a\nb\nc"))
        with phone():
            assert_apart(trend_figure(trend, finding(trend), "a\nb\nc"))


def test_many_answers_share_the_last_row(runs):
    trend = trend_of(runs)
    names = [f"strategy {i}" for i in range(20)]
    settings = trend.points[0].decision
    points = tuple(
        replace(trend.points[0], decision=replace(settings, kind="retrain", choice=name))
        for name in names
    )
    rows = strip_rows(replace(trend, points=points))
    assert set(rows.values()) == set(range(MOST))
    assert row_names(rows)[-1] == f"{20 - MOST + 1} other answers"


def test_two_runs_are_no_trend(kinds, tmp_path):
    text = index.build(tmp_path, copied(kinds, tmp_path, ["steep"] * 2)).read_text()
    assert "Trend over the runs" not in text


def test_the_index_is_rebuilt_byte_for_byte(page, runs):
    files = [page, *sorted((page.parent / "figures").iterdir())]
    assert [file.name for file in files[1:]] == ["trend-gradual.png", "trend-gradual.svg"]
    before = [file.read_bytes() for file in files]
    index.build(page.parent, runs)
    assert [file.read_bytes() for file in files] == before


def test_names_stay_text(kinds, tmp_path):
    runs = copied(kinds, tmp_path, ["steep"] * 3, name="<b>&{}")
    for run in runs:
        for file in ("manifest.json", "decision.json"):
            path = run / file
            path.write_text(path.read_text().replace('"gradual"', json.dumps(EVIL)))
        for path in run.glob("*.parquet"):
            frame = pd.read_parquet(path)
            if "scenario" in frame:
                frame.assign(scenario=EVIL).to_parquet(path)
        (run / "SHA256SUMS").unlink(missing_ok=True)
    text = index.build(tmp_path, runs).read_text()
    assert "Trend over the runs" in text
    assert EVIL not in text
    assert "<b>" not in text


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1024, "dark"), (390, "light")])
def test_everybody_can_read_the_index(page, browser, width, scheme):
    tab = browser.new_page(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    tab.goto(page.as_uri())
    tab.locator("summary", has_text="All runs as a table").click()
    wide = tab.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    links = tab.locator("[aria-labelledby=trend-gradual] tbody a").count()
    if AXE.is_file():
        tab.add_script_tag(path=AXE)
        result = tab.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'best-practice']})")
        assert [(v["id"], v["nodes"][0]["html"][:120]) for v in result["violations"]] == []
    tab.close()
    assert wide[0] <= wide[1]
    assert links == 12
