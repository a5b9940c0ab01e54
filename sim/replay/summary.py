"""Sums over each tick of what was served: the ledger's columns that come from predictions."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.stream import Floats, Stream

SPREAD = ("predicted_min", "predicted_mean", "predicted_median", "predicted_max")
REGRESSION = ("abs_error", "sq_error", "error", "abs_actual")
COUNTS = ("actual", "predicted", "hit")


def names(stream: Stream) -> list[str]:
    """Names of the C rows of a summary, in order (docs/tables.md)."""
    if stream.task == "regression":
        return ["loss", *SPREAD, *REGRESSION]
    return [
        "loss",
        *SPREAD,
        *(f"{name}_{c}" for name in COUNTS for c in range(len(stream.classes))),
    ]


def tick_size(stream: Stream, since: int) -> int:
    """Rows in a tick, if all from tick `since` on have as many; else 0."""
    offsets = stream.offsets[since:]
    size = int(offsets[1] - offsets[0])
    return size if np.all(np.diff(offsets) == size) else 0


class Span:
    """Ticks first..stop-1 of a stream, t in number with m rows, empty ones among them.

    Rows that are not scored are in no count, and their losses and errors are 0.

    It holds what is the same for every model that predicts them. even: `tick_size` of all ticks
    that are ever served. It decides the order in which floats are added, so a sum does not depend
    on the span in which it was made.
    """

    def __init__(self, stream: Stream, first: int, stop: int, even: int):
        offsets = stream.offsets[first : stop + 1]
        self.even, self.ticks = even, stop - first
        rows = slice(offsets[0], offsets[-1])
        self.truth = stream.truth[rows]
        self.judged = None if stream.judged is None else stream.judged[rows]
        self.edges, self.sizes = offsets - offsets[0], np.diff(offsets)
        self.tick = np.repeat(np.arange(self.ticks), self.sizes)
        self.classes = len(stream.classes) if stream.task == "classification" else 0
        if self.classes:
            self.start = self.tick * self.classes
            self.place = self.start + self.truth
            self.actual = self._counted(self._scored(self.place))

    @property
    def nbytes(self) -> int:
        """Memory besides that of the stream."""
        return sum(
            v.nbytes for k, v in vars(self).items() if isinstance(v, np.ndarray) and k != "truth"
        )

    def summarise(self, decision: NDArray[Any], monitored: Floats, loss: Floats) -> Floats:
        """(C, t) sums over each tick (`names`) of what was served for the rows, (m,) each."""
        sums = [self._sums(loss), *self._spread(monitored)]
        if self.classes:
            decision, place = self._scored(decision), self._scored(self.place)
            hit = self._counted(place[decision == self._scored(self.truth)])
            predicted = self._counted(self._scored(self.start) + decision)
            return np.concatenate([sums, self.actual, predicted, hit])
        error, truth = decision - self.truth, self.truth
        if self.judged is not None:
            error, truth = np.where(self.judged, [error, truth], 0.0)
        sums += [self._sums(c) for c in (np.abs(error), error**2, error, np.abs(truth))]
        return np.array(sums)

    def _scored(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return the values of rows that are scored; values: (m,)."""
        return values if self.judged is None else values[self.judged]

    def _sums(self, values: Floats) -> NDArray[Any]:
        if self.even:
            return values.reshape(self.ticks, self.even).sum(axis=1)
        return np.bincount(self.tick, weights=values, minlength=self.ticks)

    def _spread(self, values: Floats) -> NDArray[Any]:
        """(4, t) min, mean, median and max of the predictions; nan where a tick is empty."""
        sums = self._sums(values)
        if self.even:
            ordered = np.sort(values.reshape(self.ticks, self.even), axis=1).T
            middle = (ordered[(self.even - 1) // 2] + ordered[self.even // 2]) / 2
            return np.array([ordered[0], sums / self.even, middle, ordered[-1]])
        ordered = values[np.lexsort((values, self.tick))]
        full = self.sizes > 0
        lo, hi = self.edges[:-1][full], self.edges[1:][full]
        middle = (ordered[lo + (hi - lo - 1) // 2] + ordered[lo + (hi - lo) // 2]) / 2
        spread = np.full((len(SPREAD), self.ticks), np.nan)
        spread[:, full] = [ordered[lo], sums[full] / self.sizes[full], middle, ordered[hi - 1]]
        return spread

    def _counted(self, places: NDArray[Any]) -> NDArray[np.int64]:
        """(k, t) how often each class occurs in each tick; places: tick * k + class."""
        counts = np.bincount(places, minlength=self.ticks * self.classes)
        return counts.reshape(self.ticks, self.classes).T
