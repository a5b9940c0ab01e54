"""What a cell means: marks of missing values, levels that look like them, odd cells, suspects."""

import numpy as np
import pandas as pd
import pytest
from file_tables import stream_of, table

from retrainlab.scenarios.file import File
from retrainlab.sim.errors import InputError


def told(stream, column):
    """What is odd about a column, its first odd cell at the end."""
    (reading,) = (reading for reading in stream.columns if reading.name == column)
    return [*reading.notes, *([reading.odd] if reading.odd else [])]


@pytest.mark.parametrize("mark", ["?", "-", "NA", "#DIV/0!", "n/a", "None", "missing", " "])
def test_a_mark_among_numbers_is_missing(tmp_path, mark):
    numbers = [str(n) for n in range(12)]
    stream = stream_of(table(size=[mark, *numbers[1:]]), tmp_path)
    np.testing.assert_array_equal(stream.x[:, 0], [np.nan, *range(1, 12)])
    assert 0 not in stream.categorical
    assert bool(told(stream, "size")) == bool(mark.strip())


@pytest.mark.parametrize("level", ["NA", "None", "?", "unknown"])
def test_a_level_that_looks_missing(tmp_path, level):
    stream = stream_of(table(bought=["EU", level] * 6, shop=[level, "b", "c"] * 4), tmp_path)
    assert stream.classes == tuple(sorted(["EU", level]))
    np.testing.assert_array_equal(stream.x[:3, stream.features.index("shop")], [0, 1, 2])
    assert f"{level!r} is a level" in told(stream, "shop")[0]
    missing = stream_of(table(shop=[level, "b", "c"] * 4), tmp_path, read={"na_values": [level]})
    assert np.isnan(missing.x[0, stream.features.index("shop")])


def test_a_category_in_which_most_cells_are_numbers_is_told(tmp_path):
    stream = stream_of(table(shop=["1", "2", "3+"] * 4), tmp_path)
    assert stream.features[stream.categorical[0]] == "shop"
    assert told(stream, "shop") == ["a category, though most cells are numbers", "'3+' in row 3"]


@pytest.mark.parametrize("name", ["data.csv", "data.parquet"])
def test_blanks_around_a_level_are_left_out(tmp_path, name):
    padded = table(shop=["west ", "west", None] * 4, bought=["yes  ", "no", "yes"] * 4)
    stream = stream_of(padded, tmp_path, name)
    bare = table(shop=["west", "west", None] * 4, bought=["yes", "no", "yes"] * 4)
    plain = stream_of(bare, tmp_path)
    np.testing.assert_array_equal(stream.x, plain.x)
    assert (stream.classes, stream.levels) == (plain.classes, plain.levels)
    assert told(stream, "shop") == ["blanks around its values are left out", "'west ' in row 1"]


def test_of_long_texts_the_beginning_is_told(tmp_path):
    story = "A laptop was stolen.\nIt held names,   " + "and addresses, " * 40
    stream = stream_of(table(remarks=[story, story.upper(), "none known"] * 4), tmp_path)
    (reading,) = (reading for reading in stream.columns if reading.name == "remarks")
    first = "A laptop was stolen. It held names, and…"
    assert reading.values == f"3: {first}, {first.upper()}, none known"
    assert "\n" not in "".join(reading.notes)
    assert max(map(len, reading.notes)) < 200


def test_levels_that_differ_in_their_capitals_alone_are_told(tmp_path):
    stream = stream_of(table(bought=["Yes", "no", "yes"] * 4), tmp_path)
    assert stream.classes == ("Yes", "no", "yes")
    alike = "'Yes' and 'yes' differ in their capitals alone: write them alike if they mean the same"
    assert told(stream, "bought") == [alike, "'yes' in row 3"]
    assert told(stream_of(table(bought=["Yes", "no", "NO "] * 4), tmp_path), "bought")[1:] == [
        "'no' and 'NO' differ in their capitals alone: write them alike if they mean the same",
        "'NO ' in row 3",
    ]


@pytest.mark.parametrize(
    "other",
    ["caf\u00e9\u200b", "cafe\u0301", "\ufeffcaf\u00e9", "caf\u00ad\u00e9"],
    ids=["zero width", "two characters for one", "byte order mark", "soft hyphen"],
)
def test_levels_that_look_alike_are_told(tmp_path, other):
    stream = stream_of(table(shop=["caf\u00e9", "pub", other] * 4), tmp_path)
    note = f"'caf\\xe9' and {other!a} look alike: write them alike if they mean the same"
    assert told(stream, "shop") == [note, f"{other!r} in row 3"]


