"""Where rows come from: files by date, one growing file, a database; labels of their own."""

import sqlite3
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from production import WARMUP, at, dates, days, file_of, made, table

from retrainlab.experiments.production import ledger as ledgers
from retrainlab.experiments.production import policy as policies
from retrainlab.experiments.production import steps
from retrainlab.experiments.production.data import (
    DataPlace,
    are_tick_dates,
    asked_date,
    open_source,
    tick_date,
)
from retrainlab.experiments.production.verify import verify
from retrainlab.scenarios.file import File
from retrainlab.scenarios.tabular.schema import Schema
from retrainlab.sim.calendar_periods import PERIODS
from retrainlab.sim.errors import InputError

SCHEMA = Schema("y", "classification", ("0", "1"), False, ("day",), "day", (), "day", (), False)


def moved(path, policy, **places):
    """The same policy, with its rows or labels elsewhere."""
    fields = {name: getattr(policy, name) for name in policy.__dataclass_fields__}
    policies.save(policies.Policy(**{**fields, **places}), path)


def ledger_of(path):
    at(path, steps.tick_all)
    assert at(path, verify).line["verdict"].endswith("as simulated")
    return ledgers.load(path).frames


def same(one, other):
    for name in ledgers.TABLES:
        pd.testing.assert_frame_equal(
            one[name].drop(columns="seconds", errors="ignore"),
            other[name].drop(columns="seconds", errors="ignore"),
        )


@pytest.fixture(scope="module")
def by_day(tmp_path_factory):
    """The ledger of a folder with a file a day."""
    path, _ = made(tmp_path_factory.mktemp("by_day"), name="flights", strategy="drop")
    return ledger_of(path)


@pytest.mark.slow
def test_one_file_that_grows_gives_the_same_ledger(tmp_path, by_day):
    path, policy = made(tmp_path, name="flights", strategy="drop")
    growing = tmp_path / "growing.csv"
    moved(path, policy, data=DataPlace(path=str(growing)))
    whole = table("flights")
    for date in dates("flights"):
        whole[whole["day"] <= date].to_csv(growing, index=False)
        at(path, steps.tick, date)
    same(ledger_of(path), by_day)


def test_a_database_gives_the_same_ledger(tmp_path, by_day):
    path, policy = made(tmp_path, name="flights", strategy="drop")
    file = tmp_path / "flights.db"
    with sqlite3.connect(file) as connection:
        rows = table("flights")
        rows.assign(day=rows["day"].dt.strftime("%Y-%m-%d")).to_sql("flights", connection)
    query, all_dates = "select * from flights where day = :date", "select distinct day from flights"
    moved(path, policy, data=DataPlace(url=f"sqlite:///{file}", query=query, dates=all_dates))
    same(ledger_of(path), by_day)


@pytest.mark.parametrize("key", [None, "flight"])
def test_labels_may_stand_in_files_of_their_own(tmp_path, by_day, key):
    path, policy = made(tmp_path, name="flights", strategy="drop")
    data, labels = tmp_path / "rows", tmp_path / "labels"
    data.mkdir()
    labels.mkdir()
    for date, rows in days("flights").items():
        numbered = rows.assign(flight=np.arange(len(rows)))
        numbered.drop(columns="label").to_csv(data / f"{date}.csv", index=False)
        labelled = numbered[["flight", "label"]]
        labelled = labelled.iloc[::-1] if key else labelled
        labelled.to_csv(labels / f"{date}.csv", index=False)
    moved(path, policy, data=DataPlace(path=str(data)), labels=DataPlace(path=str(labels), key=key))
    same(ledger_of(path), by_day)


