"""What a run says at its end: a short table, the decisions, and where the report lies."""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from retrainlab import reports
from retrainlab.reports.analysis.decision import Decision
from retrainlab.reports.analysis.manifest import Manifest
from retrainlab.reports.text.decision import cost, sentence
from retrainlab.reports.text.format import amount, percent


def show(
    folder: Path, failures: Sequence[dict[str, Any]], skipped: Sequence[dict[str, Any]] = ()
) -> None:
    """Build the report of a folder; print its table, its decisions, what failed, and its path."""
    console = Console(width=None if sys.stdout.isatty() else 110, highlight=False)
    with Console(stderr=True).status("writing the report"):
        study = reports.load(folder)
        page = reports.build(folder, study)
        decisions = reports.decisions(folder)
    if study.manifest.search or study.manifest.map:
        for answer in reports.answers(study):
            console.print(Text(answer), soft_wrap=True)
            console.print()
    else:
        for decision in decisions.values():
            console.print(_table(decision, study.manifest, few=len(decisions) > 1))
            console.print(Text(sentence(decision, study.manifest)), soft_wrap=True)
            console.print()
    tell(failures, skipped)
    print(f"Report: {page}")


def tell(failures: Sequence[dict[str, Any]], skipped: Sequence[dict[str, Any]]) -> None:
    """Print a line for each reason why cells were skipped, and one for each that failed."""
    for why, count in Counter(cell["why"] for cell in skipped).items():
        one = next(cell["label"] for cell in skipped if cell["why"] == why)
        cells = f"{count} cells, as {one}" if count > 1 else one
        print(f"retrainlab: skipped: {cells}: {why}", file=sys.stderr)
    for failure in failures:
        print(f"retrainlab: failed: {where(failure)}: {failure['error']}", file=sys.stderr)


def where(failure: Mapping[str, Any]) -> str:
    """Return which cell, or which group, a failure is of."""
    return f"{failure['scenario']}, seed {failure['seed']}, {failure['label'] or 'all'}"


def _table(decision: Decision, manifest: Manifest, few: bool) -> Table:
    """Return the settings by cost; few: the cheapest of each strategy alone."""
    table = Table(
        title=Text(decision.scenario, style="bold"), title_justify="left", box=None, pad_edge=False
    )
    table.add_column("strategy", no_wrap=True)
    metric = manifest.scenarios[decision.scenario].metric
    for heading in (metric, "to ceiling", "retrainings", "cost"):
        table.add_column(heading, justify="right", no_wrap=True)
    cheapest = {s.strategy: s for s in reversed(decision.settings)}
    for setting in decision.settings:
        if few and cheapest[setting.strategy] is not setting:
            continue
        table.add_row(
            Text(setting.label),
            percent(setting.score, setting.score_half),
            percent(setting.gap),
            amount(setting.retrainings),
            cost(setting),
        )
    return table
