"""The table of a run in a terminal: nothing of a number is cut where it is narrow."""

import io

import pandas as pd
import pytest
from fake_study import CELLS, Fake, schedule, write

from retrainlab.experiments import terminal
from retrainlab.experiments.engines.console import SafeConsole
from retrainlab.reports import summary
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
    terminal._print_table(console, "gradual", "forecast accuracy", rows, shown, "EUR")
    lines = console.file.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    text = "\n".join(lines)
    for column in shown:
        assert text.count(column.in_terminal(rows.iloc[0])) >= len(LABELS), column.name
    words = [*" ".join(LABELS).split(), "forecast", "accuracy", "retrainings", "(EUR)", "ceiling"]
    assert {*words} <= {*text.split()}
    assert "…" not in text


@pytest.mark.slow
def test_of_many_settings_the_cheapest_are_printed_and_the_best_of_each_strategy(tmp_path, capsys):
    cells = [schedule("sliding_window", ticks) for ticks in range(41, 90)]
    write(tmp_path, (Fake("many", cells=(*CELLS, *cells)),))
    terminal.show(tmp_path, [], workers=1)
    rows = summary(tmp_path)
    lines = capsys.readouterr().out.splitlines()
    printed = [label for label in rows["label"] if any(line.startswith(label) for line in lines)]
    first = rows["label"][: terminal.ROWS].tolist()
    best = rows.drop_duplicates("strategy")["label"].tolist()
    assert {*printed} == {*first, *best}
    assert f"{len(rows) - len(printed)} more settings in the report." in lines
