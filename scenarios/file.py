"""The user's own data: a CSV or Parquet file, tick by tick."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from retrainlab.scenarios.tabular.columns import Feature, Target, code_features, code_target
from retrainlab.scenarios.tabular.dates import PARTS, date_parts
from retrainlab.scenarios.tabular.read import fingerprint, locate, read_table, sampled
from retrainlab.scenarios.tabular.schema import Schema, frozen
from retrainlab.scenarios.tabular.ticks import EVERY, Ticks, calendar_ticks, row_ticks, row_times
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.stream import Floats, Stream

DEFAULT_ROWS = 100
TASKS = ("auto", "classification", "regression")


@dataclass(frozen=True)
class File:
    """Rows of a file in their order, which must be the order of time; the truth is unknown.

    path: CSV (.csv, .csv.gz) or Parquet; `package:name/file` is a file of an installed package.
    target: column to predict.
    time: column with dates, or columns year, month, day (and hour, minute, second), or None.
    every: a tick is an hour, day, week or month; periods without rows are skipped.
    rows: a tick is this many rows. Without `every` and `rows`: a day if there is a time, else
        100 rows.
    drop: columns to leave out.
    task: "classification", "regression", or "auto": inferred from the target.
    sample: share of the rows that is kept, the same rows for every seed.
    about: a sentence on the data for the reader of a report.

    Raises InputError for whatever is wrong with an option or with the file.
    """

    seeded: ClassVar[bool] = False  # one stream, whatever the seed

    path: str | None = None
    target: str | None = None
    time: str | Sequence[str] | None = None
    every: Literal["hour", "day", "week", "month"] | None = None
    rows: int | None = None
    drop: str | Sequence[str] = ()
    task: Literal["auto", "classification", "regression"] = "auto"
    sample: float = 1.0
    about: str = ""

    def __post_init__(self) -> None:
        for option, meaning in (
            ("path", "a CSV or Parquet file"),
            ("target", "the column to predict"),
        ):
            value = getattr(self, option)
            require(bool(value), f"scenario.file.{option} is not set; name {meaning}")
            require(isinstance(value, str), f"{option} is {value!r}; it must be a text")
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
        require(
            self.every is None or bool(_names(self.time)),
            f"every is {self.every!r} and time is not set; name the column that holds the dates",
        )
        require(self.task in TASKS, f"task is {self.task!r}; choose from {', '.join(TASKS)}")
        require(
            isinstance(share, (int, float)) and 0 < share <= 1,
            f"sample is {share!r}; the share of rows to keep must lie above 0 and at most at 1",
        )

    def __call__(self, seed: int) -> Stream:
        """Return the stream; it is the same for every seed."""
        path = locate(str(self.path))
        table = self._table(path)
        frame = self._sampled(table)
        times = row_times(frame, _names(self.time)) if self.time else None
        ticks = self._ticks(len(frame), times)
        goal = code_target(frame[self.target], self.task)
        features = self._features(frame, times)
        x = np.empty((len(frame), len(features)))
        for j, feature in enumerate(features):
            x[:, j] = feature.values
        return Stream(
            x=x,
            y=goal.y,
            offsets=ticks.offsets,
            task="classification" if goal.classes else "regression",
            drifts=(),
            ceiling=np.full(len(x), np.nan),
            concept=np.full(len(x), -1, dtype=np.int64),
            features=tuple(feature.name for feature in features),
            classes=goal.classes,
            categorical=tuple(j for j, feature in enumerate(features) if feature.categorical),
            missing=bool(np.isnan(x).any()),
            tick_name=ticks.name,
            story=self._story(path.name, ticks, goal),
            facts=(
                ("file", path.name),
                ("fingerprint", fingerprint(path)),
                ("rows", f"{len(frame):,}" + f" of {len(table):,}" * (self.sample < 1)),
                ("columns", f"{len(table.columns)} in the file, {len(features)} features"),
                ("target", str(self.target)),
                *_facts(ticks, times, goal, x),
            ),
        )

    def schema(self) -> Schema:
        """Return how the columns are coded, for rows that come later.

        Raises `InputError` for a file whose ticks are no periods of the calendar.
        """
        require(
            bool(self.time) and self.rows is None,
            "a schema needs ticks of the calendar: set scenario.file.time to the column with the "
            "dates, and leave scenario.file.rows out",
        )
        frame = self._sampled(self._table(locate(str(self.path))))
        times = row_times(frame, _names(self.time))
        features = self._features(frame, times)
        return frozen(
            frame,
            features,
            code_target(frame[self.target], self.task),
            _names(self.time),
            self._time_base,
            self.every or "day",
            any(bool(np.isnan(feature.values).any()) for feature in features),
        )

    def _table(self, path: Path) -> pd.DataFrame:
        table = read_table(path)
        self._check_names(list(table.columns), path.name)
        return table

    def _check_names(self, columns: list[str], file: str) -> None:
        """Raise InputError unless every column that an option names is in the file."""
        derived = [f"{base}.{part}" for base in (*columns, self._time_base) for part in PARTS]
        places = (("target", [self.target], columns), ("time", _names(self.time), columns))
        for option, names, choices in (*places, ("drop", _names(self.drop), columns + derived)):
            for name in names:
                if name not in choices:
                    close = get_close_matches(str(name), choices, n=1)
                    hint = f"did you mean {close[0]!r}? " if close else ""
                    raise InputError(
                        f"{option} {name!r} is not a column of {file}; {hint}"
                        f"it has {', '.join(columns)}"
                    )
                require(
                    option == "target" or name != self.target,
                    f"{option} names the target {name!r}; it is one or the other",
                )

    def _sampled(self, frame: pd.DataFrame) -> pd.DataFrame:
        kept = sampled(frame, self.sample)
        require(len(kept) > 0, f"sample is {self.sample}; it keeps none of the {len(frame)} rows")
        return kept

    def _ticks(self, n: int, times: pd.Series | None) -> Ticks:
        if self.rows is not None or times is None:
            return row_ticks(n, self.rows or DEFAULT_ROWS)
        return calendar_ticks(times, self.every or "day")

    @property
    def _time_base(self) -> str:
        """What the parts of the time are called after."""
        names = _names(self.time)
        return names[0] if len(names) == 1 else "time"

    def _features(self, frame: pd.DataFrame, times: pd.Series | None) -> list[Feature]:
        drop = {*_names(self.drop)}
        out = {self.target, *drop, *_names(self.time)}
        features = list(code_features(frame, [name for name in frame.columns if name not in out]))
        if times is not None and self._time_base not in drop:
            features += [Feature(*part) for part in date_parts(self._time_base, times)]
        features = [feature for feature in features if feature.name not in drop]
        require(bool(features), f"no features are left besides the target {self.target!r}")
        return features

    def _story(self, file: str, ticks: Ticks, goal: Target) -> str:
        n, count = int(ticks.offsets[-1]), len(ticks.offsets) - 1
        share = self.sample < 1 and f", a fixed sample of {100 * self.sample:.4g} % of the rows,"
        return " ".join(
            filter(
                None,
                (
                    self.about.strip(),
                    f"Real data from {file}: {n:,} rows{share or ''} in {count:,} {ticks.name}s; "
                    f"the target is {self.target}, {goal.why}.",
                    "Its truth is unknown: there is no ceiling and no list of drifts.",
                ),
            )
        )


def _names(names: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return one name, several or none as a tuple; a name may look like a number in YAML."""
    if names is None or names == "":
        return ()
    if isinstance(names, str) or not isinstance(names, Sequence):
        return (str(names),)
    return tuple(str(name) for name in names)


def _facts(
    ticks: Ticks, times: pd.Series | None, goal: Target, x: Floats
) -> Iterator[tuple[str, str]]:
    count = f"{len(ticks.offsets) - 1:,} {ticks.name}s"
    yield "ticks", count + f", {ticks.skipped:,} without rows skipped" * (ticks.name in EVERY)
    if times is not None:
        whole_days = bool((times.dt.normalize() == times).all())
        form = "%Y-%m-%d" if whole_days else "%Y-%m-%d %H:%M:%S"
        yield "time span", f"{times.iloc[0]:{form}} to {times.iloc[-1]:{form}}"
    yield "task", goal.why
    if goal.classes:
        share = np.bincount(goal.y) / len(goal.y)
        common = sorted(zip(-share, goal.classes, strict=True))[:5]
        yield "largest classes", ", ".join(f"{name}: {-100 * part:.1f} %" for part, name in common)
    yield "missing", f"{100 * np.isnan(x).mean():.1f} % of the feature values"
