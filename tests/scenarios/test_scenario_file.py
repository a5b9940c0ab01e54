"""The user's own data: what goes in and what comes out."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from file_tables import TIMES, assert_equal, saved, stream_of, table
from hypothesis import given, settings
from hypothesis import strategies as st

from retrainlab.scenarios.file import File

FLIGHTS = File(
    path="package:retrainlab.scenarios/data/flights.parquet",
    target="delayed",
    time=["year", "month", "day"],
    drop=["dow"],
)


def column(stream, name):
    return stream.x[:, stream.features.index(name)]


def test_every_type_becomes_a_number(tmp_path):
    stream = stream_of(table(), tmp_path)
    names = ("size", "share", "member", "shop", "born.weekday", "when.weekday", "when.hour")
    assert stream.features == names
    assert [names[j] for j in stream.categorical] == ["shop"]
    np.testing.assert_array_equal(column(stream, "member")[:3], [1, 0, 1])
    np.testing.assert_array_equal(column(stream, "shop")[:6], [0, 1, np.nan, 0, 2, 1])
    np.testing.assert_array_equal(column(stream, "when.hour")[:4], [6, 14, 22, 6])
    np.testing.assert_array_equal(column(stream, "born.weekday")[:4], [4, 5, 6, 0])
    assert stream.missing
    assert stream.classes == ("no", "yes")
    np.testing.assert_array_equal(stream.y[:3], [1, 0, 0])
    assert np.isnan(stream.ceiling).all()
    assert (stream.concept == -1).all()
    assert stream.drifts == ()


def test_month_is_a_feature_only_where_seasons_come_back(tmp_path):
    years = table(born=pd.date_range("2020-01-15", periods=12, freq="90D"))
    np.testing.assert_array_equal(
        column(stream_of(years, tmp_path), "born.month"), years["born"].dt.month
    )


@pytest.mark.parametrize("name", ["data.parquet", "data.csv.gz"])
def test_formats_give_equal_streams(tmp_path, name):
    assert_equal(stream_of(table(), tmp_path), stream_of(table(), tmp_path, name))


def test_saved_row_numbers_are_no_feature(tmp_path):
    frame = table().set_index(pd.Index(range(5, 17)))
    frame.to_csv(tmp_path / "index.csv")
    frame.to_parquet(tmp_path / "index.parquet")
    plain = stream_of(table(), tmp_path)
    for name in ("index.csv", "index.parquet"):
        assert_equal(plain, File(path=str(tmp_path / name), target="bought", time="when")(0))


def test_types_of_arrow_that_pandas_does_not_know_are_read_as_they_are_stored(tmp_path):
    ids = pa.array([bytes([n % 3]) * 16 for n in range(12)], pa.uuid())
    given = pa.Table.from_pandas(table().drop(columns="shop")).append_column("shop", ids)
    pq.write_table(given, tmp_path / "data.parquet")
    stream = File(path=str(tmp_path / "data.parquet"), target="bought", time="when")(0)
    np.testing.assert_array_equal(stream.x[:4, stream.features.index("shop")], [0, 1, 2, 0])


def test_time_index_of_parquet_is_a_column(tmp_path):
    frame = table().set_index("when")
    assert stream_of(frame, tmp_path, "data.parquet").ticks == 4


@pytest.mark.parametrize(
    ("every", "ticks", "skipped"),
    [("hour", 12, 89 - 12), ("day", 4, 0), ("week", 1, 0), ("month", 1, 0)],
)
def test_calendar_ticks(tmp_path, every, ticks, skipped):
    # 12 rows 8 hours apart, from Monday 06:00: 89 hours on four days.
    stream = stream_of(table(), tmp_path, every=every)
    assert (stream.ticks, stream.tick_name) == (ticks, every)
    assert dict(stream.facts)["ticks"].startswith(
        f"{ticks} {every}{'s' * (ticks > 1)}, {skipped} without rows"
    )
    assert (np.diff(stream.offsets) > 0).all()


def test_classes_that_the_usual_warm_up_does_not_have_are_told(tmp_path):
    late = ["no"] * 7 + ["yes", "maybe", "no", "yes", "no"]
    told = dict(stream_of(table(bought=late), tmp_path).facts)
    assert told["classes that come late"] == "maybe from day 3 of 4 on, yes from day 3 of 4 on"
    early = dict(stream_of(table(bought=["no", "yes", "no"] * 4), tmp_path).facts)
    assert "classes that come late" not in early


def test_weeks_begin_on_monday_and_gaps_are_skipped(tmp_path):
    days = ["2024-03-03", "2024-03-04", "2024-03-10", "2024-03-11", "2024-04-08", "2024-04-08"] * 2
    stream = stream_of(table(when=sorted(days)), tmp_path, every="week")
    np.testing.assert_array_equal(stream.offsets, [0, 2, 6, 8, 12])
    assert dict(stream.facts)["ticks"] == (
        "4 weeks, 3 without rows skipped: intervals count weeks with rows"
    )


def test_rows_per_tick(tmp_path):
    stream = stream_of(table(), tmp_path, rows=5)
    np.testing.assert_array_equal(stream.offsets, [0, 5, 10, 12])
    assert stream.tick_name == "tick"
    assert stream_of(table().drop(columns="when"), tmp_path, time=None).ticks == 1


@pytest.mark.parametrize(
    "texts",
    [
        TIMES.strftime("%Y-%m-%dT%H:%M:%S"),
        TIMES.strftime("%Y/%m/%d %H:%M"),
        TIMES.tz_localize("UTC").tz_convert("Europe/Berlin").map(lambda time: time.isoformat()),
        (TIMES + pd.Timedelta(days=21)).strftime("%m/%d/%Y %H:%M"),
        (TIMES + pd.Timedelta(days=21)).strftime("%d.%m.%Y %H:%M"),
    ],
)
def test_ways_to_write_a_date(tmp_path, texts):
    assert_equal(stream_of(table(), tmp_path), stream_of(table(when=texts), tmp_path, "other.csv"))


def test_date_from_year_month_day(tmp_path):
    parts = {unit: getattr(TIMES, unit.lower()) for unit in ("Year", "month", "day", "hour")}
    frame = table(**parts).drop(columns="when")
    stream = stream_of(frame, tmp_path, time=[*parts])
    assert stream.features[-2:] == ("time.weekday", "time.hour")
    assert stream.ticks == 4
    np.testing.assert_array_equal(stream.offsets, stream_of(table(), tmp_path).offsets)


@pytest.mark.parametrize(
    ("values", "task", "expected", "classes"),
    [
        (["b", "a", "c"], "auto", [1, 0, 2], ("a", "b", "c")),
        ([True, False, True], "auto", [1, 0, 1], ("False", "True")),
        ([10, 9, 100], "auto", [1, 0, 2], ("9", "10", "100")),
        ([1.5, 2, 3], "auto", [1.5, 2, 3], ()),
        ([1.5, 2, 3], "classification", [0, 1, 2], ("1.5", "2", "3")),
        ([10, 9, 100], "regression", [10, 9, 100], ()),
    ],
)
def test_task_and_classes(tmp_path, values, task, expected, classes):
    stream = stream_of(table(bought=values * 4), tmp_path, task=task)
    np.testing.assert_array_equal(stream.y[:3], expected)
    assert stream.classes == classes
    assert stream.task == ("classification" if classes else "regression")
    assert ("inferred" in dict(stream.facts)["task"]) == (task == "auto")


def test_many_whole_numbers_are_a_regression(tmp_path):
    assert stream_of(table(bought=range(12)), tmp_path).task == "regression"


def test_drop_takes_columns_and_parts_of_dates(tmp_path):
    stream = stream_of(table(), tmp_path, drop=["shop", "born", "when.hour"])
    assert stream.features == ("size", "share", "member", "when.weekday")


def test_codes_do_not_depend_on_later_rows(tmp_path):
    whole, half = stream_of(table(), tmp_path), stream_of(table()[:6], tmp_path, "half.csv")
    np.testing.assert_array_equal(whole.x[:6], half.x)
    np.testing.assert_array_equal(whole.y[:6], half.y)


def test_sample_keeps_the_same_rows_for_every_seed(tmp_path):
    frame = pd.DataFrame({"place": range(20_000), "y": [0, 1] * 10_000})
    scenario = File(path=saved(frame, tmp_path), target="y", sample=0.3)
    kept = scenario(0)
    # Four standard errors of a share of .3 among 20,000 rows are .013.
    assert kept.rows / 20_000 == pytest.approx(0.3, abs=0.013)
    assert_equal(kept, scenario(7))
    assert "sample of 30 %" in kept.story
    prefix = File(path=saved(frame[:5000], tmp_path, "half.csv"), target="y", sample=0.3)(0)
    np.testing.assert_array_equal(prefix.x, kept.x[: prefix.rows])


# Words that a CSV would give back as something else (a number, a bool, missing) are not drawn.
WORDS = st.sampled_from(["ash", "birch", "cedar", "a,b", 'say "x"', "größe"])
CELLS = st.one_of(
    st.lists(st.one_of(st.none(), WORDS), min_size=8, max_size=8),
    st.lists(st.one_of(st.none(), st.integers(-(10**6), 10**6)), min_size=8, max_size=8),
    st.lists(st.one_of(st.none(), st.floats(-1e9, 1e9)), min_size=8, max_size=8),
    st.lists(st.one_of(st.none(), st.booleans()), min_size=8, max_size=8),
)


@settings(max_examples=40, deadline=None)
@given(columns=st.lists(CELLS, min_size=1, max_size=4), cut=st.integers(2, 7))
def test_any_small_table(tmp_path_factory, columns, cut):
    """CSV and Parquet agree, and what comes first does not depend on what comes later."""
    folder = tmp_path_factory.mktemp("table")
    kept = [cells for cells in columns if any(c is not None for c in cells[:cut])]
    frame = pd.DataFrame({f"c{j}": cells for j, cells in enumerate(kept)})
    frame = frame.assign(n=range(8), y=[0, 1] * 4)
    one, other = (
        File(path=saved(frame, folder, name), target="y")(0) for name in ("d.csv", "d.parquet")
    )
    np.testing.assert_allclose(one.x, other.x, rtol=1e-15)  # CSV texts give back the last bit or so
    assert one.categorical == other.categorical
    assert one.missing == np.isnan(one.x).any()
    first = File(path=saved(frame[:cut], folder, "first.parquet"), target="y")(0)
    np.testing.assert_array_equal(first.x, other.x[:cut])


def test_flights():
    stream = FLIGHTS(0)
    assert (stream.rows, stream.ticks, stream.tick_name) == (327_346, 365, "day")
    assert stream.y.mean() == pytest.approx(0.2371, abs=5e-5)
    assert not stream.missing
    names = [stream.features[j] for j in stream.categorical]
    assert names == ["carrier", "origin", "dest"]
    assert {"year", "month", "day", "dow"}.isdisjoint(stream.features)
    assert dict(stream.facts)["time span"] == "2013-01-01 to 2013-12-31"


def test_columns_beside_the_features_and_names_of_categories(tmp_path):
    stream = stream_of(table(), tmp_path, beside=["size", "member"])
    assert stream.beside_names == ("size", "member")
    assert stream.beside[:3].tolist() == [[1, 1], [2, 0], [3, 1]]
    assert not {"size", "member"} & {*stream.features}
    assert stream.column("size").tolist() == list(range(1, 13))
    place = stream.categorical.index(stream.features.index("shop"))
    assert stream.levels[place] == ("west", "east", "north")
    plain = stream_of(table(), tmp_path)
    assert plain.beside is None
