"""Labels that stand apart from their rows: the key by which they go together."""

from dataclasses import replace

import pandas as pd

from retrainlab.scenarios.tabular.schema import Schema
from retrainlab.sim.errors import require


def with_key(schema: Schema, key: str | None) -> Schema:
    """Return how rows are read that have a key: as texts, as other types may differ by file."""
    if key is None or key in schema.needed:
        return schema
    types = {**(schema.read.get("dtype") or {}), key: "str"}
    return replace(schema, read={**schema.read, "dtype": types})


def by_key(given: pd.DataFrame, rows: pd.DataFrame, key: str, target: str, date: str) -> pd.Series:
    """(n,) the labels of the rows of a date, missing where none is given.

    Raises `InputError` if rows or labels lack the key, and for two labels of one key.
    """
    for table, what in ((rows, "rows"), (given, "labels")):
        require(key in table.columns, f"the {what} of {date} have no column {key!r} (labels.key)")
    known = given.dropna(subset=[key, target]).drop_duplicates([key, target])
    twice = known[known[key].duplicated()]
    require(
        twice.empty,
        f"the labels of {date} have two labels where {key} is {next(iter(twice[key]), '')!r}; "
        "keep one",
    )
    labels = known.set_axis(known[key].astype("str"))[target]
    return rows[key].astype("str").map(labels).rename(target)