def test_levels_with_blanks_of_two_kinds_inside_are_told(tmp_path):
    stream = stream_of(table(shop=["New York", "Rom", "New\u00a0 York"] * 4), tmp_path)
    assert "look alike" in told(stream, "shop")[0]


LONG = pd.DataFrame({"y": [0, 1, 1, 0, 1] * 12, "noise": np.random.default_rng(0).random(60)})


@pytest.mark.parametrize(
    ("values", "note"),
    [
        (LONG.noise + 2 * LONG.y, "it alone tells the target in every row"),
        (-LONG.noise - 2 * LONG.y, "it alone tells the target in every row"),
        (LONG.noise.where(LONG.y == 1), "it is blank in the rows of class 0 and in no others"),
        (LONG.noise.where(LONG.index != 7, -999), "-999 in 1 row is far from all others"),
        (LONG.noise.where(LONG.index % 9 > 0, -1), "-1 in 7 rows is the only number below 0"),
        (LONG.noise.where(LONG.index % 9 > 0, 9999), "9999 in 7 rows is far from all others"),
        (LONG.noise.where(LONG.index < 30), "it has no value from row 31 on"),
        (LONG.noise.where(LONG.index >= 25), "it has no value before row 26"),
        (LONG.noise.where(LONG.index >= 5), None),
        (LONG.noise, None),
        (LONG.noise + LONG.y / 2, None),
        (LONG.noise - 0.5, None),
        (LONG.noise.where(LONG.index != 7, -1), None),
        ((999 * LONG.noise).round().where(LONG.index != 7, 999), None),
    ],
)
def test_what_a_number_may_betray(tmp_path, values, note):
    path = tmp_path / "data.csv"
    LONG.assign(x=values).to_csv(path, index=False)
    notes = told(File(path=str(path), target="y")(0), "x")
    assert notes == [] if note is None else notes[0].startswith(note)


def test_a_mark_of_missing_values_and_an_end_of_values_are_both_told(tmp_path):
    values = LONG.noise.where(LONG.index % 9 > 0, -1).where(LONG.index < 30)
    path = tmp_path / "data.csv"
    LONG.assign(x=values).to_csv(path, index=False)
    note = told(File(path=str(path), target="y")(0), "x")[0]
    assert note.startswith("-1 in 4 rows is the only number below 0: ")
    assert "; it has no value from row 31 on: " in note


LETTERS = np.array(list("abcd"))
AMOUNT = np.random.default_rng(1).gamma(2, 10, 60).round(2)


@pytest.mark.parametrize(
    ("values", "target"),
    [
        (LETTERS[2 * LONG.y + LONG.index % 2], LONG.y),
        (np.where(LONG.y, 5, LONG.index % 3), LONG.y),
        (AMOUNT, np.digitize(AMOUNT, [8, 20])),
        (AMOUNT.round(), AMOUNT),
        ((AMOUNT / 7).round(1), AMOUNT),
        (AMOUNT > 20, AMOUNT),
        (LETTERS[np.digitize(AMOUNT, [8, 15, 25])], AMOUNT),
    ],
    ids=["kinds", "codes", "amount", "rounded", "in another unit", "above", "bands"],
)
def test_what_alone_tells_the_target(tmp_path, values, target):
    """Also where it says more than the target, or only in which range it lies."""
    path = tmp_path / "data.csv"
    LONG.assign(y=target, x=values).to_csv(path, index=False)
    stream = File(path=str(path), target="y")(0)
    assert told(stream, "x")[0].startswith("it alone tells the target in every row")
    assert told(stream, "noise") == []
    shuffled = np.random.default_rng(2).permutation(values)
    LONG.assign(y=target, x=shuffled).to_csv(path, index=False)
    assert told(File(path=str(path), target="y")(0), "x") == []


@pytest.mark.parametrize("order", [np.exp, np.negative, lambda y: np.round(y, 2) ** 3])
def test_a_number_that_rises_and_falls_with_the_target(tmp_path, order):
    path = tmp_path / "data.csv"
    LONG.assign(y=LONG.noise.round(2), x=order(LONG.noise.round(2))).to_csv(path, index=False)
    (note,) = told(File(path=str(path), target="y", task="regression")(0), "x")
    assert "target" in note


