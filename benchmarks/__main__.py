"""`python -m benchmarks [--keep] [name ...]`: run them, show the figures beside the last ones.

The exit code is 1 if a target is missed. --keep: the figures become the last ones (`last.json`).
"""

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module

from rich.console import Console
from rich.table import Table
from threadpoolctl import threadpool_limits

from benchmarks import last
from benchmarks.measure import Measurement

KEEP = "--keep"
NAMES = (
    "generation",
    "reading",
    "per_row",
    "sharing",
    "tick_cost",
    "memory",
    "growth",
    *("oracle", "bootstrap", "negligible"),
    *("plan", "cold_start"),
    "period_sweep",
    *("sweep", "many_cells"),
    *("detectors", "batches"),
    *("cells", "window_fits", "schedules", "triggers", "checks"),
    *("linear_outputs", "pipeline_fits"),
    "recipes",
    "production_tick",
)


def main(names: Sequence[str]) -> int:
    """Run the named benchmarks, or all; return the exit code."""
    is_kept, names = KEEP in names, [name for name in names if name != KEEP]
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
        console.print(table(name, figures, last.read().get(name, {})))
        if is_kept:
            last.write(name, figures)
        missed |= any(figure.missed for figure in figures)
    return int(missed)


def table(name: str, figures: Sequence[Measurement], before: Mapping[str, float]) -> Table:
    """Return a benchmark's figures beside their targets and what they were before."""
    heads = (name, "value", "target", "", "last", "measured")
    shown = Table(*heads, box=None, title_justify="left")
    for figure in figures:
        verdict = "" if not figure.target else "MISSED" if figure.missed else "met"
        value = f"{figure.value:.3g} {figure.unit}"
        was = last.beside(figure, before)
        shown.add_row(figure.what, value, figure.target, verdict, was, figure.note)
    return shown


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
