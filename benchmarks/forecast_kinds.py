"""How the constants of the forecast were chosen: each kind of the library, by the other kinds.

`python -m benchmarks.forecast_kinds`: the calibration of `benchmarks.forecast` on the library's own
logs; and what the miss of an exam says about the next one. There, a log's past foretells as many
steps, and both together as many again, without and with the moves of `sim.forecast.prediction`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.forecast import PRICES, of_kinds, reliability_lines, table
from retrainlab.sim.forecast.calibration import compared, pooled
from retrainlab.sim.forecast.library import HORIZONS, TINY, Library, load
from retrainlab.sim.forecast.library import PRICES as LEVELS
from retrainlab.sim.forecast.policies import PAST
from retrainlab.sim.forecast.prediction import Past, miss_of, predict
from retrainlab.sim.stream import Floats

ONCE, TWICE = HORIZONS.index(1.0), HORIZONS.index(2.0)
SIZES = (0.0, 0.1, 0.2, 0.35, np.inf)  # of a miss


@dataclass(frozen=True)
class Next:
    """A miss, and the share of intervals of the next period that held without and with moves."""

    miss: float
    held: tuple[float, float]


def thirds(logs: Library, price: int) -> Iterator[tuple[Floats, Floats, Floats, Floats]]:
    """Yield (P,) cost per step in the past of a log, as long after it, and as long again; and the
    traits of the log."""
    first = np.exp(logs.past[:, price])
    second, both = (first * np.exp(logs.ratio[:, price, h]) for h in (ONCE, TWICE))
    yield from zip(first, second, np.maximum(2 * both - second, TINY), logs.traits, strict=True)


def next_periods(library: Library, kind: str) -> Iterator[Next]:
    """Yield every log of a kind of the library, examined by the other kinds."""
    is_own = library.kind == library.kinds.index(kind)
    logs, others = library.chosen(is_own), library.chosen(~is_own)
    for price in PRICES:
        for first, second, third, traits in thirds(logs, price):
            past = Past(first, 1.0, LEVELS[price], traits)
            miss = miss_of(predict(past, others, 1.0, PAST), second * PAST)
            whole = replace(past, cost=(first + second) / 2)
            still, moved = (
                float(compared(one, third * PAST, others, 1.0, PAST).held.mean())
                for one in (whole, replace(whole, miss=miss))
            )
            yield Next(miss, (still, moved))


def moves_table(results: list[Next]) -> Table:
    """Return a row for each size of the miss."""
    lines = Table(box=None, pad_edge=False)
    for heading in ("miss of the exam", "logs", "held without moves", "with them"):
        lines.add_column(heading, justify="right")
    size = np.abs([result.miss for result in results])
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
    scenarios = pooled(result for name, result in results.items() if name != library.kinds[0])
    print(reliability_lines(scenarios))
    console.print(moves_table([n for kind in library.kinds for n in next_periods(library, kind)]))


if __name__ == "__main__":
    main()