@pytest.mark.parametrize("name", ["data.csv", "data.parquet"])
def test_a_number_that_is_missing_as_asked(tmp_path, name):
    size = [-9, *range(1, 12)]
    stream = stream_of(table(size=size), tmp_path, name, read={"na_values": {"size": [-9]}})
    np.testing.assert_array_equal(stream.x[:, 0], [np.nan, *range(1, 12)])


@pytest.mark.parametrize(
    "form",
    [
        *("{} kg", "{}.5k", "00:{}:00", "{}:30", "{}km/h", "{},5 Mio. €", "{}.5 ‰", "$1.{}M"),
        *("0x{}", "'1,0{}.5", "1_0{}", "\u0661{}", "\uff11{}", "~{}"),
    ],
)
def test_numbers_with_a_unit_or_in_another_notation_are_told(tmp_path, form):
    texts = [form.format(k) for k in range(10, 22)]
    notes = told(stream_of(table(shop=texts), tmp_path), "shop")
    assert notes[0].startswith("a category, though its cells hold numbers")
    assert notes[-1] == f"{texts[0]!r} in row 1"


def test_units_beside_plain_numbers_are_told(tmp_path):
    texts = [f"{k} kg" if k % 2 else str(k) for k in range(10, 22)]
    notes = told(stream_of(table(shop=texts), tmp_path), "shop")
    assert notes[0].startswith("a category, though its cells hold numbers")
    assert notes[-1] == "'11 kg' in row 2"


@pytest.mark.parametrize("form", ["1.{}.3", "10.0.0.{}", "{}-1234", "A{}", "+49 30 {}00000"])
def test_codes_are_no_numbers(tmp_path, form):
    texts = [form.format(k) for k in range(10, 22)]
    notes = told(stream_of(table(shop=texts), tmp_path), "shop")
    assert "hold numbers" not in "".join(notes)


@pytest.mark.parametrize(
    ("texts", "numbers"),
    [
        (["1,234,567", "12", "1,000"], [1234567, 12, 1000]),
        (["12,34,567", "12", "1,000"], [1234567, 12, 1000]),
        (["$3.20", "-$4", "$1,000.5"], [3.2, -4, 1000.5]),
        (["3,20 €", "4,5 €", "-1.000,5 €"], [3.2, 4.5, -1000.5]),
        (["12.5%", "0", "-3 %"], [0.125, 0, -0.03]),
        (["(1,234)", "5", "6-"], [-1234, 5, -6]),
        (["1'234.5", "2", "3"], [1234.5, 2, 3]),
        (["1 234,5", "2", "3"], [1234.5, 2, 3]),
        (["USD 5", "USD 6.5", "7 USD"], [5, 6.5, 7]),
        (["−1.5", "1e3", "?"], [-1.5, 1000, np.nan]),
    ],
)
def test_numbers_as_people_write_them(tmp_path, texts, numbers):
    for name in ("data.csv", "data.parquet"):
        stream = stream_of(table(size=texts * 4), tmp_path, name)
        np.testing.assert_allclose(stream.x[:3, 0], numbers, rtol=1e-15)


def test_codes_that_were_read_as_numbers_are_told(tmp_path):
    frame = table(size=["007", "12", "300"] * 4)
    notes = told(stream_of(frame, tmp_path), "size")
    assert notes == [
        "zeros before it are not read; read.dtype={size: str} if it is a code",
        "'007' in row 1",
    ]
    stream = stream_of(frame, tmp_path, read={"dtype": {"size": "str"}})
    assert stream.levels[0] == ("007", "12", "300")
    assert told(stream, "size") == []
    assert told(stream_of(frame, tmp_path, drop="size"), "size") == []


@pytest.mark.parametrize("size", [["01", "02", "03"] * 4, ["0.50", "0", "10"] * 4, ["100"] * 12])
def test_plain_numbers_are_no_codes(tmp_path, size):
    assert told(stream_of(table(size=size), tmp_path), "size") == []


def test_codes_of_digits_that_parquet_calls_texts_stay_categories(tmp_path):
    stream = stream_of(table(size=["01", "02", "03"] * 4), tmp_path, "data.parquet")
    assert 0 in stream.categorical


