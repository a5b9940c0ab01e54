"""The verdict of a check for people and for machines: a table, Markdown, JUnit XML, JSON."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as Xml

from rich.console import Console
from rich.table import Table
from rich.text import Text

from retrainlab.experiments.detection.verdict import NAMES, PairResult, Verdict
from retrainlab.experiments.storage import files
from retrainlab.reports.text.format import number
from retrainlab.sim.checksums import rewriting
from retrainlab.sim.detection.regression import Comparison

HEADINGS = (
    *("detector", "stream", "", "figure", "before", "after", "change"),
    *("repeated alarms", "false and repeated in 1,000"),
)


def save(verdict: Verdict, folder: Path) -> None:
    """Write verdict.json, junit.xml and summary.md into the folder."""
    texts = {
        "verdict.json": json.dumps(verdict.plain(), indent=1) + "\n",
        "junit.xml": junit(verdict),
        "summary.md": markdown(verdict),
    }
    with rewriting(folder, *texts):
        for name, text in texts.items():
            files.write_text(folder / name, text)


def show(verdict: Verdict, as_json: bool) -> None:
    """Print the verdict: as a table, or as JSON and nothing else."""
    if as_json:
        print(json.dumps(verdict.plain(), indent=1))
        return
    console = Console(width=None if sys.stdout.isatty() else 170, highlight=False)
    lines = list(_lines(verdict))
    if lines:
        table = Table(box=None, pad_edge=False)
        for i, heading in enumerate(HEADINGS):
            table.add_column(heading, justify="right" if i > 3 else "left", no_wrap=i < 3)
        for line in lines:
            table.add_row(*map(Text, line))
        console.print(table)
        console.print()
    for note in notes(verdict):
        console.print(Text(note), soft_wrap=True)
    console.print(Text(verdict.sentence, style="bold"), soft_wrap=True)


def notes(verdict: Verdict) -> list[str]:
    """Return what a reader must know beside the table, a sentence each."""
    sentences = []
    changes = [f"{n}: was {old}, is {new}" for n, (old, new) in verdict.parameters.items()]
    if changes:
        sentences.append(f"Parameters differ from the baseline's: {'; '.join(changes)}.")
    moved = [f"{name} {old} to {new}" for name, (old, new) in verdict.versions.items()]
    if moved:
        sentences.append(f"Versions since the baseline: {', '.join(moved)}.")
    if verdict.unjudged:
        sentences.append(
            f"Too few seeds for a verdict on performance, so only alarms are compared: "
            f"{', '.join(verdict.unjudged)}."
        )
    sentences.append(
        f"Worse is what changed by more than a factor of {verdict.factor:g} and significantly over "
        f"the seeds (Wilcoxon's signed-rank test at {100 * (1 - verdict.level):g} %, corrected "
        "after Holm)."
    )
    return [*sentences, *(f"Failed: {failure}." for failure in verdict.failures)]


def markdown(verdict: Verdict) -> str:
    """Return a summary fit for a job's page."""
    lines = list(_lines(verdict))
    table = []
    if lines:
        table = [_marked(HEADINGS), "|" + "---|" * len(HEADINGS), *map(_marked, lines), ""]
    bullets = [f"- {_escaped(note)}" for note in notes(verdict)]
    title = f"### {'✅' if verdict.passed else '❌'} Drift detectors against the baseline"
    return "\n".join([title, "", verdict.sentence, "", *table, *bullets, ""])


def junit(verdict: Verdict) -> str:
    """Return JUnit XML: a test case a detector and stream, failed where it became worse."""
    root = Xml.Element("testsuites")
    suite = Xml.SubElement(root, "testsuite", name="retrainlab check")
    for row in verdict.rows:
        name = {"classname": f"detectors.{row.detector}", "name": row.problem}
        case = Xml.SubElement(suite, "testcase", name)
        *figures, repeats, surplus = zip(*(line[3:] for line in _of(row)), strict=True)
        text = "\n".join("  ".join(line) for line in zip(*figures, strict=True))
        text += f"\n{HEADINGS[-2]} {repeats[0]}, {HEADINGS[-1]} {surplus[0]}"
        if row.state == "worse":
            Xml.SubElement(case, "failure", message=f"{row.detector} is worse").text = text
        elif row.state != "equal":
            Xml.SubElement(case, "system-out").text = f"{row.state}: {text}"
    for failure in verdict.failures:
        case = Xml.SubElement(suite, "testcase", classname="detectors", name=failure.split(":")[0])
        Xml.SubElement(case, "error", message=failure)
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(len(verdict.of("worse"))))
    suite.set("errors", str(len(verdict.failures)))
    Xml.indent(root)
    return Xml.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _lines(verdict: Verdict) -> Iterator[tuple[str, ...]]:
    """What got worse, better and changed, in this order."""
    for state in ("worse", "better", "changed"):
        for row in verdict.of(state):
            yield from _of(row)


def _of(row: PairResult) -> Iterator[tuple[str, ...]]:
    """A line for each figure that has a verdict, or one for what changed.

    Each ends with repeated alarms, and with those and the false ones together, before and after.
    """
    extra = _pair(row.repeats, 0), _pair(row.surplus, 3)
    spoken = [c for c in row.comparisons if c.verdict != "equal"]
    for c in spoken:
        yield (row.detector, row.problem, c.verdict, NAMES[c.figure], *_values(c), *extra)
    if not spoken:
        yield (row.detector, row.problem, row.state, row.note, "", "", "", *extra)


def _pair(values: tuple[float, float], decimals: int) -> str:
    """Write what was and is: "0 to 9", or once where nothing has changed."""
    before, after = (number(value, decimals) for value in values)
    return before if before == after else f"{before} to {after}"


def _values(c: Comparison) -> tuple[str, str, str]:
    decimals = 0 if c.figure == "restricted_delay" else 3
    times = f"x {c.ratio:.3g}" if c.before else "from none"
    return number(c.before, decimals), number(c.after, decimals), times


def _marked(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(map(_escaped, cells)) + " |"


def _escaped(text: str) -> str:
    """Text as it is in Markdown: no table, no tag and no emphasis of its own."""
    for sign in ("\\", "|", "<", "*", "_", "`", "["):
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.split())
