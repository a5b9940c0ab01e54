"""Columns beside the features: numbers that a loss or `prices.errors` may name."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from retrainlab.scenarios.tabular.columns import finite, numbers
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.stream import Floats


def columns_beside(frame: pd.DataFrame, names: Sequence[str]) -> Floats | None:
    """(n, b) the values of these columns, None for none; `InputError` where one is no number."""
    if not names:
        return None
    return np.column_stack([_values(frame[name]) for name in names])


def _values(column: pd.Series) -> Floats:
    values = numbers(column)
    if values is None:
        raise InputError(
            f"beside names the column {column.name!r}, which holds {column.dropna().iloc[0]!r}; it "
            "must hold numbers"
        )
    blank = np.flatnonzero(np.isnan(values))
    require(
        not len(blank),
        f"beside names the column {column.name!r}, which is blank in row "
        f"{column.index[blank[0]] + 1 if len(blank) else 0}; it must hold a number in every row",
    )
    return finite(values, column)
