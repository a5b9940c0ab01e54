"""The clock of a table: from the columns that hold its time to the time of each row."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd
from pandas.api import types

from retrainlab.scenarios.tabular.date_texts import YEAR_FIRST, matching, of_another_zone
from retrainlab.scenarios.tabular.dates import Moments, of_type, readings
from retrainlab.scenarios.tabular.time_numbers import NAMES, as_texts, by_form, of_numbers, unit_of
from retrainlab.scenarios.tabular.written import is_mark
from retrainlab.sim.errors import InputError, require

UNITS = ("year", "month", "day", "hour", "minute", "second")
# Earlier and later times are placeholders, such as 0001-01-01 and 9999-12-31.
FIRST, LAST = pd.Timestamp("1678-01-01"), pd.Timestamp("2262-01-01")
WEEKS = re.compile(r"week|yyyyww|(?:^|_)(?:kw|wk|ww)(?:_|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Clock:
    """How the time of a row is written.

    names: one column; or a date and a time of day; or year, month (and day, hour, minute, second).
    form: as `strptime` takes it, or s, ms, us, ns since 1970, or excel (days as spreadsheets count
    them); of a date and a time of day that of the date; None: it is inferred. zone: in which ticks
    and calendar parts are counted, where times are moments (epoch, UTC, an offset). option: of the
    scenario that names the columns. order: of day and month, where it is known. absolute: whether
    times are moments, where it is known.
    """

    names: tuple[str, ...]
    form: str | None = None
    zone: str | None = None
    option: str = "time"
    order: str | None = None
    absolute: bool | None = None

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.zone or "UTC")
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise InputError(
                f"time_zone is {self.zone!r}; name one such as Europe/Berlin or UTC"
            ) from None
        require(
            len(self.names) < 3 or self.in_units,
            f"time is {list(self.names)}; several columns must be a date and a time, or year and "
            "month, which may go on with day, hour, minute and second",
        )

    @property
    def in_units(self) -> bool:
        """Whether the columns are a year, a month and so on."""
        units = [name.lower() for name in self.names]
        return len({*units}) == len(units) and {"year", "month"} <= {*units} <= {*UNITS}

    def times(self, frame: pd.DataFrame, in_order: bool = True) -> pd.Series:
        """(n,) the time of each row, in the zone.

        Raises InputError with the first value that is no date, and, unless the order of the rows is
        not that of time (`in_order`), with the first row out of order.
        """
        return self._moments(frame, in_order).local(self.zone)

    def moments(self, frame: pd.DataFrame) -> Moments:
        """Return the times of a frame that `times` can read, before they are local."""
        return self._moments(frame, in_order=False)

    def _moments(self, frame: pd.DataFrame, in_order: bool) -> Moments:
        ways = self._ways(frame)
        whole = [way for way in ways if way.times.notna().all()]
        if not whole:
            best = min(ways, key=lambda way: int(way.times.isna().sum()))
            self._refuse(best.times, frame)
        if in_order and len(whole) == 1 and not whole[0].absolute:
            whole = [replace(whole[0], times=_put_back(whole[0].times, self.zone))]
        rising = [way for way in whole if way.times.is_monotonic_increasing]
        chosen = [way for way in rising or whole if not _is_unlikely(way)] or rising or whole
        if len(chosen) > 1:
            first = self._shown(frame, 0)
            short = any(way.order == YEAR_FIRST for way in chosen)
            parts = "day, month and year" if short else "day and month"
            form = "%d/%m/%y" if short else "%d/%m/%Y"
            raise InputError(
                f"column {self._named!r} holds dates such as {first!r}, in which {parts} cannot "
                f"be told apart; write them as 2024-03-31, or set time_format, such as {form}"
            )
        if in_order and not rising:
            self._refuse_order(chosen[0].times)
        self._refuse_placeholders(chosen[0].times)
        self._refuse_weeks(frame)
        self._refuse_another_kind(frame, chosen[0].absolute)
        return chosen[0]

    def told(self, frame: pd.DataFrame) -> Iterator[str]:
        """Yield what is to be said of how the times are read."""
        if told := self._not_local(frame):
            yield told
        column = frame[self.names[0]]
        is_bare = self.form is None and len(self.names) == 1 and types.is_numeric_dtype(column)
        if is_bare and (unit := unit_of(column)):
            numbers = f"numbers such as {self._shown(frame, 0)}"
            yield f"{self._named} holds {numbers}, read as {NAMES[unit]} since 1970"

    def _not_local(self, frame: pd.DataFrame) -> str:
        """Say that times which tell another zone are counted in UTC; empty where none does."""
        column = frame[self.names[0]]
        plain = types.is_numeric_dtype(column) or types.is_datetime64_dtype(column)
        if self.zone is not None or self.in_units or (plain and len(self.names) == 1):
            return ""
        zone = getattr(column.dtype, "tz", None)
        if zone is None:
            texts = as_texts(column)
            for name in self.names[1:]:
                texts = texts + " " + as_texts(frame[name])
            others = of_another_zone(texts, named="%Z" in (self.form or ""))
            if not others.any():
                return ""
            told, place = f"such as {texts[others].iloc[0]}", "Europe/Berlin"
        elif str(zone).upper() in ("UTC", "ETC/UTC", "GMT"):
            return ""
        else:
            # An offset is no place.
            is_offset = isinstance(zone, timezone)
            told, place = f"in {zone}", "Europe/Berlin" if is_offset else str(zone)
        return f"times {told} are counted in UTC; time_zone={place} counts days of that place"

    def _ways(self, frame: pd.DataFrame) -> list[Moments]:
        columns = [frame[name] for name in self.names]
        if len(columns) == 1:
            return _of_column(columns[0], self.form, self.order)
        if self.in_units:
            return [_assembled(frame, self.names)]
        date, form = columns[0], self.form
        if form is not None and (dates := by_form(date, form).times).notna().any():
            date, form = dates, None
        # Else the form may be that of both, with a blank between them.
        return _of_column(as_texts(date) + " " + _time_of_day(columns[1]), form, self.order)

    @property
    def _named(self) -> str:
        return ", ".join(self.names)

    def _shown(self, frame: pd.DataFrame, at: int) -> str:
        return " ".join(str(frame[name].iloc[at]) for name in self.names)

    def _refuse(self, times: pd.Series, frame: pd.DataFrame) -> None:
        """Raise `InputError` for the first row without a time."""
        at = int(np.argmax(times.isna().to_numpy()))
        row = times.index[at] + 1
        text = self._shown(frame, at)
        cells = pd.Series([frame[name].iloc[at] for name in self.names], dtype="str")
        if is_mark(cells.fillna("").str.strip()).any():
            mark = f" ({text!r})" if cells.notna().all() else ""
            raise InputError(
                f"{self.option} ({self._named}) is missing in row {row}{mark}; leave such rows out"
            )
        weeks = ", weeks as 2024-W13" * (re.fullmatch(r"\d{4}[-/ ]?\d\d?", text) is not None)
        how, else_ = "a date", "set time_format, such as %d.%m.%y"
        if self.form:
            how, else_ = f"of the form {self.form}", "correct time_format"
        elif re.fullmatch(r"-?[0-9]+(\.[0-9]*)?", text):
            else_ += ", or s, ms, us, ns for numbers since 1970, or excel for the days of a sheet"
        raise InputError(
            f"{self.option} ({self._named}) is {text!r} in row {row}, which is not {how}; "
            f"write dates such as 2024-03-31 or 2024-03-31 14:00{weeks}, or {else_}"
        )

    def _refuse_weeks(self, frame: pd.DataFrame) -> None:
        """Raise `InputError` for months in a column that is called as weeks are."""
        month = re.fullmatch(r"\d{4}([-/ ]?)\d\d", self._shown(frame, 0))
        require(
            month is None or self.form is not None or WEEKS.search(self._named) is None,
            f"{self.option} ({self._named}) is {self._shown(frame, 0)!r} in row 1, which may be a "
            "week or a month; write weeks as 2024-W13, or set time_format, for months "
            f"%Y{month[1] if month else ''}%m",
        )

    def _refuse_another_kind(self, frame: pd.DataFrame, absolute: bool) -> None:
        """Raise `InputError` for times that tell a zone where none did, and the other way round."""
        told, before = ("a", "none") if absolute else ("no", "one")
        require(
            self.absolute in (None, absolute),
            f"{self.option} ({self._named}) is {self._shown(frame, 0)!r} in row "
            f"{frame.index[0] + 1}, which tells {told} time zone, and the times told {before} when "
            "the schema was frozen; write all of them in one way",
        )

    def _refuse_placeholders(self, times: pd.Series) -> None:
        """Raise `InputError` for the first time that no row can have."""
        odd = ((times < FIRST) | (times >= LAST)).to_numpy()
        if not odd.any():
            return
        at = int(np.argmax(odd))
        if odd.all():
            why = "and no row has a time from 1678 to 2261; write years with four digits"
            why += ", or correct time_format" * (self.form is not None)
        else:
            why = "which stands for a time that is not known; "
            why += "leave such rows out" if self.option == "time" else "leave it blank"
        raise InputError(
            f"{self.option} ({self._named}) is {times.iloc[at]} in row {times.index[at] + 1}, {why}"
        )

    def _refuse_order(self, times: pd.Series) -> None:
        """Raise `InputError` for the first row that is earlier than the one before it."""
        at = int(np.argmax(np.diff(times.to_numpy()) < np.timedelta64(0))) + 1
        raise InputError(
            f"row {times.index[at] + 1} ({times.iloc[at]}) is earlier than the row before it "
            f"({times.iloc[at - 1]}); sort the rows by {self._named}"
            f"{self._when_put_back(times, at)}"
        )

    def _when_put_back(self, times: pd.Series, at: int) -> str:
        """Return what to do where a row is earlier by an hour at most, as when clocks go back."""
        is_hour = times.iloc[at - 1] - times.iloc[at] <= pd.Timedelta("1h")
        return ", or set time_zone if clocks were put back there" * (is_hour and self.zone is None)


def _of_column(column: pd.Series, form: str | None, order: str | None) -> list[Moments]:
    """Return the ways in which a column may be read as times."""
    if form is not None:
        return [by_form(column, form)]
    if types.is_datetime64_any_dtype(column):
        return [of_type(column)]
    if types.is_numeric_dtype(column):
        return [of_numbers(column)]
    if types.infer_dtype(column, skipna=True) in ("date", "datetime", "datetime64"):
        return [of_type(column)]
    texts = as_texts(column)
    known = texts.dropna()
    if len(known) and matching(known, r"^\s*(?:\d{6}|\d{8,})(?:\.\d*)?\s*$").all():
        return [of_numbers(pd.to_numeric(texts))]
    return readings(texts, short_years=True, order=order)


def _is_unlikely(way: Moments) -> bool:
    """Whether years come first, and differ, while month and day never do: 12/01/24, 13/01/24."""
    dates = way.times.dt
    same = dates.month.nunique() == dates.day.nunique() == 1
    return way.order == YEAR_FIRST and same and dates.year.nunique() > 1


def _put_back(times: pd.Series, zone: str | None) -> pd.Series:
    """(n,) local times that never fall where clocks of a zone were put back; as given elsewhere."""
    if zone is None or times.is_monotonic_increasing:
        return times
    try:
        moments = times.dt.tz_localize(zone, ambiguous="infer", nonexistent="shift_forward")
    except ValueError:
        return times
    return times.cummax() if moments.is_monotonic_increasing else times


def _time_of_day(column: pd.Series) -> pd.Series:
    """Return times of day as texts; a whole number is an hour, or 515 is 05:15.

    None for another number, which may be a part of a day or an hour.
    """
    if types.is_float_dtype(column):
        column = column.where(column % 1 == 0)
    texts = as_texts(column).str.strip().str.replace(r"\.0$", "", regex=True)
    digits = matching(texts, r"^\d{1,6}$") | texts.isna().to_numpy(bool)
    longest = texts.str.len().max() if digits.all() else 0
    if longest > 2:
        full = texts.str.zfill(4 if longest <= 4 else 6)
        return full.str.replace(r"(\d\d)(?=\d)", r"\1:", regex=True)
    return texts.str.replace(r"^(\d{1,2})$", r"\1:00", regex=True)


def _assembled(frame: pd.DataFrame, names: tuple[str, ...]) -> Moments:
    units = [name.lower() for name in names]
    parts = {u: pd.to_numeric(frame[n], errors="coerce") for u, n in zip(units, names, strict=True)}
    times = pd.to_datetime(pd.DataFrame({"day": 1, **parts}), errors="coerce")
    return Moments(times, absolute=False)
