"""Stream: rows in the order in which they are served, with their exact ground truth."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.column_reading import ColumnReading
from retrainlab.sim.errors import require
from retrainlab.sim.rows import Rows, normal, packed
from retrainlab.sim.stream_checks import check_names, check_numbers, checked_arrays

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Task = Literal["classification", "regression"]
Kind = Literal["concept", "covariate", "prior"]


@dataclass(frozen=True)
class Drift:
    """A change of P(y given x), P(x) or P(y).

    start, stop: first tick that is touched and first tick after the change is complete.
    magnitude: of a concept drift the fraction of noise-free labels that change; of a prior drift
        the distance moved by P(y) (total variation); of a covariate drift the shift of the mean in
        standard deviations; nan where it is unknown.
    harm: in one unit for all kinds: the error of the best predictor that does not know this drift,
        above that of the best one that does; None where it is unknown.
    """

    kind: Kind
    start: int
    stop: int
    magnitude: float
    note: str = ""
    harm: float | None = None


WHAT_WAS_DONE = "what you did"  # the label of the incumbent in every table


@dataclass(frozen=True, eq=False)
class Incumbent:
    """What the model that was really in service gave: what was done, beside what could be done.

    predictions: (n,) class codes or numbers, or (n, k) class probabilities. given: (n,) whether
    there is one. version: (n,) code of the model's version, in the order of their first rows, whose
    names are `versions`.
    """

    predictions: NDArray[Any]
    given: NDArray[np.bool_]
    version: Ints
    versions: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Stream:
    """`n` rows in `T` ticks. All replays share it, so its arrays are read-only.

    x: (n, d) features as float64; a categorical column holds integer codes, a missing value nan.
    y: (n,) the label that arrives: class codes 0..k-1 (int64) or a number (float64).
    offsets: (T + 1,) rows of tick t are `offsets[t]:offsets[t + 1]`.
    ceiling: (n,) expected score, row by row, of the best predictor that knows the truth: the
        probability of a hit (classification) or minus the expected absolute error (regression);
        nan where the truth is unknown.
    concept: (n,) index of the label rule in force, -1 where it is unknown.
    scored: (n,) what predictions are scored against where that is not the label that arrives
        (true demand instead of recorded sales), else None.
    labelled: (n,) whether the row ever gets a label, else None: all do. A row without one is
        served and counted, and never scored or trained on; its y says nothing.
    arrival: (n,) tick at whose end the label of each row arrives, not before its row is served; a
        tick after the last one: later than the stream. None: the world's clock says when.
    entity: (n,) code of the series a row belongs to (a shop), else None.
    weight: (n,) by which the loss of each row is multiplied, in training and in cost, else None: 1.
        Metrics count rows.
    incumbent: what the model gave that was really in service, else None.
    staleness: share of its rows that a model gets wrong in addition with every tick of age, where a
        closed form says so, else nan.
    story: one or two sentences for the reader of a report. columns: how those of a file were read.
    unlabelled: y of a regression may be nan, where no label has arrived yet (production).
    levels: names of the values of each categorical feature, in the order of their codes; empty
        where they have none.
    beside: (n, b) columns of numbers that are no features, and that a loss may see, such as the
        amount at stake; else None. beside_names: their names.
    has_truth: (n,) whether the row is scored, where that is not whether it gets a label; else None.
    only_if: (n,) class that must be served to the row for its label to arrive, -1: whatever is
        served (`sim.replay.selective`); None: -1 for all.
    damaged: (n,) whether what arrives of the row is damaged, where that is known; no strategy and
        no model sees it; else None.

    Raises `InputError` for a field of a wrong type, shape or range (`sim.stream_checks`).
    """

    x: Floats
    y: NDArray[Any]
    offsets: Ints
    task: Task
    drifts: tuple[Drift, ...]
    ceiling: Floats
    concept: Ints
    features: tuple[str, ...]
    classes: tuple[str, ...] = ()
    categorical: tuple[int, ...] = ()
    missing: bool = False
    scored: NDArray[Any] | None = None
    labelled: NDArray[np.bool_] | None = None
    arrival: Ints | None = None
    entity: Ints | None = None
    weight: Floats | None = None
    incumbent: Incumbent | None = None
    staleness: float = math.nan
    tick_name: str = "tick"
    story: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    columns: tuple[ColumnReading, ...] = ()
    unlabelled: bool = False
    levels: tuple[tuple[str, ...], ...] = ()
    beside: Floats | None = None
    beside_names: tuple[str, ...] = ()
    has_truth: NDArray[np.bool_] | None = None
    only_if: Ints | None = None
    damaged: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        check_names(self)
        # Sums must not depend on gaps in memory, which go when a stream is written down.
        for name, column in checked_arrays(self).items():
            if column is not None:
                locked = column.view()
                locked.flags.writeable = False
                object.__setattr__(self, name, locked)
        check_numbers(self)

    @property
    def ticks(self) -> int:
        """Number of ticks T."""
        return len(self.offsets) - 1

    @property
    def rows(self) -> int:
        """Number of rows n."""
        return len(self.y)

    @property
    def truth(self) -> NDArray[Any]:
        """(n,) what predictions are scored against."""
        return self.y if self.scored is None else self.scored

    @property
    def judged(self) -> NDArray[np.bool_] | None:
        """(n,) whether predictions of the row are scored; None: all are."""
        return self.labelled if self.has_truth is None else self.has_truth

    def with_label(self, rows: Rows) -> Rows:
        """Return those of some rows that get a label."""
        if self.labelled is None:
            return rows
        if isinstance(rows, slice):
            return normal(rows.start + np.flatnonzero(self.labelled[rows]))
        return normal(rows[self.labelled[rows]])

    def arrived(self, rows: Rows, tick: int) -> Rows:
        """Return those of some rows whose label arrives by the end of a tick, by `arrival`."""
        assert self.arrival is not None
        is_known = self.arrival[rows] <= tick
        if self.labelled is not None:
            is_known &= self.labelled[rows]
        if isinstance(rows, slice):
            return packed(rows.start + np.flatnonzero(is_known))
        return normal(rows[is_known])

    @cached_property
    def by_arrival(self) -> Ints:
        """(k,) rows whose label arrives before the stream ends, by its tick, then by row."""
        assert self.arrival is not None
        comes = self.arrival < self.ticks
        rows = np.flatnonzero(comes if self.labelled is None else comes & self.labelled)
        return rows[np.argsort(self.arrival[rows], kind="stable")]

    @cached_property
    def arrived_until(self) -> Ints:
        """(T,) first tick after the newest one of which a label has arrived by the end of each."""
        assert self.arrival is not None
        newest = np.zeros(self.ticks, dtype=np.int64)
        rows = self.by_arrival
        np.maximum.at(newest, self.arrival[rows], self.tick_of_row()[rows] + 1)
        return np.maximum.accumulate(newest)

    def label_counts(self) -> Ints:
        """(T,) rows of each tick that get a label."""
        return self._counted(self.labelled)

    def judged_counts(self) -> Ints:
        """(T,) rows of each tick that are scored."""
        return self._counted(self.judged)

    def _counted(self, chosen: NDArray[np.bool_] | None) -> Ints:
        """(T,) rows of each tick that are chosen; None: all are."""
        if chosen is None:
            return np.diff(self.offsets)
        return np.diff(np.concatenate([[0], np.cumsum(chosen)])[self.offsets])

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the features, and of the columns beside them."""
        return (*self.features, *self.beside_names)

    def column(self, name: str) -> NDArray[Any] | None:
        """(n,) values of a column by its name, those of a category as in `x`; None if unknown."""
        if name in self.beside_names and self.beside is not None:
            return self.beside[:, self.beside_names.index(name)]
        return self.x[:, self.features.index(name)] if name in self.features else None

    def tick_of_row(self) -> Ints:
        """(n,) the tick of each row."""
        return np.repeat(np.arange(self.ticks), np.diff(self.offsets))


def require_stream(made: Any) -> None:
    """Raise `InputError` unless what a scenario has made is a stream."""
    made_what = "nothing" if made is None else f"a {type(made).__name__}"
    require(
        isinstance(made, Stream),
        f"the scenario made {made_what}; it is called with a seed and returns a retrainlab.Stream",
    )


def even_ticks(ticks: int, rows: int) -> Ints:
    """(ticks + 1,) offsets of `ticks` ticks with `rows` rows each."""
    return np.arange(ticks + 1, dtype=np.int64) * rows
