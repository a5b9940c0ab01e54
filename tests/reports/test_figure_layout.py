"""Room in figures for texts of any length and for legends of many names."""

from contextlib import nullcontext

import numpy as np
import pytest
from matplotlib.lines import Line2D
from test_report_figures import assert_apart

from retrainlab.reports.drawing.canvas import (
    axes_box,
    new_figure,
    phone,
    plain_number,
    plain_numbers,
    theme,
)
from retrainlab.reports.drawing.labels import legend_below, legend_room
from retrainlab.reports.drawing.limits import spacing
from retrainlab.reports.drawing.log_axis import log_axis
from retrainlab.reports.figures.waterfall import waterfall
from retrainlab.reports.text.format import shorten
from retrainlab.reports.text.saving_parts import Level

NAMES = [f"a strategy of my own {i}" for i in range(60)]


@pytest.mark.parametrize("shape", [nullcontext, phone])
def test_a_subtitle_of_any_length_stays_in_the_figure(shape):
    with theme(), shape():
        assert_apart(new_figure(7.2, 5.0, "a title", "a line\n" + "some words " * 30))


@pytest.mark.parametrize("shape", [nullcontext, phone])
def test_a_title_too_long_for_a_line_is_read_to_its_end(shape):
    title = "The recommendation changed once in 3 runs, last to sliding_window every 50 last 50"
    with theme(), shape():
        figure = new_figure(7.2, 5.0, title, "a line")
        assert_apart(figure)
        assert " ".join(figure.texts[0].get_text().split()) == title


@pytest.mark.parametrize("shape", [nullcontext, phone])
def test_a_title_without_end_is_cut_and_stays_in_the_figure(shape):
    with theme(), shape():
        figure = new_figure(7.2, 5.0, "some words " * 90, "a line")
        assert_apart(figure)
        assert figure.texts[0].get_text().endswith("…")


def test_a_name_is_not_cut_within_a_number():
    assert shorten("periodic every 50 costs least", 17) == "periodic every…"
    assert shorten("drop by=0.05 at most", 12) == "drop by=…"
    assert shorten("periodic every 50 costs least", 19) == "periodic every 50…"
    assert shorten("periodic every 50", 17) == "periodic every 50"


@pytest.mark.parametrize("shape", [nullcontext, phone])
@pytest.mark.parametrize("count", [2, 9, 60])
def test_a_legend_of_any_length_leaves_room_for_the_axes(shape, count):
    handles = [Line2D([], [], label=name) for name in NAMES[:count]]
    with theme(), shape():
        figure = new_figure(7.2, 4.7 + legend_room(handles), "a title", "")
        foot = legend_below(figure, handles)
        axes = axes_box(figure, left=0.9, right=0.3, top=0.85, bottom=foot)
        assert axes.get_window_extent().height > 2 * figure.dpi
        assert_apart(figure)


def test_an_axis_of_small_amounts_tells_its_values_apart():
    with theme():
        axes = axes_box(new_figure(7.2, 4.0, "a title", ""), 0.9, 0.3, 0.85, 0.6)
        for largest in (0.012, 0.0000002):
            axes.set_ylim(0, largest)
            plain_numbers(axes, x=False)
            texts = [axes.yaxis.get_major_formatter()(value, 0) for value in axes.get_yticks()]
            assert len(set(texts)) == len(texts) > 3
    assert [plain_number(x) for x in (0.0025, 1250.0, 2e-5, 0.0)] == [
        *("0.0025", "1,250", "0.00002", "0")
    ]


@pytest.mark.parametrize(
    "tried", [[31, 35, 40, 50, 62, 75, 93, 105, 125, 375], [0.7, 0.8, 0.9], [1, 2000], [5]]
)
@pytest.mark.parametrize("shape", [nullcontext, phone])
def test_a_log_axis_has_plain_numbers_that_keep_apart(shape, tried):
    """Also where it spans less than a decade, of which matplotlib labels the steps in between."""
    with theme(), shape():
        figure = new_figure(7.2, 4.0, "a title", "")
        axes = axes_box(figure, 0.9, 0.3, 0.85, 0.6)
        log_axis(axes, tried, *spacing(np.array(tried, dtype=float)))
        figure.canvas.draw()
        labels = [text.get_text() for text in axes.get_xticklabels(which="both")]
        assert f"{tried[0]:g}" in labels
        assert all(float(label.replace(",", "")) > 0 for label in labels)
        assert_apart(figure)


def test_a_waterfall_of_costs_that_are_all_0_is_drawn():
    none = [Level("never", 0.0, 0.0, "never"), Level("oracle", 0.0, 0.0, "oracle")]
    with theme():
        (axes,) = waterfall(none, "nothing costs anything", "file").axes
    assert [text.get_text() for text in axes.texts] == ["0", "0"]
    assert axes.get_xlim() == (0.0, 1.0)
