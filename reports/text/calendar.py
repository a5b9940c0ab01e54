"""Ticks with a date: periods of the calendar, where a stream says when it begins."""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

import numpy as np

from retrainlab.reports.results.manifest import ScenarioInfo
from retrainlab.reports.text.format import number
from retrainlab.sim.calendar_periods import PERIODS, Moments, Period

SPAN = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d))?\S* to (\d{4}-\d\d-\d\d)(?:[ T](\d\d))?")
GAP = re.compile(r"(\d{4}[-\dT]*)(?: to (\d{4}[-\dT]*))?")
SPAN_FACT = "time span"
GAPS_FACTS = ("periods without rows", "hours that clocks passed over")
DAY = timedelta(days=1)
WITHOUT_DAY = {"month": "{at:%B %Y}", "quarter": "Q{quarter} {at:%Y}", "year": "{at:%Y}"}


def moments(info: ScenarioInfo) -> Moments | None:
    """(ticks,) when each tick begins, from the scenario's facts; None where it is unknown.

    Unknown where ticks are no periods of the calendar, and where the periods without rows, which
    are skipped, are too many to be among the facts.
    """
    period = PERIODS.get(info.tick_name)
    if period is None:
        return None
    gaps = ", ".join(_fact(info, name) for name in GAPS_FACTS)
    return _moments(_fact(info, SPAN_FACT), gaps, period, info.ticks)


def served_share(info: ScenarioInfo) -> float:
    """Return the share of the periods of a stream that have rows; 1 where they have no dates."""
    period = PERIODS.get(info.tick_name)
    spanned = None if period is None else _spanned(_fact(info, SPAN_FACT), period)
    return 1.0 if spanned is None else info.ticks / len(spanned)


def _fact(info: ScenarioInfo, name: str) -> str:
    return next((str(value) for known, value in info.facts if known == name), "")


@lru_cache(maxsize=16)
def _moments(span: str, gaps: str, period: Period, ticks: int) -> Moments | None:
    every = _spanned(span, period)
    if every is None:
        return None
    for start, stop in GAP.findall(gaps):
        every = every[~np.isin(every, _between(start, stop or start, period))]
    return every if len(every) == ticks else None


def _spanned(span: str, period: Period) -> Moments | None:
    """Return the periods of a time span, with those that have no rows."""
    ends = SPAN.match(span)
    if not ends:
        return None
    first, first_hour, last, last_hour = ends.groups(default="00")
    return _between(f"{first}T{first_hour}", f"{last}T{last_hour}", period)


def _between(first: str, last: str, period: Period) -> Moments:
    """Return the periods from one that holds a moment to one that holds another."""
    start, stop = period.numbers(np.array([first, last], "datetime64[h]"))
    return period.starts(np.arange(start, stop + 1))


def spoken(tick: int, info: ScenarioInfo) -> str:
    """Write a tick as "24 February 2020", "24 February 2020, 13:00" (an hour), or "tick 60".

    A month is "February 2020", a quarter "Q1 2020" and a year "2020".
    """
    known = moments(info)
    if known is None or not 0 <= tick < len(known):
        return f"{info.tick_name} {number(tick)}"
    at: datetime = known[tick].astype("datetime64[s]").astype(datetime)
    if info.tick_name in WITHOUT_DAY:
        return WITHOUT_DAY[info.tick_name].format(at=at, quarter=(at.month + 2) // 3)
    day = f"{at.day} {at:%B %Y}"
    return f"{day}, {at:%H}:00" if info.tick_name == "hour" else day


def period(start: int, stop: int, info: ScenarioInfo) -> str:
    """Write the ticks [start, stop) as "tick 60", "ticks 60 to 100" or with dates."""
    is_dated = moments(info) is not None
    if stop <= start + 1:
        at = "at" if not is_dated else "in" if info.tick_name in WITHOUT_DAY else "on"
        return f"{at} {spoken(start, info)}"
    if not is_dated:
        return f"{info.tick_name}s {number(start)} to {number(stop)}"
    return f"{spoken(start, info)} to {spoken(stop - 1, info)}"


def date_ticks(start: date, stop: date) -> list[tuple[date, str]]:
    """Return at most ten evenly spaced dates in [start, stop) with names, firsts of months if so.

    A span of less than three months has days, one of many years the years alone.
    """
    months = range(start.year * 12 + start.month - 1, stop.year * 12 + stop.month)
    firsts = [date(month // 12, month % 12 + 1, 1) for month in months]
    inside = [day for day in firsts if start <= day < stop]
    if len(inside) < 3:
        days = range(0, (stop - start).days, 1 + (stop - start).days // 9)
        return [(start + n * DAY, f"{start + n * DAY:%d %b}".lstrip("0")) for n in days]
    step = next((n for n in (1, 2, 3, 6, 12, 24, 60) if len(inside) <= 9 * n), 120)
    kept = [day for day in inside if (day.month - 1 + 12 * day.year) % step == 0]
    if step % 12 == 0:
        return [(day, str(day.year)) for day in kept]
    years = [day.year for day in kept]
    return [
        (day, f"{day:%b}" + (f"\n{day.year}" if day.year not in years[:i] else ""))
        for i, day in enumerate(kept)
    ]
