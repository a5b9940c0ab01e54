"""`python -m benchmarks [name ...]`: run them, show the figures, fail if a target is missed."""

import sys
from collections.abc import Sequence
from importlib import import_module

from rich.console import Console
from rich.table import Table
from threadpoolctl import threadpool_limits

from benchmarks.measure import Measurement

NAMES = (
    "generation",
    "reading",
    "per_row",
    "sharing",
    "tick_cost",
    "memory",
    "growth",
    *("oracle", "bootstrap"),
    "period_sweep",
    *("sweep", "many_cells"),
    "detectors",
    *("cells", "schedules", "triggers", "checks"),
    "production_tick",
)


def main(names: Sequence[str]) -> int:
    """Run the named benchmarks, or all; return the exit code."""
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        print(f"no benchmark is called {unknown[0]}; choose from {', '.join(NAMES)}")
        return 2
    console = Console()
    missed = False
    for name in names or NAMES:
        run = import_module(f"benchmarks.{name}").run
        with console.status(name), threadpool_limits(1):
            figures = run()
        console.print(table(name, figures))
        missed |= any(figure.missed for figure in figures)
    return int(missed)


def table(name: str, figures: Sequence[Measurement]) -> Table:
    """Return a benchmark's figures beside their targets."""
    shown = Table(name, "value", "target", "", "measured", box=None, title_justify="left")
    for figure in figures:
        verdict = "" if not figure.target else "MISSED" if figure.missed else "met"
        value = f"{figure.value:.3g} {figure.unit}"
        shown.add_row(figure.what, value, figure.target, verdict, figure.note)
    return shown


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
