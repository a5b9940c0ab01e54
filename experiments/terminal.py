"""What a run says at its end: a short table, the decisions, and where the report lies."""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.text import Text

from retrainlab import reports
from retrainlab.experiments.engines.console import console_of, tell_replaced
from retrainlab.experiments.engines.fitted_table import print_table
from retrainlab.reports.decision.actions import ACTIONS, RETRAININGS
from retrainlab.reports.results.decision import Decision
from retrainlab.reports.results.manifest import Manifest, read
from retrainlab.reports.text.clocks import few_at_first, too_late
from retrainlab.reports.text.columns import IN_TERMINAL, OTHERS, Column, columns
from retrainlab.reports.text.coming_period import in_terminal
from retrainlab.reports.text.decision import sentence
from retrainlab.reports.text.failures import grouped
from retrainlab.reports.text.format import count
from retrainlab.reports.text.unset_price import asked
from retrainlab.sim.exit_codes import ExitCode
from retrainlab.sim.printable import printable

ROWS = 40  # of the table of a single scenario; the best setting of each strategy is always there


def show(
    folder: Path,
    failures: Sequence[str],
    skipped: Sequence[Mapping[str, Any]] = (),
    chosen: Sequence[str] = IN_TERMINAL,
    workers: int | None = None,
) -> None:
    """Build the report of a folder; print its table, its decisions, what failed, and its path.

    failures: a sentence for each reason. chosen: names of the columns of the table. workers:
    processes for the report, None for one a core.
    """
    console = console_of(110)
    tell_replaced(folder)
    with Console(stderr=True).status("writing the report"):
        study = reports.load(folder)
        page = reports.build(folder, study, workers)
        decisions = reports.decisions(folder)
    if study.manifest.search or study.manifest.map:
        for answer in reports.answers(study):
            console.print(Text(answer), soft_wrap=True)
            console.print()
    if study.manifest.search:
        for name, decision in decisions.items():
            _ask(console, decision, study.manifest)
            console.print(Text(f"{name}: {sentence(decision, study.manifest)}"), soft_wrap=True)
            _foretell(console, decision, study.manifest)
            console.print()
        for steps in reports.next_steps(study, decisions):
            console.print(Text("\n".join(steps)), soft_wrap=True)
            console.print()
    elif not study.manifest.map:
        rows = reports.summary(study)
        for name, decision in decisions.items():
            part = rows[rows["scenario"] == name]
            is_shown = ~part.duplicated("strategy") | part["label"].eq(decision.choice)
            if len(decisions) == 1:
                is_shown.iloc[:ROWS] = True
            few = part[is_shown]
            info = study.manifest.scenarios[name]
            shown = [columns(info.metrics)[column] for column in _worth_showing(chosen, part)]
            currency = decision.prices.currency
            _print_table(console, name, info.metric, few, shown, currency)
            if len(few) < len(part) and len(decisions) == 1:
                console.print(f"{count(len(part) - len(few), 'more setting')} in the report.")
            _ask(console, decision, study.manifest)
            console.print(Text(sentence(decision, study.manifest)), soft_wrap=True)
            for said in filter(None, (few_at_first(info), too_late(info))):
                console.print(Text(said), soft_wrap=True)
            _foretell(console, decision, study.manifest)
            console.print()
    tell(failures, skipped)
    print(f"Report: {page}")


def show_failures(folder: Path) -> int:
    """Build the page of a study of which every cell failed; print why, and return the exit code."""
    tell_replaced(folder)
    page = reports.build(folder)
    manifest = read(folder / "manifest.json")
    tell(grouped(manifest.failures, manifest), [])
    print(f"Report: {page}")
    return ExitCode.FAILED


def _worth_showing(chosen: Sequence[str], rows: pd.DataFrame) -> list[str]:
    """Return the columns that are asked for; by default without other actions where none is."""
    others = rows[[name for name in ACTIONS if name != RETRAININGS and name in rows]]
    is_bare = tuple(chosen) == IN_TERMINAL and not others.any(axis=None)
    return [name for name in chosen if not (is_bare and name == OTHERS)]


def _ask(console: Console, decision: Decision, manifest: Manifest) -> None:
    """Ask for the price of a retraining where nobody has set it, with the answer over prices."""
    question = asked(decision, manifest)
    if question:
        console.print(Text(question["question"]), soft_wrap=True)
        for line in question["lines"]:
            console.print(Text(f"  {line}"), soft_wrap=True)


def _foretell(console: Console, decision: Decision, manifest: Manifest) -> None:
    """Print the forecast of the coming period, where there is one."""
    if decision.coming_period is not None:
        info, currency = manifest.scenarios[decision.scenario], manifest.prices.currency
        console.print(Text(in_terminal(decision.coming_period, info, currency)), soft_wrap=True)


def tell(failures: Sequence[str], skipped: Sequence[Mapping[str, Any]]) -> None:
    """Print a line for each reason why cells were skipped, and each failure."""
    for why, times in Counter(cell["why"] for cell in skipped).items():
        one = next(cell["label"] for cell in skipped if cell["why"] == why)
        cells = f"{times} cells, as {one}" if times > 1 else one
        print(printable(f"retrainlab: skipped: {cells}: {why}"), file=sys.stderr)
    for failure in failures:
        print(printable(f"retrainlab: {failure}"), file=sys.stderr)


def _print_table(
    console: Console,
    scenario: str,
    metric: str,
    rows: pd.DataFrame,
    shown: Sequence[Column],
    currency: str | None,
) -> None:
    """Print the table of a scenario."""
    headings = [
        column.titled(column.short or column.heading or metric, currency) for column in shown
    ]
    cells = [
        [str(row["label"]), *(column.in_terminal(row) for column in shown)]
        for row in rows.to_dict("records")
    ]
    print_table(console, scenario, ["strategy", *headings], cells)
