"""Periods of the calendar in words, such as `weekly`, `7d` or `2w`, as numbers of ticks."""

import re
from typing import Any

from retrainlab.sim.errors import InputError, require

ADVERBS = {
    "hourly": "1h",
    "daily": "1d",
    "weekly": "1w",
    "monthly": "1mo",
    "quarterly": "3mo",
    "yearly": "1y",
}
UNITS = {
    "hour": ("h", "hour", "hours"),
    "day": ("d", "day", "days"),
    "week": ("w", "week", "weeks"),
    "month": ("mo", "month", "months"),
    "year": ("y", "year", "years"),
}
WRITTEN = {text: unit for unit, texts in UNITS.items() for text in texts}
HOURS = {"hour": 1.0, "day": 24.0, "week": 168.0, "month": 730.5, "year": 8766.0}
UNEVEN = ("month", "year")  # these are means: of 30.44 and of 365.25 days
PERIOD = re.compile(r"(\d+) *([a-z]+)")


def is_period(value: Any) -> bool:
    """Whether a value is a text such as `weekly`, `12h`, `7d`, `2 weeks`, `3mo` or `1y`."""
    return isinstance(value, str) and _parsed(value) is not None


def ticks_of(period: str, tick: str, path: str) -> int:
    """Return how many ticks a period has; tick: what one is, as "day". path: of the option.

    Months and years are rounded to whole ticks that are shorter. Raises `InputError` for any other
    period that is no whole number of ticks.
    """
    parsed = _parsed(period)
    if parsed is None:
        raise InputError(f"{path} is {period!r}; it must be a period such as weekly, 7d or 2w")
    number, unit = parsed
    ticks = number * HOURS[unit] / HOURS[tick]
    is_exact = tick == unit or not {tick, unit} & {*UNEVEN} or (tick, unit) == UNEVEN
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
