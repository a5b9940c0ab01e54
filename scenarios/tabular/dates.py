"""Dates: reading them without guessing, and their calendar parts as features."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from retrainlab.scenarios.tabular import date_texts
from retrainlab.sim.errors import InputError
from retrainlab.sim.stream import Floats

NEARLY_ALL = 0.9  # of a column, from which its other cells are odd ones
PARTS = ("weekday", "hour", "month")
_TWO_YEARS = pd.Timedelta(days=730)


@dataclass(frozen=True, eq=False)
class Moments:
    """(n,) times without a zone. absolute: whether they are UTC, not as some clock showed them.

    order: of day, month and year, where it might have been another.
    """

    times: pd.Series
    absolute: bool
    order: str = ""

    def local(self, zone: str | None) -> pd.Series:
        """Return the times as clocks of a zone showed them."""
        if zone is None or not self.absolute:
            return self.times
        return self.times.dt.tz_localize("UTC").dt.tz_convert(zone).dt.tz_localize(None)


def read_dates(
    column: pd.Series, zone: str | None = None, order: str | None = None
) -> pd.Series | None:
    """(n,) the column as times, None if it does not hold dates; moments in the zone, or in UTC.

    Texts are dates if every one of them is, with their whole year. order: of day and month, where
    it is known. Raises InputError where day and month cannot be told apart.
    """
    moments = moments_of(column, order)
    return None if moments is None else moments.local(zone)


def moments_of(column: pd.Series, order: str | None = None) -> Moments | None:
    """Return the moments of a column of dates (`read_dates`), None for another."""
    if types.is_datetime64_any_dtype(column):
        return of_type(column)
    if not types.is_object_dtype(column) and not types.is_string_dtype(column):
        return None
    known = column.dropna()
    kind = types.infer_dtype(known)
    if kind in ("date", "datetime", "datetime64"):
        return of_type(column)
    if kind != "string" or not date_texts.looks_like_a_date(known.iloc[0]):
        return None
    ways = readings(column, order=order)
    whole = [way for way in ways if way.times.notna().sum() == len(known)]
    if len(whole) > 1:
        raise InputError(
            f"column {column.name!r} holds dates such as {known.iloc[0]!r}, in which day and month "
            "cannot be told apart; write them as 2024-03-31, or add the column to drop"
        )
    if not whole:
        _require_few(column, ways)
    return whole[0] if whole else None


def _require_few(column: pd.Series, ways: Sequence[Moments]) -> None:
    """Raise `InputError` if nearly all values of a column are dates, though not all."""
    best = max((way.times for way in ways), key=lambda times: int(times.notna().sum()))
    dates, known = int(best.notna().sum()), int(column.notna().sum())
    if dates >= NEARLY_ALL * known:
        at = int(np.argmax((best.isna() & column.notna()).to_numpy()))
        raise InputError(
            f"column {column.name!r} holds {column.iloc[at]!r} in row {column.index[at] + 1}, and "
            f"{dates:,} of its {known:,} values are dates; correct it, or add the column to drop"
        )


def of_type(column: pd.Series) -> Moments:
    """Return the moments of a column whose type is a date or time."""
    if not types.is_datetime64_any_dtype(column):
        known = column.dropna()
        absolute = bool(len(known)) and getattr(known.iloc[0], "tzinfo", None) is not None
        return Moments(pd.to_datetime(column, utc=True).dt.tz_localize(None), absolute)
    if column.dt.tz is None:
        return Moments(column, absolute=False)
    return Moments(column.dt.tz_convert("UTC").dt.tz_localize(None), absolute=True)


def readings(
    texts: pd.Series, short_years: bool = False, order: str | None = None
) -> list[Moments]:
    """Return the different ways to read texts as times (`date_texts.readings`), NaT for no date.

    order: the only one of several ways, where it is known.
    """
    codes, distinct = pd.factorize(texts)
    once = pd.Series(distinct, dtype=texts.dtype)
    ways: dict[str, pd.Series] = {}
    for name, way in date_texts.readings(once, short_years).items():
        if name == order:
            ways = {name: way}
            break
        if not any(way.equals(other) for other in ways.values()):
            ways[name] = way
    moments = date_texts.tell_a_zone(once)
    if any(way.notna().sum() == once.notna().sum() for way in ways.values()):
        _require_one_kind(texts, codes, once, moments)
    # A missing text has code -1, which no distinct text has: NaT.
    return [
        Moments(way.reindex(codes).set_axis(texts.index), bool(moments.any()), name)
        for name, way in ways.items()
    ]


def _require_one_kind(
    texts: pd.Series, codes: NDArray[np.int64], once: pd.Series, moments: NDArray[np.bool_]
) -> None:
    """Raise `InputError` where some times tell their zone and others do not."""
    bare = once.notna().to_numpy(bool) & ~moments
    if moments.any() and bare.any():
        at = int(np.argmax(bare[codes] & (codes >= 0)))
        raise InputError(
            f"{texts.iloc[at]!r} in row {texts.index[at] + 1} tells no time zone, and other times "
            "of its column do; write all of them in one way"
        )


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
