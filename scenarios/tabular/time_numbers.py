"""Numbers that are times: dates of digits alone, moments since 1970, days of a spreadsheet."""

import re
from typing import Literal

import pandas as pd
from pandas.api import types

from retrainlab.scenarios.tabular.dates import Moments
from retrainlab.sim.errors import InputError

Unit = Literal["s", "ms", "us", "ns"]
EXCEL, EXCEL_DAY_0 = "excel", pd.Timestamp("1899-12-30")
EPOCHS: dict[Unit, int] = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
NAMES = {"s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds"}
# Years 1991 to 2100: seconds, milliseconds and so on since 1970 do not overlap, and the ticks of
# .NET since the year 1 would be nanoseconds of 1990.
PLAUSIBLE = (662_688_000, 4_102_444_800)
DIGITS = {
    "%Y": (1900, 2100),
    "%Y%m": (190_001, 210_012),
    "%Y%m%d": (19_000_101, 21_001_231),
    "%Y%m%d%H": (19_000_101e2, 21_001_232e2),
    "%Y%m%d%H%M": (19_000_101e4, 21_001_232e4),
    "%Y%m%d%H%M%S": (19_000_101e6, 21_001_232e6),
}
_DIGITS_ALONE = re.compile(r"(?:%[dmyYHMSj])+")


def by_form(column: pd.Series, form: str) -> Moments:
    """Return the times of a column that are written in a form; NaT for the others."""
    for unit in EPOCHS:
        if unit == form:
            return _since_1970(pd.to_numeric(column, errors="coerce"), unit)
    if form == EXCEL:
        days = pd.to_numeric(column, errors="coerce")
        seconds = pd.to_timedelta((days * 86_400).round(), unit="s", errors="coerce")
        return Moments(EXCEL_DAY_0 + seconds, absolute=False)
    texts = _written(column, form)
    try:
        times = pd.to_datetime(texts, format=form, errors="coerce", utc=True)
    except ValueError as error:
        raise InputError(f"time_format is {form!r}: {error}") from None
    return Moments(times.dt.tz_localize(None), absolute="%z" in form or "%Z" in form)


def of_numbers(values: pd.Series) -> Moments:
    """Read numbers as times where only one reading gives plausible years; else NaT."""
    known = values.dropna()
    low, high = (known.min(), known.max()) if len(known) else (0, 0)
    nearest = Moments(pd.Series(pd.NaT, index=values.index, dtype="datetime64[ns]"), absolute=False)
    for form, (least, most) in DIGITS.items():
        if least <= low and high <= most and (known % 1 == 0).all():
            nearest = by_form(values.astype("Int64"), form)
            # 2024010105 is also a second of 2034; as a date few numbers are valid.
            if nearest.times.notna().sum() == len(known):
                return nearest
    unit = unit_of(known)
    return nearest if unit is None else _since_1970(values, unit)


def unit_of(values: pd.Series) -> Unit | None:
    """Return the unit in which numbers since 1970 are of plausible years; None where they are not.

    values: none is missing.
    """
    low, high = (values.min(), values.max()) if len(values) else (0, 0)
    for unit, factor in EPOCHS.items():
        if PLAUSIBLE[0] * factor <= low and high < PLAUSIBLE[1] * factor:
            return unit
    return None


def as_texts(column: pd.Series) -> pd.Series:
    """Return a column as texts; what is missing stays so."""
    known = column.notna()
    if types.is_datetime64_any_dtype(column):
        column = column.dt.strftime("%Y-%m-%d")
    return column.astype("str").where(known)


def _written(column: pd.Series, form: str) -> pd.Series:
    """Return the texts of a column; numbers in a form of digits get back the zeros before them."""
    if not types.is_numeric_dtype(column) or not _DIGITS_ALONE.fullmatch(form):
        return as_texts(column)
    is_whole = bool((column.dropna() % 1 == 0).all())
    width = len(pd.Timestamp("2000-12-31").strftime(form))
    return as_texts(column.astype("Int64") if is_whole else column).str.zfill(width)


def _since_1970(values: pd.Series, unit: Unit) -> Moments:
    whole = bool(values.notna().all() and (values % 1 == 0).all())
    exact = values.astype("int64") if whole else values
    return Moments(pd.to_datetime(exact, unit=unit, errors="coerce"), absolute=True)
