"""The table of how the columns of a file were read: headings, cells and a summary."""

from collections import Counter
from collections.abc import Sequence

from retrainlab.reports.text.format import count
from retrainlab.sim.column_reading import ColumnReading

HEADINGS = ("column", "read as", "levels or range", "missing", "first odd cell", "what to know")


def cells(column: ColumnReading) -> tuple[str, ...]:
    """Return the cells of a line below `HEADINGS`."""
    missing = f"{100 * column.missing:.3g} %" if column.missing else ""
    notes = "; ".join(column.notes)
    return column.name, column.kind, column.values, missing, column.odd, notes


def in_a_line(column: ColumnReading) -> str:
    """Return what a line of the table says, without its headings."""
    name, kind, values, missing, odd, notes = cells(column)
    parts = (kind, values, missing and f"{missing} missing", odd, notes)
    return f"column {name}: " + " · ".join(part for part in parts if part)


def summary(columns: Sequence[ColumnReading]) -> str:
    """Return how many columns there are, and of which kinds those are that have nothing odd."""
    odd = sum(column.is_odd for column in columns)
    kinds = Counter(column.kind.split(":")[0] for column in columns if not column.is_odd)
    plain = ", ".join(f"{number} {kind}" for kind, number in kinds.items())
    look, rest = (f"{odd} to look at", "; the others") if odd else ("none of them odd", "")
    return f"{count(len(columns), 'column')}, {look}" + (f"{rest}: {plain}" if plain else "")
