"""Columns of a file that say when labels came, what rows weigh, and what the incumbent gave."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from file_tables import TIMES, stream_of, table

from retrainlab.sim.errors import InputError

DAY = pd.Timedelta(days=1)
LATE = [0, 1, 0, 2, 3, 0, 1, 1, 0, 0, 9, 1]  # days; three rows a day, from 1 to 4 January


def test_each_label_arrives_at_the_tick_of_its_time(tmp_path):
    stream = stream_of(
        table(paid=TIMES + np.array(LATE) * DAY), tmp_path, label_time="paid", drop="shop"
    )
    tick = np.repeat(np.arange(4), 3)
    np.testing.assert_array_equal(stream.arrival, np.minimum(tick + LATE, 4))
    assert "paid" not in " ".join(stream.features)
    kinds = {column.name: column.kind for column in stream.columns}
    assert kinds["paid"] == "when the label became known"
    assert "half within 1 days, nine tenths within 2" not in stream.story
    assert dict(stream.facts)["labels arrive"].startswith("each at its own time: half within 1 day")


def test_a_label_of_a_day_is_known_at_its_end(tmp_path):
    whole = stream_of(table(paid=TIMES + DAY), tmp_path, label_time="paid", every="hour")
    days = stream_of(
        table(paid=(TIMES + DAY).normalize()), tmp_path, "days.csv", label_time="paid", every="hour"
    )
    np.testing.assert_array_equal(whole.arrival, np.minimum(np.arange(12) + 3, 12))
    # Ticks of 6, 14 and 22 o'clock: the first one after midnight is that of 6.
    np.testing.assert_array_equal(days.arrival, [6, 6, 6, 9, 9, 9, 12, 12, 12, 12, 12, 12])


def test_ticks_of_rows_end_with_their_last_row(tmp_path):
    late = TIMES + pd.Timedelta(hours=9)
    stream = stream_of(table(paid=late), tmp_path, label_time="paid", every=None, rows=2)
    np.testing.assert_array_equal(stream.arrival, [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6])


@pytest.mark.parametrize("mark", ["NULL", "-", "NaT", ""])
def test_a_mark_in_place_of_a_label_time_is_a_label_that_never_arrives(tmp_path, mark):
    paid = [mark, *(TIMES[1:] + DAY).strftime("%Y-%m-%d %H:%M")]
    stream = stream_of(table(paid=paid), tmp_path, label_time="paid")
    np.testing.assert_array_equal(stream.labelled, [False] + [True] * 11)


@pytest.mark.parametrize("time", ["1970-01-01", "9999-12-31", "never"])
def test_another_stand_in_for_a_label_time_is_refused(tmp_path, time):
    paid = [*(TIMES[1:] + DAY).strftime("%Y-%m-%d %H:%M"), time]
    with pytest.raises(InputError, match=f"label_time .paid. .*{time}") as refusal:
        stream_of(table(paid=paid), tmp_path, label_time="paid")
    assert "row 12" in str(refusal.value)


def test_a_label_of_a_period_without_rows_comes_with_the_next_tick(tmp_path):
    when = pd.to_datetime(["2024-01-01"] * 6 + ["2024-01-09"] * 6)
    paid = pd.to_datetime(["2024-01-01"] * 3 + ["2024-01-05"] * 3 + ["2024-01-09"] * 6)
    stream = stream_of(table(when=when, paid=paid), tmp_path, label_time="paid")
    np.testing.assert_array_equal(stream.arrival, [0] * 3 + [1] * 9)


def test_a_label_without_a_time_never_arrives(tmp_path):
    paid = pd.Series(TIMES).where(np.arange(12) != 4)
    stream = stream_of(table(paid=paid), tmp_path, label_time="paid")
    np.testing.assert_array_equal(np.flatnonzero(~stream.labelled), [4])
    facts = dict(stream.facts)
    assert facts["labels without a time"] == "1 row: as rows without a label"
    assert facts["without a label"].startswith("1 row (")


def test_entity_and_weight_are_no_features(tmp_path):
    frame = table(heavy=np.arange(12) / 2)
    stream = stream_of(frame, tmp_path, entity="member", weight="heavy")
    np.testing.assert_array_equal(stream.entity, [0, 1, 0] * 4)
    np.testing.assert_array_equal(stream.weight, np.arange(12) / 2)
    assert {"member", "heavy"}.isdisjoint(stream.features)
    seen = stream_of(frame, tmp_path, "seen.csv", entity="member", entity_feature=True)
    assert "member" in seen.features


@pytest.mark.parametrize(
    ("bought", "values", "expected"),
    [
        (["yes", "no"] * 6, ["no"] * 12, [0] * 12),
        ([1, 0] * 6, [1, 0] * 6, [1, 0] * 6),
        ([True, False] * 6, [False] * 12, [0] * 12),
        (["a", "b", "c"] * 4, ["c"] * 12, [2] * 12),
        (["yes", "no"] * 6, [0.25] * 12, [[0.75, 0.25]] * 12),
        ([1, 0] * 6, [0.25] * 12, [[0.75, 0.25]] * 12),
        (np.arange(12) + 0.5, np.arange(12), np.arange(12.0)),
    ],
)
def test_what_the_incumbent_gave(tmp_path, bought, values, expected):
    stream = stream_of(table(bought=bought, score=values), tmp_path, incumbent="score")
    np.testing.assert_array_equal(stream.incumbent.predictions, expected)
    assert stream.incumbent.given.all()
    assert "score" not in stream.features


def test_versions_and_missing_scores(tmp_path):
    frame = table(score=[0.5, None] * 6, v=[1, 1, None, 2, 2, 1] * 2)
    stream = stream_of(frame, tmp_path, incumbent="score", incumbent_version="v")
    assert len(stream.incumbent.versions) == 2
    np.testing.assert_array_equal(stream.incumbent.version, [0, 0, 0, 1, 1, 0] * 2)
    np.testing.assert_array_equal(stream.incumbent.given, [True, False] * 6)
    assert dict(stream.facts)["what you did"].startswith("column score, 2 versions; 6 rows without")


@pytest.mark.parametrize("file", ["data.csv", "data.parquet"])
def test_names_that_look_like_numbers_stay_apart(tmp_path, file):
    frame = table(score=[0.5] * 12, v=["1.1"] * 6 + ["1.10"] * 6, store=["7", "007", "7"] * 4)
    stream = stream_of(
        frame, tmp_path, file, entity="store", incumbent="score", incumbent_version="v"
    )
    assert stream.incumbent.versions == ("1.1", "1.10")
    np.testing.assert_array_equal(stream.entity, [0, 1, 0] * 4)


def test_a_mark_among_versions_that_are_numbers_is_no_version(tmp_path):
    frame = table(score=[0.5] * 12, v=["-"] * 4 + ["1"] * 4 + ["2"] * 4)
    stream = stream_of(frame, tmp_path, incumbent="score", incumbent_version="v")
    assert stream.incumbent.versions == ("1", "2")


@pytest.mark.parametrize("bought", [["no", "yes"] * 60, [0, 1] * 60])
def test_a_score_for_the_other_class_is_told(tmp_path, bought):
    times = pd.date_range("2024-01-01", periods=120, freq="h")
    bought, chance = np.array(bought), np.random.default_rng(0).random(120)
    no, yes = np.unique(bought)
    score = np.round(0.7 * (bought == yes) + 0.3 * chance, 3)
    wrong = f"it speaks for {yes} in rows of {no}, and for {no} in rows of {yes}: a probability"
    for given, told in ((score, False), (1 - score, True), (chance, False)):
        frame = pd.DataFrame({"when": times, "x": chance, "s": given, "bought": bought})
        stream = stream_of(frame, tmp_path, incumbent="s")
        (column,) = (column for column in stream.columns if column.name == "s")
        assert (wrong in "".join(column.notes)) == told


REFUSED = [
    ({"paid": TIMES - DAY}, {"label_time": "paid"}, "of row 1 is .* before the row itself"),
    ({}, {"label_time": "when", "time": None}, "label_time is 'when' and time is not set"),
    ({"paid": [None] * 12}, {"label_time": "paid"}, "has no values: no label ever arrives"),
    (
        {"w": [1, -2] * 6},
        {"weight": "w"},
        r"weight \(w\) of row 2 is -2; it must be a number from 0 up",
    ),
    ({"w": [1, None] * 6}, {"weight": "w"}, r"weight \(w\) of row 2 is nan"),
    ({"w": [0] * 12}, {"weight": "w"}, "is 0 in every row"),
    ({"w": ["a", "b"] * 6}, {"weight": "w"}, "holds 'a'; it must hold numbers"),
    ({}, {"entity": "shop"}, r"entity \(shop\) of row 3 is missing"),
    ({"s": ["yes", "perhaps"] * 6}, {"incumbent": "s"}, "of row 2 is 'perhaps', which is no class"),
    ({"s": [0.5, 1.5] * 6}, {"incumbent": "s"}, "of row 2 is 1.5; it must be a class, or the prob"),
    ({"s": [None] * 12}, {"incumbent": "s"}, "has no values"),
    ({}, {"incumbent": "scores"}, "incumbent 'scores' is not a column"),
    ({}, {"weight": "bought"}, "weight names the target 'bought'"),
    ({}, {"incumbent_version": "size"}, "incumbent_version is 'size' and incumbent is not set"),
]


@pytest.mark.parametrize(("changes", "options", "sentence"), REFUSED)
def test_bad_input_is_one_sentence(tmp_path, changes, options, sentence):
    with pytest.raises(InputError, match=sentence):
        stream_of(table(**changes), tmp_path, **options)


def test_a_schema_for_production_has_weights_and_no_label_times(tmp_path):
    from file_tables import saved

    from retrainlab.scenarios.file import File

    path = saved(table(w=range(1, 13), paid=TIMES), tmp_path)
    file = File(path=path, target="bought", time="when", weight="w", drop=["paid"])
    assert file.schema().weight == "w"
    assert file.schema().features == file(0).features
    with pytest.raises(InputError, match=r"scenario.file.label_time is set; in production"):
        replace(file, label_time="paid", drop=[]).schema()
