"""What was served in each tick, summed up: the columns of a ledger that come from predictions."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.stream import Floats, Ints, Stream

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


def summarise(
    stream: Stream,
    span: tuple[int, int],
    even: int,
    decision: NDArray[Any],
    score: Floats,
    loss: Floats,
) -> Floats:
    """(C, t) sums over each tick of a span (first, stop), of whose rows the arrays (m,) tell.

    even: `tick_size` of all ticks that are ever served. It decides the order in which floats are
    added, so a sum does not depend on the span in which it was made.
    """
    first, stop = span
    offsets = stream.offsets[first : stop + 1]
    sums = _Sums(offsets - offsets[0], even)
    truth = stream.truth[offsets[0] : offsets[-1]]
    own = [sums(loss), *_spread(score, sums)]
    if stream.task == "regression":
        error = decision - truth
        own += [sums(c) for c in (np.abs(error), error**2, error, np.abs(truth))]
        return np.array(own)
    return np.concatenate(
        [own, _counts(truth, decision, sums.tick, (sums.ticks, len(stream.classes)))]
    )


def tick_size(stream: Stream, since: int) -> int:
    """Rows in a tick, if all from tick `since` on have as many; else 0."""
    offsets = stream.offsets[since:]
    size = int(offsets[1] - offsets[0])
    return size if np.all(np.diff(offsets) == size) else 0


class _Sums:
    """Sums over each tick, also where ticks are empty."""

    def __init__(self, offsets: Ints, even: int):
        self.offsets, self.even = offsets, even
        self.ticks = len(offsets) - 1
        self.sizes = np.diff(offsets)
        self.tick = np.repeat(np.arange(self.ticks), self.sizes)

    def __call__(self, values: Floats) -> NDArray[Any]:
        if self.even:
            return values.reshape(self.ticks, self.even).sum(axis=1)
        return np.bincount(self.tick, weights=values, minlength=self.ticks)


def _spread(score: Floats, sums: _Sums) -> Floats:
    """(4, t) min, mean, median and max of the predictions of each tick; nan where it is empty."""
    if sums.even:
        ordered = np.sort(score.reshape(sums.ticks, sums.even), axis=1).ravel()
    else:
        ordered = score[np.lexsort((score, sums.tick))]
    full = sums.sizes > 0
    lo, hi = sums.offsets[:-1][full], sums.offsets[1:][full]
    middle = (ordered[lo + (hi - lo - 1) // 2] + ordered[lo + (hi - lo) // 2]) / 2
    found = np.full((len(SPREAD), sums.ticks), np.nan)
    found[:, full] = [ordered[lo], sums(score)[full] / sums.sizes[full], middle, ordered[hi - 1]]
    return found


def _counts(
    truth: NDArray[Any], given: NDArray[Any], tick: Ints, shape: tuple[int, int]
) -> NDArray[np.int64]:
    """(3k, t) rows of each class that are actual, predicted and hit; shape: ticks, classes."""
    ticks, k = shape
    start = tick * k
    # Rows that were missed and rows that were hit, counted in one pass.
    actual = np.bincount((start + truth) * 2 + (given == truth), minlength=ticks * k * 2)
    actual = actual.reshape(ticks, k, 2)
    predicted = np.bincount(start + given, minlength=ticks * k).reshape(ticks, k)
    return np.concatenate([actual.sum(axis=2), predicted, actual[:, :, 1]], axis=1).T
