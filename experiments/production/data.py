"""Where rows come from: a folder with a file a date, one growing file, or an SQL query by date."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd

from retrainlab.experiments.production.seals import mark_of
from retrainlab.scenarios.tabular.cells import OddCell
from retrainlab.scenarios.tabular.paths import PACKAGE, SUFFIXES, locate
from retrainlab.scenarios.tabular.read import NoRowsError, read, sampled
from retrainlab.scenarios.tabular.schema import Schema
from retrainlab.scenarios.tabular.sql import require_no_password, rows_of
from retrainlab.sim.calendar_periods import PERIODS
from retrainlab.sim.errors import InputError, require


@dataclass(frozen=True)
class DataPlace:
    """A place of rows, as `policy.yaml` names it.

    path: a folder, or a file of which `sample` is the share that is kept, as the run kept it.
    url, query, dates: a database, the query of the rows of `:date`, and that of all dates.
    key: column by which labels that come in files of their own find their rows; None: by order.
    """

    path: str | None = None
    sample: float = 1.0
    url: str | None = None
    query: str | None = None
    dates: str | None = None
    key: str | None = None

    def __post_init__(self) -> None:
        if self.url is not None:
            require_no_password(self.url)


class Source(Protocol):
    """Rows by date."""

    def dates(self) -> list[str]:
        """Return the dates that have rows, in order."""
        ...

    def table(self, date: str) -> pd.DataFrame:
        """Return the rows of a date; none where there are none."""
        ...

    def mark(self, date: str) -> str | None:
        """Return what changes when the rows of a date do, without reading them; None if nothing
        does, so that they must be read."""
        ...


# A year, with more of a date and time, and an offset; nothing else behind it.
DATE = re.compile(
    r"\d{4}(-\d{2}(-\d{2}([T ]\d{2}(:\d{2}(:\d{2}([.,]\d+)?)?)?"
    r"( ?(?P<offset>Z|[+-]\d{2}(:?\d{2})?))?)?)?)?"
)


def tick_date(text: str, every: str) -> str:
    """Return the date of the tick that a date or time lies in, as files and journal name it.

    A day and a week (its Monday) are 2013-02-01, a month and a quarter (its first month) 2013-02,
    an hour 2013-02-01T05 and a year 2013. Raises `InputError` for a text that is no date.
    """
    bare = text.strip()
    is_date = DATE.fullmatch(bare) is not None and (every == "year" or len(bare) > len("2013"))
    try:
        moment = np.datetime64(bare[:13].replace(" ", "T") if every == "hour" else bare[:10])
    except ValueError:
        is_date = False
    if not is_date:
        raise InputError(f"{text!r} is no date; write one such as {_example(every)}") from None
    (date,) = PERIODS[every].dates(np.array([moment]))
    return date


def asked_date(text: str, columns: Schema) -> str:
    """Return the date of the tick that a command names, where a time with an offset is a moment.

    Raises `InputError` for one that is not in UTC where the ticks have no zone: their times may be
    local, and then nothing says how far from it.
    """
    date = tick_date(text, columns.every)
    known = DATE.fullmatch(text.strip())
    if known is None or not known["offset"]:
        return date
    is_utc = not known["offset"].strip("Z+-0:")
    require(
        is_utc or columns.time_zone is not None,
        f"{text!r} has an offset, and the ticks have no time_zone; write the date of the tick, "
        f"such as {date}",
    )
    if columns.time_zone is None:
        return date
    try:
        moment = pd.Timestamp(text.strip()).tz_convert(columns.time_zone).tz_localize(None)
    except ValueError:
        raise InputError(f"{text!r} is no date; write one such as {date}") from None
    return tick_date(str(moment), columns.every)


def _example(every: str) -> str:
    """Return how the date of a tick is written."""
    (date,) = PERIODS[every].dates(np.array(["2013-02-01"], "datetime64[h]"))
    return date


def are_tick_dates(texts: Sequence[str], every: str) -> bool:
    """Whether each text is the date of a tick as `tick_date` writes it; fast for many."""
    period = PERIODS[every]
    length = len(str(np.datetime64(0, period.unit)))
    if any(len(text) != length for text in texts):
        return False
    try:
        moments = np.array(texts, dtype=f"datetime64[{period.unit}]")
    except ValueError:
        return False
    return period.dates(moments) == list(texts)


def open_source(place: DataPlace, schema: Schema) -> Source:
    """Return the source of a place. schema: how rows are read, and what a tick is."""
    if place.url is not None:
        return QuerySource(place, schema.every)
    require(place.path is not None, "data names neither a path nor a url")
    path = Path(str(place.path)).expanduser()
    if path.is_dir():
        return FolderSource(path, schema)
    require(
        bool(path.suffix) or path.exists(),
        f"{path}, where policy.yaml has rows or labels, does not exist; is its disk mounted?",
    )
    return FileSource(place, schema)


def read_by(schema: Schema, path: Path) -> pd.DataFrame:
    """Return the rows of a file as the schema reads them."""
    try:
        return read(path, schema.reading, schema.time).frame
    except OddCell as error:
        raise InputError(
            f"{path.name}: {error.fact}; correct it, or export a new policy from a run that reads "
            "it so"
        ) from error


@dataclass(frozen=True)
class FolderSource:
    """A file a date, called `2013-02-01.csv`."""

    folder: Path
    schema: Schema

    def dates(self) -> list[str]:
        """Return the dates of the files."""
        return sorted(self._files)

    def table(self, date: str) -> pd.DataFrame:
        """Return the rows of a file; columns of other files may be missing in it."""
        path = self._files.get(date)
        try:
            return read_by(self.schema, Path(path)) if path else pd.DataFrame()
        except NoRowsError:
            return pd.DataFrame()

    def mark(self, date: str) -> str | None:
        """Return the mark of the file."""
        path = self._files.get(date)
        return None if path is None else mark_of(path)

    @cached_property
    def _files(self) -> dict[str, str]:
        """Paths by date. Years of files are listed at every tick: as texts, which is fast."""
        paths: dict[str, str] = {}
        with os.scandir(self.folder) as entries:
            for entry in entries:
                if entry.name.startswith(".") or not entry.name.endswith(SUFFIXES):
                    continue
                date = entry.name.partition(".")[0]
                require(date not in paths, f"{self.folder} has two files of {date}; keep one")
                paths[date] = entry.path
        if not are_tick_dates([*paths], self.schema.every):
            self._require_dates(paths)
        return paths

    def _require_dates(self, paths: Mapping[str, str]) -> None:
        """Raise `InputError` for a file that is not called by its date."""
        usual = _example(self.schema.every)
        for stem, path in paths.items():
            suffix = Path(path).name[len(stem) :]
            try:
                date = tick_date(stem, self.schema.every)
            except InputError as error:
                raise InputError(
                    f"{path} must be called by its date, such as {usual}{suffix}"
                ) from error
            require(date == stem, f"{path} must be called by its date, {date}{suffix}")


@dataclass(frozen=True)
class FileSource:
    """One file, which grows."""

    place: DataPlace
    schema: Schema

    def dates(self) -> list[str]:
        """Return the dates that have rows."""
        return list(self._tables)

    def table(self, date: str) -> pd.DataFrame:
        """Return the rows of a date."""
        return self._tables.get(date, pd.DataFrame())

    def mark(self, date: str) -> None:
        """Return None: the whole file is read anyway."""

    @cached_property
    def _tables(self) -> dict[str, pd.DataFrame]:
        every = self.schema.every
        frame = sampled(read_by(self.schema, locate(str(self.place.path))), self.place.sample)
        times = self.schema.clock.times(frame)
        by_period = frame.groupby(PERIODS[every].numbers(times.to_numpy()), sort=False)
        return {tick_date(str(times[part.index[0]]), every): part for _, part in by_period}


@dataclass(frozen=True)
class QuerySource:
    """A database: SQLite as it is, others through SQLAlchemy where it is installed."""

    place: DataPlace
    every: str

    def dates(self) -> list[str]:
        """Return the dates of the query `dates`."""
        require(self.place.dates is not None, "data.dates is not set: a query of all dates")
        column = self._rows(str(self.place.dates), {}).iloc[:, 0]
        return sorted({tick_date(str(value), self.every) for value in column})

    def table(self, date: str) -> pd.DataFrame:
        """Return the rows that the query gives for a date."""
        require(
            ":date" in str(self.place.query),
            f"data.query is {self.place.query!r}; it must ask for the rows of :date",
        )
        return self._rows(str(self.place.query), {"date": date})

    def mark(self, date: str) -> str:
        """Return what never changes: only `verify` asks for rows of the past again."""
        return ""

    def _rows(self, query: str, parameters: dict[str, str]) -> pd.DataFrame:
        return rows_of(str(self.place.url), query, parameters)


def resolved(place: DataPlace) -> DataPlace:
    """Return the place with absolute paths: a scheduler runs in another folder."""
    if place.path is None or place.path.startswith(PACKAGE):
        return place
    return DataPlace(**{**vars(place), "path": str(Path(place.path).expanduser().resolve())})
