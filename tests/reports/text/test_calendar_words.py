"""Ticks with a date: hours, days, weeks, months, quarters, years; and periods without rows."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from fake_study import Fake, scenario_info, write

from retrainlab.reports.results.tables import load
from retrainlab.reports.text.calendar import moments, period, served_share, spoken
from retrainlab.reports.text.rates import volume
from retrainlab.scenarios.tabular.coded import MOST_GAPS
from retrainlab.scenarios.tabular.ticks import calendar_ticks
from retrainlab.sim.calendar_periods import PERIODS

SPANS = {
    "hour": ("2024-02-28 22:15:00 to 2024-03-02 01:00:00", "29 February 2024, 00:00"),
    "day": ("2024-02-28 to 2024-05-02", "1 March 2024"),
    "week": ("2024-02-28 to 2024-05-02", "11 March 2024"),
    "month": ("2023-11-30 to 2025-05-02", "January 2024"),
    "quarter": ("2023-11-30 to 2025-05-02", "Q2 2024"),
    "year": ("2013-11-30 to 2025-05-02", "2015"),
}
STEPS = {"hour": "h", "day": "D", "week": "7D", "month": "MS", "quarter": "QS", "year": "YS"}


def dated(tick_name, span, ticks, gaps=""):
    facts = (("time span", span), *([("periods without rows", gaps)] if gaps else []))
    return scenario_info(tick_name=tick_name, ticks=ticks, facts=facts)


@pytest.mark.parametrize("every", SPANS)
def test_a_tick_is_spoken_of_by_its_date(every):
    span, third = SPANS[every]
    first, last = (pd.Timestamp(end) for end in span.split(" to "))
    ticks = int(np.diff(PERIODS[every].numbers(np.array([first, last], "M8[s]")))[0]) + 1
    assert spoken(2, dated(every, span, ticks)) == third
    assert moments(dated(every, span, ticks + 1)) is None
    assert spoken(2, dated(every, span, ticks + 1)) == f"{every} 2"


@pytest.mark.parametrize("every", SPANS)
def test_periods_without_rows_have_no_tick(every):
    """As a file says it: what `calendar_ticks` skips, a reader does not count."""
    step = STEPS[every]
    times = pd.Series(pd.date_range("2024-01-01", periods=12, freq=step)).drop([3, 7, 8])
    ticks = calendar_ticks(times, every)
    assert len(ticks.gaps) == 2 < MOST_GAPS
    gaps = ", ".join(first if first == last else f"{first} to {last}" for first, last in ticks.gaps)
    info = dated(every, f"{times.iloc[0]} to {times.iloc[-1]}", len(ticks.offsets) - 1, gaps)
    known = moments(info)
    assert known is not None
    assert [pd.Timestamp(at) for at in known] == times.tolist()


def test_an_hour_that_clocks_passed_over_has_no_tick():
    span = ("time span", "2024-03-31 00:00:00 to 2024-03-31 06:40:00")
    gap, never = ("periods without rows", "2024-03-31T05"), "hours that clocks passed over"
    facts = (span, gap, (never, "2024-03-31T02"))
    info = scenario_info(tick_name="hour", ticks=5, facts=facts)
    assert [spoken(tick, info)[-5:] for tick in range(5)] == [
        *("00:00", "01:00", "03:00", "04:00", "06:00")
    ]


def test_spans_of_ticks_are_written_with_dates_or_as_numbers():
    months = dated("month", "2023-11-30 to 2025-05-02", 19)
    assert period(2, 3, months) == "in January 2024"
    assert period(2, 6, months) == "January 2024 to April 2024"
    assert period(2, 6, dated("month", "", 19)) == "months 2 to 6"
    assert period(4, 5, dated("quarter", "2023-11-30 to 2025-05-02", 7)) == "in Q4 2024"
    assert PERIODS["week"].dates(np.array(["1970-01-01"], "M8[D]")) == ["1969-12-29"]


def test_a_month_has_no_more_ticks_than_periods_with_rows():
    """Of a log of working days 5 in 7, of a monthly one that is counted in days 1 in 30."""
    assert served_share(dated("day", "2024-01-01 to 2024-01-28", 20)) == pytest.approx(5 / 7)
    assert served_share(dated("day", "2023-01-01 to 2024-12-31", 24)) == pytest.approx(24 / 731)
    assert served_share(dated("month", "2023-01-01 to 2024-12-31", 24)) == 1
    assert served_share(dated("tick", "", 24)) == served_share(dated("day", "", 24)) == 1


def test_what_a_month_costs_counts_the_periods_without_rows(tmp_path):
    tables = load(write(tmp_path, (Fake("one", seeds=1),))).of("one")
    ticks = tables.manifest.scenarios["one"].ticks

    def months(periods: int) -> float | None:
        end = pd.Timestamp("2024-01-01") + pd.Timedelta(days=periods - 1)
        info = dated("day", f"2024-01-01 to {end:%Y-%m-%d}", ticks)
        manifest = replace(tables.manifest, scenarios={"one": info})
        return volume(replace(tables, manifest=manifest)).months

    full, sparse = months(ticks), months(30 * ticks)
    assert full == pytest.approx(tables.runs["ticks"].mean() / (365.25 / 12))
    assert sparse == pytest.approx(30 * full)