def labels_apart(tmp_path, change):
    """A folder whose labels lie in files of their own, of which a day's is changed."""
    path, policy = made(tmp_path, clocks=(0, 0))
    data, labels = tmp_path / "rows", tmp_path / "labels"
    data.mkdir()
    labels.mkdir()
    for date, rows in days("recurrent").items():
        numbered = rows.assign(sale=[f"{n:03}" for n in range(len(rows))])
        given = numbered[["sale", "label"]]
        if date == dates()[0]:
            numbered, given = change(numbered, given)
        numbered.drop(columns="label").to_csv(data / f"{date}.csv", index=False)
        given.to_csv(labels / f"{date}.csv", index=False)
    place = DataPlace(path=str(labels), key="sale")
    moved(path, policy, data=DataPlace(path=str(data)), labels=place)
    return path


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda rows, given: (rows, given.drop(columns="sale")), "labels of {} have no column 's"),
        (
            lambda rows, given: (rows, given.rename(columns={"label": "Label"})),
            "labels of {} have no column 'label'",
        ),
        (lambda rows, given: (rows.drop(columns="sale"), given), "rows of {} have no column 'sale"),
        (
            lambda rows, given: (rows, pd.concat([given, given.assign(label=1 - given.label)])),
            "labels of {} have two labels where sale is '000'",
        ),
    ],
    ids=["no key of labels", "no labels", "no key of rows", "two labels"],
)
def test_labels_that_cannot_find_their_rows_are_refused(tmp_path, change, sentence):
    path = labels_apart(tmp_path, change)
    with pytest.raises(InputError, match=sentence.format(dates()[0])):
        at(path, steps.tick, dates()[0])


def test_keys_are_compared_as_texts(tmp_path):
    """Also where one file has keys of digits alone, and the other has not."""
    more = {"sale": ["A7"], "label": [0]}
    path = labels_apart(
        tmp_path, lambda rows, given: (rows, pd.concat([given, pd.DataFrame(more)]))
    )
    assert at(path, steps.tick, dates()[0]).line["labelled"] == dates()[0]


@pytest.mark.parametrize(
    ("text", "every", "date"),
    [
        ("2013-02-01", "day", "2013-02-01"),
        ("2013-02-01T05:30:00+00:00", "day", "2013-02-01"),
        ("2013-02-01T05:30:00+00:00", "hour", "2013-02-01T05"),
        ("2013-02-01 05:30:00", "hour", "2013-02-01T05"),
        ("2013-02-01T05:30:00.123456Z", "hour", "2013-02-01T05"),
        ("2013-02-01 05:30:00.5 +0100", "day", "2013-02-01"),
        ("2013-02-01", "week", "2013-01-28"),
        ("2013-02", "month", "2013-02"),
        ("2013-02-28", "month", "2013-02"),
        ("2013-02-28", "quarter", "2013-01"),
        ("2013-12", "quarter", "2013-10"),
        ("2013-02-28", "year", "2013"),
        ("2013", "year", "2013"),
    ],
)
def test_the_date_of_a_tick(text, every, date):
    assert tick_date(text, every) == date
    assert are_tick_dates([date], every)
    assert are_tick_dates([date, text], every) is (date == text)
    assert not are_tick_dates([date, "NaT"], every)


@pytest.mark.parametrize(
    ("text", "every", "date"),
    [
        ("2013-02-01T23:30:00+00:00", "day", "2013-02-02"),
        ("2013-02-01T23:30Z", "hour", "2013-02-02T00"),
        ("2013-02-01T00:00+02:00", "day", "2013-01-31"),
        ("2013-02-01T00:00+01:00", "month", "2013-02"),
        ("2013-02-01 00:30", "day", "2013-02-01"),
        ("2013-02", "month", "2013-02"),
    ],
)
def test_a_moment_lies_in_a_tick_of_the_zone(text, every, date):
    assert asked_date(text, replace(SCHEMA, every=every, time_zone="Europe/Berlin")) == date


def test_without_a_zone_an_offset_says_nothing_of_the_tick():
    assert asked_date("2013-02-01T23:30:00.5+00:00", SCHEMA) == "2013-02-01"
    sentence = r"\+02:00' has an offset, and .* no time_zone; write .* such as 2013-02-01$"
    with pytest.raises(InputError, match=sentence):
        asked_date("2013-02-01T00:00+02:00", SCHEMA)


