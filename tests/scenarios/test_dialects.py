"""The same table in any dialect, packing and kind of file gives the same stream."""

import bz2
import gzip
import lzma
import zipfile

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from file_tables import assert_equal, stream_of, table
from hypothesis import given, settings
from hypothesis import strategies as st

from retrainlab.scenarios.file import File
from retrainlab.scenarios.tabular.written import MARKS

MISSING = sorted({mark for mark in MARKS if mark.strip()} - {".", ".."})


def zstd(data):
    return pa.compress(data, codec="zstd", asbytes=True)


PACKERS = {
    "": bytes,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstd,
}


def written(value, decimal, group, unit):
    """A number as a person writes it."""
    if value is None:
        return ""
    text = f"{value:,.3f}".replace(",", "_").replace(".", decimal).replace("_", group)
    return text + " %" if unit == "%" else unit + text


DIALECTS = st.tuples(
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(
        [(".", ","), (",", "."), (".", ""), (",", ""), (".", " "), (",", "\u202f"), (".", "'")]
    ),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    st.sampled_from(["", "$", "€", "%"]),
    st.sampled_from(MISSING),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(
        [
            "%Y-%m-%d %H:%M",
            "%d/%m/%Y %H:%M",
            "%m/%d/%Y %I:%M %p",
            "%d.%m.%Y, %H:%M",
            "%d-%b-%Y %H:%M",
            "%Y%m%d%H%M%S",
            "%Y-%m-%dT%H:%M:00Z",
        ]
    ),
)
TIMES = pd.date_range("2024-01-13 06:00", periods=12, freq="8h")
NUMBERS = st.integers(-(10**10), 10**10).filter(lambda whole: whole % 1000).map(lambda n: n / 1000)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    dialect=DIALECTS,
    values=st.lists(NUMBERS, min_size=9, max_size=9),
    packing=st.sampled_from([*PACKERS]),
)
def test_any_dialect_gives_the_same_stream(tmp_path_factory, dialect, values, packing):
    sep, (decimal, group), encoding, unit, mark, end, form = dialect
    folder = tmp_path_factory.mktemp("dialect")
    # A number that only one decimal mark fits: without one, a thousand or a decimal is a guess.
    numbers = [0.5, *values]
    plain = pd.DataFrame(
        {"shop": ["süd", "nord"] * 6, "x": [*numbers, None, None], "y": [0, 1] * 6}
    )
    texts = [written(v, decimal, group, unit) for v in numbers] + ["", mark]
    if encoding == "cp1252":
        texts = [
            text.replace("\u202f", "\u00a0").encode(encoding, "replace").decode(encoding)
            for text in texts
        ]
    content = plain.assign(x=texts, when=TIMES.strftime(form)).to_csv(
        sep=sep, index=False, lineterminator=end
    )
    path = folder / f"data.csv{packing}"
    path.write_bytes(PACKERS[packing](content.encode(encoding)))
    stream = File(path=str(path), target="y", time="when")(0)
    scale = 100 if unit == "%" else 1
    expected = [0, 1] * 6, plain["x"] / scale, [0, 1] * 6
    np.testing.assert_array_equal(stream.x[:, 0], expected[0])
    np.testing.assert_allclose(stream.x[:, 1], expected[1], rtol=1e-15)
    np.testing.assert_array_equal(stream.y, expected[2])
    np.testing.assert_array_equal(stream.offsets, range(0, 13, 3))
    np.testing.assert_array_equal(stream.x[:, 3], TIMES.hour)
    assert stream.categorical == (0,)


@pytest.mark.parametrize("packing", PACKERS)
@pytest.mark.parametrize(("suffix", "sep"), [(".csv", ","), (".tsv", "\t"), (".txt", ";")])
def test_kinds_of_text(tmp_path, packing, suffix, sep):
    path = tmp_path / f"data{suffix}{packing}"
    path.write_bytes(PACKERS[packing](table().to_csv(sep=sep, index=False).encode()))
    assert_equal(
        File(path=str(path), target="bought", time="when")(0), stream_of(table(), tmp_path)
    )


