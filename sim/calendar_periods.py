"""Periods of the calendar that a tick can be: hours, days, weeks, months, quarters and years."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.stream import Ints

Moments = NDArray[np.datetime64]


@dataclass(frozen=True)
class Period:
    """A kind of period; each begins where the one before it ends, and has a number.

    hours: its length, on average. unit: of numpy, in which it is counted. size: how many units it
    has. shift: how many of them lie between the begin of period 0 and that of 1970.
    """

    hours: float
    unit: Literal["h", "D", "M", "Y"]
    size: int = 1
    shift: int = 0

    def numbers(self, moments: Moments) -> Ints:
        """(n,) the number of the period that each of (n,) moments lies in."""
        return (
            moments.astype(f"datetime64[{self.unit}]").astype(np.int64) + self.shift
        ) // self.size

    def starts(self, numbers: Ints) -> Moments:
        """(n,) when the periods of (n,) numbers begin, in its unit."""
        begins: Moments = (numbers * self.size - self.shift).astype(f"datetime64[{self.unit}]")
        return begins

    def dates(self, moments: Moments) -> list[str]:
        """(n,) the begin of each moment's period: "2024-03-31", an hour "2024-03-31T14".

        A week is its Monday, a month "2024-03", a quarter its first month, a year "2024".
        """
        texts: list[str] = self.starts(self.numbers(moments)).astype(str).tolist()
        return texts


PERIODS = {
    "hour": Period(1.0, "h"),
    "day": Period(24.0, "D"),
    "week": Period(168.0, "D", size=7, shift=3),  # 1 January 1970 was a Thursday
    "month": Period(730.5, "M"),
    "quarter": Period(2191.5, "M", size=3),
    "year": Period(8766.0, "Y"),
}
