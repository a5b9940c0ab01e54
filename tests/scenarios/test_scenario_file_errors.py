"""The user's own data: one sentence for whatever is wrong, which names the value and its place."""

import gzip
import re

import numpy as np
import pandas as pd
import pytest
from file_tables import TIMES, saved, stream_of, table

from retrainlab.scenarios.file import File
from retrainlab.sim.errors import InputError
from retrainlab.sim.world import World

BAD_OPTIONS = [
    ({"path": None}, "scenario.file.path is not set"),
    ({"target": None}, "target is not set; name the column to predict: data.csv has 'when'"),
    ({"path": "gone.csv"}, "'gone.csv' does not exist"),
    ({"path": "data.xlsx"}, "'data.xlsx'; a file must end in .csv, .tsv, .txt, .jsonl"),
    ({"path": "data.xlsx"}, "save the sheet as CSV"),
    ({"path": "~nobody_there/x.csv"}, "begins with the home folder of a user that there is not"),
    ({"path": "data.tar.gz"}, "'data.tar.gz'; a file must end in .csv"),
    ({"time": ["when", "when"]}, "is not a date"),
    ({"path": "https://example.org/x.csv"}, "an address; download the file first"),
    ({"path": "s3://bucket/x.parquet"}, "an address; download the file first"),
    ({"path": "logs/*.csv"}, "the pattern 'logs/*.csv' matches no file that ends in"),
    ({"read": {"separator": ";"}}, "read has no option 'separator'"),
    ({"read": {"decimal": ";"}}, "read.decimal is ';'; it must be . or ,"),
    ({"read": {"thousands": "_"}}, "read.thousands is '_'"),
    ({"read": {"dtype": "str"}}, "read.dtype is 'str'; name types by column"),
    ({"read": {"dtype": {"size": "whole"}}}, "cannot be read: data type 'whole' not understood"),
    ({"read": {"dtype": {"sizes": "str"}}}, "read.dtype 'sizes' is not a column of data.csv; did"),
    ({"read": {"na_values": {"sizes": ["?"]}}}, "read.na_values 'sizes' is not a column"),
    ({"read": {"encoding": "utf-9"}}, "read.encoding is 'utf-9'"),
    ({"read": {"encoding": 8}}, "read.encoding is 8; it must be a text"),
    ({"read": {"sep": 5}}, "read.sep is 5; it must be a text"),
    ({"read": {"quotechar": "ab"}}, "read.quotechar is 'ab'; it must be one character"),
    ({"read": {"header": "a"}}, "read.header is 'a'; it must be a whole number of lines"),
    ({"read": {"skiprows": -1}}, "read.skiprows is -1; it must be a whole number of lines"),
    ({"time_format": "%d"}, "(when) is '2024-01-01 06:00:00' in row 1, which is not of the form"),
    ({"time_zone": "Mars/Olympus"}, "time_zone is 'Mars/Olympus'"),
    ({"time_zone": "UTC", "time": None}, "time_zone is 'UTC' and time is not set"),
    ({"path": "package:nowhere/x.csv"}, "package 'nowhere', which is not installed"),
    ({"target": "bougth"}, "target 'bougth' is not a column of data.csv; did you mean 'bought'"),
    (
        {"time": "hwen"},
        "time 'hwen' is not a column of data.csv; did you mean 'when'? it has 'when'",
    ),
    ({"drop": ["shops"]}, "drop 'shops' is not a column of data.csv; did you mean 'shop'"),
    ({"drop": 3}, "drop '3' is not a column of data.csv; it has 'when', 'size"),
    ({"drop": "bought"}, "drop names the target 'bought'"),
    ({"beside": "bought"}, "beside names the target 'bought'"),
    ({"beside": "sise"}, "beside 'sise' is not a column of data.csv; did you mean 'size'"),
    ({"beside": "shop"}, "beside names the column 'shop', which holds 'west'"),
    ({"beside": "share"}, "beside names the column 'share', which is blank in row 2"),
    ({"time": "bought"}, "time names the target 'bought'"),
    ({"time": ["when", "shop"]}, "(when, shop) is '2024-01-01 06:00:00 west' in row 1"),
    ({"time": ["when", "size", "shop"]}, "several columns must be a date and a time, or year"),
    ({"time": "shop"}, "(shop) is 'west' in row 1, which is not a date"),
    ({"time": "size"}, "(size) is '1' in row 1, which is not a date"),
    ({"rows": 0}, "rows is 0"),
    ({"rows": "ten"}, "rows is 'ten'"),
    ({"every": "decade"}, "every is 'decade'; choose from hour, day, week, month, quarter, year"),
    ({"every": "day", "rows": 5}, "every is 'day' and rows is 5"),
    ({"every": "day", "time": None}, "every is 'day' and time is not set"),
    ({"task": "ranking"}, "task is 'ranking'; choose from auto"),
    ({"task": "regression"}, "target 'bought' holds texts such as 'yes'"),
    ({"sample": 0}, "sample is 0;"),
    ({"sample": 1.5}, "sample is 1.5;"),
    ({"drop": ["size", "share", "member", "shop", "born", "when"]}, "no features are left"),
]