def test_a_zip_holds_one_table(tmp_path):
    path = tmp_path / "data.csv.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data.csv", table().to_csv(index=False))
        archive.writestr("__MACOSX/._data.csv", b"\0")
        archive.writestr("README.md", "what it is")
    assert_equal(
        File(path=str(path), target="bought", time="when")(0), stream_of(table(), tmp_path)
    )


def test_a_name_that_says_only_how_it_is_packed(tmp_path):
    for suffix, pack in PACKERS.items():
        path = tmp_path / f"data{suffix or '.csv'}"
        path.write_bytes(pack(table().to_csv(index=False).encode()))
        stream = File(path=str(path), target="bought", time="when")(0)
        assert_equal(stream, stream_of(table(), tmp_path, "plain.csv"))


@pytest.mark.parametrize("name", ["data.pq", "data.parquet.gzip"])
def test_kinds_of_parquet(tmp_path, name):
    table().to_parquet(tmp_path / name)
    read = File(path=str(tmp_path / name), target="bought", time="when")(0)
    assert_equal(read, stream_of(table(), tmp_path))


def test_a_folder_partitioned_by_date(tmp_path):
    # Day 10 comes before day 9 in the order of names; the rows are sorted by their time.
    frame = table().assign(day=table()["when"].dt.day + 8)
    frame.to_parquet(tmp_path / "log.parquet", partition_cols=["day"])
    (tmp_path / "log.parquet" / "_SUCCESS").touch()
    read = File(path=str(tmp_path / "log.parquet"), target="bought", time="when", drop="day")(0)
    assert_equal(read, stream_of(table(), tmp_path))
    assert dict(read.facts)["file"] == "log.parquet: 4 files"


def test_files_of_a_pattern(tmp_path):
    logs = tmp_path / "logs"
    logs.mkdir()
    for k in range(4):
        table()[3 * k : 3 * k + 3].to_csv(logs / f"part {12 - k}.csv", index=False)
    (logs / "notes.md").write_text("no table")
    whole = stream_of(table(), tmp_path)
    for path in (logs, f"{logs}/*.csv", f"{logs}/part*"):
        assert_equal(File(path=str(path), target="bought", time="when")(0), whole)


def test_files_that_write_a_column_each_in_its_way(tmp_path):
    logs = tmp_path / "logs"
    logs.mkdir()
    frame = table(size=[0.5, *range(1, 12)])
    frame[:6].to_csv(logs / "1.csv", index=False)
    frame[6:].to_csv(logs / "2.csv", index=False, sep=";")
    frame[:0].to_csv(logs / "3.csv", index=False)
    frame[6:].assign(size="?").to_csv(logs / "4.csv", index=False)
    stream = File(path=str(logs), target="bought", time="when")(0)
    sizes = stream.x[:, stream.features.index("size")]
    np.testing.assert_array_equal(sizes[:6], frame["size"][:6])
    assert np.isnan(sizes).sum() == 6
    assert ("reading", "1 of 4 files have no rows") in stream.facts


@pytest.mark.parametrize("sep", [";", "\t", "|"])
def test_a_first_line_that_declares_the_separator(tmp_path, sep):
    text = "sep=;\nx;y\n1,5;0\n2,5;1\n".replace(";", sep)
    (tmp_path / "data.csv").write_text(text, encoding="utf-16")
    assert File(path=str(tmp_path / "data.csv"), target="y")(0).x[:, 0].tolist() == [1.5, 2.5]


@pytest.mark.parametrize(
    ("name", "index"), [("a.csv", "Unnamed: 0"), ("a.parquet", "__index_level_0__")]
)
def test_an_index_without_a_name_is_a_column_unless_it_counts_rows(tmp_path, name, index):
    """As pandas saves a frame whose index holds the dates."""
    path, rows = str(tmp_path / name), table()
    dated = rows.drop(columns="when").set_axis(rows["when"].tolist())
    for frame, time in ((dated, index), (rows.iloc[::-1].iloc[::-1], "when")):
        frame.to_csv(path) if name.endswith("csv") else frame.to_parquet(path, index=True)
        stream = File(path=path, target="bought", time=time)(0)
        np.testing.assert_array_equal(stream.offsets, [0, 3, 6, 9, 12])
        assert f"{time}.hour" in stream.features
        assert index not in stream.features


