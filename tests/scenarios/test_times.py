"""Times as people and programs write them, and the zone in which ticks are counted."""

import numpy as np
import pandas as pd
import pytest
from file_tables import TIMES, assert_equal, stream_of, table

from retrainlab.scenarios.file import File
from retrainlab.sim.errors import InputError

FORMS = {
    "BigQuery": "%Y-%m-%d %H:%M:%S UTC",
    "AM and PM": "%m/%d/%Y %I:%M %p",
    "Python's logging": "%Y-%m-%d %H:%M:%S,000",
    "month by name": "%d-%b-%Y %H:%M",
    "month in words": "%B %d, %Y %I:%M %p",
    "weekday and month": "%a, %d %b %Y %H:%M:%S GMT",
    "ctime": "%a %b %d %H:%M:%S %Y",
    "Apache": "%d/%b/%Y:%H:%M:%S +0000",
    "in brackets": "[%Y-%m-%d %H:%M:%S]",
    "SAS": "%d%b%Y:%H:%M:%S",
    "Japanese": "%Y年%m月%d日 %H:%M",
    "digits": "%Y%m%d%H%M%S",
    "short year": "%d.%m.%y %H:%M",
    "Z": "%Y-%m-%dT%H:%M:%SZ",
    "dots in the time": "%d.%m.%Y %H.%M.%S",
    "no zeros": "%Y-%-m-%-d %-H:%M",
    "a comma": "%Y-%m-%d, %H:%M",
    "no minutes": "%d/%m/%Y %-I %p",
    "digits to the hour": "%Y%m%d%H",
    "digits to the minute": "%Y%m%d%H%M",
    "Java": "%Y-%m-%dT%H:%M:%S+00:00[Europe/London]",
    "JavaScript": "%a %b %d %Y %H:%M:%S GMT+0000 (GMT)",
    "Uhr": "%d.%m.%Y %H:%M Uhr",
    "short year first": "%y/%m/%d %H:%M",
}
LATER = TIMES + pd.Timedelta(days=28)  # 29 January to 1 February: a day beyond 12


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_ways_to_write_a_time(tmp_path, form):
    plain = stream_of(table(when=LATER), tmp_path)
    assert_equal(plain, stream_of(table(when=LATER.strftime(form)), tmp_path, "other.csv"))


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("name", ["data.csv", "data.parquet"])
def test_time_since_1970(tmp_path, unit, name):
    since = LATER.as_unit(unit).astype("int64")
    plain = stream_of(table(when=LATER), tmp_path)
    for options in ({}, {"time_format": unit}):
        assert_equal(plain, stream_of(table(when=since), tmp_path, name, **options))


@pytest.mark.parametrize("form", ["%d%m%Y", "%m%d%Y", "%d%m%y", "%y%m%d", "%m%d%Y%H"])
@pytest.mark.parametrize("digits", ["text", "number"])
def test_a_form_of_digits_has_the_zeros_that_numbers_lost(tmp_path, form, digits):
    times = TIMES if "%H" in form else TIMES.normalize()
    times = times - pd.DateOffset(years=20)
    written = times.strftime(form)
    expected = stream_of(table(when=times), tmp_path)
    when = written if digits == "text" else written.astype("int64")
    stream = stream_of(table(when=when), tmp_path, "other.csv", time_format=form)
    assert_equal(expected, stream)


def test_numbers_since_1970_are_told_unless_they_were_said(tmp_path):
    since = TIMES.as_unit("s").astype("int64")
    told = ("reading", f"when holds numbers such as {since[0]}, read as seconds since 1970")
    assert told in stream_of(table(when=since), tmp_path).facts
    assert told not in stream_of(table(when=since), tmp_path, time_format="s").facts


def test_ticks_of_dot_net_are_no_nanoseconds_of_1990(tmp_path):
    ticks = TIMES.as_unit("us").astype("int64") * 10 + 621_355_968_000_000_000
    with pytest.raises(InputError, match="which is not a date"):
        stream_of(table(when=ticks), tmp_path)


