"""The verdict of a check for people and for machines: a table, Markdown, JUnit XML, JSON."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from retrainlab.experiments.check import junit
from retrainlab.experiments.check.lines import headings, lines, notes
from retrainlab.experiments.check.verdict import Kind, Verdict
from retrainlab.experiments.engines.console import console_of
from retrainlab.experiments.storage import files
from retrainlab.reports.text.escape import markdown as escaped
from retrainlab.sim import atomic
from retrainlab.sim.checksums import rewriting
from retrainlab.sim.exit_codes import ExitCode
from retrainlab.sim.printable import printable

NAMES = ("verdict.json", "junit.xml", "summary.md")
ICONS = {ExitCode.DONE: "✅", ExitCode.FAILED: "❌", ExitCode.NO_RESULT: "⚠️"}


def forget(words: Sequence[str]) -> None:
    """Remove the outputs of an earlier check from the folder that the words name.

    Other words of them may be mistyped, so that this check never comes to begin.
    """
    pairs = [word.partition("=") for word in words]
    folders = [value.strip("'\"") for key, _, value in pairs if key in ("folder", "hydra.run.dir")]
    folder = Path(os.path.expanduser(folders[-1])) if folders else None
    if folder is not None and (folder / NAMES[0]).is_file():
        with files.locked(folder):
            remove(folder)


def remove(folder: Path) -> None:
    """Remove the outputs of an earlier check: they must not stand for one that is not finished."""
    if any((folder / name).exists() for name in NAMES):
        with rewriting(folder, *NAMES):
            for name in NAMES:
                (folder / name).unlink(missing_ok=True)


def save(verdict: Verdict, folder: Path) -> None:
    """Write verdict.json, junit.xml and summary.md into the folder."""
    _save(folder, verdict.plain(), junit.of_verdict(verdict), summary(verdict))


def refuse(sentence: str, folder: Path, as_json: bool, kind: Kind) -> int:
    """Write and print that the check could not judge, and why; return the exit code."""
    code = ExitCode.NO_RESULT
    plain = {"passed": False, "exit_code": int(code), "sentence": sentence, "rows": []}
    page = _page(kind, code, escaped(sentence), [])
    _save(folder, plain, junit.of_refusal(sentence, kind), page)
    if as_json:
        print(json.dumps(plain, indent=1))
    print(printable(f"retrainlab: {sentence}"), file=sys.stderr)
    return code


def _save(folder: Path, plain: dict[str, Any], xml: str, page: str) -> None:
    texts = dict(zip(NAMES, (json.dumps(plain, indent=1) + "\n", xml, page), strict=True))
    with rewriting(folder, *NAMES):
        for name, text in texts.items():
            atomic.write_text(folder / name, text)


def show(verdict: Verdict, as_json: bool) -> None:
    """Print the verdict: as a table, or as JSON and nothing else."""
    if as_json:
        print(json.dumps(verdict.plain(), indent=1))
        return
    console = console_of(170)
    rows = list(lines(verdict))
    if rows:
        console.print(_table(headings(verdict.kind), rows))
        console.print()
    for note in notes(verdict):
        console.print(Text(note), soft_wrap=True)
    console.print(Text(verdict.sentence, style="bold"), soft_wrap=True)


def _table(heads: Sequence[str], rows: list[tuple[str, ...]]) -> Table:
    table = Table(box=None, pad_edge=False)
    for i, heading in enumerate(heads):
        table.add_column(heading, justify="right" if i > 3 else "left", no_wrap=i < 3)
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def summary(verdict: Verdict) -> str:
    """Return a summary in Markdown, fit for a job's page."""
    rows, heads = list(lines(verdict)), headings(verdict.kind)
    table = []
    if rows:
        table = [_marked(heads), "|" + "---|" * len(heads), *map(_marked, rows), ""]
    bullets = [f"- {escaped(note)}" for note in notes(verdict)]
    return _page(verdict.kind, verdict.code, verdict.sentence, [*table, *bullets])


def _page(kind: Kind, code: ExitCode, sentence: str, body: list[str]) -> str:
    return "\n".join([f"### {ICONS[code]} {kind.title}", "", sentence, "", *body, ""])


def _marked(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(map(escaped, cells)) + " |"
