"""Rows of a database: SQLite and PostgreSQL give the stream of the file; no password is shown."""

import datetime
import sqlite3
from decimal import Decimal

import numpy as np
import pytest
from command_line import run
from file_tables import TIMES, assert_equal, stream_of, table
from postgresql import PASSWORD, server

from retrainlab.scenarios.file import File
from retrainlab.scenarios.tabular import sql
from retrainlab.sim.errors import InputError

QUERY = "select * from visits order by 'when'"
OPTIONS = {"target": "bought", "time": "when"}


@pytest.fixture
def sqlite(tmp_path):
    """Address of a database with the table of the tests."""
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        table().to_sql("visits", connection, index=False)
    return f"sqlite:///{tmp_path}/shop.db"


@pytest.mark.parametrize("folder", ["a#1", "b%20c", "d?e", "f g"])
def test_a_path_with_marks_of_an_address(sqlite, tmp_path, folder):
    (tmp_path / folder).mkdir()
    (tmp_path / "shop.db").rename(tmp_path / folder / "shop.db")
    address = f"sqlite:///{tmp_path}/{folder}/shop.db"
    assert File(path=address, query=QUERY, **OPTIONS)(0).rows == 12
    assert [path.name for path in tmp_path.iterdir()] == [folder]


@pytest.fixture(scope="module")
def postgresql():
    """Address of a server with the table of the tests."""
    with server() as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv(sql.PASSWORD, PASSWORD)
        _fill(url)
        yield url


def _fill(url):
    """Make a table with the types that databases have and files do not."""
    import sqlalchemy

    engine = sqlalchemy.create_engine(
        sqlalchemy.make_url(sql._with_driver(url)).set(password=PASSWORD)
    )
    kinds = {
        "when": sqlalchemy.TIMESTAMP(timezone=True),
        "share": sqlalchemy.NUMERIC(12, 6),
        "born": sqlalchemy.DATE(),
        "member": sqlalchemy.BOOLEAN(),
    }
    frame = table(when=TIMES.tz_localize("UTC"))
    frame["share"] = [None if np.isnan(v) else Decimal(str(round(v, 6))) for v in frame["share"]]
    frame["born"] = [datetime.date(d.year, d.month, d.day) for d in frame["born"]]
    frame.to_sql("visits", engine, index=False, dtype=kinds)
    engine.dispose()


def test_sqlite_gives_the_stream_of_the_file(tmp_path, sqlite):
    stream = File(path=sqlite, query=QUERY, **OPTIONS)(0)
    assert_equal(stream, stream_of(table(), tmp_path))
    assert dict(stream.facts)["file"] == "shop.db"


def test_postgresql_gives_the_stream_of_the_file(tmp_path, postgresql):
    stream = File(path=postgresql, query='select * from visits order by "when"', **OPTIONS)(0)
    assert_equal(stream, stream_of(table(share=table()["share"].round(6)), tmp_path))


def test_the_time_zone_of_moments(postgresql, tmp_path):
    query = 'select * from visits order by "when"'
    local = TIMES.tz_localize("UTC").tz_convert("Asia/Tokyo").tz_localize(None)
    stream = File(path=postgresql, query=query, time_zone="Asia/Tokyo", **OPTIONS)(0)
    assert_equal(stream, stream_of(table(when=local, share=table()["share"].round(6)), tmp_path))


@pytest.mark.slow
def test_a_password_is_in_no_result(postgresql, tmp_path, capfd):
    query = 'select * from visits order by "when"'
    words = [f"scenario.file.path='{postgresql}'", f"scenario.file.query='{query}'"]
    options = [f"scenario.file.{name}={value}" for name, value in OPTIONS.items()]
    small = ["strategy=never", "references=null", "engine=serial", "world.warmup=1", "folder=o"]
    assert run(tmp_path, "scenario=file", *words, *options, *small, page=True) == 0
    told = capfd.readouterr()
    content = [path.read_bytes() for path in (tmp_path / "o").rglob("*") if path.is_file()]
    assert content
    for text in (told.out.encode(), told.err.encode(), *content):
        assert PASSWORD.encode() not in text


def test_a_wrong_password_is_one_sentence(postgresql, monkeypatch):
    monkeypatch.setenv(sql.PASSWORD, "another")
    with pytest.raises(InputError, match="password authentication failed") as caught:
        File(path=postgresql, query=QUERY, **OPTIONS)(0)
    assert "another" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://me:geheim@host/shop",
        "mysql+pymysql://me:geheim@host:99999/shop?x=1",
        "postgresql://host/shop?password=geheim",
        "postgresql://me:geheim@[host/shop",
    ],
)
def test_a_password_in_the_address_is_refused_and_not_shown(address):
    for query in ("select 1", None):
        with pytest.raises(InputError) as caught:
            File(path=address, query=query, **OPTIONS)(0)
        assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"query": "select * from visit"}, "no such table: visit"),
        ({"query": "select * from visits limit 0"}, "the query gives no rows"),
        ({"query": "select *, size as shop from visits"}, "two columns called 'shop'"),
        ({"query": "select * from visits order by size desc"}, "sort the rows by when"),
        ({"query": ""}, "query is ''; it must be a select"),
        ({"query": None}, "a database needs scenario.file.query"),
        ({"path": "visits.csv"}, "no address of a database"),
        ({"path": "sqlite:////nowhere/shop.db"}, "unable to open database file"),
        ({"path": "nodialect://host/shop"}, "nodialect"),
    ],
)
def test_a_mistake_is_one_sentence(sqlite, options, sentence):
    with pytest.raises(InputError, match=sentence) as caught:
        File(**{"path": sqlite, "query": QUERY, **OPTIONS, **options})(0)
    assert "\n" not in str(caught.value)


def test_rows_that_changed_are_replayed_again(sqlite, tmp_path):
    from retrainlab.experiments.storage.named_files import NamedFiles

    node = {"scenario": {"path": sqlite, "query": QUERY}}
    before = NamedFiles().of_queries(node)
    assert NamedFiles().of_queries(node) == before
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute("update visits set size = 99 where size = 3")
    assert NamedFiles().of_queries(node) != before
