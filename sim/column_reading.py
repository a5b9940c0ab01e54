"""How a column of a table was read, for the reader of a report."""

from dataclasses import dataclass

LEFT_OUT = "left out"
TIME = "time"
DROPPED = f"{LEFT_OUT} as asked"


@dataclass(frozen=True)
class ColumnReading:
    """A line of the table of columns.

    kind: what the column was read as, or why it is left out. values: its levels or its range.
    missing: share of its cells. odd: the first cell that is not like the others, with its row.
    notes: what a reader should know or do.
    """

    name: str
    kind: str
    values: str = ""
    missing: float = 0.0
    odd: str = ""
    notes: tuple[str, ...] = ()

    @property
    def is_odd(self) -> bool:
        """Whether there is more to tell than how it was read."""
        return bool(self.odd or self.notes) or self.kind.startswith(f"{LEFT_OUT}:")
