"""A small table with a column of every type, saved and read by the tests of scenario `file`."""

import dataclasses

import numpy as np
import pandas as pd

from retrainlab.scenarios.file import File

TIMES = pd.date_range("2024-01-01 06:00", periods=12, freq="8h")


def table(**changes):
    """Twelve rows, three a day, with a feature of every type; `changes` replaces columns."""
    columns = {
        "when": TIMES,
        "size": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
        "share": [0.5, None, *np.linspace(0, 1, 10)],
        "member": [True, False, True] * 4,
        "shop": ["west", "east", None, "west", "north", "east"] * 2,
        "born": pd.date_range("1990-05-04", periods=12, freq="D"),
        "bought": ["yes", "no", "no"] * 4,
    }
    return pd.DataFrame({**columns, **changes})


def saved(frame, folder, name="data.csv"):
    path = folder / name
    if name.endswith(".parquet"):
        frame.to_parquet(path)
    else:
        frame.to_csv(path, index=False)
    return str(path)


def stream_of(frame, folder, name="data.csv", **options):
    given_options = {"target": "bought", "time": "when", **options}
    return File(path=saved(frame, folder, name), **given_options)(0)


def assert_equal(one, other):
    """Equal in every field but those that tell of the file."""
    for f in dataclasses.fields(one):
        if f.name not in ("facts", "story", "columns"):
            np.testing.assert_array_equal(getattr(one, f.name), getattr(other, f.name), f.name)
