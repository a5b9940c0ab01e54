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
from rich.table import Table
from rich.text import Text

from retrainlab.experiments.config.results_folder import new_folder
from retrainlab.experiments.engines.console import console_of
from retrainlab.experiments.engines.progress import imap
from retrainlab.experiments.engines.threads import one_thread
from retrainlab.experiments.storage import files
from retrainlab.experiments.validation.aliasing_law import alternating_rules
from retrainlab.experiments.validation.covariate_law import covariate_shift
from retrainlab.experiments.validation.doubling_law import doubling
from retrainlab.experiments.validation.false_alarms_law import false_alarms
from retrainlab.experiments.validation.forecast_law import forecast
from retrainlab.experiments.validation.half_life_law import half_life
from retrainlab.experiments.validation.label_shift_law import label_shift
from retrainlab.experiments.validation.last_ticks_law import last_ticks
from retrainlab.experiments.validation.learning_debt_law import learning_debt
from retrainlab.experiments.validation.no_drift_law import no_drift
from retrainlab.experiments.validation.oracle_law import oracle
from retrainlab.experiments.validation.prior_law import prior_shift
from retrainlab.experiments.validation.random_walk_law import random_walk
from retrainlab.experiments.validation.rent_or_buy_law import rent_or_buy
from retrainlab.experiments.validation.rotating_law import rotating_boundary
from retrainlab.experiments.validation.spike_law import short_spike
from retrainlab.experiments.validation.square_root_law import square_root
from retrainlab.experiments.validation.staleness_law import exponential_staleness
from retrainlab.reports.pages import laws_page
from retrainlab.reports.text.law_figures import shown
from retrainlab.sim import atomic
from retrainlab.sim.closed_form import Law
from retrainlab.sim.errors import require
from retrainlab.sim.exit_codes import done_unless

Check = Callable[[float], Law]

# Longest first: the order in which workers start them.
CHECKS: tuple[Check, ...] = (
    exponential_staleness,
    random_walk,
    learning_debt,
    doubling,
    rent_or_buy,
    rotating_boundary,
    alternating_rules,
    square_root,
    half_life,
    last_ticks,
    false_alarms,
    no_drift,
    forecast,
    oracle,
    covariate_shift,
    prior_shift,
    label_shift,
    short_spike,
)
QUICK = 0.1
OPTIONS = {"quick=true": QUICK, "quick=false": 1.0}


def command(words: Sequence[str]) -> int:
    """See `experiments.validation.command`."""
    require(
        len(words) <= 1 and all(word in OPTIONS for word in words),
        f"laws was given {' '.join(words)}; it takes quick=true or nothing",
    )
    folder = new_folder(Path("runs") / time.strftime("laws_%Y-%m-%d_%H-%M-%S"))
    files.require_writable(folder)
    laws = measure(OPTIONS[words[0]] if words else 1.0, CHECKS)
    text = json.dumps([asdict(law) for law in laws], indent=1, default=_plain)
    atomic.write_text(folder / "laws.json", text)
    written = laws_page.build(laws, folder, " ".join(["retrainlab laws", *words]))
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
    return done_unless(missed)


def measure(size: float, checks: Sequence[Check]) -> list[Law]:
    """Return the laws in the order of their numbers, measured on this share of the full data."""
    jobs = min(cpu_count(), len(checks))
    measured = imap(partial(_alone, size), checks, jobs, "measuring laws")
    return sorted(measured, key=lambda law: law.number)


def show(laws: Sequence[Law]) -> None:
    """Print a table per law, and whether all are hit."""
    console = console_of(150)
    for law in laws:
        console.print(_table(law))
        console.print()
    console.print(laws_page.verdict(laws))


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
