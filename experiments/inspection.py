"""`retrainlab inspect`: how a file is read, column by column, before anything is replayed."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from shlex import join
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table
from rich.text import Text

from retrainlab.experiments.config.build import build
from retrainlab.experiments.config.composed import composed
from retrainlab.experiments.config.overrides import override
from retrainlab.experiments.config.plain_words import divided
from retrainlab.experiments.engines.console import console_of
from retrainlab.reports.text.column_readings import HEADINGS, cells, in_a_line, summary
from retrainlab.scenarios.file import File
from retrainlab.sim import atomic
from retrainlab.sim.column_reading import ColumnReading
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.printable import printable
from retrainlab.sim.stream import Stream

USAGE = "retrainlab inspect data.csv target=y time=when [save=FOLDER/scenario/NAME.yaml]"
WIDTH = 140
# What the first lines of a run tell of all rows, beside the columns.
TOLD = (
    *("ticks", "time span", "largest classes", "classes that come late", "without a label"),
    *("labels arrive", "reading"),
)
# Two names and more, which are a sweep to Hydra unless they stand in brackets.
LISTED = r"^(scenario\.file\.(?:time|drop))=([^\[\]'\"]*,[^\[\]'\"]*)$"


def inspect(words: Sequence[str]) -> int:
    """Run `retrainlab inspect FILE target=... [time=...] [save=...]`; return the exit code."""
    paths, typed = divided(words)
    require(len(paths) == 1, f"the command is: {USAGE}")
    options = [word for word in typed if not word.startswith("save=")]
    saved = [_place(word.removeprefix("save=")) for word in typed if word.startswith("save=")]
    node = _node(paths[0], options)
    scenario: File = build(node, "scenario.file")
    stream = scenario(0)
    console = console_of(WIDTH)
    for name, value in stream.facts:
        console.print(Text(f"{name}: {value}"), soft_wrap=True)
    console.print(table(stream.columns))
    if saved:
        answers = scenario.coded(scenario.source).table.answers(scenario.read or {})
        print(_save(saved[-1], {**node, "read": answers}, stream))
    return 0


def _node(path: str, options: Sequence[str]) -> dict[str, Any]:
    """Return the configuration of scenario `file` with these options."""
    words = [word if word.startswith("scenario.") else f"scenario.file.{word}" for word in options]
    words = [re.sub(LISTED, r"\1=[\2]", word) for word in words]
    config = composed("config", ["scenario=file", override("scenario.file.path", path), *words])
    node: dict[str, Any] = config["scenario"]["file"]
    return {key: value for key, value in node.items() if key != "world"}


def table(columns: Sequence[ColumnReading]) -> Table:
    """Return the table of how columns were read."""
    lines = Table(box=None, pad_edge=False)
    for heading in HEADINGS:
        lines.add_column(heading, overflow="fold")
    for column in columns:
        lines.add_row(*map(Text, cells(column)))
    return lines


def tell_of_files(nodes: Mapping[str, Mapping[str, Any]]) -> None:
    """Print how the file of each such scenario is read: its rows, its odd columns, how many others.

    Raises nothing for a file that cannot be read: the study itself will say so.
    """
    console = console_of(WIDTH)
    for name, node in nodes.items():
        with suppress(InputError):
            scenario = build({k: v for k, v in node.items() if k != "world"}, f"scenario.{name}")
            if type(scenario) is File:
                _tell(name, scenario(0), console)


def _tell(name: str, stream: Stream, console: Console) -> None:
    columns = stream.columns
    for fact, value in stream.facts:
        if fact in TOLD:
            console.print(Text(f"{name}: {fact}: {value}"), soft_wrap=True)
    odd = [column for column in columns if column.is_odd]
    console.print(Text(f"{name}: {summary(columns)}"), soft_wrap=True)
    if odd:
        console.print(table(odd))


def _place(text: str) -> Path:
    """Return where the scenario is saved; `InputError` for a place that Hydra does not read."""
    path = Path(text)
    require(
        path.suffix == ".yaml" and path.parent.name == "scenario",
        f"save is {text!r}; it must be FOLDER/scenario/NAME.yaml",
    )
    require(not path.exists(), f"save is {text!r}, which exists; name another, or remove it")
    return path


def _save(path: Path, node: Mapping[str, Any], stream: Stream) -> str:
    """Write the scenario as a file of its own; return how it is run."""
    given = {key: value for key, value in node.items() if value not in (None, [], {}, "")}
    given |= {"task": stream.task}
    if stream.tick_name != "tick":
        given["every"] = stream.tick_name
    lines = [f"{name}: {value}" for name, value in stream.facts]
    lines += map(in_a_line, stream.columns)
    # A line break in a name would end the comment.
    about = "".join(f"# {printable(' '.join(line.split()))}\n" for line in lines)
    body = yaml.safe_dump({path.stem: given}, sort_keys=False, allow_unicode=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    atomic.write_text(path, about + body)
    words = ["--config-dir", str(path.parent.parent), override("scenario", path.stem)]
    return f"Saved: {path}. Run: {join(['retrainlab', 'optimize', *words])}"
