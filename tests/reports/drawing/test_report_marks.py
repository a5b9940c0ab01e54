"""Marks: every strategy of a study looks different, whatever the order of the names."""

import itertools
from pathlib import Path

import pytest

from retrainlab.reports.drawing.marks import (
    COLOURS,
    KNOWN,
    OWN,
    Mark,
    alike,
    distinct,
    lines_of,
    mark,
)

SHIPPED = sorted(path.stem for path in Path("experiments/conf/strategy").glob("*.yaml"))


def look(name):
    return mark(name).colour, mark(name).marker, mark(name).dash


REFERENCES = ("majority", "newest_majority", "no_change", "incumbent", "oracle")


def test_strategies_with_marks_of_their_own_and_baselines_differ_in_colour():
    names = [name for name in SHIPPED if name in KNOWN] + [*REFERENCES]
    assert len(names) > 12
    assert len({mark(name).colour for name in names}) == len(names)


def test_shipped_strategies_and_baselines_differ():
    names = [*SHIPPED, *REFERENCES]
    with distinct(names):
        assert len({look(name) for name in names}) == len(names)


@pytest.mark.parametrize("names", [SHIPPED, SHIPPED[::4], SHIPPED[1::3], SHIPPED[2::2]], ids=len)
def test_no_two_shipped_strategies_look_alike(names):
    with distinct(names):
        marks = [mark(name) for name in names]
    assert [pair for pair in itertools.combinations(marks, 2) if alike(*pair)] == []


def test_near_colours_are_alike_with_one_shape_or_one_dash():
    one = Mark("#0072b2", "o", "-")
    assert alike(one, Mark("#00618a", "h", (0, (1, 1))))
    assert alike(one, Mark("#00618a", "*", "-"))
    assert not alike(one, Mark("#00618a", "*", (0, (1, 1))))
    assert not alike(one, Mark("#d55e00", "o", "-"))


@pytest.mark.parametrize("count", [2, len(COLOURS), len(OWN)])
def test_any_number_of_own_strategies_differ(count):
    names = [f"my_strategy_{i}" for i in range(count)]
    with distinct(names):
        looks = {name: look(name) for name in names}
    assert len(set(looks.values())) == count
    if count <= len(COLOURS):
        assert len({colour for colour, *_ in looks.values()}) == count
    with distinct(reversed(names)):
        assert {name: look(name) for name in names} == looks


def test_more_than_there_are_marks_is_no_error():
    names = [f"s{i}" for i in range(len(OWN) + 3)]
    with distinct(names):
        assert len({look(name) for name in names}) == len(OWN)


def test_outside_of_a_study_a_name_alone_decides():
    alone = look("my_own")
    with distinct(["my_own", *KNOWN]):
        assert look("my_own") == alone
    assert look("my_own") == alone


def test_labels_of_one_strategy_have_other_dashes():
    styles = lines_of({"a": "periodic", "b": "periodic", "c": "never"})
    assert styles["a"]["color"] == styles["b"]["color"]
    assert styles["a"]["linestyle"] != styles["b"]["linestyle"]
