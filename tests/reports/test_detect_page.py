"""The page of a benchmark of detectors: whole, escaped, the same bytes, and nothing overlaps."""

import itertools

import pytest
from html_page import Page

from retrainlab.experiments.detection.nulls import with_nulls
from retrainlab.reports.detection import curve_figure, strip_figure
from retrainlab.reports.detection.curves import planes
from retrainlab.reports.detection.detect_page import build
from retrainlab.reports.detection.manifest import (
    BenchmarkOptions,
    DetectorFailure,
    DetectorInfo,
    DetectorManifest,
    ProblemInfo,
)
from retrainlab.reports.detection.marks import KNOWN
from retrainlab.reports.detection.scores import scores
from retrainlab.reports.detection.strips import strip
from retrainlab.reports.detection.summary import rankings
from retrainlab.reports.detection.tables import DetectorBenchmark, frame
from retrainlab.reports.drawing.canvas import text_boxes, theme
from retrainlab.reports.results.typed_json import to_plain

EVIL = "<b>bold</b>"
ROWS, DRIFT = 1000, 500
ALARMS = {"adwin": 540, "ddm": 620, EVIL: 560, "silent": None, "psi": 530}
PROBLEMS = {"step": True, EVIL: True, "flat": False}


def fake(
    detectors=tuple(ALARMS), curves=("step",), seeds=(0, 1, 2), problems=PROBLEMS
) -> DetectorBenchmark:
    """A benchmark by hand; `problems` says which have a drift.

    Every detector alarms once a stream, a few rows later on each seed, at three settings.
    """
    tables = {name: [] for name in ("streams", "drifts", "runs", "alarms")}
    for (problem, drifts), seed in itertools.product(problems.items(), seeds):
        where = {"problem": problem, "seed": seed}
        tables["streams"].append({**where, "rows": ROWS, "digest": "x", "binary": True})
        if drifts:
            rise = {"before": 0.1, "after": 0.2 + 0.01 * seed, "moved": True}
            tables["drifts"].append({**where, "start": DRIFT, "stop": DRIFT, **rise})
        for detector, setting in itertools.product(detectors, ("", "a=1", "a=2")):
            own = {**where, "detector": detector, "setting": setting}
            at = _alarms(ALARMS[detector], seed, setting)
            tables["runs"].append({**own, "alarms": len(at), "seconds": 0.5})
            tables["alarms"] += [{**own, "row": row} for row in at]
    options = BenchmarkOptions(200, 5, 20, None, tuple(curves), 10, 300, None)
    manifest = DetectorManifest(
        command=f"retrainlab detect {EVIL}",
        created="2026-01-01",
        seeds=tuple(seeds),
        versions={"x": "1"},
        git=None,
        config={"detect": to_plain(options)},
        schema=1,
        kind="detectors",
        detectors={name: _info(name) for name in detectors},
        problems={name: ProblemInfo("errors", {"_target_": EVIL}) for name in problems},
        failures=(DetectorFailure(EVIL, None, "", EVIL, (1,)),),
    )
    bench = DetectorBenchmark(
        **{n: frame(n, rows) for n, rows in tables.items()}, manifest=manifest
    )
    return with_nulls(bench, options.every)


def _alarms(first, seed, setting):
    if first is None:
        return []
    return [first + 7 * seed] if setting != "a=2" else [50 + 40 * seed, first + 3 * seed]


def _info(name):
    signal = "inputs" if name == "psi" else "error"
    return DetectorInfo(f"{name} a=1", signal, "mine 1.0", None, ("a=1", "a=2"), "a=1", null=False)


def built(folder, bench) -> Page:
    return Page(build(bench, scores(bench), folder))


@pytest.mark.slow
def test_the_page_holds_every_detector_and_stream_and_escapes_their_names(tmp_path):
    page = built(tmp_path, fake())
    assert EVIL not in (tmp_path / "report.html").read_text()
    assert "b" not in page.tags[page.tags.index("table") :]
    for name in (*ALARMS, *PROBLEMS):
        assert page.text.count(name) >= 2, name
    for null in ("every 300 rows", "at random", "never alarms"):
        assert page.text.count(null) >= len(PROBLEMS)
    assert len(page.ids) == len(set(page.ids))
    assert all(header.get("scope") for header in page.headers)
    # A figure of alarms a stream, and two of curves: with labels and without.
    assert len(page.alts) == len(PROBLEMS) + 2
    assert all(page.alts)
    inside = [a for a in page.addresses if not a.startswith(("#", "data:"))]
    pictures = [a for a in inside if a.startswith("figures/")]
    assert len(pictures) == 2 * len(page.alts)
    assert all((tmp_path / a).is_file() for a in pictures)
    assert {a for a in inside if a not in pictures} == {
        *("streams.parquet", "drifts.parquet", "runs.parquet", "alarms.parquet", "manifest.json")
    }
    assert [a[1:] for a in page.addresses if a.startswith("#") and a[1:] not in page.ids] == []


