"""Moments of windows of rows, joined from those of blocks: counts, means and scatter.

Sums from the start of the stream lose digits where a mean moves far from its spread. Each block has
means of its own here, and a window is joined from its whole blocks and the rows at its ends, so
that it has the digits of a pass over its rows.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.stream import Floats

BLOCK_ROWS = 256


@dataclass(frozen=True, eq=False)
class Moments:
    """Moments of k groups of rows with d columns, in b parts.

    count: (b, k). mean: (b, k, d). scatter: of the differences from the mean, their sum of squares
    (b, k, d), or of products (b, k, d, d). A group without rows has zeros.
    """

    count: Floats
    mean: Floats
    scatter: Floats

    def joined(self) -> "Moments":
        """Return the moments of all parts together, as one part."""
        count = self.count.sum(axis=0)
        weighted = self.count[..., None] * self.mean
        mean = weighted.sum(axis=0) / np.maximum(count, 1)[:, None]
        away = np.where(self.count[..., None] > 0, self.mean - mean, 0.0)
        between = self.count[..., None] * away
        if self.scatter.ndim == 3:
            scatter = self.scatter.sum(axis=0) + (between * away).sum(axis=0)
        else:
            products = between.transpose(1, 2, 0) @ away.transpose(1, 0, 2)
            scatter = self.scatter.sum(axis=0) + products
        return Moments(count[None], mean[None], scatter[None])

    def over_groups(self) -> "Moments":
        """Return the moments of all groups together; of one part."""
        parts = (a.swapaxes(0, 1) for a in (self.count, self.mean, self.scatter))
        return Moments(*parts).joined()


def stacked(parts: list[Moments]) -> Moments:
    """Return the parts side by side."""
    return Moments(
        np.concatenate([part.count for part in parts]),
        np.concatenate([part.mean for part in parts]),
        np.concatenate([part.scatter for part in parts]),
    )


def of_classes(x: Floats, y: NDArray[np.int64], classes: int) -> Moments:
    """Moments of the rows of each class, with sums of squares; x: (m, d)."""
    width = x.shape[1]
    count, mean = np.zeros((1, classes)), np.zeros((1, classes, width))
    scatter = np.zeros((1, classes, width))
    for place in range(classes):
        rows = x[y == place]
        if len(rows):
            count[0, place] = len(rows)
            mean[0, place] = rows.mean(axis=0)
            scatter[0, place] = ((rows - mean[0, place]) ** 2).sum(axis=0)
    return Moments(count, mean, scatter)


def joint(x: Floats, y: Floats) -> Moments:
    """Moments of the columns of x (m, d) and of y, the last one, with sums of products."""
    columns = np.column_stack([x, y])
    mean = columns.mean(axis=0)
    away = columns - mean
    return Moments(np.full((1, 1), float(len(y))), mean[None, None], (away.T @ away)[None, None])


class WindowMoments:
    """Moments of any window of a stream's rows; those of a block are made when it is asked for.

    measure: the moments of some rows. size: rows of a block. rows: of the stream. What a block
    gives depends on its rows alone: not on who asks, nor on what comes later.
    """

    def __init__(self, measure: Callable[[slice], Moments], size: int, rows: int):
        self._measure, self._size = measure, size
        self._made = np.zeros(rows // size, dtype=bool)
        self._blocks: Moments | None = None

    def of(self, rows: slice) -> Moments:
        """Return the moments of a window of at least one row, as one part."""
        size = self._size
        first, stop = -(-rows.start // size), rows.stop // size
        if first >= stop:
            return self._measure(rows)
        parts = [self._of_blocks(slice(first, stop)).joined()]
        for ends in (slice(rows.start, first * size), slice(stop * size, rows.stop)):
            parts += [self._measure(ends)] if ends.start < ends.stop else []
        return stacked(parts).joined()

    def _of_blocks(self, places: slice) -> Moments:
        """Return the moments of consecutive blocks, one part each."""
        for place in places.start + np.flatnonzero(~self._made[places]):
            self._make(int(place))
        blocks = self._blocks
        assert blocks is not None
        return Moments(blocks.count[places], blocks.mean[places], blocks.scatter[places])

    def _make(self, place: int) -> None:
        made = self._measure(slice(place * self._size, (place + 1) * self._size))
        if self._blocks is None:
            shapes = (part.shape[1:] for part in (made.count, made.mean, made.scatter))
            self._blocks = Moments(*(np.zeros((len(self._made), *shape)) for shape in shapes))
        self._blocks.count[place] = made.count[0]
        self._blocks.mean[place] = made.mean[0]
        self._blocks.scatter[place] = made.scatter[0]
        self._made[place] = True
