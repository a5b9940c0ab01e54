"""`retrainlab inspect`: how a file is read, column by column, before anything is replayed."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table
from rich.text import Text

from retrainlab.experiments.config.build import build
from retrainlab.experiments.config.composed import composed
from retrainlab.experiments.storage import files
from retrainlab.scenarios.file import File
from retrainlab.scenarios.tabular.coded import SEPARATOR
from retrainlab.scenarios.tabular.paths import locate
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.stream import Stream

USAGE = "retrainlab inspect data.csv target=y time=when [save=FOLDER/scenario/NAME.yaml]"
COLUMN = "column "


def inspect(words: Sequence[str]) -> int:
    """Run `retrainlab inspect FILE target=... [time=...] [save=...]`; return the exit code."""
    paths = [word for word in words if "=" not in word]
    require(len(paths) == 1, f"the command is: {USAGE}")
    options = [word for word in words if "=" in word and not word.startswith("save=")]
    saved = [word.removeprefix("save=") for word in words if word.startswith("save=")]
    node = _node(paths[0], options)
    scenario: File = build(node, "scenario.file")
    stream = scenario(0)
    show(stream.facts, Console(width=None if sys.stdout.isatty() else 110, highlight=False))
    if saved:
        resolved = scenario.coded(locate(paths[0])).table.resolved(scenario.read or {})
        print(_save(Path(saved[-1]), {**node, "read": resolved}, stream))
    return 0


def _node(path: str, options: Sequence[str]) -> dict[str, Any]:
    """Return the configuration of scenario `file` with these options."""
    quoted = path.replace("\\", "\\\\").replace("'", "\\'")
    words = [word if word.startswith("scenario.") else f"scenario.file.{word}" for word in options]
    config = composed("config", ["scenario=file", f"scenario.file.path='{quoted}'", *words])
    node: dict[str, Any] = config["scenario"]["file"]
    return {key: value for key, value in node.items() if key != "world"}


def show(facts: Sequence[tuple[str, Any]], console: Console) -> None:
    """Print the facts of a file: a line each, and a table of its columns."""
    for name, value in facts:
        if not name.startswith(COLUMN):
            console.print(Text(f"{name}: {_printable(value)}"), soft_wrap=True)
    table = Table(box=None, pad_edge=False)
    for heading in ("column", "read as"):
        table.add_column(heading, overflow="fold")
    for name, value in facts:
        if name.startswith(COLUMN):
            table.add_row(Text(_printable(name.removeprefix(COLUMN))), Text(_printable(value)))
    console.print(table)


def odd_columns(facts: Sequence[tuple[str, Any]]) -> list[str]:
    """Return a line for each column of which there is more to tell than its kind and its gaps."""
    lines = ((name, str(value)) for name, value in facts if name.startswith(COLUMN))
    return [_printable(f"{name}: {value}") for name, value in lines if _is_odd(value)]


def _is_odd(reading: str) -> bool:
    kind, *more = reading.split(SEPARATOR)
    return kind.startswith("left out: ") or any(not part.endswith(" % missing") for part in more)


def _printable(text: Any) -> str:
    """Return a text without control characters, which a name in a file may hold."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(text))


def _save(path: Path, node: Mapping[str, Any], stream: Stream) -> str:
    """Write the scenario as a file of its own; return how it is run."""
    if path.suffix != ".yaml" or path.parent.name != "scenario":
        raise InputError(f"save is {str(path)!r}; it must be FOLDER/scenario/NAME.yaml")
    given = {key: value for key, value in node.items() if value not in (None, [], {}, "")}
    given |= {"task": stream.task}
    if stream.tick_name != "tick":
        given["every"] = stream.tick_name
    about = "".join(f"# {name}: {_printable(value)}\n" for name, value in stream.facts)
    body = yaml.safe_dump({path.stem: given}, sort_keys=False, allow_unicode=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write_text(path, about + body)
    folder = path.parent.parent
    return f"Saved: {path}. Run: retrainlab optimize --config-dir {folder} scenario={path.stem}"
