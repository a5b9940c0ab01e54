"""Sets of rows: a slice where they are contiguous, sorted indices where they are not."""

from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = slice | NDArray[np.int64]


def span(start: int, stop: int) -> slice:
    """Rows `start` to `stop - 1`."""
    return slice(int(start), int(stop))


def count(rows: Rows) -> int:
    """Number of rows."""
    return rows.stop - rows.start if isinstance(rows, slice) else len(rows)


def first(rows: Rows) -> int:
    """The first row (of at least one)."""
    return int(rows.start if isinstance(rows, slice) else rows[0])


def last(rows: Rows) -> int:
    """The last row (of at least one)."""
    return int(rows.stop - 1 if isinstance(rows, slice) else rows[-1])


def at(rows: Rows, index: int) -> int:
    """The row at an index."""
    return int(rows.start + index if isinstance(rows, slice) else rows[index])


def before(rows: Rows, stop: int) -> Rows:
    """Those rows that come before row `stop`."""
    if isinstance(rows, slice):
        return slice(min(rows.start, stop), min(rows.stop, stop))
    return normal(rows[rows < stop])


def since(rows: Rows, start: int) -> Rows:
    """Those rows that do not come before row `start`."""
    if isinstance(rows, slice):
        return slice(max(rows.start, start), max(rows.stop, start))
    return normal(rows[rows >= start])


def newest(rows: Rows, most: int) -> Rows:
    """The last of them, at most so many."""
    if isinstance(rows, slice):
        return slice(max(rows.start, rows.stop - most), rows.stop)
    return normal(rows[-most:])


def without(rows: Rows, others: Rows) -> Rows:
    """Those rows that are not among others."""
    return normal(np.setdiff1d(indices(rows), indices(others), assume_unique=True))


def indices(rows: Rows) -> NDArray[np.int64]:
    """(m,) the rows, one by one."""
    return np.arange(rows.start, rows.stop) if isinstance(rows, slice) else rows


def shifted(rows: Rows, by: int) -> Rows:
    """Return rows that lie so many further on."""
    return slice(rows.start + by, rows.stop + by) if isinstance(rows, slice) else rows + by


def normal(rows: Rows) -> Rows:
    """Normal form of the rows: unique, sorted, and a slice if they are contiguous."""
    if isinstance(rows, slice):
        return rows
    return packed(np.unique(rows))


def packed(rows: NDArray[np.int64]) -> Rows:
    """Normal form of indices that are unique and sorted."""
    if len(rows) and rows[-1] - rows[0] + 1 == len(rows):
        return slice(int(rows[0]), int(rows[-1]) + 1)
    return rows


def key(rows: Rows) -> tuple[Any, ...]:
    """Hashable content of the rows: equal rows, equal key."""
    rows = normal(rows)
    if isinstance(rows, slice):
        return (rows.start, rows.stop)
    return (len(rows), blake2b(rows.tobytes(), digest_size=16).hexdigest())
