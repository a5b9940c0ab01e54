"""Stored rows: columns of a stream that are read from their source a tick at a time, when asked."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.rows import Rows
from retrainlab.sim.stream import Ints, Stream

ReadTicks = Callable[[Sequence[int]], list[NDArray[Any]]]


class StoredColumn:
    """(n, ...) values by row, as an array has them, of which only the ticks asked for are read.

    offsets: (T + 1,) rows of each tick. read: gives the values of some ticks.
    """

    def __init__(self, offsets: Ints, read: ReadTicks, dtype: Any, width: tuple[int, ...] = ()):
        self.offsets, self.read, self.dtype = offsets, read, np.dtype(dtype)
        self.shape = (int(offsets[-1]), *width)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: Any) -> Any:
        """(m, ...) the values of some rows; of `[:, j]` one column of them, stored as well."""
        return self._column(rows[1]) if isinstance(rows, tuple) else self._values(rows)

    def _column(self, j: int) -> "StoredColumn":
        return StoredColumn(self.offsets, lambda ticks: [p[:, j] for p in self.read(ticks)], float)

    def _values(self, rows: Rows) -> NDArray[Any]:
        if isinstance(rows, slice):
            rows = np.arange(*rows.indices(len(self)))
        rows = np.flatnonzero(rows) if rows.dtype == bool else rows
        if not len(rows):
            return np.empty((0, *self.shape[1:]), dtype=self.dtype)
        of_row = np.searchsorted(self.offsets, rows, side="right") - 1
        ticks, place = np.unique(of_row, return_inverse=True)
        parts = self.read(ticks.tolist())
        before = np.cumsum([0, *map(len, parts)])[:-1]
        values: NDArray[Any] = np.concatenate(parts)[before[place] + rows - self.offsets[of_row]]
        values.flags.writeable = False
        return values

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.asarray(self[:], dtype=dtype)


class StoredStream(Stream):
    """A stream of stored columns. Its rows are checked where they are coded, by the schema."""

    def __post_init__(self) -> None:
        """Check nothing: that would read every row."""
