"""Rows that are equal in every column: a file that was loaded twice, a join that repeated rows."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.util import hash_array, hash_pandas_object

from retrainlab.scenarios.tabular.suspects import FEWEST

SHARE = 0.01  # of the rows, from which on they are told


def repeated_rows(frame: pd.DataFrame) -> str:
    """Say how many rows are equal to an earlier one in every column; empty where few are.

    Rows of few levels are equal by chance: enough of them must have a cell that is in their equals
    alone.
    """
    rows, keys = _equal(frame)
    again = pd.Series(keys).duplicated().to_numpy()
    sure, count = again & _have_a_cell_alone(frame, rows, keys), int(again.sum())
    if sure.sum() < SHARE * len(frame) or len(frame) < FEWEST:
        return ""
    later = int(np.argmax(sure))
    first = int(np.argmax(keys == keys[later]))
    return (
        f"{count:,} rows ({100 * count / len(frame):.1f} %) are equal to an earlier one in every "
        f"column, as row {frame.index[rows[later]] + 1:,} to row {frame.index[rows[first]] + 1:,}: "
        "was a file loaded twice, or did a join repeat rows?"
    )


def _equal(frame: pd.DataFrame) -> tuple[NDArray[np.intp], NDArray[np.uint64]]:
    """Return the rows that have equals, and a key of each; none where they are too few to tell.

    Column by column, so that a column of different values ends it.
    """
    rows = np.arange(len(frame))
    keys: NDArray[np.uint64] = np.zeros(len(frame), dtype=np.uint64)
    for name in frame.columns:
        keys = np.asarray(hash_array(keys) ^ _hashed(frame[name].iloc[rows]))
        equal = pd.Series(keys).duplicated(keep=False).to_numpy()
        rows, keys = rows[equal], keys[equal]
        if len(rows) < SHARE * len(frame):
            return rows[:0], keys[:0]
    return rows, keys


def _have_a_cell_alone(
    frame: pd.DataFrame, rows: NDArray[np.intp], keys: NDArray[np.uint64]
) -> NDArray[np.bool_]:
    """Return which of the rows have a cell that is in no row but their equals."""
    equals, alone = _counts(keys), np.zeros(len(rows), dtype=bool)
    for name in frame.columns if len(rows) else ():
        known = frame[name].notna().to_numpy()[rows]
        alone |= known & (_counts(_hashed(frame[name]))[rows] == equals)
    return alone


def _counts(values: NDArray[np.uint64]) -> NDArray[np.intp]:
    """(n,) how often each value occurs."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray(counts[places])


def _hashed(column: pd.Series) -> NDArray[np.uint64]:
    """(n,) hashes of the values, which may be lists."""
    try:
        hashes = hash_pandas_object(column, index=False)
    except TypeError:
        hashes = hash_pandas_object(column.map(str), index=False)
    return np.asarray(hashes, dtype=np.uint64)
