"""The rows of the closed ticks, read from their source and compared with the journal."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from retrainlab.experiments.production.data import Source, open_source, tick_date
from retrainlab.experiments.production.journal import Closed, Journal, fingerprint
from retrainlab.experiments.production.policy import Policy
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.stream import Floats, Stream
from retrainlab.sim.world import World


class TickRows:
    """Rows by tick, coded by the frozen schema. Each date is read once, in order.

    A label is looked at only once it has arrived by the clocks of the policy.
    """

    def __init__(self, policy: Policy):
        self.policy, self.schema = policy, policy.columns
        self.source = open_source(policy.data, self.schema)
        self.labels: Source = self.source
        if policy.labels is not None:
            self.labels = open_source(policy.labels, self.schema)
        self.dates: list[str] = []
        self._x: list[Floats] = []
        self._y: dict[int, NDArray[Any]] = {}
        self._tables: list[pd.DataFrame] = []

    def available(self) -> list[str]:
        """Return the dates that have rows, from the policy's start on."""
        return [date for date in self.source.dates() if date >= self.policy.start]

    def add(self, dates: Sequence[str]) -> list[tuple[int, str]]:
        """Read more ticks; return how many rows each has, and the fingerprint of its features."""
        if not dates:
            return []
        tables = [self._table(date) for date in dates]
        whole = pd.concat(tables, ignore_index=True)
        sizes = [len(table) for table in tables]
        times = self.schema.clock.times(whole)
        self._require_dates(dates, sizes, times)
        self.schema = self.schema.extended(whole)
        parts = np.split(self.schema.x(whole, times), np.cumsum(sizes)[:-1])
        self._tables += tables
        self._x += parts
        self.dates += dates
        return [(len(x), fingerprint(x)) for x in parts]

    def _table(self, date: str) -> pd.DataFrame:
        table = self.source.table(date)
        require(len(table) > 0, f"there are no rows of {date}")
        needed = (*(column.name for column in self.schema.columns), *self.schema.time)
        gone = [name for name in needed if name not in table.columns]
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

    def label(self, tick: int) -> str | None:
        """Return the fingerprint of a tick's labels; None if not all of them have arrived."""
        if tick not in self._y:
            column = self._label_column(tick)
            if column is None or bool(column.isna().any()):
                return None
            try:
                self._y[tick] = self.schema.y(column)
            except InputError as error:
                raise InputError(f"{self.dates[tick]}: {error}") from error
        return fingerprint(self._y[tick])

    def _label_column(self, tick: int) -> pd.Series | None:
        """(n,) the labels of a tick, in the order of its rows, where there are any."""
        date, target, table = self.dates[tick], self.schema.target, self._tables[tick]
        place = self.policy.labels
        given = table if place is None else self.labels.table(date)
        if target not in given.columns or not len(given):
            return None
        if place is None or place.key is None:
            require(
                len(given) == len(table),
                f"the labels of {date} have {len(given)} rows, and its data {len(table)}; name the "
                "column by which they go together: labels.key",
            )
            return given[target]
        by_key = given.drop_duplicates(place.key).set_index(place.key)[target]
        return table[place.key].map(by_key).rename(target)

    def read(self, journal: Journal) -> None:
        """Read the closed ticks that are not there yet; `InputError` for rows that have changed."""
        new = journal.closed[len(self.dates) :]
        for closed, read in zip(new, self.add([closed.date for closed in new]), strict=True):
            _require_same(closed, *read)
        marks = journal.labels()
        for tick in sorted(marks):
            require(
                self.label(tick) == marks[tick],
                f"the labels of {self.dates[tick]} are not what they were when they arrived; "
                "restore them",
            )

    def stream(self, labelled: int) -> Stream:
        """Return the rows as a stream; labels of ticks from `labelled` on are not in it."""
        n = np.array([len(x) for x in self._x])
        y = [self._y[t] if t < labelled else self._blank(n[t]) for t in range(len(n))]
        return Stream(
            x=np.concatenate(self._x),
            y=np.concatenate(y),
            offsets=np.concatenate([[0], np.cumsum(n)]).astype(np.int64),
            task=self.schema.task,
            drifts=(),
            ceiling=np.full(int(n.sum()), np.nan),
            concept=np.full(int(n.sum()), -1, dtype=np.int64),
            features=self.schema.features,
            classes=self.schema.classes,
            categorical=self.schema.categorical,
            missing=self.schema.missing,
            levels=self.schema.levels,
            tick_name=self.schema.every,
            unlabelled=True,
        )

    def _blank(self, rows: int) -> NDArray[Any]:
        """(rows,) what stands where no label has arrived; no strategy sees it."""
        return np.zeros(rows, dtype=np.int64) if self.schema.classes else np.full(rows, np.nan)


def _require_same(closed: Closed, rows: int, mark: str) -> None:
    require(
        (rows, mark) == (closed.rows, closed.fingerprint),
        f"the rows of {closed.date} are not what they were when that tick was closed ({rows} rows, "
        f"and {closed.rows} then); restore them",
    )


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
