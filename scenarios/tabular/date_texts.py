"""Dates and times as people and programs write them, brought into the order of ISO 8601."""

import re
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

DAY_FIRST, MONTH_FIRST, YEAR_FIRST = "day first", "month first", "year first"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = f"(?P<month>{'|'.join(MONTHS)})[a-z]*"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4})"
_GAP = r"[-\s/.,]+"
_REST = r"[\s:T,]*(?P<rest>.*)"
_WEEKDAY = r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+"
# 05-Mar-2024 and 05/Mar/2024:10:00:00; 05MAR2024; March 5, 2024; Mar 5 10:00:00 2024; 2024-Mar-05.
_NAMED = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        f"^{_DAY}{_GAP}{_MONTH}{_GAP}{_YEAR}{_REST}$",
        f"^{_DAY}{_MONTH}{_YEAR}{_REST}$",
        f"^{_MONTH}{_GAP}{_DAY}{_GAP}{_YEAR}{_REST}$",
        rf"^{_MONTH}{_GAP}{_DAY}\s+(?P<rest>\d+:\S+)\s+(?:UTC\s+|GMT\s+)?{_YEAR}$",
        f"^{_YEAR}{_GAP}{_MONTH}{_GAP}{_DAY}{_REST}$",
    )
)
_NUMERIC = r"^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})(?:\D|$)"
_YEAR_LAST = r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)"
_YEAR_SHORT = r"^(\d{1,2})([-/.])(\d{1,2})[-/.](\d{2})(?!\d)"
_NOON = r"(?i)\s*([ap])\.?m\.?$"
_MIDNIGHT = r"([ T])24:00(?::00(?:\.0*)?)?$"
# A place beside the offset: 10:00+01:00[Europe/Berlin], 10:00 GMT+0100 (CET).
_PLACE = r"\s*(?:\[[^\[\]]*\]|\([^()]*\))$"
_NAMED_PLACE = r"\s*(?:\[[^\[\]]*\]|\([^()]*\))?\s*$"
_MOMENT = r"(?i)(?:\d\s*(?:utc|gmt|z)|\d:\d\d.*[+-]\d{1,2}:?(?:\d{2})?)" + _NAMED_PLACE
_UTC = r"(?i)(?:\d\s*(?:utc|gmt|z)|[+-]00?:?(?:00)?)" + _NAMED_PLACE
_TIDY = (
    (r"^\[(.*)\]$", r"\1"),
    (r"^(\d{4})年\s*(\d{1,2})月\s*(\d{1,2})日", r"\1-\2-\3"),
    (_PLACE, ""),
    (r"(?i)\s*(?:utc|gmt)([+-]\d{2}:?\d{2})$", r"\1"),
    (r"(?i)(?<=\d)\s*(?:utc|gmt|z)$", "+00:00"),
    (r"(?i)(?<=\d)\s*(?:uhr|hrs|h)$", ""),
    (r"(\d:\d\d:\d\d),(\d)", r"\1.\2"),
    (r"^([0-9]+[-/.][0-9]+[-/.][0-9]+),\s*(?=\d)", r"\1 "),
)
# A period as its first day: 2024-W05, 2024-W05-3; 2024Q1, 2024-Q1, Q1 2024; Jan 2024, 2024 Jan.
_WEEK = re.compile(r"^(\d{4})-?W(\d{2})(?:-?([1-7]))?$")
_QUARTER = re.compile(r"^(?:(\d{4})[-\s]?Q([1-4])|Q([1-4])[-\s/]?(\d{4}))$", re.IGNORECASE)
_MONTH_OF_YEAR = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (f"^{_MONTH}{_GAP}{_YEAR}$", f"^{_YEAR}{_GAP}{_MONTH}$")
)
_WORDS = r"(?i)[a-z]{3}|^\d{4}[-\s]?[wq]\d|^q\d"


def readings(texts: pd.Series, short_years: bool = False) -> dict[str, pd.Series]:
    """Return the ways to read distinct texts as times, NaT for no date; UTC if they tell a zone.

    There are several ways, by the order of their numbers, where the year comes last, day or month
    first. short_years: whether years may have two digits.
    """
    iso = _parsed_iso(texts)
    if iso.notna().sum() == texts.notna().sum():
        return {"": iso}
    once = texts.str.strip()
    for pattern, plain in _TIDY:
        once = once.str.replace(pattern, plain, regex=True)
    once = once.str.replace(r"(\s)(\d{1,2})\.(\d\d)(?:\.(\d\d))?$", _colons, regex=True)
    noon = once.str.extract(_NOON, expand=False).str.lower()
    if noon.notna().any():
        once = once.str.replace(_NOON, "", regex=True)
        once = once.str.replace(r"(\s\d{1,2})$", r"\1:00", regex=True)
    if once.str.contains(_WORDS, regex=True).any():
        once = once.map(_numbered, na_action="ignore")
    return {order: _parsed(way, noon) for order, way in _ways(once, short_years).items()}


