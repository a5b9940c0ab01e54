"""Time and memory as rows, and as strategies, grow tenfold: `python -m benchmarks.scaling [PNG]`.

Prints the table of docs/performance.md, and draws its picture where a file is named.
"""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.cells import group_of
from retrainlab.experiments.study.estimate import peak_bytes
from retrainlab.experiments.study.group import run_group

ROWS, CELLS, TICK = (10_000, 100_000, 1_000_000), (10, 100, 1000), 100


class ScalingPoint(NamedTuple):
    """One size: rows of the stream, strategies, seconds, peak bytes of the process."""

    rows: int
    cells: int
    seconds: float
    peak: int


def measured(rows: int, cells: int) -> ScalingPoint:
    """Measure one size in a process of its own, whose peak is not another's."""
    command = [sys.executable, "-m", "benchmarks.scaling", "one", str(rows), str(cells)]
    root = Path(__file__).parent.parent
    told = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
    taken, peak = told.split()
    return ScalingPoint(rows, cells, float(taken), int(peak))


def one(rows: int, cells: int) -> None:
    """Run a group of intervals x windows after a small one; print seconds and peak bytes."""
    run_group(group_of(1, 50, TICK))
    start = time.perf_counter()
    run_group(group_of(cells, rows // TICK, TICK))
    print(time.perf_counter() - start, peak_bytes())


def table(points: Sequence[ScalingPoint]) -> str:
    """The points as a table in Markdown."""
    lines = ["| rows | strategies | seconds | ms a strategy | peak MB |", "|---|---|---|---|---|"]
    for p in points:
        each = p.seconds / p.cells * 1e3
        sizes = f"| {p.rows:,} | {p.cells:,} | {p.seconds:.1f} | {each:.0f} |"
        lines.append(f"{sizes} {p.peak / 1e6:.0f} |")
    return "\n".join(lines)


def draw(by_rows: Sequence[ScalingPoint], by_cells: Sequence[ScalingPoint], path: Path) -> None:
    """Draw seconds and peak memory against rows and against strategies, on logarithmic axes."""
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(2, 2, figsize=(8, 5), sharex="col", layout="constrained")
    sides = ([p.rows for p in by_rows], by_rows), ([p.cells for p in by_cells], by_cells)
    for column, (sizes, points) in enumerate(sides):
        axes[0, column].loglog(sizes, [p.seconds for p in points], "o-")
        axes[1, column].loglog(sizes, [p.peak / 1e6 for p in points], "o-")
    axes[0, 0].set(ylabel="seconds", title=f"{by_rows[0].cells} strategies")
    axes[0, 1].set(title=f"{by_cells[0].rows:,} rows")
    axes[1, 0].set(ylabel="peak MB", xlabel="rows")
    axes[1, 1].set(xlabel="strategies")
    for axis in axes.flat:
        axis.grid(alpha=0.3)
    figure.savefig(path, dpi=100)


def main(words: Sequence[str]) -> None:
    """Measure every size; the middle one of both sides once."""
    by_rows = [measured(rows, CELLS[0]) for rows in ROWS]
    by_cells = [by_rows[1], *(measured(ROWS[1], cells) for cells in CELLS[1:])]
    print(table([*by_rows, *by_cells[1:]]))
    if words:
        draw(by_rows, by_cells, Path(words[0]))


if __name__ == "__main__":
    if sys.argv[1:2] == ["one"]:
        one(*map(int, sys.argv[2:]))
    else:
        main(sys.argv[1:])
