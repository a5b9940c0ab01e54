"""Days with a date, where a stream says when it begins."""

import re
from datetime import date, timedelta

from retrainlab.reports.analysis.manifest import ScenarioInfo
from retrainlab.reports.text.format import number

SPAN = re.compile(r"(\d{4}-\d\d-\d\d)\S* to (\d{4}-\d\d-\d\d)")
DAY = timedelta(days=1)


def first_day(info: ScenarioInfo) -> date | None:
    """Return the date of tick 0, from the scenario's fact "time span"; None where it is unknown.

    Unknown also where ticks are no days, or where days without rows were skipped, so that the
    number of a tick does not give its date.
    """
    span = SPAN.match(str(dict(info.facts).get("time span", "")))
    if info.tick_name != "day" or not span:
        return None
    first, last = (date.fromisoformat(text) for text in span.groups())
    return first if (last - first).days + 1 == info.ticks else None


def spoken(tick: int, info: ScenarioInfo) -> str:
    """Write a tick as "24 February 2020", or as "tick 60"."""
    first = first_day(info)
    if first is None:
        return f"{info.tick_name} {number(tick)}"
    day = first + tick * DAY
    return f"{day.day} {day:%B %Y}"


def period(start: int, stop: int, info: ScenarioInfo) -> str:
    """Write the ticks [start, stop) as "tick 60", "ticks 60 to 100" or with dates."""
    if stop <= start + 1:
        return f"{'on' if first_day(info) else 'at'} {spoken(start, info)}"
    if first_day(info) is None:
        return f"{info.tick_name}s {number(start)} to {number(stop)}"
    return f"{spoken(start, info)} to {spoken(stop - 1, info)}"


def date_ticks(start: date, stop: date) -> list[tuple[date, str]]:
    """Return at most ten evenly spaced dates in [start, stop) with names, firsts of months if so.

    A span of less than three months has days.
    """
    months = range(start.year * 12 + start.month - 1, stop.year * 12 + stop.month)
    firsts = [date(month // 12, month % 12 + 1, 1) for month in months]
    inside = [day for day in firsts if start <= day < stop]
    if len(inside) < 3:
        days = range(0, (stop - start).days, 1 + (stop - start).days // 9)
        return [(start + n * DAY, f"{start + n * DAY:%d %b}".lstrip("0")) for n in days]
    step = next((n for n in (1, 2, 3, 6, 12, 24, 60) if len(inside) <= 9 * n), 120)
    kept = [day for day in inside if (day.month - 1 + 12 * day.year) % step == 0]
    years = [day.year for day in kept]
    return [
        (day, f"{day:%b}" + (f"\n{day.year}" if day.year not in years[:i] else ""))
        for i, day in enumerate(kept)
    ]