@pytest.mark.parametrize(("options", "sentence"), BAD_OPTIONS)
def test_bad_option(tmp_path, monkeypatch, options, sentence):
    monkeypatch.chdir(tmp_path)
    saved(table(), tmp_path)
    with pytest.raises(InputError, match=re.escape(sentence)):
        File(**{"path": "data.csv", "target": "bought", "time": "when", **options})(0)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"<!DOCTYPE html>\n<html></html>", "data.csv holds a web page; it must hold a table"),
        (
            b'{"when": "2024-01-01", "y": 0}\n',
            "holds JSON; give it a name that ends in .jsonl",
        ),
        (b"version https://git-lfs.github.com/spec/v1\noid", "a file in Git LFS (git lfs pull"),
        ("shop,bought\n東京,yes\n大阪,no\n".encode("shift-jis"), "neither UTF-8 nor Windows-1252"),
    ],
)
def test_a_text_that_is_no_table(tmp_path, text, sentence):
    (tmp_path / "data.csv").write_bytes(text)
    with pytest.raises(InputError, match=re.escape(sentence)):
        File(path=str(tmp_path / "data.csv"), target="bought")(0)


@pytest.mark.parametrize("option", ["target", "entity", "weight", "incumbent", "beside"])
def test_a_column_of_lists_is_refused(tmp_path, option):
    frame = table(tags=[[1, 2]] * 12)
    with pytest.raises(InputError, match=f"{option} names the column 'tags', which holds values"):
        stream_of(frame, tmp_path, "data.parquet", **{option: "tags"})


def with_value(at, value):
    """The times as texts, one of them replaced."""
    texts = list(TIMES.strftime("%Y-%m-%d %H:%M"))
    texts[at] = value
    return texts


BAD_COLUMNS = [
    ({"bought": "yes"}, "target 'bought' is yes in every row"),
    ({"bought": [1.5, np.inf, 2] * 4}, "column 'bought' holds an infinite value in row 2"),
    ({"bought": TIMES}, "target 'bought' holds dates"),
    ({"bought": [None] * 12}, "target 'bought' has no values"),
    (
        {"shop": [*"123456789", "10", "11", "?1"]},
        "column 'shop' holds '?1' in row 12, and 11 of",
    ),
    (
        {"shop": ["5 %", "5", "6 %"] * 4},
        "column 'shop' holds '5' in row 2, and most of its",
    ),
    ({"shop": ["$5", "€5", "$6"] * 4}, "column 'shop' holds '€5' in row 2, and most of its"),
    ({"share": [0.0, 1, 2, -np.inf] * 3}, "column 'share' holds an infinite value in row 4"),
    ({"when": TIMES[[0, 1, 3, 2, *range(4, 12)]]}, "row 4 (2024-01-01 22:00:00) is earlier than"),
    ({"when": TIMES[::-1]}, "sort the rows by when"),
    ({"when": with_value(3, "soon")}, "(when) is 'soon' in row 4, which is not a date"),
    ({"when": with_value(3, "2024-02-31")}, "(when) is '2024-02-31' in row 4"),
    ({"when": with_value(2, None)}, "time (when) is missing in row 3; leave such rows out"),
    ({"when": with_value(2, "NULL")}, "is missing in row 3 ('NULL'); leave such rows out"),
    ({"when": with_value(2, "NaT")}, "is missing in row 3 ('NaT'); leave such rows out"),
    ({"when": ["01/02/2024"] * 12}, "'01/02/2024', in which day and month cannot be told apart"),
]


@pytest.mark.parametrize(("changes", "sentence"), BAD_COLUMNS)
@pytest.mark.parametrize("name", ["data.csv", "data.parquet"])
def test_bad_column(tmp_path, changes, sentence, name):
    with pytest.raises(InputError, match=re.escape(sentence)):
        stream_of(table(**changes), tmp_path, name)


