"""How the constants of the forecast were chosen: each kind of the library, by the other kinds.

`python -m benchmarks.forecast_kinds`: the calibration of `benchmarks.forecast` on the library's own
logs, and the share of intervals that held by the unrest of a log, without and with the unrest.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.forecast import HORIZON, PRICES, of_kinds, reliability_lines, table
from retrainlab.sim.forecast.calibration import examined, pooled
from retrainlab.sim.forecast.library import Library, load
from retrainlab.sim.forecast.prior import KINDS

SIZES = (0.0, 0.1, 0.2, 0.4, np.inf)  # of the unrest


@dataclass(frozen=True)
class Scaled:
    """A log's unrest, and the share of intervals that held without and with its being counted."""

    unrest: float
    held: tuple[float, float]


def scaled(library: Library, kind: str) -> Iterator[Scaled]:
    """Yield every log of a kind of the library, examined by the other kinds."""
    is_own = library.kind == library.kinds.index(kind)
    as_calm = replace(library, unrest=np.zeros(len(library)))
    for price in PRICES:
        without, with_it = (
            examined(logs.chosen(is_own), logs.chosen(~is_own), price, HORIZON).held.mean(axis=1)
            for logs in (as_calm, library)
        )
        for unrest, *held in zip(library.unrest[is_own], without, with_it, strict=True):
            yield Scaled(float(unrest), (float(held[0]), float(held[1])))


def unrest_table(results: list[Scaled]) -> Table:
    """Return a row for each size of the unrest."""
    lines = Table(box=None, pad_edge=False)
    for heading in ("unrest", "forecasts", "held as if all were calm", "held"):
        lines.add_column(heading, justify="right")
    size = np.array([result.unrest for result in results])
    held = np.array([result.held for result in results])
    for low, high in pairwise(SIZES):
        inside = (size >= low) & (size < high)
        means = held[inside].mean(axis=0)
        lines.add_row(f"{low:g} to {high:g}", str(inside.sum()), *(f"{m:.2f}" for m in means))
    return lines


def main() -> None:
    """Print both tables."""
    console, library = Console(width=160), load()
    results = dict(of_kinds(library, library))
    console.print(table(results))
    simulated = {name for name, *_ in KINDS}
    scenarios = pooled(result for name, result in results.items() if name not in simulated)
    print(reliability_lines(scenarios))
    console.print(unrest_table([log for kind in library.kinds for log in scaled(library, kind)]))


if __name__ == "__main__":
    main()