def test_texts_of_true_and_false_with_marks(tmp_path):
    stream = stream_of(table(member=["True", "False", "?"] * 4), tmp_path)
    np.testing.assert_array_equal(stream.x[:3, 2], [1, 0, np.nan])


def test_a_blank_target_is_a_label_that_has_not_arrived(tmp_path):
    for labels, classes in ((["yes", None, "no"], ("no", "yes")), ([1, None, 0], ("0", "1"))):
        stream = stream_of(table(bought=labels * 4), tmp_path)
        assert stream.classes == classes
        np.testing.assert_array_equal(stream.labelled, [True, False, True] * 4)
        np.testing.assert_array_equal(stream.y[stream.labelled], [1, 0] * 4)
        assert dict(stream.facts)["without a label"].startswith("4 rows (33.3 %)")


def test_a_column_of_one_mark_has_no_values(tmp_path):
    stream = stream_of(table(share="-"), tmp_path)
    assert "share" not in stream.features
    (share,) = (column for column in stream.columns if column.name == "share")
    assert (share.kind, share.missing, share.is_odd) == ("left out: it has no values", 1, True)


def test_a_target_of_true_and_false_with_blanks(tmp_path):
    stream = stream_of(table(bought=[True, None, False] * 4), tmp_path)
    assert stream.classes == ("False", "True")


def test_a_date_that_may_not_be_known_yet_is_named(tmp_path):
    when = pd.date_range("2024-01-01", periods=60, freq="7h")
    later = when + pd.to_timedelta(RNG.integers(0, 9, 60), unit="D")
    frame = pd.DataFrame({"when": when, "label_at": later.normalize(), "x": RNG.random(60), "y": Y})
    stream = stream_of(frame, tmp_path, target="y")
    assert "never before the time of its row" in told(stream, "label_at")[0]
    earlier = stream_of(frame.assign(label_at=when - (later - when)), tmp_path, target="y")
    assert told(earlier, "label_at") == []


def test_a_time_that_was_not_named_is_told(tmp_path):
    when = pd.date_range("2024-01-01", periods=60, freq="7h")
    frame = pd.DataFrame({"when": when, "x": RNG.random(60), "y": Y})
    (ordered,) = suspicious(frame, tmp_path, "when")
    assert ordered == "the rows are in its order: name it as time, and ticks have dates"
    assert suspicious(frame, tmp_path, "when", rows=10) == []
    shuffled = frame.assign(when=RNG.permutation(when))
    for rows in (None, 10):
        (mixed,) = suspicious(shuffled, tmp_path, "when", rows=rows)
        assert mixed.startswith("the rows are not in its order: if it says when a row was made")
    # One column in order is enough: a date of birth needs none.
    assert suspicious(shuffled.assign(at=when), tmp_path, "when") == []
    assert told(stream_of(frame, tmp_path, target="y"), "when") == []
    seconds = shuffled["when"].astype("datetime64[s]").astype("int64")
    days = shuffled["when"].dt.strftime("%Y%m%d").astype("int64")
    for name, numbers in ("event_ts", seconds), ("created_at", 1000 * seconds), ("date", days):
        (mixed,) = suspicious(frame.assign(when=1, **{name: numbers}), tmp_path, name)
        assert mixed.startswith("the rows are not in its order")
    assert suspicious(frame.assign(when=1, phone=seconds), tmp_path, "phone") == []


def test_what_holds_for_all_parts_of_a_date_is_told_once(tmp_path):
    when = pd.date_range("2021-01-01", periods=60, freq="40D")
    ended = pd.Series(when - pd.Timedelta("5D")).where(np.arange(60) < 30)
    frame = pd.DataFrame({"when": when, "ended": ended, "x": RNG.random(60), "y": Y})
    (note,) = told(stream_of(frame, tmp_path, target="y"), "ended")
    assert note.startswith("ended.weekday and ended.month: it has no value from row 31 on")


def test_an_empty_column_is_left_out_with_a_line(tmp_path):
    stream = stream_of(table(share=[None] * 12), tmp_path)
    assert "share" not in stream.features
    (share,) = (column for column in stream.columns if column.name == "share")
    assert (share.kind, share.missing, share.is_odd) == ("left out: it has no values", 1, True)


