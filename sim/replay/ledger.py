"""The ledger: what happened at every tick, in quantities; prices come afterwards."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from retrainlab.sim.metrics import total
from retrainlab.sim.replay.fit_cache import Fit
from retrainlab.sim.replay.predictions import Prediction
from retrainlab.sim.replay.summary import COUNTS, names
from retrainlab.sim.rows import Rows, count, first, last
from retrainlab.sim.stream import Floats, Ints, Stream
from retrainlab.sim.world import serves_in_time

# Columns of a table by name: arrays, and lists of text.
Columns = Mapping[str, NDArray[Any] | list[str]]


@dataclass
class Training:
    """One training, from its decision to its end. Number 0 is the warm-up, charged to nobody.

    decided: tick at whose end it was decided (-1 for number 0); ready: first tick it could serve;
    deployed: tick from which it serves, None if it never does; accepted: None if the stream ended
    first; labels: labels bought for it; holdout: labelled rows that the gate kept out of it.
    """

    number: int
    reason: str
    decided: int
    ready: int
    fit: Fit
    labels: int = 0
    holdout: Rows = field(default_factory=lambda: slice(0, 0))
    accepted: bool | None = None
    deployed: int | None = None


@dataclass
class Ledger:
    """What happened in one replay.

    columns: (T,) arrays by name, a value a served tick; trainings and alarms in order.
    predictions: of all served rows, of a baseline, which has no model to predict again.
    """

    stream: Stream
    columns: dict[str, NDArray[Any]]
    trainings: list[Training] = field(default_factory=list)
    alarms: list[tuple[int, int, str]] = field(default_factory=list)
    predictions: Prediction | None = None

    @cached_property
    def ticks(self) -> pd.DataFrame:
        """The columns as a table, a row a served tick (docs/tables.md)."""
        return pd.DataFrame(self.columns)

    def model_of_row(self, row: int) -> int:
        """Number of the training whose model served this row; -1 for a baseline."""
        tick = int(np.searchsorted(self.stream.offsets, row, side="right")) - 1
        at = tick - int(self.columns["tick"][0])
        if row < 0 or not 0 <= at < len(self.columns["tick"]):
            raise IndexError(f"row {row} was not served: it lies in the warm-up or outside")
        return int(self.columns["model"][at])

    @property
    def charged(self) -> list[Training]:
        """Trainings that are in the cost: all but the warm-up's and those that come too late.

        A training that could not serve before the stream ends is in the ledger and not in the cost
        (`sim.world.serves_in_time`). One that a gate refused could have served, and is charged.
        """
        return [t for t in self.trainings[1:] if serves_in_time(t.ready, self.stream)]

    def retrainings(self) -> pd.DataFrame:
        """Return a row a training, the warm-up included (docs/tables.md)."""
        return pd.DataFrame(self.training_columns())

    def training_columns(self) -> Columns:
        """Return the columns of `retrainings`."""
        trainings, charged = self.trainings, {t.number for t in self.charged}
        ends = np.array([(first(t.fit.rows), last(t.fit.rows)) for t in trainings]).reshape(-1, 2)
        ticks = np.searchsorted(self.stream.offsets, ends, side="right") - 1
        return {
            "number": _whole(t.number for t in trainings),
            "reason": [t.reason for t in trainings],
            "decided": _whole(t.decided for t in trainings),
            "ready": _whole(t.ready for t in trainings),
            "deployed": np.array([t.deployed for t in trainings], dtype=np.float64),
            "accepted": np.array([t.accepted for t in trainings], dtype=np.float64),
            "charged": np.array([t.number in charged for t in trainings]),
            "rows": _whole(count(t.fit.rows) for t in trainings),
            "first_tick": ticks[:, 0],
            "last_tick": ticks[:, 1],
            "labels": _whole(t.labels for t in trainings),
            "seconds": np.array([t.fit.seconds for t in trainings]),
            "constant": np.array([t.fit.constant for t in trainings]),
            **self._damaged(),
        }

    def _damaged(self) -> Columns:
        """Return how many rows of each training are damaged, where that is known."""
        damaged = self.stream.damaged
        if damaged is None:
            return {}
        return {"damaged": _whole(int(damaged[t.fit.rows].sum()) for t in self.trainings)}

    def alarm_table(self) -> pd.DataFrame:
        """Return a row an alarm: tick, row, source."""
        return pd.DataFrame(self.alarm_columns())

    def alarm_columns(self) -> Columns:
        """Return the columns of `alarm_table`."""
        return {
            "tick": _whole(tick for tick, _, _ in self.alarms),
            "row": _whole(row for _, row, _ in self.alarms),
            "source": [source for _, _, source in self.alarms],
        }

    def quantities(self) -> dict[str, float]:
        """Return what cost parts price, and further counts, summed over served ticks.

        retrainings, train_rows, labels and fit_seconds: what is charged. unfinished: how many
        trainings came too late to be charged; the labels that were bought for them are not either.
        """
        charged = self.charged
        late = [t for t in self.trainings[1:] if not serves_in_time(t.ready, self.stream)]
        return {
            "ticks": len(self.columns["tick"]),
            "rows": int(total(self.columns, "rows")),
            "loss": float(total(self.columns, "loss")),
            "retrainings": len(charged),
            "unfinished": len(late),
            "deployed": sum(t.deployed is not None for t in charged),
            "rejected": sum(t.accepted is False for t in charged),
            "train_rows": sum(count(t.fit.rows) for t in charged),
            "labels": int(total(self.columns, "labels")) - sum(t.labels for t in late),
            "fit_seconds": sum(t.fit.seconds for t in charged),
            "alarms": len(self.alarms),
        }


def _whole(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)


def tick_columns(
    stream: Stream, since: int, summary: Floats, model: Ints, labels: Ints, alarms: Ints
) -> dict[str, NDArray[Any]]:
    """Return a ledger's columns, (T,) each, for the ticks from `since` on.

    summary: (C, T). model: number of the training that served. labels: bought. alarms: a count.
    """
    counted = len(COUNTS) * len(stream.classes)
    sums, counts = summary[: len(summary) - counted], summary[len(summary) - counted :]
    loss, *others = zip(names(stream), [*sums, *counts.astype(np.int32)], strict=True)
    return {
        "tick": np.arange(since, stream.ticks),
        "rows": np.diff(stream.offsets[since:]),
        **({} if stream.judged is None else {"scored": stream.judged_counts()[since:]}),
        **dict([loss, ("model", model), *others]),
        "labels": labels,
        "alarms": alarms,
    }
