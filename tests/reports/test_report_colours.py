"""The colours of figures, on a light page and on a dark one."""

import re

import pytest

from retrainlab.reports.detection.marks import KNOWN as DETECTORS
from retrainlab.reports.detection.marks import NULLS
from retrainlab.reports.drawing.dark import (
    DARK,
    PANEL,
    css_colour,
    css_declarations,
    with_css_colours,
)
from retrainlab.reports.drawing.marks import COLOURS, KNOWN, mark
from retrainlab.reports.figures.bars import STYLES

LEVELS = ("never", "majority", "mean", "no_change", "oracle", "ceiling")  # written beside lines
DATA = {
    *(found.colour for marks in (KNOWN, DETECTORS, NULLS) for found in marks.values()),
    *COLOURS,
}


def contrast(one: str, two: str) -> float:
    """The ratio of WCAG 2.2."""
    light = []
    for colour in (one, two):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        light.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
    return (max(light) + 0.05) / (min(light) + 0.05)


@pytest.mark.parametrize("colour", sorted(DATA))
def test_data_can_be_seen_on_both_panels_and_read_on_the_dark_one(colour):
    assert contrast(colour, "#ffffff") >= 3
    assert contrast(DARK[colour], PANEL) >= 4.5


def test_what_is_written_in_a_colour_can_be_read_on_both():
    for colour in (*(mark(name).colour for name in LEVELS), "#1f2328", "#5b6470"):
        assert contrast(colour, "#ffffff") >= 4.5, colour
        assert contrast(DARK[colour], PANEL) >= 4.5, colour


def test_strategies_stay_apart_in_the_dark():
    shown = [DARK[found.colour] for found in KNOWN.values()]
    assert len(set(shown)) == len({found.colour for found in KNOWN.values()})
    assert {DARK.get(colour, colour) for colour, _ in STYLES}.isdisjoint({PANEL})


def test_a_page_writes_names_and_declares_each_for_both_schemes():
    assert with_css_colours('<g style="fill: #0072b2; stroke: #123456"/>') == (
        '<g style="fill: var(--0072b2); stroke: #123456"/>'
    )
    assert css_colour("#0072b2") == mark("periodic").named == "var(--0072b2)"
    for dark, colour in ((False, "#0072b2"), (True, DARK["#0072b2"])):
        assert f"--0072b2: {colour};" in css_declarations(dark)


@pytest.mark.slow
def test_every_colour_of_a_figure_in_the_page_follows_the_scheme(study):
    page = (study / "report.html").read_text()
    looks = re.findall(r"^\._\d+\{.*\}$", page, re.MULTILINE)  # what its figures share
    drawn = "".join([*re.findall(r"<svg viewBox.*?</svg>", page, re.DOTALL), *looks])
    left = set(re.findall(r"#[0-9a-f]{6}\b", drawn))
    assert "var(--ffffff)" in drawn
    assert left <= {colour for colour, _ in STYLES}
