"""The rows of the closed ticks, read where they are needed, and compared with the journal."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from retrainlab.experiments.production.apart_labels import by_key, with_key
from retrainlab.experiments.production.data import Source, open_source, tick_date
from retrainlab.experiments.production.journal import Closed, fingerprint
from retrainlab.experiments.production.policy import Policy
from retrainlab.experiments.production.stored_rows import StoredColumn, StoredStream
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.stream import Floats, Stream
from retrainlab.sim.world import World


class TickRows:
    """Rows by tick, coded by the frozen schema. Each date is read once.

    A label is looked at only once it has arrived by the clocks of the policy.

    closed: the ticks of the journal. arrived: fingerprints of the labels that have arrived, by
    tick. marks: of the rows and labels of dates that have been read (`Seals.rows`).
    """

    def __init__(self, policy: Policy, closed: Sequence[Closed], arrived: Mapping[int, str]):
        self.policy, self.schema = policy, policy.columns
        reading = with_key(self.schema, policy.labels.key if policy.labels else None)
        self.source = open_source(policy.data, reading)
        self.labels: Source = self.source
        if policy.labels is not None:
            self.labels = open_source(policy.labels, reading)
        self.closed, self.arrived = closed, arrived
        self.dates = [tick.date for tick in closed]
        self.sizes = [tick.rows for tick in closed]
        self.marks: dict[str, str | None] = {}
        self._x: dict[int, Floats] = {}
        self._weight: dict[int, Floats] = {}
        self._beside: dict[int, Floats] = {}
        self._y: dict[int, NDArray[Any]] = {}
        self._tables: dict[int, pd.DataFrame] = {}
        self._waiting: dict[str, pd.DataFrame] = {}

    def available(self) -> list[str]:
        """Return the dates that have rows, from the policy's start on."""
        return [date for date in self.source.dates() if date >= self.policy.start]

    def trust(
        self, categories: Mapping[str, Sequence[str]], marks: Mapping[str, str | None]
    ) -> None:
        """Compare only those closed ticks again whose rows or labels have another mark than they
        had, and those that have none.

        categories: those that were there by the end of the ticks that have marks, by column.
        """
        columns = self.schema.columns
        known = [
            replace(c, categories=tuple(categories.get(c.name, c.categories))) for c in columns
        ]
        self.schema = replace(self.schema, columns=tuple(known))
        self.marks = dict(marks)
        new = [t for t, date in enumerate(self.dates) if date not in marks]
        changed = [
            t
            for t, date in enumerate(self.dates)
            if date in marks and (marks[date] is None or marks[date] != self._mark(date))
        ]
        self.load([*new, *changed])

    def _mark(self, date: str) -> str | None:
        """Return the mark of the rows and of their labels; None if one of them has none."""
        rows = self.source.mark(date)
        if self.labels is self.source or rows is None:
            return rows
        labels = self.labels.mark(date)
        return None if labels is None else f"{rows} {labels}"

    @property
    def categories(self) -> dict[str, tuple[str, ...]]:
        """Those that have been there so far, by column."""
        return {c.name: c.categories for c in self.schema.columns if c.kind == "category"}

    def load(self, ticks: Iterable[int]) -> None:
        """Read ticks that have not been read, in this order; `InputError` for rows that changed."""
        new = [tick for tick in dict.fromkeys(ticks) if tick not in self._x]
        if not new:
            return
        dates = [self.dates[tick] for tick in new]
        self.marks |= {date: self._mark(date) for date in dates}
        tables = [self._table(date) for date in dates]
        try:
            parts = self._coded(dates, tables)
        except InputError:
            self._require_codable(dates, tables)
            raise
        for tick, table, x in zip(new, tables, parts, strict=True):
            x.flags.writeable = False
            self._tables[tick], self._x[tick] = table, x
            self._read_extra(tick, table)
            if tick < len(self.closed):
                self._require_same(tick)
        self._require_labels(sorted(new))

    def _coded(self, dates: Sequence[str], tables: Sequence[pd.DataFrame]) -> list[Floats]:
        """Return the (n, d) features of each table; new categories are added to the schema."""
        whole = pd.concat(tables, ignore_index=True)
        sizes = [len(table) for table in tables]
        times = self.schema.clock.times(whole)
        self._require_dates(dates, sizes, times)
        self.schema = self.schema.extended(whole)
        return np.split(self.schema.x(whole, times), np.cumsum(sizes)[:-1])

    def _require_codable(self, dates: Sequence[str], tables: Sequence[pd.DataFrame]) -> None:
        """Raise `InputError` with the date of the first table that cannot be coded by itself."""
        for date, table in zip(dates, tables, strict=True):
            try:
                self.schema.x(table, self.schema.clock.times(table))
            except InputError as error:
                raise InputError(f"{date}: {error}") from error

    def _read_extra(self, tick: int, table: pd.DataFrame) -> None:
        """Read what the rows of a tick have that is no feature."""
        try:
            weight, beside = self.schema.row_weights(table), self.schema.columns_beside(table)
        except InputError as error:
            raise InputError(f"{self.dates[tick]}: {error}") from error
        if weight is not None:
            self._weight[tick] = weight
        if beside is not None:
            self._beside[tick] = beside

    def _fingerprint(self, tick: int) -> str:
        """Return the fingerprint of the rows of a tick, without their labels."""
        extra = [part[tick] for part in (self._weight, self._beside) if tick in part]
        x = self._x[tick]
        return fingerprint(np.column_stack([x, *extra]) if extra else x)

    def _require_same(self, tick: int) -> None:
        closed, rows = self.closed[tick], len(self._x[tick])
        require(
            (rows, self._fingerprint(tick)) == (closed.rows, closed.fingerprint),
            f"the rows of {closed.date} are not what they were when that tick was closed ({rows} "
            f"rows, and {closed.rows} then); restore them",
        )

    def has_rows(self, date: str) -> bool:
        """Whether a date has rows: its file may have none. They are kept for `add`."""
        if date not in self._waiting:
            self._waiting[date] = self.source.table(date)
        return len(self._waiting[date]) > 0

    def _table(self, date: str) -> pd.DataFrame:
        known = self._waiting.pop(date, None)
        table = self.source.table(date) if known is None else known
        require(len(table) > 0, f"there are no rows of {date}")
        gone = [name for name in self.schema.needed if name not in table.columns]
        require(not gone, f"the rows of {date} have no column {gone[0] if gone else ''!r}")
        return table

    def _require_dates(self, dates: Sequence[str], sizes: Sequence[int], times: pd.Series) -> None:
        """Raise `InputError` unless the times of each date's rows lie in its tick."""
        stops = np.cumsum(sizes)
        for date, start, stop in zip(dates, stops - sizes, stops, strict=True):
            for moment in (times.iloc[start], times.iloc[stop - 1]):
                require(
                    tick_date(str(moment), self.schema.every) == date,
                    f"the rows of {date} hold the time {moment}",
                )

    def _require_labels(self, ticks: Iterable[int]) -> None:
        """Raise `InputError` where labels are not those that arrived."""
        for tick in ticks:
            require(
                tick not in self.arrived or self.label(tick) == self.arrived[tick],
                f"the labels of {self.dates[tick]} are not what they were when they arrived; "
                "restore them",
            )

    def add(self, date: str) -> tuple[int, str]:
        """Read one more tick; return how many rows it has, and their fingerprint."""
        tick = len(self.dates)
        self.dates.append(date)
        try:
            self.load([tick])
        except InputError:
            self.dates.pop()
            raise
        self.sizes.append(len(self._x[tick]))
        return self.sizes[tick], self._fingerprint(tick)

    def label(self, tick: int) -> str | None:
        """Return the fingerprint of a tick's labels; None if not all of them have arrived."""
        if tick not in self._y:
            self.load([tick])
            column = self._label_column(tick)
            if column is None or bool(column.isna().any()):
                return None
            try:
                self._y[tick] = self.schema.y(column)
            except InputError as error:
                raise InputError(f"{self.dates[tick]}: {error}") from error
        return fingerprint(self._y[tick])

    def lacking(self, tick: int) -> str:
        """Say in a sentence why the labels of a tick have not arrived; empty if they are there."""
        self.load([tick])
        date = self.dates[tick]
        try:
            column = self._label_column(tick)
        except InputError as error:
            return str(error)
        if column is None:
            return f"there are no labels of {date}"
        rows = np.flatnonzero(column.isna())
        if not len(rows):
            return ""
        row = f"row {column.index[rows[0]] + 1}"
        if len(rows) == 1:
            return f"the label of {row} of {date} is missing"
        return f"{len(rows):,} labels of {date} are missing, that of {row} first"

    def _label_column(self, tick: int) -> pd.Series | None:
        """(n,) the labels of a tick, in the order of its rows, where there are any."""
        date, target, table = self.dates[tick], self.schema.target, self._tables[tick]
        place = self.policy.labels
        given = table if place is None else self.labels.table(date)
        if not len(given) or (place is None and target not in given.columns):
            return None
        require(target in given.columns, f"the labels of {date} have no column {target!r}")
        if place is None or place.key is None:
            require(
                len(given) == len(table),
                f"the labels of {date} have {len(given)} rows, and its data {len(table)}; name the "
                "column by which they go together: labels.key",
            )
            return given[target]
        return by_key(given, table, place.key, target, date)

    def stream(self, labelled: int) -> Stream:
        """Return the rows as a stream; labels of ticks from `labelled` on are not in it."""
        offsets = np.concatenate([[0], np.cumsum(self.sizes)]).astype(np.int64)
        n, width = int(offsets[-1]), (len(self.schema.features),)
        columns: dict[str, Any] = {
            "x": StoredColumn(offsets, self._of(self._x), np.float64, width),
            "y": StoredColumn(offsets, self._targets(labelled), self._blank(0).dtype),
            "ceiling": np.broadcast_to(np.nan, n),
            "concept": np.broadcast_to(np.int64(-1), n),
        }
        if self.schema.weight is not None:
            columns["weight"] = StoredColumn(offsets, self._of(self._weight), np.float64)
        if self.schema.beside:
            b = (len(self.schema.beside),)
            columns["beside"] = StoredColumn(offsets, self._of(self._beside), np.float64, b)
        return StoredStream(
            **columns,
            offsets=offsets,
            task=self.schema.task,
            drifts=(),
            features=self.schema.features,
            classes=self.schema.classes,
            categorical=self.schema.categorical,
            missing=self.schema.missing,
            levels=self.schema.levels,
            beside_names=self.schema.beside,
            tick_name=self.schema.every,
            unlabelled=True,
        )

    def _of(self, parts: Mapping[int, Floats]) -> Callable[[Sequence[int]], list[NDArray[Any]]]:
        """Return the function that gives the parts of some ticks, which it reads first."""

        def read(ticks: Sequence[int]) -> list[NDArray[Any]]:
            self.load(ticks)
            return [parts[tick] for tick in ticks]

        return read

    def _targets(self, labelled: int) -> Callable[[Sequence[int]], list[NDArray[Any]]]:
        def read(ticks: Sequence[int]) -> list[NDArray[Any]]:
            self.load(tick for tick in ticks if tick < labelled)
            return [self._y[t] if t < labelled else self._blank(self.sizes[t]) for t in ticks]

        return read

    def _blank(self, rows: int) -> NDArray[Any]:
        """(rows,) what stands where no label has arrived; no strategy sees it."""
        return np.zeros(rows, dtype=np.int64) if self.schema.classes else np.full(rows, np.nan)


def arrived(rows: TickRows, known: int, clocks: World, tick: int) -> tuple[int, dict[str, str]]:
    """Return the first tick without labels at the end of a tick, and fingerprints of the new ones.

    known: the first tick without labels before. Labels count from the simulated delay on; where
    they come later, they are waited for.
    """
    new: dict[str, str] = {}
    while known < min(clocks.labelled(tick), tick + 1):
        mark = rows.label(known)
        if mark is None:
            break
        new[str(known)] = mark
        known += 1
    return known, new


def missing(dates: Sequence[str], closed: Sequence[str]) -> list[str]:
    """Return the dates after the newest closed one."""
    return [date for date in dates if not closed or date > closed[-1]]
