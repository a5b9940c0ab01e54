"""Files of JSON: an object a line or an array of objects, read as the same table in CSV is."""

import codecs
import gzip
import json
import zipfile

import numpy as np
import pytest
from file_tables import assert_equal, stream_of, table

from retrainlab.scenarios.file import File
from retrainlab.scenarios.tabular.typed_file import read_json
from retrainlab.sim.errors import InputError


def _rows():
    """The rows of the table of every type, as objects."""
    frame = table()
    for name in ("when", "born"):
        frame[name] = frame[name].dt.strftime("%Y-%m-%dT%H:%M:%S")
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def _lines(rows):
    return "\n".join(map(json.dumps, rows)).encode() + b"\n"


def _saved(folder, name, data):
    """Write bytes as the name says."""
    path = folder / name
    if name.endswith(".gz"):
        path.write_bytes(gzip.compress(data))
    elif name.endswith(".zip"):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("log.ndjson", data)
    else:
        path.write_bytes(data)
    return path


def _stream(path, **options):
    return File(path=str(path), target="bought", time="when", **options)(0)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("log.jsonl", _lines(_rows())),
        ("log.ndjson", _lines(_rows()).replace(b"\n", b"\r\n")),
        ("log.jsonl.gz", _lines(_rows())),
        ("log.ndjson.zip", _lines(_rows())),
        ("log.json", json.dumps(_rows(), indent=2).encode()),
        ("lines.json", _lines(_rows())),
        ("marked.jsonl", codecs.BOM_UTF8 + _lines(_rows())),
    ],
)
def test_a_file_of_json_is_the_table_of_a_parquet_file(tmp_path, name, data):
    expected = stream_of(table(), tmp_path, "data.parquet")
    assert_equal(_stream(_saved(tmp_path, name, data)), expected)


def test_objects_in_objects_are_columns(tmp_path):
    rows = [
        {"y": n % 2, "user": {"age": n, "home": {"city": "Rom" if n % 3 else "Oslo"}}}
        for n in range(12)
    ]
    del rows[4]["user"]
    frame = read_json(_saved(tmp_path, "log.jsonl", _lines(rows)))
    assert frame.columns.tolist() == ["y", "user.age", "user.home.city"]
    np.testing.assert_array_equal(frame["user.age"], [0, 1, 2, 3, np.nan, *range(5, 12)])
    stream = File(path=str(tmp_path / "log.jsonl"), target="y")(0)
    assert stream.features == ("user.age", "user.home.city")
    assert stream.levels == (("Oslo", "Rom"),)


def test_dates_keep_their_time_zone(tmp_path):
    rows = [{**row, "when": row["when"] + "+02:00"} for row in _rows()]
    path = _saved(tmp_path, "log.jsonl", _lines(rows))
    assert_equal(_stream(path, time_zone="Etc/GMT-2"), stream_of(table(), tmp_path, "data.parquet"))
    assert read_json(path)["when"].tolist() == [row["when"] for row in rows]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_json_in_another_encoding(tmp_path, encoding):
    text = _lines(_rows()).decode()
    path = _saved(tmp_path, "log.jsonl", text.encode(encoding))
    assert_equal(_stream(path), stream_of(table(), tmp_path, "data.parquet"))


def test_in_a_folder_json_that_lies_beside_tables_describes_them(tmp_path):
    rows = _rows()
    _saved(tmp_path, "1.jsonl", _lines(rows[:5]))
    _saved(tmp_path, "2.jsonl", _lines(rows[5:]))
    _saved(tmp_path, "schema.json", b'{"columns": 7}')
    assert_equal(_stream(tmp_path), stream_of(table(), tmp_path / "..", "data.parquet"))


def test_a_folder_of_json_alone_is_read(tmp_path):
    rows = _rows()
    _saved(tmp_path, "1.json", _lines(rows[:5]))
    _saved(tmp_path, "2.json", json.dumps(rows[5:]).encode())
    assert_equal(_stream(tmp_path), stream_of(table(), tmp_path / "..", "data.parquet"))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "log.json is empty; it needs rows"),
        (b"[]", "log.json is empty; it needs rows"),
        (b"[1, 2]", "holds an array; each of its elements must be an object, which is a row"),
        (b'{"y": 1}\n{"y": ', r"log.json cannot be read: JSON parse error: .* in row 2"),
        (b'[{"y": 1}, {"y": ', "log.json cannot be read: Expecting value"),
        (
            b'{"y": 1}\n{"y": "?"}\n',
            r"column 'y' holds numbers and texts \(first in row 2\); write all of its values in",
        ),
        (b"<!doctype html><p>", "log.json holds a web page"),
        (b"PK\x03\x04\x00", "log.json holds "),
        (b'{"when": "2024-01-01", "bought": [1]}\n', "it must hold numbers, texts or dates"),
    ],
)
def test_what_cannot_be_read_gets_one_sentence(tmp_path, data, sentence):
    with pytest.raises(InputError, match=sentence):
        _stream(_saved(tmp_path, "log.json", data))
