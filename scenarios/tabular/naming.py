"""Columns that options name: each is in the table, is no target as well, and holds plain values."""

from collections.abc import Mapping, Sequence

import pandas as pd
from pandas.api import types

from retrainlab.scenarios.tabular.dates import PARTS
from retrainlab.scenarios.tabular.names import require_names
from retrainlab.scenarios.tabular.row_columns import MEANINGS
from retrainlab.sim.errors import require

NAMING = ("target", "time", "beside", "drop", *MEANINGS)


def require_columns(
    options: Mapping[str, Sequence[str]], frame: pd.DataFrame, file: str, time_base: str
) -> None:
    """Raise `InputError` for a name that is no column, or one that cannot be what it is named as.

    options: names by option (`NAMING`). time_base: what the parts of the time are called after;
    `drop` may name parts of dates.
    """
    columns = list(frame.columns)
    derived = [f"{base}.{part}" for base in (*columns, time_base) for part in PARTS]
    (target,) = options["target"]
    for option, names in options.items():
        require_names(option, names, columns, file, derived if option == "drop" else [])
        require(
            option == "target" or target not in names,
            f"{option} names the target {target!r}; it is one or the other",
        )
        for name in names if option != "drop" else ():
            _require_scalars(option, frame[name])


def _require_scalars(option: str, column: pd.Series) -> None:
    """Raise `InputError` for a column of lists, records or the like. option: that names it."""
    first = next(iter(column.dropna()), None) if column.dtype == object else None
    require(
        first is None or types.is_hashable(first),
        f"{option} names the column {column.name!r}, which holds values of type "
        f"{type(first).__name__}; it must hold numbers, texts or dates",
    )
