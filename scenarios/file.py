"""The user's own data: a table in files, tick by tick."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd

from retrainlab.scenarios.tabular.beside import columns_beside
from retrainlab.scenarios.tabular.cells import Note
from retrainlab.scenarios.tabular.clock import Clock
from retrainlab.scenarios.tabular.coded import Coded, facts, story
from retrainlab.scenarios.tabular.columns import (
    Feature,
    Target,
    code_features,
    code_target,
)
from retrainlab.scenarios.tabular.dates import date_parts, read_dates
from retrainlab.scenarios.tabular.names import listed, names_of
from retrainlab.scenarios.tabular.naming import NAMING, require_columns
from retrainlab.scenarios.tabular.options import ReadOptions
from retrainlab.scenarios.tabular.read import Table, sampled
from retrainlab.scenarios.tabular.repeated import repeated_rows
from retrainlab.scenarios.tabular.row_columns import (
    MEANINGS,
    LabelTimes,
    RowColumns,
    other_class,
    told,
)
from retrainlab.scenarios.tabular.schema import Schema, frozen
from retrainlab.scenarios.tabular.source import Source, source_of
from retrainlab.scenarios.tabular.suspect_times import later_dates, lone_times, unnamed_times
from retrainlab.scenarios.tabular.suspects import suspects
from retrainlab.scenarios.tabular.ticks import (
    EVERY,
    Ticks,
    calendar_ticks,
    row_ticks,
    usual_tick,
)
from retrainlab.sim.arrivals import arrival_words
from retrainlab.sim.column_reading import DROPPED, TIME
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.stream import Ints, Stream

DEFAULT_ROWS = 100
SHIPPED = "package:retrainlab."
TASKS = ("auto", "classification", "regression")


@dataclass(frozen=True)
class File:
    """Rows of a table in their order, which must be the order of time; the truth is unknown.

    path: a text file (CSV, TSV) or Parquet, packed or not, a folder of such files or a pattern such
        as `logs/*.csv`; `package:name/file` is a file of an installed package. The rows of several
        files are sorted by their time. With `query` the address of a database.
    query: SQL that gives the rows in the order of time.
    target: column to predict.
    time: column with dates, or a date and a time of day, or columns year, month, day (and hour,
        minute, second), or None.
    every: a tick is an hour, day, week, month, quarter or year; periods without rows are skipped.
        Without it: a day, or the longest period of which none has rows of two days.
    rows: a tick is this many rows; 100 without a time.
    drop: columns to leave out.
    task: "classification", "regression", or "auto": inferred from the target.
    label_time: column that says when each label became known; blank: never. Without one
        `world.label_delay` says it.
    entity: column that says which series (a shop, a customer) a row belongs to; no feature unless
        `entity_feature`.
    weight: column with the weight of each row, in training and in cost.
    incumbent: column with what the model in service gave: a class, the probability of the second
        of two classes, or a number. incumbent_version: column with the version of that model.
    beside: columns of numbers that are no features, and that a loss or `prices.errors` may name,
        such as the amount at stake.
    sample: share of the rows that is kept, the same rows for every seed.
    read: how the text is read (`tabular.options.ReadOptions`); None and what it leaves out is
        inferred. time_format, time_zone: see `tabular.clock.Clock`.
    about: a sentence on the data for the reader of a report.

    Raises InputError for whatever is wrong with an option or with the file.
    """

    seeded: ClassVar[bool] = False  # one stream, whatever the seed

    path: str | None = None
    target: str | int | None = None
    time: str | int | Sequence[str | int] | None = None
    every: Literal["hour", "day", "week", "month", "quarter", "year"] | None = None
    rows: int | None = None
    drop: str | int | Sequence[str | int] = ()
    task: Literal["auto", "classification", "regression"] = "auto"
    sample: float = 1.0
    about: str = ""
    read: Mapping[str, Any] | None = None
    time_format: str | None = None
    time_zone: str | None = None
    label_time: str | int | None = None
    entity: str | int | None = None
    entity_feature: bool = False
    weight: str | int | None = None
    incumbent: str | int | None = None
    incumbent_version: str | int | None = None
    beside: str | int | Sequence[str | int] = ()
    query: str | None = None

    def __post_init__(self) -> None:
        is_given = self.path not in (None, "")
        require(is_given, "scenario.file.path is not set; name a CSV or Parquet file")
        require(isinstance(self.path, str), f"path is {self.path!r}; it must be a text")
        rows, share = self.rows, self.sample
        require(
            rows is None or (type(rows) is int and rows >= 1),
            f"rows is {rows!r}; a tick has a whole number of rows, at least 1",
        )
        require(
            self.every is None or self.every in EVERY,
            f"every is {self.every!r}; choose from {', '.join(EVERY)}",
        )
        require(
            rows is None or self.every is None,
            f"every is {self.every!r} and rows is {rows}; a tick is one or the other, set one",
        )
        self._check_time()
        require(self.task in TASKS, f"task is {self.task!r}; choose from {', '.join(TASKS)}")
        require(
            isinstance(share, (int, float)) and 0 < share <= 1,
            f"sample is {share!r}; the share of rows to keep must lie above 0 and at most at 1",
        )

    def _check_time(self) -> None:
        """Raise InputError for an option of time without one."""
        for option in ("every", "time_format", "time_zone", "label_time"):
            value = getattr(self, option)
            require(
                value is None or bool(names_of(self.time)),
                f"{option} is {value!r} and time is not set; name the column that holds the dates",
            )
        # Of a date in parts, the form is that of `label_time` alone.
        require(
            not (self.time_format and self.clock and self.clock.in_units) or bool(self.label_time),
            f"time_format is {self.time_format!r} and time is {list(names_of(self.time))}, which "
            "are numbers and have no form; leave time_format out",
        )
        self._row_columns.check()

    def __call__(self, seed: int) -> Stream:
        """Return the stream; it is the same for every seed."""
        source, columns = self.source, self._row_columns
        coded = self.coded(source)
        x, features, frame, was = coded.x(), coded.features, coded.frame, coded.goal.labelled
        goal, arrival = self._arrivals(coded)
        incumbent = columns.incumbent(frame, goal)
        doubts = other_class(str(self.incumbent), incumbent, goal) if incumbent else ()
        coded = replace(coded, goal=goal, notes=(*coded.notes, *doubts))
        stream = Stream(
            x=x,
            y=goal.y,
            offsets=coded.ticks.offsets,
            task="classification" if goal.classes else "regression",
            drifts=(),
            ceiling=np.full(len(x), np.nan),
            concept=np.full(len(x), -1, dtype=np.int64),
            features=tuple(feature.name for feature in features),
            classes=goal.classes,
            labelled=None if goal.labelled.all() else goal.labelled,
            arrival=arrival,
            entity=columns.entity(frame),
            weight=columns.weight(frame),
            incumbent=incumbent,
            categorical=tuple(j for j, feature in enumerate(features) if feature.categorical),
            levels=tuple(feature.levels for feature in features if feature.categorical),
            beside=columns_beside(coded.frame, names_of(self.beside)),
            beside_names=names_of(self.beside),
            missing=bool(np.isnan(x).any()),
            tick_name=coded.ticks.name,
            story=story(coded, source.name, self.sample, self.about),
            facts=(
                ("file", coded.source(source.name)),
                ("fingerprint", source.fingerprint),
                ("rows", f"{len(x):,}" + f" of {len(coded.table.frame):,}" * (self.sample < 1)),
                (
                    "columns",
                    f"{len(coded.table.frame.columns)} in the file, {len(features)} features",
                ),
                ("target", str(self.target)),
                *facts(coded, x),
                *told(columns, incumbent, int(np.count_nonzero(was & ~goal.labelled))),
            ),
            columns=tuple(coded.readings(self._roles)),
        )
        words = arrival_words(stream)
        return replace(stream, facts=(*stream.facts, ("labels arrive", words))) if words else stream

    @property
    def _row_columns(self) -> RowColumns:
        given = {option: names_of(getattr(self, option)) for option in MEANINGS}
        return RowColumns({option: names[0] for option, names in given.items() if names})

    def _arrivals(self, coded: Coded) -> tuple[Target, Ints | None]:
        """Return the target with the labels that ever arrive, and when each does."""
        if coded.times is None or not names_of(self.label_time):
            return coded.goal, None
        column = LabelTimes(str(self.label_time), self.time_format, self.time_zone)
        arrival, comes = column.arrival(coded.frame, coded.times, coded.ticks, coded.goal.labelled)
        return replace(coded.goal, labelled=comes), arrival

    @property
    def source(self) -> Source:
        """Where the rows are."""
        return source_of(str(self.path), self.query)

    def coded(self, source: Source) -> Coded:
        """Return the rows of a table as numbers."""
        table = self._table(source)
        times = self.clock.times(table.frame, in_order=table.files == 1) if self.clock else None
        frame = table.frame
        if times is not None and table.files > 1:
            # The order of files says nothing of time.
            times = times.sort_values(kind="stable", ignore_index=False)
            frame, times = (
                frame.loc[times.index].reset_index(drop=True),
                times.reset_index(drop=True),
            )
        kept = self._sampled(frame)
        times = times if times is None or len(kept) == len(frame) else times[kept.index]
        goal = code_target(kept[str(self.target)], self.task)
        features = tuple(self._features(kept, times))
        dates = self._dates(kept, features, times)
        notes = [*table.notes, *suspects(features, goal)]
        others = {name: moments for name, moments in dates.items() if name not in self._roles}
        if times is None:
            notes += unnamed_times(others, features, self.rows)
        else:
            notes += lone_times(names_of(self.time)[0], times)
            notes += later_dates(others, times)
        notes += [Note("", told) for told in (self.clock.told(table.frame) if self.clock else ())]
        if self.is_own and (repeated := repeated_rows(table.frame)):
            notes.append(Note("", repeated))
        ticks = self._ticks(len(kept), times)
        if self.every is None and ticks.name in EVERY[EVERY.index("day") + 1 :]:
            why = f"no {ticks.name} has rows of two days, so a tick is a {ticks.name}"
            notes.append(Note("", f"{why}; every=day counts days"))
        return Coded(table, kept, times, ticks, goal, features, tuple(notes), dates)

    def _dates(
        self, frame: pd.DataFrame, features: Sequence[Feature], times: pd.Series | None
    ) -> dict[str, pd.Series]:
        """Return the (n,) dates of each column that holds some."""
        coded = {feature.name for feature in features}
        names = [n for n in frame.columns if f"{n}.weekday" in coded and n not in self._roles]
        read = {name: read_dates(frame[name], self.time_zone) for name in names}
        dates = {name: column for name, column in read.items() if column is not None}
        return dates if times is None else {self._time_base: times, **dates}

    @property
    def clock(self) -> Clock | None:
        """How the time of a row is written; None if the rows have none."""
        names = names_of(self.time)
        return Clock(names, self.time_format, self.time_zone) if names else None

    @property
    def is_own(self) -> bool:
        """Whether the table is the user's; data that ship are studied as their files say."""
        return not str(self.path).startswith(SHIPPED)

    @property
    def tick_name(self) -> str:
        """What a tick is: a period of the calendar, or "tick" where it is so many rows."""
        if self.rows is not None or self.clock is None:
            return "tick"
        return self.every or self.ticks().name

    def ticks(self) -> Ticks:
        """Return the ticks of the table, which is read for it."""
        return self.coded(self.source).ticks

    def schema(self) -> Schema:
        """Return how the columns are coded, for rows that come later.

        Raises `InputError` for a file whose ticks are no periods of the calendar.
        """
        clock = self.clock
        if clock is None or self.rows is not None:
            raise InputError(
                "a schema needs ticks of the calendar: set scenario.file.time to the column with "
                "the dates, and leave scenario.file.rows out"
            )
        require(
            self.label_time is None,
            "scenario.file.label_time is set; in production the labels of a tick arrive together: "
            "leave it out, and set world.label_delay",
        )
        coded = self.coded(self.source)
        schema = frozen(
            coded.frame,
            coded.features,
            coded.goal,
            clock,
            self._time_base,
            coded.ticks.name,
            coded.table.resolved(self.read or {}),
        )
        (weight,) = names_of(self.weight) or (None,)
        return replace(schema, weight=weight, beside=names_of(self.beside))

    def _table(self, source: Source) -> Table:
        dates = (*names_of(self.time), *names_of(self.label_time))
        options = ReadOptions.of(self.read)
        names = () if self.entity_feature else names_of(self.entity)
        table = source.table(options, dates, (*names, *names_of(self.incumbent_version)))
        columns = list(table.frame.columns)
        require(
            bool(names_of(self.target)),
            f"target is not set; name the column to predict: {source.name} has {listed(columns)}",
        )
        options.require_columns(columns, source.name)
        require_columns(
            {option: names_of(getattr(self, option)) for option in NAMING},
            table.frame,
            source.name,
            self._time_base,
        )
        return table

    @property
    def _roles(self) -> dict[str, str]:
        """What the columns are that are no features."""
        roles = dict.fromkeys(names_of(self.drop), DROPPED) | self._row_columns.roles
        roles |= dict.fromkeys(names_of(self.beside), "beside the features, for costs")
        if self.entity_feature:
            roles.pop(str(self.entity), None)
        return {**roles, **dict.fromkeys(names_of(self.time), TIME), str(self.target): "target"}

    def _sampled(self, frame: pd.DataFrame) -> pd.DataFrame:
        kept = sampled(frame, self.sample)
        require(len(kept) > 0, f"sample is {self.sample}; it keeps none of the {len(frame)} rows")
        return kept

    def _ticks(self, n: int, times: pd.Series | None) -> Ticks:
        if self.rows is not None or times is None:
            return row_ticks(n, self.rows or DEFAULT_ROWS)
        every = self.every or usual_tick(times.to_numpy())
        return calendar_ticks(times, every, self.time_zone)

    @property
    def _time_base(self) -> str:
        """What the parts of the time are called after."""
        names = names_of(self.time)
        return names[0] if len(names) == 1 else "time"

    def _features(self, frame: pd.DataFrame, times: pd.Series | None) -> list[Feature]:
        drop = {*names_of(self.drop)}
        names = [name for name in frame.columns if name not in self._roles]
        features = list(code_features(frame, names, self.time_zone))
        if times is not None and self._time_base not in drop:
            features += [Feature(*part) for part in date_parts(self._time_base, times)]
        features = [feature for feature in features if feature.name not in drop]
        require(bool(features), f"no features are left besides the target {self.target!r}")
        return features
