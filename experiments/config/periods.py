"""Periods of the calendar in words, such as `weekly`, `7d` or `2w`, as numbers of ticks."""

import re
from typing import Any

from retrainlab.sim.calendar_periods import PERIODS
from retrainlab.sim.errors import InputError, require

ADVERBS = {
    "hourly": "1h",
    "daily": "1d",
    "weekly": "1w",
    "monthly": "1mo",
    "quarterly": "1q",
    "yearly": "1y",
}
UNITS = {
    "hour": ("h", "hour", "hours"),
    "day": ("d", "day", "days"),
    "week": ("w", "week", "weeks"),
    "month": ("mo", "month", "months"),
    "quarter": ("q", "quarter", "quarters"),
    "year": ("y", "year", "years"),
}
WRITTEN = {text: unit for unit, texts in UNITS.items() for text in texts}
UNEVEN = {"month", "quarter", "year"}  # in days, their lengths are means
PERIOD = re.compile(r"(\d+) *([a-z]+)")


def is_period(value: Any) -> bool:
    """Whether a value is a text such as `weekly`, `12h`, `7d`, `2 weeks`, `3mo` or `1y`."""
    return isinstance(value, str) and _parsed(value) is not None


def ticks_of(period: str, tick: str, path: str) -> int:
    """Return how many ticks a period has; tick: what one is, as "day". path: of the option.

    Months, quarters and years are rounded to whole hours, days or weeks. Raises `InputError` for
    any other period that is no whole number of ticks.
    """
    parsed = _parsed(period)
    if parsed is None:
        raise InputError(f"{path} is {period!r}; it must be a period such as weekly, 7d or 2w")
    number, unit = parsed
    ticks = number * PERIODS[unit].hours / PERIODS[tick].hours
    is_exact = {tick, unit} <= UNEVEN or not {tick, unit} & UNEVEN
    require(
        ticks == round(ticks) if is_exact else unit in UNEVEN and round(ticks) >= 1,
        f"{path} is {period!r}, which is no whole number of {tick}s, and a tick is one {tick}",
    )
    return round(ticks)


def _parsed(period: str) -> tuple[int, str] | None:
    """Return number and unit; None of a text that is no period."""
    text = period.strip().lower()
    match = PERIOD.fullmatch(ADVERBS.get(text, text))
    return (int(match[1]), WRITTEN[match[2]]) if match and match[2] in WRITTEN else None
