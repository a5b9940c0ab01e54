"""Names in tables and sentences cannot steer the terminal."""

import io

import pandas as pd
from command_line import run
from rich.table import Table
from rich.text import Text

from retrainlab.experiments.engines.console import SafeConsole

HOSTILE = "name\x1b[2J\x1b]0;title\x07\x9b31m"


def test_a_console_writes_control_characters_of_its_own_only():
    file = io.StringIO()
    console = SafeConsole(file=file, force_terminal=True, width=80)
    table = Table(HOSTILE)
    table.add_row(Text(HOSTILE, style="bold"))
    console.print(table)
    console.print(Text(HOSTILE))
    written = file.getvalue()
    assert "\x1b[1m" in written  # bold is the console's own
    assert all(sign not in written for sign in ("\x1b[2J", "\x1b]", "\x07", "\x9b"))


def test_a_column_of_a_file_cannot_steer_the_terminal(tmp_path, capfd):
    frame = pd.DataFrame({HOSTILE: range(300), "y": [0, 1, 1] * 100})
    frame.to_csv(tmp_path / "data.csv", index=False)
    words = ["scenario=file", "scenario.file.path=data.csv", "scenario.file.target=z"]
    assert run(tmp_path, *words, "engine=serial") != 0
    complaint = capfd.readouterr().err
    assert "it has 'name\\x1b[2J" in complaint  # its escape is written out
    assert complaint.replace("\n", "").isprintable()