def test_bad_assembled_date(tmp_path):
    frame = table(year=2023, month=2, day=range(18, 30)).drop(columns="when")
    with pytest.raises(
        InputError, match=re.escape("is '2023 2 29' in row 12, which is not a date")
    ):
        stream_of(frame, tmp_path, time=["year", "month", "day"])


def test_too_many_classes(tmp_path):
    frame = pd.DataFrame({"x": range(101), "y": [f"name {i}" for i in range(101)]})
    with pytest.raises(InputError, match="target 'y' has 101 classes, more than 100"):
        File(path=saved(frame, tmp_path), target="y")(0)


def test_nested_values_are_refused(tmp_path):
    with pytest.raises(InputError, match="column 'share' holds values of type ndarray"):
        stream_of(table(share=[[1, 2]] * 12), tmp_path, "data.parquet")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.csv", b"", "empty.csv is empty"),
        ("header.csv", b"x,y\n", "header.csv has a header and no rows"),
        ("long.csv", b"x,y\n1,2,3\n4,5,6\n", "a row has more fields than the header"),
        ("ragged.csv", b"x,y\n1,2\n4,5,6\n", "line 3 has 3 fields where 2 are expected"),
        ("comments.csv", b"# a log\nx,y\n4,5\n", "leave lines before the header out by read.skip"),
        ("open.csv", b'x,y\n"1,2\n3,4\n', "a quote is opened and never closed"),
        ("twice.csv", b"x, x,y\n1,2,3\n", "two columns called 'x'; rename one, or, where its"),
        (
            "packed.csv",
            gzip.compress(b"x,y\n1,2\n", mtime=0),
            "holds data packed by gzip",
        ),
        ("sheet.csv", b"PK\x03\x04\x14\x00\x06\x00", "a spreadsheet (save that as CSV)"),
        ("table.csv", b"PAR1\x15\x04\x15", "holds a Parquet table, which its name does not say"),
        ("fake.csv.zip", b"x,y\n1,2\n", "fake.csv.zip cannot be read"),
        ("fake.csv.zst", b"x,y\n1,2\n", "fake.csv.zst cannot be read"),
        ("thousands.csv", b"x;y\n1,234;1\n2,345;2\n", "'1,234' in row 1, which may be a thousand"),
        ("fake.csv.gz", b"x,y\n1,2\n", "fake.csv.gz cannot be read"),
        (
            "cut.csv.gz",
            gzip.compress(b"x,y\n1,2\n" * 999, mtime=0)[:-9],
            "cut.csv.gz cannot be read",
        ),
        ("fake.parquet", b"x,y\n1,2\n", "fake.parquet cannot be read"),
        ("empty.parquet", b"", "empty.parquet cannot be read"),
    ],
)
def test_bad_file(tmp_path, name, content, sentence):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=re.escape(sentence)) as caught:
        File(path=str(tmp_path / name), target="y")(0)
    assert "\n" not in str(caught.value)


def test_a_folder_without_tables_is_refused(tmp_path):
    (tmp_path / "data.csv").mkdir()
    with pytest.raises(InputError, match="holds no file that ends in"):
        File(path=str(tmp_path / "data.csv"), target="y")(0)


def test_files_with_different_columns_are_refused(tmp_path):
    table().to_csv(tmp_path / "1.csv", index=False)
    table().drop(columns="shop").to_csv(tmp_path / "2.csv", index=False)
    with pytest.raises(
        InputError, match=r"2.csv and 1.csv have different columns; in one of them only: 'shop'"
    ):
        File(path=str(tmp_path), target="bought", time="when")(0)


def test_of_many_columns_a_sentence_names_some(tmp_path):
    path = tmp_path / "wide.csv"
    path.write_text(",".join(f"x{k}" for k in range(1500)) + "\n" + ",".join("1" * 1500) + "\n")
    with pytest.raises(InputError, match=r"it has 'x0', 'x1', .*, 'x19' and 1,480 more$"):
        File(path=str(path), target="y")(0)


def test_a_log_of_one_tick_is_told_how_it_gets_more(tmp_path):
    stream = stream_of(table(when=["2024-01-01"] * 12), tmp_path)
    with pytest.raises(InputError, match=r"has 1 tick \(12 rows\).* a shorter `every` or fewer"):
        World(warmup=1).admits(stream)