@pytest.mark.parametrize(
    ("sep", "read"), [("\x01", {}), ("||", {"sep": r"\|\|"}), ("::", {"sep": "::"})]
)
def test_columns_separated_by_other_marks(tmp_path, sep, read):
    text = table().to_csv(index=False, sep="\t").replace("\t", sep)
    (tmp_path / "other.csv").write_text(text)
    stream = File(path=str(tmp_path / "other.csv"), target="bought", time="when", read=read)(0)
    assert_equal(stream, stream_of(table(), tmp_path))


def test_columns_separated_by_blanks(tmp_path):
    (tmp_path / "data.txt").write_text("x    y\n1.5  0\n2.5  1\n")
    assert File(path=str(tmp_path / "data.txt"), target="y")(0).x[:, 0].tolist() == [1.5, 2.5]


def test_blank_rows_and_nameless_columns_are_left_out(tmp_path):
    (tmp_path / "data.csv").write_text("x;y;;\n1,5;0;;\n2,5;1;;\n;;;\n;;;\n")
    stream = File(path=str(tmp_path / "data.csv"), target="y")(0)
    assert (stream.rows, stream.features) == (2, ("x",))
    told = [value for name, value in stream.facts if name == "reading"]
    assert "2 rows without any value are left out" in told


@pytest.mark.parametrize("before", ["", "sep=,\n"])
def test_rows_that_end_early_are_told(tmp_path, before):
    whole = "".join(f'{at},"a, ""b""",{at % 2},\n' for at in range(8))
    (tmp_path / "1.csv").write_text(f"{before}x,shop,y,\n{whole}")
    (tmp_path / "2.csv").write_text(f'{before}x,shop,y,\n{whole}8,"two\nlines"\n,,\n9')
    stream = File(path=str(tmp_path), target="y", read={"dtype": {"shop": "str"}})(0)
    told = [value for name, value in stream.facts if name == "reading" and "fewer" in value]
    line = 11 + (before != "")
    why = "have fewer fields than the header, and what is not there is missing"
    assert told == [f"2 rows {why}: line {line} of 2.csv first"]
    assert int((~stream.labelled).sum()) == 2
    quiet = File(path=str(tmp_path / "1.csv"), target="y")(0)
    assert not [value for _, value in quiet.facts if "fewer" in value]


def test_options_in_the_words_of_pandas(tmp_path):
    (tmp_path / "data.csv").write_text("# a log\n07*-9*0\n08*5*1\n09*6*0\n")
    read = {
        "sep": "*",
        "comment": "#",
        "names": ["zip", "x", "y"],
        "dtype": {"zip": "str"},
        "na_values": -9,
    }
    stream = File(path=str(tmp_path / "data.csv"), target="y", read=read)(0)
    np.testing.assert_array_equal(stream.x, [[0, np.nan], [1, 5], [2, 6]])
    assert stream.categorical == (0,)


def test_a_thousand_or_a_decimal_is_told_by_an_option(tmp_path):
    (tmp_path / "data.csv").write_text("x;y\n1,234;0\n2,345;1\n")
    for read, first in (
        ({"decimal": ","}, 1.234),
        ({"decimal": "."}, 1234),
        ({"thousands": ","}, 1234),
    ):
        assert File(path=str(tmp_path / "data.csv"), target="y", read=read)(0).x[0, 0] == first


def test_dots_are_thousands_where_another_column_has_decimal_commas(tmp_path):
    (tmp_path / "data.csv").write_text("a;b;y\n1.234;2,4;0\n12.345;2,5;1\n")
    stream = File(path=str(tmp_path / "data.csv"), target="y")(0)
    np.testing.assert_array_equal(stream.x, [[1234, 2.4], [12345, 2.5]])