@pytest.mark.parametrize("form", ["%G%V", "%G-%V", "%G/%V"])
def test_a_year_and_a_week_are_no_month(tmp_path, form):
    weeks, later = (
        pd.date_range(day, periods=12, freq="W-MON") for day in ("2024-01-01", "2024-01-08")
    )
    with pytest.raises(
        InputError, match=r"13' in row 12, which is not a date; .* weeks as 2024-W13"
    ):
        stream_of(table(when=later.strftime(form)), tmp_path)
    written, months = table(week=weeks.strftime(form)), form.replace("%G", "%Y").replace("%V", "%m")
    with pytest.raises(InputError, match=f"a week or a month; .* for months {months}$"):
        stream_of(written, tmp_path, time="week")
    stream = stream_of(written, tmp_path, time="week", time_format=months)
    assert len(stream.offsets) == 13


@pytest.mark.parametrize("part", [0.25, 6.25])
def test_a_part_of_a_day_or_an_hour_is_no_time_of_day(tmp_path, part):
    days = table(day=TIMES.strftime("%Y-%m-%d"), clock=part)
    with pytest.raises(InputError, match=f" {part}' in row 1, which is not a date"):
        stream_of(days, tmp_path, time=["day", "clock"])


@pytest.mark.parametrize("name", ["data.csv", "data.parquet"])
def test_days_of_a_spreadsheet(tmp_path, name):
    plain = stream_of(table(when=LATER), tmp_path)
    days = (LATER - pd.Timestamp("1899-12-30")) / pd.Timedelta(days=1)
    assert_equal(plain, stream_of(table(when=days), tmp_path, name, time_format="excel"))
    with pytest.raises(InputError, match="or excel for the days of a sheet"):
        stream_of(table(when=days), tmp_path, name)


@pytest.mark.parametrize(("at", "placeholder"), [(0, "0001-01-01"), (11, "9999-12-31")])
def test_a_placeholder_is_no_time(tmp_path, at, placeholder):
    when = [*LATER.strftime("%Y-%m-%d")]
    when[at] = placeholder
    with pytest.raises(InputError, match=f"{placeholder} 00:00:00 in row {at + 1}, which stands"):
        stream_of(table(when=when), tmp_path)


def test_clocks_that_were_put_back(tmp_path):
    moments = pd.date_range("2024-10-26 21:00", periods=12, freq="30min", tz="UTC")
    local = moments.tz_convert("Europe/Berlin")
    frame = table(when=local.strftime("%Y-%m-%d %H:%M"))
    options = {"every": "hour", "time_zone": "Europe/Berlin"}
    told = stream_of(table(when=local.map(lambda time: time.isoformat())), tmp_path, **options)
    np.testing.assert_array_equal(stream_of(frame, tmp_path, **options).offsets, told.offsets)
    with pytest.raises(InputError, match="or set time_zone if clocks were put back there"):
        stream_of(frame, tmp_path)


@pytest.mark.parametrize(
    ("freq", "every", "longer"),
    [
        *(("7D", "day", "week"), ("MS", "day", "month"), ("D", "hour", "day")),
        *(("QS", "week", "quarter"), ("YS", "month", "year")),
    ],
)
def test_rows_that_are_rarer_than_the_ticks_are_told(tmp_path, freq, every, longer):
    frame = table(when=pd.date_range("2024-01-01", periods=12, freq=freq))
    told = dict(stream_of(frame, tmp_path, every=every).facts)["ticks"]
    assert told.endswith(
        f"no {longer} has two: set every={longer}, to count intervals in {longer}s"
    )
    again = dict(stream_of(frame, tmp_path, every=longer).facts)["ticks"]
    assert "set every" not in again


@pytest.mark.parametrize(
    ("freq", "rows", "tick"),
    [
        *(("7D", 12, "week"), ("MS", 12, "month"), ("QS", 12, "quarter"), ("YE", 12, "year")),
        *(("D", 12, "day"), ("h", 30, "day"), ("3D", 12, "day"), ("MS", 2, "day")),
    ],
)
def test_a_tick_is_the_longest_period_of_which_none_has_rows_of_two_days(
    tmp_path, freq, rows, tick
):
    when = pd.date_range("2024-01-01", periods=rows, freq=freq).repeat(2)  # a batch has many rows
    bought = ["yes", "no"] * rows
    batches = pd.DataFrame({"when": when, "size": range(2 * rows), "bought": bought})
    stream = stream_of(batches, tmp_path)
    assert stream.tick_name == tick
    reading = [value for name, value in stream.facts if name == "reading"]
    told = f"no {tick} has rows of two days, so a tick is a {tick}; every=day counts days"
    assert reading == ([told] if tick != "day" else [])
    assert stream_of(batches, tmp_path, every="day").tick_name == "day"
    assert stream_of(batches, tmp_path, rows=5).tick_name == "tick"


