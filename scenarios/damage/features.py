"""Damaged features: missing, stuck, scaled, late or broken values of some columns.

The model is served what arrives; the label that its prediction is scored against is the true one.
"""

from abc import abstractmethod
from dataclasses import dataclass, replace

import numpy as np

from retrainlab.scenarios.damage.base import (
    Context,
    Damage,
    Names,
    Span,
    columns_of,
    earlier,
    hit_rows,
    marked,
    need_share,
    same_place,
    words_of,
)
from retrainlab.scenarios.synthetic.base import is_number, is_whole
from retrainlab.sim.errors import require
from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Floats, Stream


@dataclass(frozen=True)
class FeatureDamage(Damage):
    """Base class of what happens to columns of x.

    features: names or numbers of the features that are hit, or `all`; None: the one that follows
    the label most before the damage. share: of the rows of the span that are hit.
    """

    features: Names = None
    share: float = 1.0
    numbers = False  # whether it can hit numbers only

    def check(self) -> None:
        """Raise `InputError` for a share out of range."""
        need_share("share", self.share)

    def damage(self, stream: Stream, span: Span, context: Context) -> tuple[Stream, str]:
        """Return the stream with other values in the columns that are hit."""
        start = span.rows.start
        hit = hit_rows(stream, span, self.share, context)
        x, inside = stream.x.copy(), hit[span.rows]
        rows = start + np.flatnonzero(inside)
        values = self.values(stream, span, context)[inside]
        changes = (values != x[rows]).any(axis=0)
        columns = columns_of(stream, self.features, start, context.path, self.numbers, changes)
        for column in columns:
            x[rows, column] = values[:, column]
        missing = stream.missing or bool(np.isnan(x[rows]).any())
        how = f"{words_of(stream, columns)} {self.words(stream)}"
        return marked(replace(stream, x=x, missing=missing), hit), how

    @abstractmethod
    def values(self, stream: Stream, span: Span, context: Context) -> Floats:
        """(m, d) what arrives in place of the features of the span's rows."""

    @abstractmethod
    def words(self, stream: Stream) -> str:
        """Say what happens, after the names of the columns."""


@dataclass(frozen=True)
class MissingFeature(FeatureDamage):
    """Values do not arrive."""

    def values(self, stream: Stream, span: Span, context: Context) -> Floats:
        """(m, d) nan."""
        return np.full(stream.x[span.rows].shape, np.nan)

    def words(self, stream: Stream) -> str:
        """Say what happens."""
        return "does not arrive."


@dataclass(frozen=True)
class StuckFeature(FeatureDamage):
    """A sensor is stuck at the last value before the span, of its entity where there are any."""

    def values(self, stream: Stream, span: Span, context: Context) -> Floats:
        """(m, d) the values of the last row before the span."""
        stops = np.full(span.rows.stop - span.rows.start, span.rows.start)
        return stream.x[earlier(stream, span.rows, stops)]

    def words(self, stream: Stream) -> str:
        """Say what happens."""
        return "is stuck at its last value."


@dataclass(frozen=True)
class ScaledFeature(FeatureDamage):
    """Values arrive in another unit, `factor` times as large."""

    factor: float = 100.0
    numbers = True

    def check(self) -> None:
        """Raise `InputError` for an option out of range."""
        super().check()
        require(is_number(self.factor), f"factor is {self.factor!r}; it must be a number")

    def values(self, stream: Stream, span: Span, context: Context) -> Floats:
        """(m, d) the values, scaled."""
        return stream.x[span.rows] * self.factor

    def words(self, stream: Stream) -> str:
        """Say what happens."""
        return f"is multiplied by {self.factor:g}."


@dataclass(frozen=True)
class LateFeature(FeatureDamage):
    """Values are those of `late` ticks ago, of the same entity where there are any."""

    late: int = 7

    def check(self) -> None:
        """Raise `InputError` for an option out of range."""
        super().check()
        holds = is_whole(self.late) and self.late >= 1
        require(holds, f"late is {self.late!r}; it must be a whole number of ticks, 1 or more")

    def values(self, stream: Stream, span: Span, context: Context) -> Floats:
        """(m, d) the values of an earlier tick."""
        ticks = stream.tick_of_row()[span.rows] - self.late
        return stream.x[same_place(stream, span.rows, ticks)]

    def words(self, stream: Stream) -> str:
        """Say what happens."""
        return f"is {self.late} {stream.tick_name}s old."


@dataclass(frozen=True)
class BrokenFeature(FeatureDamage):
    """Values are those of other rows of the span: as ever one by one, and unrelated to the rest."""

    def values(self, stream: Stream, span: Span, context: Context) -> Floats:
        """(m, d) the values of the span's rows in another order."""
        rng = generator(context.seed, context.path, "order")
        return rng.permutation(stream.x[span.rows])

    def words(self, stream: Stream) -> str:
        """Say what happens."""
        return "is that of another row."
