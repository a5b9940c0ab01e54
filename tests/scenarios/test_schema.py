"""The frozen schema: rows that come later are coded as the whole file is."""

import numpy as np
import pandas as pd
import pytest
from file_tables import TIMES, saved, table
from hypothesis import given
from hypothesis import strategies as st

from retrainlab.scenarios.file import File
from retrainlab.scenarios.tabular.paths import locate
from retrainlab.scenarios.tabular.read import read
from retrainlab.sim.errors import InputError


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The scenario of a table with a column of every type."""
    return File(saved(table(), tmp_path_factory.mktemp("schema")), "bought", "when")


@pytest.fixture(scope="module")
def frame(whole):
    return read(locate(whole.path), whole.schema().reading).frame


def test_the_schema_names_what_the_stream_has(whole):
    schema, stream = whole.schema(), whole(0)
    assert schema.features == stream.features
    assert schema.categorical == stream.categorical
    assert schema.classes == stream.classes
    assert (schema.task, schema.missing) == (stream.task, stream.missing)


@given(cut=st.integers(0, 12))
def test_parts_of_a_table_are_coded_as_the_whole(whole, frame, cut):
    schema, stream = whole.schema(), whole(0)
    parts = [part for part in (frame[:cut], frame[cut:]) if len(part)]
    x = np.concatenate([schema.x(part, schema.clock.times(part)) for part in parts])
    y = np.concatenate([schema.y(part["bought"]) for part in parts])
    np.testing.assert_array_equal(x, stream.x)
    np.testing.assert_array_equal(y, stream.y)


def test_a_day_of_digits_keeps_its_texts(tmp_path):
    codes = ["01", "2a", "02", "01"] * 3
    file = File(saved(table(shop=codes), tmp_path), "bought", "when")
    schema = file.schema()
    part = tmp_path / "part.csv"
    table(shop=codes)[:1].to_csv(part, index=False)
    part_read = read(part, schema.reading).frame
    assert schema.x(part_read, schema.clock.times(part_read))[0, schema.features.index("shop")] == 0


@pytest.mark.parametrize("form", ["%d/%m/%Y %H:%M", "%m-%d-%Y %H:%M", "%d/%m/%y %H:%M"])
def test_day_and_month_of_a_few_rows_are_those_of_the_whole(tmp_path, form):
    later = TIMES + pd.Timedelta(days=11)  # from the 12th to the 15th of January
    frame = table(when=later.strftime(form), born=TIMES.strftime("%d/%m/%Y"))
    frame.loc[11, "born"] = "31/01/2024"
    file = File(saved(frame, tmp_path), "bought", "when")
    schema, stream = file.schema(), file(0)
    part = read(locate(file.path), schema.reading).frame[:2]
    times = schema.clock.times(part)
    assert times.tolist() == later[:2].tolist()
    np.testing.assert_array_equal(schema.x(part, times), stream.x[:2])
    iso = part.assign(when=later[:2].strftime("%Y-%m-%d %H:%M"))
    assert schema.clock.times(iso).tolist() == later[:2].tolist()


@pytest.mark.parametrize(
    ("form", "other", "tells"),
    [
        ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S", "no time zone, and the times told one"),
        ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S+0200", "a time zone, and the times told none"),
    ],
)
def test_a_later_file_tells_its_zone_as_the_first_did(tmp_path, form, other, tells):
    first = table(when=TIMES.strftime(form))
    clock = File(saved(first, tmp_path), "bought", "when", time_zone="Europe/Berlin").schema().clock
    assert clock.times(first[["when"]].tail(3)).notna().all()
    with pytest.raises(InputError, match=f"in row 1, which tells {tells} when the schema was"):
        clock.times(table(when=TIMES.strftime(other)))


def test_levels_are_read_as_the_study_read_them(tmp_path):
    file = File(saved(table(shop=["west ", "null", "east"] * 4), tmp_path), "bought", "when")
    schema, stream = file.schema(), file(0)
    part = read(locate(file.path), schema.reading).frame
    longer = schema.extended(part)
    assert longer == schema
    np.testing.assert_array_equal(longer.x(part, schema.clock.times(part)), stream.x)


def test_a_new_category_gets_the_next_code(whole, frame):
    schema = whole.schema()
    new = frame.assign(shop="south")
    longer = schema.extended(new)
    shop = schema.features.index("shop")
    assert (longer.x(new, pd.Series(TIMES))[:, shop] == 3).all()
    assert longer.extended(frame) == longer


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"size": "large"}, "column 'size' holds 'large', and it held numbers"),
        ({"size": np.inf}, "infinite"),
        ({"born": "soon"}, "column 'born' holds 'soon', and it held dates"),
    ],
)
def test_a_column_that_is_not_what_it_was(whole, frame, change, sentence):
    with pytest.raises(InputError, match=sentence):
        whole.schema().x(frame.assign(**change), pd.Series(TIMES))


def test_a_class_that_was_not_there(whole):
    with pytest.raises(InputError, match="has the class 'maybe', which was not there"):
        whole.schema().y(pd.Series(["yes", "maybe"]))


def test_a_target_of_numbers_stays_one(tmp_path):
    file = File(saved(table(), tmp_path), "size", "when", task="regression")
    np.testing.assert_array_equal(file.schema().y(pd.Series([1, 7])), [1.0, 7.0])
    with pytest.raises(InputError, match="holds 'few', not a number"):
        file.schema().y(pd.Series(["few"]))


def test_ticks_without_a_calendar_have_no_schema(tmp_path):
    path = saved(table(), tmp_path)
    for file in (File(path, "bought"), File(path, "bought", "when", rows=3)):
        with pytest.raises(InputError, match="ticks of the calendar"):
            file.schema()
