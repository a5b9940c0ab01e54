"""Dates and times as people and programs write them, brought into the order of ISO 8601."""

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = f"(?P<month>{'|'.join(MONTHS)})[a-z]*"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4})"
_GAP = r"[-\s/.,]+"
_REST = r"[\s:T,]*(?P<rest>.*)"
_WEEKDAY = r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+"
# 05-Mar-2024 and 05/Mar/2024:10:00:00; March 5, 2024; Mar 5 10:00:00 2024; 2024-Mar-05.
_NAMED = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        f"^{_DAY}{_GAP}{_MONTH}{_GAP}{_YEAR}{_REST}$",
        f"^{_MONTH}{_GAP}{_DAY}{_GAP}{_YEAR}{_REST}$",
        rf"^{_MONTH}{_GAP}{_DAY}\s+(?P<rest>\d+:\S+)\s+(?:UTC\s+|GMT\s+)?{_YEAR}$",
        f"^{_YEAR}{_GAP}{_MONTH}{_GAP}{_DAY}{_REST}$",
    )
)
_YEAR_LAST = r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)"
_YEAR_SHORT = r"^(\d{1,2})([-/.])(\d{1,2})[-/.](\d{2})(?!\d)"
_NOON = r"(?i)\s*([ap])\.?m\.?$"
_ZONE = r"(?i)(?<=\d)\s*(?:utc|gmt|z)$"
_MOMENT = r"(?i)(?:\d\s*(?:utc|gmt|z)|\d:\d\d.*[+-]\d{2}:?(?:\d{2})?)\s*$"


def readings(texts: pd.Series, short_years: bool = False) -> list[pd.Series]:
    """Return the ways to read distinct texts as times, NaT for no date; UTC if they tell a zone.

    There are several ways where the year comes last, day or month first. short_years: whether
    years may have two digits.
    """
    iso = _parsed_iso(texts)
    if iso.notna().sum() == texts.notna().sum():
        return [iso]
    once = texts.str.strip()
    once = once.str.replace(_ZONE, "+00:00", regex=True)
    once = once.str.replace(r"(\d:\d\d:\d\d),(\d)", r"\1.\2", regex=True)
    once = once.str.replace(r"(\s)(\d{1,2})\.(\d\d)(?:\.(\d\d))?$", _colons, regex=True)
    noon = once.str.extract(_NOON, expand=False).str.lower()
    if noon.notna().any():
        once = once.str.replace(_NOON, "", regex=True)
    if once.str.contains("(?i)[a-z]{3}", regex=True).any():
        once = once.map(_numbered, na_action="ignore")
    return [_parsed(way, noon) for way in _ways(once, short_years)]


def _colons(match: re.Match[str]) -> str:
    """Write a time such as 18.00.00 with colons."""
    return match[1] + ":".join(part for part in match.groups()[1:] if part)


def _numbered(text: str) -> str:
    """Write a date with a named month in the order of ISO 8601."""
    bare = re.sub(_WEEKDAY, "", text, flags=re.IGNORECASE)
    for form in _NAMED:
        if match := form.match(bare):
            month = MONTHS.index(match["month"].lower()) + 1
            date = f"{match['year']}-{month:02d}-{int(match['day']):02d}"
            return f"{date} {match['rest']}".strip()
    return text


def _ways(texts: pd.Series, short_years: bool) -> list[pd.Series]:
    """Return the texts with the year first, in each order that day and month may have."""
    if texts.str.match(_YEAR_LAST).any():
        both = (r"\3-\1-\2", r"\3-\2-\1")
        return [texts.str.replace(_YEAR_LAST, order, regex=True) for order in both]
    if short_years and (short := texts.str.extract(_YEAR_SHORT)).notna().any(axis=None):
        # 05.03.24 is written where the day comes first, and 24-03-05 only with hyphens.
        marks = {*short[1].dropna()}
        orders = [r"20\4-\3-\1"]
        orders += [r"20\4-\1-\3"] if marks != {"."} else []
        orders += [r"20\1-\3-\4"] if marks == {"-"} else []
        return [texts.str.replace(_YEAR_SHORT, order, regex=True) for order in orders]
    return [texts]


def _parsed_iso(texts: pd.Series) -> pd.Series:
    times = pd.to_datetime(texts, format="ISO8601", errors="coerce", utc=True)
    return times.dt.tz_localize(None)


def _parsed(texts: pd.Series, noon: pd.Series) -> pd.Series:
    times = _parsed_iso(texts)
    if not noon.notna().any():
        return times
    hour = times.dt.hour
    wrong = noon.notna() & ((hour == 0) | (hour > 12))
    shift = ((noon == "p") & (hour < 12)).astype(int) - ((noon == "a") & (hour == 12)).astype(int)
    return (times + pd.to_timedelta(12 * shift, unit="h")).mask(wrong)


def tell_a_zone(texts: pd.Series) -> bool:
    """Whether texts are moments: with UTC, GMT, Z or an offset."""
    return bool(matching(texts, _MOMENT).any())


def matching(texts: pd.Series, pattern: str) -> NDArray[np.bool_]:
    """(n,) which texts a pattern (of RE2) matches somewhere; none that is missing."""
    array = pa.array(texts, pa.string(), from_pandas=True)
    hits = pc.fill_null(pc.match_substring_regex(array, pattern), False)
    return np.asarray(hits.to_numpy(zero_copy_only=False), dtype=bool)


def looks_like_a_date(text: str) -> bool:
    """Whether a text begins as a date does that has its whole year."""
    bare = re.sub(_WEEKDAY, "", text.strip(), flags=re.IGNORECASE)
    numeric = re.match(r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})(?!\d)", bare)
    return bool(numeric) or any(form.match(bare) for form in _NAMED)
