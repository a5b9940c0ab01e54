"""The table of a run in a terminal: nothing of a number is cut where it is narrow."""

import io

import pandas as pd
import pytest

from retrainlab.experiments import terminal
from retrainlab.experiments.engines.console import SafeConsole
from retrainlab.reports.text.columns import IN_TERMINAL, columns

LABELS = ("sliding_window every 100 last 20", "trigger ADWIN delta=0.05", "newest_majority")


@pytest.mark.parametrize("width", [80, 110])
def test_numbers_and_words_are_whole(width):
    numbers = {"score": 0.741, "score_half": 0.011, "gap": 0.209, "gap_half": 0.1}
    numbers |= {
        "retrainings": 12.0,
        "updates": 3.0,
        "switches": 4.0,
        "cost": 1126473.0,
        "cost_half": 43210.0,
    }
    rows = pd.DataFrame([{"label": label, **numbers} for label in LABELS])
    shown = [columns()[name] for name in IN_TERMINAL]
    console = SafeConsole(width=width, file=io.StringIO())
    console.print(terminal._table("gradual", "forecast accuracy", rows, shown, "EUR", width))
    lines = console.file.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    text = "\n".join(lines)
    for column in shown:
        assert text.count(column.in_terminal(rows.iloc[0])) >= len(LABELS), column.name
    words = [*" ".join(LABELS).split(), "forecast", "accuracy", "retrainings", "(EUR)", "ceiling"]
    assert {*words} <= {*text.split()}
    assert "…" not in text