def _colons(match: re.Match[str]) -> str:
    """Write a time such as 18.00.00 with colons."""
    return match[1] + ":".join(part for part in match.groups()[1:] if part)


def _numbered(text: str) -> str:
    """Write a date with a named month in the order of ISO 8601."""
    bare = re.sub(_WEEKDAY, "", text, flags=re.IGNORECASE)
    for form in _NAMED:
        if match := form.match(bare):
            month = MONTHS.index(match["month"].lower()) + 1
            day = f"{match['year']}-{month:02d}-{int(match['day']):02d}"
            return f"{day} {match['rest']}".strip()
    return _first_day(bare) or text


def _first_day(text: str) -> str | None:
    """Return the first day of a week, a quarter or a month; None for another text."""
    if week := _WEEK.match(text):
        year, number, day = (int(part or 1) for part in week.groups())
        try:
            return date.fromisocalendar(year, number, day).isoformat()
        except ValueError:
            return None
    if quarter := _QUARTER.match(text):
        first_month = 3 * int(quarter[2] or quarter[3]) - 2
        return f"{quarter[1] or quarter[4]}-{first_month:02d}-01"
    for form in _MONTH_OF_YEAR:
        if month := form.match(text):
            return f"{month['year']}-{MONTHS.index(month['month'].lower()) + 1:02d}-01"
    return None


def _ways(texts: pd.Series, short_years: bool) -> dict[str, pd.Series]:
    """Return the texts with the year first, by each order that their numbers may have."""
    if texts.str.match(_YEAR_LAST).any():
        both = {MONTH_FIRST: r"\3-\1-\2", DAY_FIRST: r"\3-\2-\1"}
        return {o: texts.str.replace(_YEAR_LAST, iso, regex=True) for o, iso in both.items()}
    if short_years and (short := texts.str.extract(_YEAR_SHORT)).notna().any(axis=None):
        # 05.03.24 is written where the day comes first.
        marks = {*short[1].dropna()}
        orders = {DAY_FIRST: r"20\4-\3-\1"}
        orders |= {MONTH_FIRST: r"20\4-\1-\3"} if marks != {"."} else {}
        orders |= {YEAR_FIRST: r"20\1-\3-\4"} if "." not in marks else {}
        return {o: texts.str.replace(_YEAR_SHORT, iso, regex=True) for o, iso in orders.items()}
    return {"": texts}


def _parsed_iso(texts: pd.Series) -> pd.Series:
    times = pd.to_datetime(texts, format="ISO8601", errors="coerce", utc=True)
    return times.dt.tz_localize(None)


def _parsed(texts: pd.Series, noon: pd.Series) -> pd.Series:
    # The end of a day is the beginning of the next.
    ends = matching(texts, _MIDNIGHT)
    times = _parsed_iso(texts.str.replace(_MIDNIGHT, r"\g<1>00:00", regex=True))
    times = times + pd.to_timedelta(ends.astype(np.int64), unit="D")
    if not noon.notna().any():
        return times
    hour = times.dt.hour
    wrong = noon.notna() & ((hour == 0) | (hour > 12))
    shift = ((noon == "p") & (hour < 12)).astype(int) - ((noon == "a") & (hour == 12)).astype(int)
    return (times + pd.to_timedelta(12 * shift, unit="h")).mask(wrong)


def tell_a_zone(texts: pd.Series) -> NDArray[np.bool_]:
    """(n,) which texts are moments: with UTC, GMT, Z or an offset."""
    return matching(texts, _MOMENT)


def of_another_zone(texts: pd.Series, named: bool = False) -> NDArray[np.bool_]:
    """(n,) which texts are moments that tell another zone than UTC. named: all tell one by name."""
    moments = texts.notna().to_numpy(bool) if named else tell_a_zone(texts)
    return moments & ~matching(texts, _UTC)


def like_dates(texts: pd.Series) -> NDArray[np.bool_]:
    """(n,) which texts begin as a date does that has its whole year."""
    forms = (_NUMERIC, *(f"(?i){form.pattern}" for form in _NAMED))
    return np.logical_or.reduce([matching(texts, form) for form in forms])


def matching(texts: pd.Series, pattern: str) -> NDArray[np.bool_]:
    """(n,) which texts a pattern (of RE2) matches somewhere; none that is missing."""
    array = pa.array(texts, pa.string(), from_pandas=True)
    hits = pc.fill_null(pc.match_substring_regex(array, pattern), False)
    return np.asarray(hits.to_numpy(zero_copy_only=False), dtype=bool)


def looks_like_a_date(text: str) -> bool:
    """Whether a text begins as a date does that has its whole year."""
    bare = re.sub(_WEEKDAY, "", text.strip(), flags=re.IGNORECASE)
    return bool(re.match(_NUMERIC, bare)) or any(form.match(bare) for form in _NAMED)
