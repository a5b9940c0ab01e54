"""Rows that are equal in every column are told: a file loaded twice, a join that repeated rows."""

import re

import numpy as np
import pandas as pd
import pytest
from file_tables import saved

from retrainlab.scenarios.file import File

N = 400
RNG = np.random.default_rng(7)
LOG = pd.DataFrame(
    {
        "day": pd.date_range("2024-01-01", periods=40).repeat(10),
        "shop": RNG.choice(["north", "south", None], N),
        "size": np.where(RNG.random(N) < 0.2, np.nan, RNG.normal(size=N)),
        "bought": RNG.choice(["yes", "no"], N),
    }
)


def told(path, **options):
    facts = File(path=str(path), target="bought", time="day", **options)(0).facts
    return [value for name, value in facts if name == "reading" and "equal" in value]


def repeated(count):
    return pd.concat([LOG, LOG[LOG["size"].notna()].tail(count)]).sort_values("day", kind="stable")


@pytest.mark.parametrize("name", ["log.csv", "log.parquet"])
def test_rows_that_a_join_repeated(tmp_path, name):
    (line,) = told(saved(repeated(20), tmp_path, name))
    alike = int(repeated(20).duplicated().sum())
    assert line.startswith(f"{alike} rows ({100 * alike / 420:.1f} %) are equal to an earlier one")
    assert line.endswith("was a file loaded twice, or did a join repeat rows?")
    assert told(saved(repeated(20), tmp_path, name), sample=0.5) == [line]


def test_a_file_that_was_loaded_twice(tmp_path):
    for name in ("a.csv", "b.csv"):
        saved(LOG, tmp_path, name)
    (line,) = told(tmp_path)
    assert re.match(r"4\d\d rows \(5\d\.\d %\)", line)  # some were equal before


def test_few_equal_rows_and_those_that_are_equal_by_chance_are_not_told(tmp_path):
    assert not told(saved(repeated(3), tmp_path))
    assert not told(saved(LOG.drop(columns="size"), tmp_path))
    assert not told(saved(LOG.assign(visit=range(N)), tmp_path))


def test_lists_beside_the_features_are_compared_too(tmp_path):
    path = saved(repeated(20).assign(basket=[[1, 2]] * 420), tmp_path, "log.parquet")
    assert told(path, drop=["basket"])
