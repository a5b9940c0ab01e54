"""All laws in one run: measured side by side, printed, and written to a page."""

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from joblib import cpu_count
from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments import store
from experiments.laws.aliasing import aliasing
from experiments.laws.covariate import covariate_shift
from experiments.laws.hindsight import oracle
from experiments.laws.no_drift import no_drift
from experiments.laws.prior import prior_shift
from experiments.laws.rotating import rotating_boundary
from experiments.laws.spike import short_spike
from experiments.laws.square_root import square_root
from experiments.laws.staleness import exponential_staleness
from experiments.laws.walk import random_walk
from experiments.parallel import spread
from experiments.threads import one_thread
from reports import laws as page
from reports.law import Law, shown
from sim.errors import require

Check = Callable[[float], Law]

# In the order in which workers take them up: the longest first.
CHECKS: tuple[Check, ...] = (
    exponential_staleness,
    random_walk,
    rotating_boundary,
    aliasing,
    square_root,
    no_drift,
    oracle,
    covariate_shift,
    prior_shift,
    short_spike,
)
QUICK = 0.1
OPTIONS = {"quick=true": QUICK, "quick=false": 1.0}


def command(words: Sequence[str]) -> int:
    """See `experiments.laws.command`."""
    require(
        len(words) <= 1 and all(word in OPTIONS for word in words),
        f"laws was given {' '.join(words)}; it takes quick=true or nothing",
    )
    folder = Path("runs") / time.strftime("laws_%Y-%m-%d_%H-%M-%S")
    store.require_writable(folder)
    laws = measure(OPTIONS[words[0]] if words else 1.0, CHECKS)
    text = json.dumps([asdict(law) for law in laws], indent=1, default=_plain)
    store.write_text(folder / "laws.json", text)
    written = page.build(laws, folder, " ".join(["retrainlab laws", *words]))
    show(laws)
    print(f"Page: {written}")
    missed = [(law, row) for law in laws for row in law.missed]
    for law, row in missed:
        expected, measured, tolerance = shown(row)
        print(
            f"retrainlab: law {law.number} is missed: {row.what} is {measured}, "
            f"not {expected} ({tolerance})",
            file=sys.stderr,
        )
    return 1 if missed else 0


def measure(size: float, checks: Sequence[Check]) -> list[Law]:
    """Return the laws in the order of their numbers, measured on this share of the full data."""
    jobs = min(cpu_count(), len(checks))
    measured = spread(partial(_alone, size), checks, jobs, "measuring laws")
    return sorted(measured, key=lambda law: law.number)


def show(laws: Sequence[Law]) -> None:
    """Print a table a law, and the verdict."""
    console = Console(width=None if sys.stdout.isatty() else 150, highlight=False)
    for law in laws:
        console.print(_table(law))
        console.print()
    console.print(page.verdict(laws))


def _alone(size: float, check: Check) -> Law:
    """Measure one law, with one thread of linear algebra."""
    with one_thread():
        return check(size)


def _table(law: Law) -> Table:
    title = Text(f"{law.number}. {law.title}: {'MISSED' if law.missed else 'hit'}", style="bold")
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column("figure", ratio=3)
    for heading in ("expected", "measured", "tolerance"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("why that tolerance", ratio=3)
    for row in law.rows:
        verdict = "hit" if row.hit else "MISSED"
        table.add_row(Text(row.what), *shown(row), verdict, Text(row.why))
    return table


def _plain(value: Any) -> Any:
    """Arrays as lists, numbers of numpy as Python's."""
    return value.tolist()