def test_columns_that_are_called_by_numbers(tmp_path):
    frame = pd.DataFrame({0: pd.date_range("2024-01-01", periods=6), 1: range(6), 2: [0, 1] * 3})
    frame.to_csv(tmp_path / "data.csv", index=False)
    stream = File(path=str(tmp_path / "data.csv"), target=2, time=0)(0)
    assert stream.features == ("1", "0.weekday")
    assert File(
        path=str(tmp_path / "data.csv"), target=0, rows=2, drop=1, time=None, task="regression"
    )


def suspicious(frame, tmp_path, column, **options):
    stream = stream_of(frame, tmp_path, target="y", time=None, **options)
    return told(stream, column)


RNG = np.random.default_rng(0)
Y = RNG.integers(0, 2, 60)


@pytest.mark.parametrize(
    ("values", "y", "words"),
    [
        (range(60), Y, "only rises"),
        (np.repeat(range(20), 3) + 0.5, Y, "only rises"),
        (1 - Y, Y, "copy of the target"),
        (np.where(Y, "paid", "open"), Y, "copy of the target"),
        (3 * Y + 0.1, Y + 0.5, "copy of the target"),
        (range(60, 0, -1), Y, "only falls"),
        ([f"id {n}" for n in range(60)], Y, "every value occurs once"),
        (
            [f"user{n % 40}" for n in range(60)],
            Y,
            "40 different values in 60 rows: most say",
        ),
        ([f"the parcel {n} is late" for n in range(60)], Y, "60 rows: a model sees no words"),
        (["v1"] * 30 + ["v2"] * 30, Y, "never comes back"),
        ([1.1] * 20 + [1.2] * 30 + [1.3] * 10, Y, "never comes back"),
        ([2025] * 30 + [2024] * 30, Y + 0.5, "never comes back"),
        (3e-301 * Y, 1e-300 * Y + 1e-301, "copy of the target"),
    ],
)
def test_a_suspect_is_named(tmp_path, values, y, words):
    frame = pd.DataFrame({"other": RNG.random(60), "v": values, "y": y})
    assert words in suspicious(frame, tmp_path, "v")[0]
    assert suspicious(frame, tmp_path, "other") == []


@pytest.mark.parametrize("values", [[0] * 59 + [1], [1] * 30 + [2] * 20 + [1] * 10, [3] * 60])
def test_numbers_that_come_back_are_no_periods(tmp_path, values):
    frame = pd.DataFrame({"other": RNG.random(60), "v": values, "y": Y})
    assert suspicious(frame, tmp_path, "v") == []


@pytest.mark.parametrize("size", [1e-300, 1e300])
def test_numbers_of_any_size_are_compared(tmp_path, size):
    frame = pd.DataFrame({"other": RNG.random(60), "y": size * (RNG.random(60) + 0.1)})
    assert suspicious(frame, tmp_path, "other") == []


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("model_score", RNG.random(60), "the score of a model"),
        ("y_prob", 100 * RNG.random(60), "the score of a model"),
        ("prediction", 1 - Y, "copy of the target"),
        ("prediction", RNG.permutation(Y), "what a model predicted"),
        ("predicted class", np.where(RNG.permutation(Y), "paid", "open"), "what a model predicted"),
        ("user_id", RNG.permutation(60), "an identifier"),
    ],
)
def test_a_name_makes_a_suspect(tmp_path, name, values, words):
    frame = pd.DataFrame({name: values, "scored_goals": RNG.random(60), "y": Y})
    assert words in suspicious(frame, tmp_path, name)[0]
    assert suspicious(frame, tmp_path, "scored_goals") == []


def test_two_decimal_marks_in_a_column(tmp_path):
    with pytest.raises(InputError, match=r"'2,5' in row 2 and '1\.5' elsewhere"):
        stream_of(table(size=["1.5", "2,5", "3.5"] * 4), tmp_path)


def test_a_mark_among_dates_is_missing(tmp_path):
    days = [f"2024-03-{n:02}" for n in range(1, 12)]
    stream = stream_of(table(born=["?", *days]), tmp_path)
    assert np.isnan(stream.x[0, stream.features.index("born.weekday")])
    assert told(stream, "born") == ["1 cell is missing: '?'", "'?' in row 1"]


def test_an_odd_cell_among_dates_is_named(tmp_path):
    days = [f"{n:02}/02/2024" for n in range(20, 31)]
    with pytest.raises(InputError, match="'30/02/2024' in row 12, and 11 of its 12 "):
        stream_of(table(born=["19/02/2024", *days]), tmp_path)
