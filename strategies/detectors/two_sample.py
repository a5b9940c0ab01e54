"""Detectors that compare the newest rows with the first ones, and need no labels."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from retrainlab.sim.errors import require, require_whole
from retrainlab.sim.stream import Floats
from retrainlab.strategies.detectors.bins import Bins, bins_of


class TwoSample(ABC):
    """Compares the newest `window` rows with a reference, the first `reference` rows.

    A subclass says in `differs` what counts as a difference. It is asked when the window is first
    full, and every `every` rows from then on; after an alarm the next rows are a fresh reference.
    Values are numbers, or rows of d features, always as many. Values that are not finite count as
    missing.

    Raises `InputError` for settings out of range, and for rows that do not suit the first ones.
    """

    watches: tuple[str, ...] = ("inputs", "prediction", "loss", "error")

    def __init__(self, reference: int, window: int, every: int):
        for name, rows in (("reference", reference), ("window", window)):
            require_whole(name, rows, 2, "rows")
        require_whole("every", every, 1, "rows")
        require(every <= window, f"every is {every}; it must be at most the window of {window}")
        self.reference, self.window, self.every = reference, window, every
        self.drift_detected = False
        self._held: Floats | None = None
        self._restart()

    @abstractmethod
    def differs(self, reference: Floats, window: Floats) -> bool:
        """Whether (window, d) rows are unlike (reference, d) rows; these are in order of time."""

    def update(self, value: ArrayLike) -> None:
        """Take the next value: a number, or a row of d features."""
        self.update_many([value])

    def update_many(self, values: Any) -> list[int]:
        """Take (m,) or (m, d) values in order; return the positions of those that alarmed.

        The same alarms as `update` one by one, without its cost a row.
        """
        rows = np.asarray(values, dtype=np.float64)
        rows = rows[:, None] if rows.ndim == 1 else rows
        alarms: list[int] = []
        start = 0
        while start < len(rows):
            stop = min(start + self._due - self._seen, len(rows))
            if self._alarmed_after(rows[start:stop]):
                alarms.append(stop - 1)
            start = stop
        self.drift_detected = bool(alarms) and alarms[-1] == len(rows) - 1
        return alarms

    def _restart(self) -> None:
        """Forget the reference; rows seen since then, and how many there are at the next look."""
        self._seen, self._due = 0, self.reference + self.window

    def _alarmed_after(self, rows: Floats) -> bool:
        """Keep rows, which do not go beyond the next look; whether that is now and finds drift."""
        held = self._buffer(rows.shape[1])
        place = np.arange(self._seen, self._seen + len(rows)) - self.reference
        held[self.reference + np.where(place < 0, place, place % self.window)] = rows
        self._seen += len(rows)
        if self._seen < self._due:
            return False
        self._due += self.every
        if not self.differs(held[: self.reference], held[self.reference :]):
            return False
        self._restart()
        return True

    def _buffer(self, features: int) -> Floats:
        """(reference + window, d): the reference in order, then the window as a ring."""
        if self._held is None:
            self._held = np.empty((self.reference + self.window, features))
        width = self._held.shape[1]
        require(features == width, f"a row has {features} features; those before had {width}")
        return self._held


@dataclass(eq=False)
class ByFeature(TwoSample):
    """Compares feature by feature; a subclass measures the values of one, and judges all.

    categorical: the features (from 0) whose values are codes without an order. What a subclass
    prepares of a reference is kept as long as that one is looked at.
    """

    reference: int = 500
    window: int = 200
    every: int = 50
    categorical: Sequence[int] = ()

    def __post_init__(self) -> None:
        super().__init__(self.reference, self.window, self.every)
        for feature in self.categorical:
            require_whole("categorical", feature, 0, "features from 0")
        self._prepared: tuple[bytes, list[Any]] = b"", []

    def prepare(self, feature: int, old: Floats) -> Any:
        """Return what new values of a feature are measured against, of its reference's values."""
        return old

    @abstractmethod
    def measure(self, feature: int, old: Any, new: Floats) -> float:
        """Return how a feature's values differ, of which none is missing; nan for no answer.

        old: what `prepare` returned.
        """

    @abstractmethod
    def judge(self, measures: Floats) -> bool:
        """Whether (d,) measures, some of them nan, are a difference."""

    def differs(self, reference: Floats, window: Floats) -> bool:
        """Judge the measures; that of a feature is nan where over half of a sample is missing."""
        return self.judge(self.measures(self._references(reference), window))

    def measures(self, references: Sequence[Any], window: Floats) -> Floats:
        """(d,) measures of the rows (window, d); references: what is prepared of each feature."""
        measures = np.full(len(references), np.nan)
        for j, old in enumerate(references):
            if old is not None:
                new = _known(window[:, j])
                if 2 * len(new) >= len(window):
                    measures[j] = self.measure(j, old, new)
        return measures

    def _references(self, reference: Floats) -> list[Any]:
        """Return what is prepared of each feature; None where over half of it is missing."""
        content = reference.tobytes()
        if self._prepared[0] != content:
            columns = map(_known, reference.T)
            self._prepared = (
                content,
                [
                    self.prepare(j, old) if 2 * len(old) >= len(reference) else None
                    for j, old in enumerate(columns)
                ],
            )
        return self._prepared[1]

    def _buffer(self, features: int) -> Floats:
        for feature in self.categorical if self._held is None else ():
            require(
                feature < features,
                f"categorical names feature {feature}; the rows have {features}, from 0",
            )
        return super()._buffer(features)


@dataclass(eq=False)
class Binned(ByFeature):
    """Counts the values of each feature in bins.

    bins: a feature with more distinct values in the reference is cut at quantiles, unless it is
        named in `categorical`.
    """

    bins: int = 10

    def __post_init__(self) -> None:
        super().__post_init__()
        require_whole("bins", self.bins, 2, "bins")

    def prepare(self, feature: int, old: Floats) -> Bins:
        """Return the bins of the reference."""
        return bins_of(old, self.bins, feature in self.categorical)


def _known(values: Floats) -> Floats:
    return values[np.isfinite(values)]
