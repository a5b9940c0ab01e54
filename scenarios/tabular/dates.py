"""Dates: reading them without guessing, and their calendar parts as features."""

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd
from pandas.api import types

from retrainlab.sim.errors import InputError
from retrainlab.sim.stream import Floats

PARTS = ("weekday", "hour", "month")
_DATE = re.compile(r"\s*(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})(?!\d)")
_YEAR_LAST = r"^\s*(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})"
_TWO_YEARS = pd.Timedelta(days=730)


def read_dates(column: pd.Series) -> pd.Series | None:
    """(n,) the column as times, None if it does not hold dates; a time with an offset becomes UTC.

    Texts are dates if every one of them is, in ISO order or with the year last. Raises InputError
    where day and month cannot be told apart.
    """
    if types.is_datetime64_any_dtype(column):
        return _naive(column)
    if not types.is_object_dtype(column) and not types.is_string_dtype(column):
        return None
    known = column.dropna()
    kind = types.infer_dtype(known)
    if kind in ("date", "datetime", "datetime64"):
        return _naive(pd.to_datetime(column, utc=True))
    if kind != "string" or not _DATE.match(known.iloc[0]):
        return None
    whole = [times for times in readings(column) if times.notna().sum() == len(known)]
    if len(whole) > 1:
        raise InputError(
            f"column {column.name!r} holds dates such as {known.iloc[0]!r}, in which day and month "
            "cannot be told apart; write them as 2024-03-31"
        )
    return whole[0] if whole else None


def readings(texts: pd.Series) -> list[pd.Series]:
    """Return the one or two ways (month or day first) to read texts as times, NaT for no date."""
    codes, distinct = pd.factorize(texts)
    once = pd.Series(distinct, dtype=texts.dtype)
    ways = [once]
    if once.str.match(_YEAR_LAST).any():
        ways = [once.str.replace(_YEAR_LAST, to, regex=True) for to in (r"\3-\1-\2", r"\3-\2-\1")]
    first, *second = (
        _naive(pd.to_datetime(way, format="ISO8601", errors="coerce", utc=True)) for way in ways
    )
    different = [first, *(times for times in second if not times.equals(first))]
    # A missing text has code -1, which no distinct text has: NaT.
    return [times.reindex(codes).set_axis(texts.index) for times in different]


def _naive(times: pd.Series) -> pd.Series:
    return times if times.dt.tz is None else times.dt.tz_convert("UTC").dt.tz_localize(None)


def date_parts(name: str, times: pd.Series) -> Iterator[tuple[str, Floats]]:
    """Yield names and (n,) values of the calendar parts: weekday (Monday 0), hour and month.

    Elapsed time is never a feature: it sinks a model that is not retrained. So the hour is left
    out where it is constant, and the month where the dates span less than two years, in which no
    season comes back.
    """
    yield f"{name}.weekday", date_part(times, "weekday")
    hours = date_part(times, "hour")
    if np.nanmin(hours) < np.nanmax(hours):
        yield f"{name}.hour", hours
    if times.max() - times.min() >= _TWO_YEARS:
        yield f"{name}.month", date_part(times, "month")


def date_part(times: pd.Series, part: str) -> Floats:
    """(n,) one of `PARTS` of each time; nan where it is missing."""
    accessor = {"weekday": "day_of_week"}.get(part, part)
    values: Floats = getattr(times.dt, accessor).to_numpy(np.float64)
    return values