def test_a_form_of_ones_own(tmp_path):
    plain = stream_of(table(), tmp_path)
    texts = TIMES.strftime("%H:%M on %d/%m/%y")
    assert_equal(
        plain, stream_of(table(when=texts), tmp_path, "o.csv", time_format="%H:%M on %d/%m/%y")
    )


@pytest.mark.parametrize("clock", ["%H:%M", "%H%M", "%-H", "%I:%M %p"])
@pytest.mark.parametrize("form", ["%d.%m.%y", "%y%m%d", "excel"])
def test_a_form_of_the_date_beside_a_time_of_day(tmp_path, form, clock):
    days = (TIMES.normalize() - pd.Timestamp("1899-12-30")).days
    written = days if form == "excel" else TIMES.strftime(form)
    frame = table(date=written, clock=TIMES.strftime(clock)).drop(columns="when")
    stream = stream_of(frame, tmp_path, time=["date", "clock"], time_format=form)
    plain = stream_of(table(), tmp_path, "plain.csv")
    np.testing.assert_array_equal(stream.offsets, plain.offsets)
    frame["date"] = frame["date"].astype("str")
    frame.loc[6, "date"] = "soon"
    with pytest.raises(InputError, match=r"'soon .*' in row 7.*, or correct time_format$"):
        stream_of(frame, tmp_path, "odd.csv", time=["date", "clock"], time_format=form)


def test_a_form_of_a_date_in_parts_is_that_of_the_label_times(tmp_path):
    parts = {"year": TIMES.year, "month": TIMES.month, "day": TIMES.day}
    frame = table(**parts, paid=TIMES.strftime("%d.%m.%y")).drop(columns="when")
    with pytest.raises(InputError, match="which are numbers and have no form; leave time_format"):
        stream_of(frame, tmp_path, time=[*parts], time_format="%d.%m.%y")
    options = {"time": [*parts], "time_format": "%d.%m.%y", "label_time": "paid"}
    assert stream_of(frame, tmp_path, **options).arrival is not None


@pytest.mark.parametrize("clock", ["%H:%M:%S", "%H.%M.%S", "%I:%M %p", "%-I %p", "%-H%M", "%H%M%S"])
def test_a_date_and_a_time_of_day(tmp_path, clock):
    frame = table(date=LATER.strftime("%d/%m/%Y"), clock=LATER.strftime(clock)).drop(columns="when")
    stream = stream_of(frame, tmp_path, time=["date", "clock"])
    plain = stream_of(table(when=LATER), tmp_path, "plain.csv")
    np.testing.assert_array_equal(stream.offsets, plain.offsets)
    assert stream.features[-2:] == ("time.weekday", "time.hour")
    np.testing.assert_array_equal(stream.x[:, -2:], plain.x[:, -2:])


def test_a_date_and_an_hour(tmp_path):
    frame = table(date=LATER.strftime("%Y-%m-%d"), h=LATER.hour).drop(columns="when")
    stream = stream_of(frame, tmp_path, time=["date", "h"])
    np.testing.assert_array_equal(stream.x[:, -1], LATER.hour)


def test_the_order_of_rows_tells_day_from_month(tmp_path):
    # No day beyond 12; read as months first, 5 June is followed by 6 January.
    days = pd.DatetimeIndex(
        ["2024-05-06", "2024-06-01", "2024-06-02", "2024-06-03"] * 3
    ).sort_values()
    plain = stream_of(table(when=days), tmp_path)
    assert_equal(plain, stream_of(table(when=days.strftime("%d/%m/%Y")), tmp_path, "other.csv"))


@pytest.mark.parametrize(
    "written",
    [
        lambda times: times.strftime("%Y-%m-%dT%H:%M:%SZ"),
        lambda times: times.astype("int64") // 10**9,
        lambda times: (
            times.tz_localize("UTC").tz_convert("Asia/Tokyo").map(lambda t: t.isoformat())
        ),
    ],
)
def test_ticks_and_parts_are_local(tmp_path, written):
    # Two hours before midnight in UTC are after midnight in Berlin.
    times = pd.date_range("2024-03-29 22:30", periods=12, freq="6h").as_unit("ns")
    local = times.tz_localize("UTC").tz_convert("Europe/Berlin").tz_localize(None)
    plain = stream_of(table(when=local, born=local), tmp_path)
    moments = table(when=written(times), born=times.strftime("%Y-%m-%dT%H:%M:%SZ"))
    assert_equal(plain, stream_of(moments, tmp_path, "other.csv", time_zone="Europe/Berlin"))


