"""Calendar ticks: the times of a table's rows, and the rows of each hour, day, week or month."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from retrainlab.scenarios.tabular.dates import read_dates, readings
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.stream import Ints

EVERY = ("hour", "day", "week", "month")
UNITS = ("year", "month", "day", "hour", "minute", "second")
Times = NDArray[np.datetime64]


@dataclass(frozen=True, eq=False)
class Ticks:
    """(T + 1,) offsets, the name of a tick, and how many empty periods were skipped."""

    offsets: Ints
    name: str
    skipped: int = 0


def row_ticks(n: int, rows: int) -> Ticks:
    """Return ticks of `rows` rows each; the last may be shorter."""
    return Ticks(np.append(np.arange(0, n, rows), n).astype(np.int64), "tick")


def calendar_ticks(times: pd.Series, every: str) -> Ticks:
    """Return a tick for every hour, day, week (from Monday) or month that has rows."""
    period = periods(times.to_numpy(), every)
    starts = np.flatnonzero(np.diff(period, prepend=period[0] - 1))
    offsets = np.append(starts, len(period)).astype(np.int64)
    return Ticks(offsets, every, int(period[-1] - period[0]) + 1 - len(starts))


def periods(times: Times, every: str) -> Ints:
    """(n,) the number of the period that each time lies in."""
    if every == "week":
        # 1 January 1970 was a Thursday: three days later than a Monday.
        return (times.astype("datetime64[D]").astype(np.int64) + 3) // 7
    unit = {"hour": "h", "day": "D", "month": "M"}[every]
    return times.astype(f"datetime64[{unit}]").astype(np.int64)


def row_times(frame: pd.DataFrame, names: tuple[str, ...]) -> pd.Series:
    """(n,) the time of each row, from one column of dates or from columns year, month, day, ...

    Raises InputError with the first value that is no date, and with the first row out of order.
    """
    times = _one_column(frame[names[0]]) if len(names) == 1 else _assembled(frame, names)
    back = np.flatnonzero(np.diff(times.to_numpy()) < np.timedelta64(0))
    if len(back):
        at = int(back[0]) + 1
        raise InputError(
            f"row {frame.index[at] + 1} ({times.iloc[at]}) is earlier than the row before it "
            f"({times.iloc[at - 1]}); sort the file by {', '.join(names)}"
        )
    return times


def _one_column(column: pd.Series) -> pd.Series:
    times = read_dates(column)
    if times is None:
        # Numbers are refused: whether 1,700,000,000 counts seconds or days would be a guess.
        texts = column.astype(str).where(column.notna())
        numeric = pd.api.types.is_numeric_dtype(column)
        times = min(
            [texts.map(lambda _: pd.NaT)] if numeric else readings(texts),
            key=lambda reading: reading.isna().sum(),
        )
    _all_known(times, [column])
    return times


def _assembled(frame: pd.DataFrame, names: tuple[str, ...]) -> pd.Series:
    units = [name.lower() for name in names]
    require(
        {"year", "month", "day"} <= set(units) <= set(UNITS),
        f"time is {list(names)}; several columns must be year, month and day, "
        "and may go on with hour, minute and second",
    )
    parts = {u: pd.to_numeric(frame[n], errors="coerce") for u, n in zip(units, names, strict=True)}
    times = pd.to_datetime(pd.DataFrame(parts), errors="coerce")
    _all_known(times, [frame[name] for name in names])
    return times


def _all_known(times: pd.Series, columns: list[pd.Series]) -> None:
    bad = np.flatnonzero(times.isna())
    if not len(bad):
        return
    at = int(bad[0])
    names = ", ".join(str(column.name) for column in columns)
    if any(column.isna().iloc[at] for column in columns):
        raise InputError(f"time ({names}) is missing in row {times.index[at] + 1}")
    value = " ".join(str(column.iloc[at]) for column in columns)
    raise InputError(
        f"time ({names}) is {value!r} in row {times.index[at] + 1}, which is not a date; "
        "write dates such as 2024-03-31 or 2024-03-31 14:00"
    )
