"""Calendar ticks: the rows of each hour, day, week or month."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from retrainlab.sim.stream import Ints

EVERY = ("hour", "day", "week", "month")
# Intervals between retrainings, and windows, that people use, in ticks; a tick of rows is a "tick".
USUAL = {
    "hour": ((6, 24, 72, 168, 720), (168, 720)),
    "day": ((1, 7, 14, 30, 90), (30, 90)),
    "week": ((1, 2, 4, 13, 26), (13, 52)),
    "month": ((1, 2, 3, 6, 12), (6, 24)),
    "tick": ((1, 5, 10, 20, 50), (20, 50)),
}
UNITS: dict[str, Literal["h", "D", "M"]] = {"hour": "h", "day": "D", "month": "M"}
FEWEST = 3  # ticks, from which on their distance says something
Times = NDArray[np.datetime64]


@dataclass(frozen=True, eq=False)
class Ticks:
    """(T + 1,) offsets, the name of a tick, and how many empty periods were skipped.

    gaps: first and last of the empty periods that adjoin, as `moment` writes them.
    """

    offsets: Ints
    name: str
    skipped: int = 0
    gaps: tuple[tuple[str, str], ...] = ()


def row_ticks(n: int, rows: int) -> Ticks:
    """Return ticks of `rows` rows each; the last may be shorter."""
    return Ticks(np.append(np.arange(0, n, rows), n).astype(np.int64), "tick")


def calendar_ticks(times: pd.Series, every: str) -> Ticks:
    """Return a tick for every hour, day, week (from Monday) or month that has rows."""
    period = periods(times.to_numpy(), every)
    starts = np.flatnonzero(np.diff(period, prepend=period[0] - 1))
    offsets = np.append(starts, len(period)).astype(np.int64)
    filled = period[starts]
    gaps = tuple(
        (moment(int(filled[i]) + 1, every), moment(int(filled[i + 1]) - 1, every))
        for i in np.flatnonzero(np.diff(filled) > 1)
    )
    return Ticks(offsets, every, int(period[-1] - period[0]) + 1 - len(starts), gaps)


def moment(number: int, every: str) -> str:
    """Write the begin of a period, of `periods`, as "2024-03-31", hours as "2024-03-31T14"."""
    if every == "week":
        return str(np.datetime64(7 * number - 3, "D"))
    return str(np.datetime64(number, UNITS[every]))


def usual_tick(times: Times) -> str:
    """Return what a tick of rows with (n,) rising times is, where nobody has said it.

    A day; or a week or month where none has rows of two days, of which `FEWEST` are needed.
    """
    days = np.unique(times.astype("datetime64[D]"))
    return longest_tick(days, "day") if len(days) >= FEWEST else "day"


def longest_tick(starts: Times, every: str) -> str:
    """Return the longest tick, from `every` on, of which none holds two of the (T,) times."""
    fit = [e for e in EVERY[EVERY.index(every) :] if (np.diff(periods(starts, e)) > 0).all()]
    return fit[-1]


def periods(times: Times, every: str) -> Ints:
    """(n,) the number of the period that each time lies in."""
    if every == "week":
        # 1 January 1970 was a Thursday: three days later than a Monday.
        return (times.astype("datetime64[D]").astype(np.int64) + 3) // 7
    return times.astype(f"datetime64[{UNITS[every]}]").astype(np.int64)
