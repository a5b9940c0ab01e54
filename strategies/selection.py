"""Rows that are kept whatever their age, or left out for good: first data, and episodes."""

import math
from typing import Any

import numpy as np

from retrainlab.sim.errors import require, require_whole
from retrainlab.sim.replay.clause import TICKS, Clause, Ticks, clauses
from retrainlab.sim.replay.memory import Memory, memory_of
from retrainlab.sim.replay.view import View
from retrainlab.sim.rows import Rows, count, indices, normal
from retrainlab.sim.seeds import generator
from retrainlab.strategies.what import Last


class KeepFirst:
    """The newest `ticks` labelled ticks, and `rows` rows of the warm-up that are always the same.

    rows: None keeps all of the first data. What is kept bounds the harm of a short spike, and costs
    accuracy once the old rule is gone for good.
    """

    memory = Memory.NOTHING
    window = math.nan

    def __init__(self, ticks: Ticks = 20, rows: int | None = None):
        self.recent = Last(ticks)
        if rows is not None:
            require_whole("rows", rows, 1, "rows")
        self.rows = rows

    def describe(self) -> Clause:
        """Return what it trains on."""
        kept = "all" if self.rows is None else f"{self.rows:,} rows"
        return Clause("data", f"{self.recent.describe().text} and {kept} of the first data")

    def __call__(self, view: View) -> Rows:
        """Return the rows."""
        first = indices(view.rows(0, view.warmup))
        if self.rows is not None and self.rows < len(first):
            first = generator("first rows", self.rows).choice(first, self.rows, replace=False)
        return normal(np.concatenate([first, indices(self.recent(view))]))


class AllBut:
    """The rows of another part, without those of an episode: ticks `first` to `last`.

    For a panic or an outage that must not be learned: `ticks` newest ticks would soon be made of it
    alone. rows: the part that names the rows.
    """

    def __init__(self, rows: Any, first: Ticks, last: Ticks):
        require(callable(rows), f"rows is {rows!r}; it must be a part that names rows")
        require_whole("first", first, 0)
        require_whole("last", last, first)
        self.rows, self.first, self.last = rows, first, last

    @property
    def memory(self) -> Memory:
        """What the part remembers that names the rows."""
        return memory_of(self.rows)

    def describe(self) -> Clause:
        """Return what it trains on."""
        text = " and ".join(clause.text for clause in clauses(self.rows))
        return Clause("data", f"{text}, without {TICKS} {self.first} to {self.last}")

    def __call__(self, view: View) -> Rows | None:
        """Return the rows outside of the episode; None while there are none."""
        rows = self.rows(view)
        if rows is None:
            return None
        kept = indices(rows)
        start = view.row_of(min(self.first, view.tick + 1))
        stop = view.row_of(min(self.last + 1, view.tick + 1))
        kept = kept[(kept < start) | (kept >= stop)]
        return normal(kept) if count(kept) else None
