"""Where the rows of a table are: files, or a query of a database."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

import pandas as pd

from retrainlab.scenarios.tabular import paths, sql
from retrainlab.scenarios.tabular.options import ReadOptions
from retrainlab.scenarios.tabular.read import Table, read, read_rows
from retrainlab.sim.errors import require


class Source(Protocol):
    """Rows that can be read, with a name for the reader of a report."""

    @property
    def name(self) -> str:
        """What the rows are called."""
        ...

    @property
    def fingerprint(self) -> str:
        """16 hex digits that change with the rows."""
        ...

    def table(self, options: ReadOptions, times: Collection[str], codes: Collection[str]) -> Table:
        """Return the rows; times: columns with dates; codes: columns with names."""
        ...


@dataclass(frozen=True)
class TableFiles:
    """A file, a folder of files or a pattern."""

    place: Path

    @property
    def name(self) -> str:
        """Name of the file, the folder or the pattern."""
        return self.place.name

    @property
    def fingerprint(self) -> str:
        """Of the bytes of all files."""
        return paths.fingerprint(self.place)

    def table(self, options: ReadOptions, times: Collection[str], codes: Collection[str]) -> Table:
        """Return the rows of all files."""
        return read(self.place, options, times, codes)


@dataclass(frozen=True)
class TableQuery:
    """A query of a database, whose rows are read once."""

    url: str
    query: str

    @property
    def name(self) -> str:
        """Last part of the address, which is a database or its file."""
        return self.url.rstrip("/").rpartition("/")[2].partition("?")[0]

    @property
    def fingerprint(self) -> str:
        """Of the names and values of the rows."""
        return sql.fingerprint(self._rows)

    def table(self, options: ReadOptions, times: Collection[str], codes: Collection[str]) -> Table:
        """Return the rows of the query."""
        return read_rows(self._rows, self.name, options, times, codes)

    @cached_property
    def _rows(self) -> pd.DataFrame:
        return sql.rows_of(self.url, self.query)


def source_of(path: str, query: str | None) -> Source:
    """Return where rows are. query: where `path` is the address of a database."""
    if query is None:
        return TableFiles(paths.locate(path))
    require(
        bool(paths.ADDRESS.match(path)),
        f"query is set and path is {path!r}, which is no address of a database, such as "
        "sqlite:///visits.db or postgresql://user@host/shop",
    )
    sql.require_no_password(path)
    return TableQuery(path, query)