@pytest.mark.parametrize("every", PERIODS)
def test_a_file_has_the_dates_of_its_ticks(tmp_path, every):
    moments = pd.date_range("2024-01-30 21:00", periods=60, freq="7h")
    path = tmp_path / "all.csv"
    pd.DataFrame({"when": moments, "x": 1.5, "y": np.arange(60) % 2}).to_csv(path, index=False)
    source = open_source(DataPlace(path=str(path)), replace(SCHEMA, every=every, time=("when",)))
    sizes = [len(source.table(date)) for date in source.dates()]
    stream = File(str(path), "y", "when", every=every)(0)
    assert sizes == np.diff(stream.offsets).tolist()
    assert source.dates() == sorted(tick_date(date, every) for date in source.dates())


def test_a_date_that_is_none_is_refused():
    for text in ("today", "2013-02-30", "NaT", "2013", "2013-02-011", "2013-02-01 and more"):
        with pytest.raises(InputError, match="is no date"):
            tick_date(text, "day")
    for every, date in {"quarter": "2013-01", "year": "2013", "hour": "2013-02-01T00"}.items():
        with pytest.raises(InputError, match=f"'2013Q1' is no date; write one such as {date}$"):
            tick_date("2013Q1", every)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("2013-2-1.csv", "2013-2-1.csv must be called by its date, such as 2013-02-01.csv"),
        ("today.csv.gz", "today.csv.gz must be called by its date, such as 2013-02-01.csv.gz"),
        ("20130201T0.csv", "must be called by its date"),
        ("2013-02-01T05.csv", "T05.csv must be called by its date, 2013-02-01.csv"),
    ],
)
def test_a_file_must_be_called_by_its_date(tmp_path, name, sentence):
    (tmp_path / name).write_text("a\n1\n")
    with pytest.raises(InputError, match=sentence):
        open_source(DataPlace(path=str(tmp_path)), SCHEMA).dates()


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        (DataPlace(url="sqlite:////nowhere/f.db", query=":date", dates="x"), "nowhere"),
        (DataPlace(url="postgresql://host/db", query=":date", dates="x"), "SQLAlchemy"),
        (DataPlace(url="sqlite:///f.db", query=":date"), "data.dates is not set"),
        (DataPlace(), "neither a path nor a url"),
    ],
)
def test_a_place_that_cannot_be_read_is_named(place, sentence, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "sqlalchemy", None)
    with pytest.raises(InputError, match=sentence):
        open_source(place, SCHEMA).dates()


def test_rows_coded_day_by_day_are_those_of_the_whole_file(tmp_path):
    """Also where the schema was frozen on a part, and categories come later."""
    path, policy = made(tmp_path, name="flights", strategy="never")
    at(path, steps.tick_all)
    from retrainlab.experiments.production.tick_rows import TickRows

    stream = file_of("flights", tmp_path / "file")(0)
    first = dict(list(days("flights").items())[:WARMUP])
    part = tmp_path / "part.csv"
    pd.concat(first.values()).to_csv(part, index=False)
    early = file_of("flights", tmp_path / "file").__class__(str(part), "label", "day").schema()
    known = [column.categories for column in early.columns if column.kind == "category"]
    assert len(known[-1]) < len(table("flights")["dest"].unique())
    for columns in (policy.columns, early):
        moved(path, policy, columns=columns)
        rows = TickRows(policies.load(path), [], {})
        for date in days("flights"):
            rows.add(date)
        marks = [rows.label(tick) for tick in range(len(rows.dates))]
        assert None not in marks
        made_of = rows.stream(len(rows.dates))
        np.testing.assert_array_equal(made_of.x, stream.x)
        np.testing.assert_array_equal(made_of.y, stream.y)
        np.testing.assert_array_equal(made_of.offsets, stream.offsets)
        assert (made_of.features, made_of.categorical) == (stream.features, stream.categorical)
