"""The ledger: what happened at every tick, in quantities; prices come afterwards."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.fits import Fit
from sim.rows import count, first, last
from sim.stream import Floats, Ints, Stream


@dataclass
class Training:
    """One training, from its decision to its end. Number 0 is the warm-up, charged to nobody.

    decided: tick at whose end it was decided (-1 for number 0); ready: first tick it could serve;
    deployed: tick from which it serves, None if it never does; accepted: None if the stream ended
    first; labels: labels bought for it.
    """

    number: int
    reason: str
    decided: int
    ready: int
    fit: Fit
    labels: int = 0
    holdout: tuple[int, int] = (0, 0)
    accepted: bool | None = None
    deployed: int | None = None


@dataclass
class Ledger:
    """ticks: a row a served tick (columns: docs/tables.md), trainings and alarms in order."""

    stream: Stream
    ticks: pd.DataFrame
    trainings: list[Training] = field(default_factory=list)
    alarms: list[tuple[int, int, str]] = field(default_factory=list)

    def model_of_row(self, row: int) -> int:
        """Number of the training whose model served this row; -1 for a baseline."""
        tick = int(np.searchsorted(self.stream.offsets, row, side="right")) - 1
        at = tick - int(self.ticks["tick"].iloc[0])
        if row < 0 or not 0 <= at < len(self.ticks):
            raise IndexError(f"row {row} was not served: it lies in the warm-up or outside")
        return int(self.ticks["model"].iloc[at])

    def retrainings(self) -> pd.DataFrame:
        """Return a row a training, the warm-up included (columns: docs/tables.md)."""
        return pd.DataFrame([_row(t, self.stream.offsets) for t in self.trainings], columns=COLUMNS)

    def alarm_table(self) -> pd.DataFrame:
        """Return a row an alarm: tick, row, source."""
        return pd.DataFrame(self.alarms, columns=["tick", "row", "source"])

    def quantities(self) -> dict[str, float]:
        """Return what prices are put on, and the counts beside it, summed over served ticks."""
        charged = self.trainings[1:]
        return {
            "ticks": len(self.ticks),
            "rows": int(self.ticks["rows"].sum()),
            "loss": float(self.ticks["loss"].sum()),
            "retrainings": len(charged),
            "deployed": sum(t.deployed is not None for t in charged),
            "rejected": sum(t.accepted is False for t in charged),
            "train_rows": sum(count(t.fit.rows) for t in charged),
            "labels": int(self.ticks["labels"].sum()),
            "fit_seconds": sum(t.fit.seconds for t in charged),
            "alarms": len(self.alarms),
        }


REGRESSION = ("abs_error", "sq_error", "error", "abs_actual")
COLUMNS = [
    "number",
    "reason",
    "decided",
    "ready",
    "deployed",
    "accepted",
    "rows",
    "first_tick",
    "last_tick",
    "labels",
    "seconds",
    "constant",
]


def _row(t: Training, offsets: Ints) -> tuple[Any, ...]:
    ends = np.array([first(t.fit.rows), last(t.fit.rows)])
    ticks = np.searchsorted(offsets, ends, side="right") - 1
    return (
        t.number,
        t.reason,
        t.decided,
        t.ready,
        np.nan if t.deployed is None else float(t.deployed),
        np.nan if t.accepted is None else float(t.accepted),
        count(t.fit.rows),
        int(ticks[0]),
        int(ticks[1]),
        t.labels,
        t.fit.seconds,
        t.fit.constant,
    )


def tick_table(
    stream: Stream, first_tick: int, decision: NDArray[Any], score: Floats, loss: Floats
) -> pd.DataFrame:
    """Summarise what was served from `first_tick` on, a row a tick; the arrays are (n,)."""
    offsets = stream.offsets[first_tick:]
    start = int(offsets[0])
    sums = _Sums(offsets - start)
    table = {
        "tick": np.arange(first_tick, stream.ticks),
        "rows": np.diff(offsets),
        "loss": sums(loss[start:]),
        **_spread(score[start:], sums),
    }
    truth, given = stream.truth[start:], decision[start:]
    if stream.task == "regression":
        error = given - truth
        columns = (np.abs(error), error**2, error, np.abs(truth))
        table |= {name: sums(c) for name, c in zip(REGRESSION, columns, strict=True)}
    else:
        table |= _counts(truth, given, sums.tick, (sums.ticks, len(stream.classes)))
    return pd.DataFrame(table)


class _Sums:
    """Sums over each tick, also where ticks are empty."""

    def __init__(self, offsets: Ints):
        self.offsets = offsets
        self.ticks = len(offsets) - 1
        self.sizes = np.diff(offsets)
        self.tick = np.repeat(np.arange(self.ticks), self.sizes)
        self.even = int(self.sizes[0]) if np.all(self.sizes == self.sizes[0]) else 0

    def __call__(self, values: Floats) -> NDArray[Any]:
        if self.even:
            return values.reshape(self.ticks, self.even).sum(axis=1)
        return np.bincount(self.tick, weights=values, minlength=self.ticks)


def _spread(score: Floats, sums: _Sums) -> dict[str, Floats]:
    """Min, mean, median and max of the predictions of each tick; nan where a tick is empty."""
    if sums.even:
        ordered = np.sort(score.reshape(sums.ticks, sums.even), axis=1).ravel()
    else:
        ordered = score[np.lexsort((score, sums.tick))]
    full = sums.sizes > 0
    lo, hi = sums.offsets[:-1][full], sums.offsets[1:][full]
    middle = (ordered[lo + (hi - lo - 1) // 2] + ordered[lo + (hi - lo) // 2]) / 2
    found = {
        "min": ordered[lo],
        "mean": sums(score)[full] / sums.sizes[full],
        "median": middle,
        "max": ordered[hi - 1],
    }
    table = {f"predicted_{name}": np.full(sums.ticks, np.nan) for name in found}
    for name, values in found.items():
        table[f"predicted_{name}"][full] = values
    return table


def _counts(
    truth: NDArray[Any], given: NDArray[Any], tick: Ints, shape: tuple[int, int]
) -> dict[str, NDArray[np.int32]]:
    """Rows of each class in each tick that are actual, predicted and hit; shape: ticks, classes."""
    ticks, k = shape
    start = tick * k
    # Rows that were missed and rows that were hit, counted in one pass.
    actual = np.bincount((start + truth) * 2 + (given == truth), minlength=ticks * k * 2)
    actual = actual.reshape(ticks, k, 2)
    predicted = np.bincount(start + given, minlength=ticks * k).reshape(ticks, k)
    counts = {"actual": actual.sum(axis=2), "predicted": predicted, "hit": actual[:, :, 1]}
    return {
        f"{name}_{c}": cells[:, c].astype(np.int32)
        for name, cells in counts.items()
        for c in range(k)
    }
