"""Tables of the terminal: whatever its width, every number and every word of a name is whole."""

import io

import pytest

from retrainlab.experiments.engines.console import SafeConsole
from retrainlab.experiments.engines.fitted_table import print_table

HEADINGS = ("detector", "library", "delay, rows", "false in 1,000", "F1")
ROWS = [
    ("page_hinkley", "river 0.26.1", "1,382 (1,368 to 1,396)", "0.02 (0.02 to 0.03)", "92.9 %"),
    ("every 1,000 rows", "", "494 (446 to 546)", "1.00 (0.99 to 1.01)", "25.3 %"),
    ("fhddm", "retrainlab 0.1.0 on river 0.26.1", "621", "", "83.2 %"),
]


def printed(width, rows):
    console = SafeConsole(width=width, file=io.StringIO())
    print_table(console, "Detectors", HEADINGS, rows, names=2)
    assert console.width == width
    return console.file.getvalue()


@pytest.mark.parametrize("width", [40, 80, 100, 150])
def test_nothing_of_a_number_or_a_word_is_cut(width):
    text = printed(width, ROWS)
    assert all(cell in text for row in ROWS for cell in row[2:])
    words = [word for row in [HEADINGS, *ROWS] for cell in row for word in cell.split()]
    assert {*words} <= {*text.split()}


def test_a_wide_terminal_has_a_line_a_row():
    lines = printed(150, ROWS).splitlines()
    assert len(lines) == 2 + len(ROWS)


def test_a_long_name_is_folded():
    lines = printed(80, [("x" * 300, "", "1", "2", "3")]).splitlines()
    assert max(map(len, lines)) <= 80
    assert sum(line.count("x") for line in lines) == 300
