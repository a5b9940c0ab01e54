"""Terminal output of a benchmark of detectors: rankings, what failed, and where the page lies."""

import sys
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.text import Text

from retrainlab.experiments.engines.console import console_of, tell_replaced
from retrainlab.experiments.engines.fitted_table import print_table
from retrainlab.reports.detection import detect_page
from retrainlab.reports.detection.manifest import DetectorFailure
from retrainlab.reports.detection.metric_table import speed
from retrainlab.reports.detection.scores import scores
from retrainlab.reports.detection.strips import title as title_of
from retrainlab.reports.detection.summary import Ranking, rankings, shown
from retrainlab.reports.detection.tables import DetectorBenchmark, load
from retrainlab.reports.detection.wording import failure
from retrainlab.reports.text.format import number, percent
from retrainlab.sim.printable import printable

HEADINGS = (
    *("detector", "library", "seeds", "drifts found", "delay, rows", "false in 1,000", "repeats"),
    *("surplus in 1,000", "F1", "updates/s"),
)


def show(folder: Path) -> None:
    """Build the page of a folder; print its rankings, what failed, and where the page lies."""
    console = console_of(170)
    tell_replaced(folder)
    with Console(stderr=True).status("writing the report"):
        bench = load(folder)
        table = scores(bench)
        written = detect_page.build(bench, table, folder)
    for ranking in rankings(bench, table):
        _print_table(console, ranking, bench)
        console.print(Text(ranking.sentence), soft_wrap=True)
        console.print()
    tell(bench.manifest.failures)
    print(f"Report: {written}")


def tell(failures: Iterable[DetectorFailure]) -> None:
    """Print a line for each failure."""
    for entry in failures:
        print(printable(f"retrainlab: failed: {failure(entry)}"), file=sys.stderr)


def _print_table(console: Console, ranking: Ranking, bench: DetectorBenchmark) -> None:
    rows = [
        (
            title_of(bench, str(row["detector"])),
            bench.info(str(row["detector"])).library,
            number(row["seeds"]),
            percent(row["recall"]),
            shown(pd.Series(row), "restricted_delay", 0),
            shown(pd.Series(row), "false_per_1000", 2),
            number(row["repeats"]),
            shown(pd.Series(row), "surplus_per_1000", 2),
            percent(row["f1"]),
            "" if row["null"] else speed(row["speed"]),
        )
        for row in ranking.rows.to_dict("records")
    ]
    print_table(console, ranking.title, HEADINGS, rows, names=2)