def test_the_same_tables_give_the_same_bytes(tmp_path):
    contents = []
    for place in ("one", "two"):
        built(tmp_path / place, fake(("adwin",), problems={"step": True}))
        files = sorted(p for p in (tmp_path / place).rglob("*") if p.is_file())
        contents.append([(p.relative_to(tmp_path / place), p.read_bytes()) for p in files])
    assert contents[0] == contents[1]
    assert len(contents[0]) == 6  # the page, its checksums, and two figures as PNG and SVG


@pytest.mark.slow
def test_a_print_holds_the_tables_whole_and_begins_with_the_first(tmp_path, browser):
    built(tmp_path, fake(problems={"step": True}))
    tab = browser.new_page(viewport={"width": 690, "height": 1000})  # of the text of a sheet of A4
    tab.emulate_media(media="print")
    tab.goto((tmp_path / "report.html").as_uri())
    sections = tab.locator("main section")
    breaks = "all => all.map(e => getComputedStyle(e).breakBefore)"
    assert set(sections.evaluate_all(breaks)) == {"auto"}
    widest = "all => Math.max(...all.map(e => e.offsetWidth))"
    assert tab.locator("table.detectors").evaluate_all(widest) <= 690
    small, text = tab.locator("td small").first, tab.locator("td:has(small)").first
    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    assert small.evaluate(size) < text.evaluate(size)
    tab.close()


@pytest.mark.parametrize(
    ("options", "curves"),
    [
        ({"curves": ()}, 0),
        ({"problems": {"flat": False}, "curves": ("flat",)}, 0),
        ({"detectors": ("silent",), "seeds": (3,)}, 1),
    ],
    ids=["no curves", "no drift", "silent on one seed"],
)
def test_whatever_is_missing_the_page_stands_and_a_dash_is_what_is_undefined(
    tmp_path, options, curves
):
    page = built(
        tmp_path, fake(**({"detectors": ("adwin",), "problems": {"step": True}} | options))
    )
    assert len(page.alts) == curves + 1
    assert ("there is no curve here" in page.text) == (curves == 0)
    words = page.text.split()
    assert "–" in words
    assert not {"nan", "inf", "None"} & set(words)


def overlapping(figure):
    boxes, frame_box = text_boxes(figure), figure.bbox
    assert len(boxes) > 8
    for text, box in boxes:
        assert frame_box.x0 <= box.x0 < box.x1 <= frame_box.x1, text
        assert frame_box.y0 <= box.y0 < box.y1 <= frame_box.y1, text
    pairs = itertools.combinations(boxes, 2)
    return [(a, b) for (a, one), (b, two) in pairs if one.overlaps(two)]


@pytest.mark.slow
def test_nobody_is_the_soonest_where_no_drift_counts():
    bench = fake(("adwin", "ddm"), problems={"flat": False})
    [ranking] = rankings(bench, scores(bench))
    assert "no delay to compare" in ranking.sentence
    assert "soonest" not in ranking.sentence


def test_no_text_of_a_figure_covers_another_or_leaves_it():
    bench = fake(seeds=tuple(range(12)))
    table = scores(bench)
    with theme():
        drawn = [curve_figure.draw(plane, bench.window) for plane in planes(bench)]
        drawn += [strip_figure.draw(strip(bench, table, p)) for p in bench.problems]
        assert len(drawn) == 5
        assert [overlapping(figure) for figure in drawn] == [[]] * 5


def test_a_strip_shows_the_alarms_and_which_drifts_count():
    bench = fake(("adwin", "psi"), problems={"step": True})
    bench.drifts.loc[:, "moved"] = False
    found = strip(bench, scores(bench), "step")
    errors, inputs = found.groups
    assert errors.rows[0].detector == "adwin"
    assert [alarms.tolist() for alarms in errors.rows[0].alarms] == [[540], [547], [554]]
    assert [(s.start, s.end, s.counts) for s in errors.spans[0]] == [(500, 700, True)]
    assert [(s.start, s.end, s.counts) for s in inputs.spans[0]] == [(500, 700, False)]


def test_points_of_a_curve_stand_from_strict_to_sensitive_and_the_clock_has_its_own():
    (plane,) = planes(fake(("adwin",)))
    (curve,) = plane.curves
    assert [point.parameter for point in curve.points] == ["a=1", "a=2"]
    assert curve.configured == "a=1"
    rates = [point.false_per_1000 for point in plane.clock]
    assert rates[0] < 0.2
    assert rates[-1] == pytest.approx(100, rel=0.05)
    delays = [point.restricted_delay for point in plane.clock]
    assert delays[0] > 190
    assert delays[-1] < 10


def test_every_detector_has_a_mark_of_its_own():
    marks = [(mark.colour, mark.marker, mark.dash) for mark in KNOWN.values()]
    assert len(set(marks)) == len(marks)
    looks = [(mark.colour, mark.marker) for mark in KNOWN.values()]
    assert len(set(looks)) == len(looks)