@pytest.mark.parametrize(
    ("zone", "name", "told"),
    [
        (
            "Asia/Tokyo",
            "data.csv",
            "such as 2024-03-30T07:30:00+09:00 are counted in UTC; time_zon",
        ),
        ("Asia/Tokyo", "data.parquet", "in Asia/Tokyo are counted in UTC; time_zone=Asia/Tokyo"),
        ("+05:30", "data.parquet", "in UTC+05:30 are counted in UTC; time_zone=Europe/Berlin"),
        ("UTC", "data.csv", ""),
        ("UTC", "data.parquet", ""),
    ],
)
def test_times_of_another_zone_are_said_to_be_counted_in_utc(tmp_path, zone, name, told):
    times = pd.date_range("2024-03-29 22:30", periods=12, freq="6h", tz="UTC").tz_convert(zone)
    when = times if name.endswith(".parquet") else times.map(lambda t: t.isoformat())
    reading = dict(stream_of(table(when=when), tmp_path, name).facts).get("reading", "")
    assert bool(told) == bool(reading)
    assert told in reading
    local = stream_of(table(when=when), tmp_path, name, time_zone="Asia/Tokyo")
    assert "reading" not in dict(local.facts)


@pytest.mark.parametrize(
    ("columns", "options"),
    [
        ({"when": "%Y-%m-%d %H:%M:%S+02"}, {}),  # PostgreSQL
        ({"when": "%Y-%m-%d %H:%M:%S +5"}, {}),
        ({"when": "%Y-%m-%dT%H:%M:%S+01:00[Europe/Paris]"}, {}),
        ({"when": "%Y-%m-%d %H:%M EST"}, {"time_format": "%Y-%m-%d %H:%M %Z"}),
        ({"date": "%Y-%m-%d", "clock": "%H:%M+02:00"}, {"time": ["date", "clock"]}),
    ],
)
def test_however_an_offset_is_written_it_is_told(tmp_path, columns, options):
    frame = table(**{name: TIMES.strftime(form) for name, form in columns.items()})
    frame = frame if "when" in columns else frame.drop(columns="when")
    stream = stream_of(frame, tmp_path, **options)
    assert "are counted in UTC; time_zone=" in dict(stream.facts)["reading"]
    local = stream_of(frame, tmp_path, time_zone="Asia/Tokyo", **options)
    assert "reading" not in dict(local.facts)


def test_days_of_one_month_may_be_years(tmp_path):
    # 24/01/05 is the 5th of January 2024, or the 24th of January 2005.
    days = pd.date_range("2024-01-01", periods=12)
    frame = table(when=days.strftime("%y/%m/%d"))
    with pytest.raises(InputError, match=r"day, month and year cannot be told apart.*%d/%m/%y"):
        stream_of(frame, tmp_path)
    plain = stream_of(table(when=days), tmp_path)
    assert_equal(plain, stream_of(frame, tmp_path, "o.csv", time_format="%y/%m/%d"))
    # Nobody logs on one day of each year, with the year first.
    later = pd.date_range("2024-01-10", periods=12)
    plain = stream_of(table(when=later), tmp_path)
    assert_equal(plain, stream_of(table(when=later.strftime("%d/%m/%y")), tmp_path, "o.csv"))


@pytest.mark.parametrize(
    ("columns", "options", "advice"),
    [
        (
            {"when": TIMES.as_unit("ms").astype("int64")},
            {"time_format": "s"},
            "correct time_format",
        ),
        (
            {"year": 24, "month": TIMES.month, "day": TIMES.day},
            {"time": ["year", "month", "day"]},
            "write years with four digits$",
        ),
    ],
)
def test_times_that_are_all_impossible_are_no_placeholders(tmp_path, columns, options, advice):
    frame = table(**columns)
    with pytest.raises(InputError, match=f"no row has a time from 1678 to 2261; .*{advice}"):
        stream_of(frame, tmp_path, **options)


