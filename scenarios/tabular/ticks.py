"""Calendar ticks: the rows of each hour, day, week, month, quarter or year."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from retrainlab.sim.calendar_periods import PERIODS, Moments
from retrainlab.sim.stream import Ints

EVERY = tuple(PERIODS)
# Intervals between retrainings, and windows, that people use, in ticks; a tick of rows is a "tick".
USUAL = {
    "hour": ((6, 24, 72, 168, 720), (168, 720)),
    "day": ((1, 7, 14, 30, 90), (30, 90)),
    "week": ((1, 2, 4, 13, 26), (13, 52)),
    "month": ((1, 2, 3, 6, 12), (6, 24)),
    "quarter": ((1, 2, 4, 8), (4, 12)),
    "year": ((1, 2, 3, 5), (3, 10)),
    "tick": ((1, 5, 10, 20, 50), (20, 50)),
}
FEWEST = 3  # ticks, from which on their distance says something


@dataclass(frozen=True, eq=False)
class Ticks:
    """(T + 1,) offsets, the name of a tick, and how many empty periods were skipped.

    gaps: first and last of the empty periods that adjoin, by the dates of `Period`. passed_over:
    hours that were none, because clocks were put forward.
    """

    offsets: Ints
    name: str
    skipped: int = 0
    gaps: tuple[tuple[str, str], ...] = ()
    passed_over: tuple[str, ...] = ()


def row_ticks(n: int, rows: int) -> Ticks:
    """Return ticks of `rows` rows each; the last may be shorter."""
    return Ticks(np.append(np.arange(0, n, rows), n).astype(np.int64), "tick")


def calendar_ticks(times: pd.Series, every: str, zone: str | None = None) -> Ticks:
    """Return a tick for every period of the calendar, such as "day", that has rows.

    zone: in which the times are local; an hour that its clocks pass over is no empty one.
    """
    numbers = PERIODS[every].numbers(times.to_numpy())
    first_rows = np.flatnonzero(np.diff(numbers, prepend=numbers[0] - 1))
    offsets = np.append(first_rows, len(numbers)).astype(np.int64)
    filled = numbers[first_rows]
    passed_over = np.setdiff1d(_passed_over(filled[0], filled[-1], every, zone), filled)
    known = np.union1d(filled, passed_over)
    before = np.flatnonzero(np.diff(known) > 1)
    ends = (known[before] + 1, known[before + 1] - 1)
    first, last = (PERIODS[every].starts(end).astype(str).tolist() for end in ends)
    skipped = int(numbers[-1] - numbers[0]) + 1 - len(known)
    hours = tuple(PERIODS[every].starts(passed_over).astype(str).tolist())
    return Ticks(offsets, every, skipped, tuple(zip(first, last, strict=True)), hours)


def _passed_over(first: int, last: int, every: str, zone: str | None) -> Ints:
    """Return the hours from first to last that clocks of a zone never show."""
    if every != "hour" or zone is None:
        return np.zeros(0, dtype=np.int64)
    hours = np.arange(first, last + 1)
    starts = pd.DatetimeIndex(PERIODS[every].starts(hours))
    summer = np.ones(len(hours), dtype=bool)  # of an hour that comes twice, which is there anyhow
    shown = starts.tz_localize(zone, ambiguous=summer, nonexistent="NaT")
    return np.asarray(hours[shown.isna()])


def usual_tick(times: Moments) -> str:
    """Return what a tick of rows with (n,) rising times is, where nobody has said it.

    A day; or the longest period of which none has rows of two days, of which `FEWEST` are needed.
    """
    days = np.unique(times.astype("datetime64[D]"))
    return longest_tick(days, "day") if len(days) >= FEWEST else "day"


def longest_tick(starts: Moments, every: str) -> str:
    """Return the longest tick, from `every` on, of which none holds two of the (T,) times."""
    longer = EVERY[EVERY.index(every) :]
    return [name for name in longer if (np.diff(PERIODS[name].numbers(starts)) > 0).all()][-1]
