"""The figures of the last committed run, and which of them have moved."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.measure import Measurement

FILE = Path(__file__).with_name("last.json")
MOVED = 0.1  # of the last figure
Figures = dict[str, dict[str, float]]  # by benchmark and what was measured


def read(path: Path = FILE) -> Figures:
    """Return the figures; none where there is no file."""
    figures: Figures = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return figures


def write(name: str, measured: Sequence[Measurement], path: Path = FILE) -> None:
    """Keep the figures of a benchmark in place of those it had."""
    kept = read(path) | {name: {one.what: float(f"{one.value:.3g}") for one in measured}}
    path.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def beside(figure: Measurement, last: Mapping[str, float]) -> str:
    """Say what a figure was, and by how much it has moved where that is much; empty if unknown."""
    before = last.get(figure.what)
    if before is None:
        return ""
    change = figure.value / before - 1
    return f"{before:.3g} {figure.unit}" + f", moved by {change:+.0%}" * (abs(change) > MOVED)
