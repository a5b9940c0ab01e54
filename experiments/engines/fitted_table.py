"""Tables of the terminal: words wrap where it is too narrow, and numbers are never cut."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

GAP = 2  # columns between two cells
WORD = 30  # longest part of a name that is kept in one line


def print_table(
    console: Console,
    title: str,
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    names: int = 1,
) -> None:
    """Print a table of which the first columns, so many, hold names and the others numbers.

    Where all of it does not fit, headings and names wrap between their words; where that is not
    enough, the lines are longer than the terminal is wide.
    """
    columns = [*zip(headings, *rows, strict=True)]
    whole = [max(map(len, column)) for column in columns]
    parts = [max(len(word) for cell in column for word in cell.split()) for column in columns]
    least = [min(part, WORD) for part in parts[:names]]
    least += [max(map(len, [*heading.split(), *cells])) for heading, *cells in columns[names:]]
    gaps = GAP * (len(columns) - 1)
    widths = whole if sum(whole) + gaps <= console.width else least
    heading_line = Text(title, style="bold") if title else None
    table = Table(title=heading_line, title_justify="left", box=None, pad_edge=False)
    for heading, width in zip(headings[:names], widths, strict=False):
        table.add_column(Text(heading), min_width=width, overflow="fold")
    for heading, width in zip(headings[names:], widths[names:], strict=True):
        table.add_column(Text(heading), justify="right", width=width)
    for row in rows:
        table.add_row(*map(Text, row))
    before = console.width
    console.width = max(before, sum(least) + gaps)
    console.print(table)
    console.width = before