def test_the_hour_that_comes_twice_is_in_order(tmp_path):
    moments = pd.date_range("2024-10-26 22:00", periods=12, freq="20min").strftime(
        "%Y-%m-%dT%H:%MZ"
    )
    stream = stream_of(table(when=moments), tmp_path, every="hour", time_zone="Europe/Berlin")
    np.testing.assert_array_equal(np.diff(stream.offsets), [3, 3, 6])


def test_times_as_a_clock_showed_them_stay_so(tmp_path):
    assert_equal(stream_of(table(), tmp_path), stream_of(table(), tmp_path, time_zone="Asia/Tokyo"))


PERIODS = {
    "%G-W%V": "2024-01-01",
    "%G-W%V-1": "2024-01-01",
    "%YQ1": "2024-01-01",
    "Q1 %Y": "2024-01-01",
    "Q1-%Y": "2024-01-01",
    "%Y q1": "2024-01-01",
    "%Y %b": "2024-01-01",
    "%Y-%m": "2024-01-01",
    "%Y%m": "2024-01-01",
    "%b %Y": "2024-01-01",
    "%Y": "2024-01-01",
}


@pytest.mark.parametrize("form", PERIODS)
def test_a_period_is_its_first_day(tmp_path, form):
    first = pd.Timestamp(PERIODS[form])
    plain = stream_of(table(when=[first] * 12), tmp_path)
    texts = [first.strftime(form)] * 12
    assert_equal(plain, stream_of(table(when=texts), tmp_path, "other.csv"))


def test_a_year_and_a_month(tmp_path):
    frame = table(year=[2023] * 6 + [2024] * 6, month=[11, 12] * 6).drop(columns="when")
    frame = frame.sort_values(["year", "month"])
    stream = stream_of(frame, tmp_path, time=["year", "month"], every="month")
    np.testing.assert_array_equal(np.diff(stream.offsets), [3, 3, 3, 3])


def test_the_end_of_a_day_is_the_next(tmp_path):
    ends = pd.date_range("2024-01-02", periods=12)
    texts = [f"{day - pd.Timedelta(days=1):%Y-%m-%d} 24:00" for day in ends]
    plain = stream_of(table(when=ends), tmp_path)
    assert_equal(plain, stream_of(table(when=texts), tmp_path, "other.csv"))


def test_a_zone_is_told_by_all_rows_or_by_none(tmp_path):
    texts = TIMES.strftime("%Y-%m-%d %H:%M").to_numpy(object)
    texts[2] += "+02:00"
    with pytest.raises(InputError, match="'2024-01-01 06:00' in row 1 tells no time zone"):
        stream_of(table(when=texts), tmp_path)


@pytest.mark.parametrize(
    ("rows", "time", "note"),
    [
        ([59], "2099-12-31", "1 row is 27,739 days after all others: if that time stands for one"),
        ([0, 1], "1970-01-01", "2 rows are 19,723 days before all others"),
        ([59], "2024-02-29", None),
    ],
)
def test_a_time_far_from_all_others_is_told(tmp_path, rows, time, note):
    times = pd.date_range("2024-01-01", periods=60, freq="8h").strftime("%Y-%m-%d").to_numpy(object)
    times[rows] = time
    path = tmp_path / "data.csv"
    frame = pd.DataFrame(
        {"when": times, "x": np.random.default_rng(0).random(60), "y": [0, 1] * 30}
    )
    frame.to_csv(path, index=False)
    (reading, *_) = File(path=str(path), target="y", time="when")(0).columns
    assert [text[: len(note or "")] for text in reading.notes] == ([note] if note else [])


def test_an_hour_that_clocks_pass_over_is_not_without_rows(tmp_path):
    moments = pd.date_range("2024-03-30 20:00", periods=12, freq="h", tz="UTC")
    local = {"every": "hour", "time_zone": "Europe/Berlin"}
    ticks = "12 hours, 0 without rows skipped"
    for when in (moments, moments.tz_convert("Europe/Berlin").tz_localize(None)):
        facts = dict(stream_of(table(when=when), tmp_path, **local).facts)
        assert (facts["ticks"], "periods without rows" in facts) == (ticks, False)
        assert facts["hours that clocks passed over"] == "2024-03-31T02"
    after = moments + pd.to_timedelta([0] * 5 + [2] * 7, unit="h")  # an outage around it
    facts = dict(stream_of(table(when=after), tmp_path, **local).facts)
    assert facts["ticks"].startswith("12 hours, 2 without rows skipped")
    assert facts["periods without rows"] == "2024-03-31T03 to 2024-03-31T04"
