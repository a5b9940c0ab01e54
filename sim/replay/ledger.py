"""The ledger: what happened at every tick, in quantities; prices come afterwards."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from retrainlab.sim.metrics import total
from retrainlab.sim.replay.derivation import Work, work_of
from retrainlab.sim.replay.fit_cache import Fit
from retrainlab.sim.replay.predictions import Prediction
from retrainlab.sim.replay.recipes import Recipe, Refit, trained_rows
from retrainlab.sim.replay.summary import COUNTS, names
from retrainlab.sim.rows import Rows, first, last
from retrainlab.sim.stream import Floats, Ints, Stream
from retrainlab.sim.world import serves_in_time

# Columns of a table by name: arrays, and lists of text.
Columns = Mapping[str, NDArray[Any] | list[str]]


@dataclass
class Training:
    """One action, from its decision to its end: a training, or earlier models put to use.

    Number 0 is the warm-up, charged to nobody.

    decided: tick at whose end it was decided (-1 for number 0); ready: first tick it could serve;
    deployed: tick from which it serves, None if it never does; accepted: None if the stream ended
    first; labels: labels bought for it; holdout: labelled rows that the gate kept out of it;
    recipe: what was done, None: a refit on the rows of `fit`; trained: the fits that were trained
    for it, None: `fit` alone.
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
    recipe: Recipe | None = None
    trained: tuple[Fit, ...] | None = None

    @property
    def made_by(self) -> Recipe:
        """What was done."""
        return Refit(self.fit.rows) if self.recipe is None else self.recipe

    @property
    def action(self) -> str:
        """What was done, in a word: refit, update, reuse, recalibrate or blend."""
        return self.made_by.action

    @property
    def work(self) -> Work:
        """What it is charged in."""
        return work_of(self.made_by)

    @property
    def rows(self) -> Rows:
        """Rows that were trained on."""
        return trained_rows(self.made_by)

    @property
    def seconds(self) -> float:
        """Seconds that its trainings took."""
        return float(sum(fit.seconds for fit in self._trained))

    @property
    def constant(self) -> bool:
        """Whether a constant stands in for the learner in one of its trainings."""
        return any(fit.constant for fit in self._trained)

    @property
    def _trained(self) -> tuple[Fit, ...]:
        return (self.fit,) if self.trained is None else self.trained


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

    @property
    def is_of_refits(self) -> bool:
        """Whether it knows no action but refits on rows of equal weight."""
        recipes = [training.made_by for training in self.trainings]
        return all(isinstance(recipe, Refit) and recipe.weights is None for recipe in recipes)

    def retrainings(self) -> pd.DataFrame:
        """Return a row a training, the warm-up included (docs/tables.md)."""
        return pd.DataFrame(self.training_columns())

    def training_columns(self) -> Columns:
        """Return the columns of `retrainings`."""
        trainings, charged = self.trainings, {t.number for t in self.charged}
        work = [t.work for t in trainings]
        ends = np.array([(first(t.rows), last(t.rows)) for t in trainings]).reshape(-1, 2)
        ticks = np.searchsorted(self.stream.offsets, ends, side="right") - 1
        return {
            "number": _whole(t.number for t in trainings),
            "reason": [t.reason for t in trainings],
            "decided": _whole(t.decided for t in trainings),
            "ready": _whole(t.ready for t in trainings),
            "deployed": np.array([t.deployed for t in trainings], dtype=np.float64),
            "accepted": np.array([t.accepted for t in trainings], dtype=np.float64),
            "charged": np.array([t.number in charged for t in trainings]),
            "rows": _whole(part.rows for part in work),
            "first_tick": ticks[:, 0],
            "last_tick": ticks[:, 1],
            "labels": _whole(t.labels for t in trainings),
            "seconds": np.array([t.seconds for t in trainings]),
            "constant": np.array([t.constant for t in trainings]),
            "action": [t.action for t in trainings],
            "refits": _whole(part.refits for part in work),
            "updates": _whole(part.updates for part in work),
            "switches": _whole(part.switches for part in work),
            **self._damaged(),
        }

    def _damaged(self) -> Columns:
        """Return how many rows of each training are damaged, where that is known."""
        damaged = self.stream.damaged
        if damaged is None:
            return {}
        return {"damaged": _whole(int(damaged[t.rows].sum()) for t in self.trainings)}

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

        retrainings (refits), updates, switches (models put into service without a training),
        train_rows, labels and fit_seconds: what is charged. deployed, rejected: of all actions.
        unfinished: how many came too late to be charged; the labels that were bought for them are
        not either.
        """
        charged = self.charged
        work = [t.work for t in charged]
        late = [t for t in self.trainings[1:] if not serves_in_time(t.ready, self.stream)]
        return {
            "ticks": len(self.columns["tick"]),
            "rows": int(total(self.columns, "rows")),
            "loss": float(total(self.columns, "loss")),
            "retrainings": sum(part.refits for part in work),
            "updates": sum(part.updates for part in work),
            "switches": sum(part.switches for part in work),
            "unfinished": len(late),
            "deployed": sum(t.deployed is not None for t in charged),
            "rejected": sum(t.accepted is False for t in charged),
            "train_rows": sum(part.rows for part in work),
            "labels": int(total(self.columns, "labels")) - sum(t.labels for t in late),
            "fit_seconds": sum(t.seconds for t in charged),
            "alarms": len(self.alarms),
        }


def deployments(trainings: Iterable[Training]) -> list[tuple[int, Training]]:
    """Return those that were deployed, in the order in which they served, with their ticks.

    That need not be the order of their decisions: one that trains nothing is ready the next tick.
    """
    served = [(one.deployed, one) for one in trainings if one.deployed is not None]
    return sorted(served, key=lambda pair: (pair[0], pair[1].number))


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
