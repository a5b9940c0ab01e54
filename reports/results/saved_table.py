"""A saved Parquet table, checked at the door."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from retrainlab.sim.errors import DamagedFile, is_there, require


def columns_of(path: Path, needed: Sequence[str], whole: str) -> list[str]:
    """Return the columns of a file; `InputError` if it is missing, unreadable, or lacks one.

    whole: what the table is a part of, for the sentence.
    """
    from pyarrow import ArrowInvalid
    from pyarrow.parquet import read_schema

    require(is_there(path), f"{path.name} is missing in {path.parent}: the {whole} is not complete")
    try:
        columns = list(map(str, read_schema(path).names))
    except ArrowInvalid as error:
        raise DamagedFile(f"{path} is not a readable Parquet file: {error}") from error
    missing = [column for column in needed if column not in columns]
    require(not missing, f"{path.name} in {path.parent} lacks the column {', '.join(missing)}")
    return columns


def read_table(path: Path, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Return a table; `InputError` names the file if a checksum of its pages does not fit."""
    from pyarrow import ArrowException

    try:
        chosen = None if columns is None else list(columns)
        return pd.read_parquet(path, columns=chosen, page_checksum_verification=True)
    except (ArrowException, OSError) as error:
        raise DamagedFile(f"{path} is damaged: {error}") from error
