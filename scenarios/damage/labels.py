"""Damaged labels: wrong, missing or late ones, and labels for predicted positives only."""

from dataclasses import dataclass, replace

import numpy as np

from retrainlab.scenarios.damage.base import (
    Context,
    Damage,
    Span,
    hit_rows,
    marked,
    need_share,
    with_labels,
)
from retrainlab.scenarios.synthetic.base import is_whole, percent
from retrainlab.sim.errors import require
from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Stream


@dataclass(frozen=True)
class WrongLabels(Damage):
    """A share of the labels is that of another class, all others equally likely.

    In a regression it is the label of another row of the span.
    """

    share: float = 0.45

    def check(self) -> None:
        """Raise `InputError` for a share out of range."""
        need_share("share", self.share)

    def damage(self, stream: Stream, span: Span, context: Context) -> tuple[Stream, str]:
        """Return the stream with wrong labels."""
        hit = hit_rows(stream, span, self.share, context)
        rng, y = generator(context.seed, context.path, "labels"), stream.y.copy()
        if stream.task == "classification":
            k = len(stream.classes)
            y[hit] = (y[hit] + rng.integers(1, k, int(hit.sum()))) % k if k > 1 else y[hit]
        else:
            y[hit] = rng.permutation(y[span.rows])[: int(hit.sum())]
        how = f"{percent(self.share)} of the labels that arrive are wrong."
        return marked(with_labels(stream, y), hit), how


@dataclass(frozen=True)
class MissingLabels(Damage):
    """A share of the rows never gets a label; their predictions are scored all the same."""

    share: float = 1.0

    def check(self) -> None:
        """Raise `InputError` for a share out of range."""
        need_share("share", self.share)

    def damage(self, stream: Stream, span: Span, context: Context) -> tuple[Stream, str]:
        """Return the stream without these labels."""
        hit = hit_rows(stream, span, self.share, context)
        every = np.ones(stream.rows, dtype=bool)
        had = every if stream.labelled is None else stream.labelled
        judged = every if stream.judged is None else stream.judged
        bare = replace(stream, labelled=had & ~hit, has_truth=judged, scored=stream.truth)
        return bare, f"{percent(self.share)} of the rows never get a label."


@dataclass(frozen=True)
class LateLabels(Damage):
    """Labels arrive `late` ticks later than usual."""

    late: int = 30

    def check(self) -> None:
        """Raise `InputError` for a delay that is none."""
        holds = is_whole(self.late) and self.late >= 1
        require(holds, f"late is {self.late!r}; it must be a whole number of ticks, 1 or more")

    def damage(self, stream: Stream, span: Span, context: Context) -> tuple[Stream, str]:
        """Return the stream whose labels arrive by row."""
        served = stream.tick_of_row()
        arrival = stream.arrival
        if arrival is None:
            arrival = served + context.label_delay
            # The first model waits for the labels of its rows.
            arrival = np.where(
                served < context.warmup, np.minimum(arrival, context.warmup - 1), arrival
            )
        late = np.where(span.inside(stream), arrival + self.late, arrival)
        how = f"labels arrive {self.late} {stream.tick_name}s later than usual."
        return replace(stream, arrival=late), how


@dataclass(frozen=True)
class PositiveLabels(Damage):
    """A label arrives only where the model in service predicts the positive class.

    positive: name of that class; None: the last one. Predictions are scored all the same. What was
    not flagged is never looked into, so that a strategy decides which labels it will learn from.
    """

    duration: int | None = None
    positive: str | None = None

    def damage(self, stream: Stream, span: Span, context: Context) -> tuple[Stream, str]:
        """Return the stream whose labels depend on what is served."""
        require(
            stream.task == "classification",
            f"{context.path} needs classes, and this stream is a regression; take missing_labels",
        )
        positive = stream.classes[-1] if self.positive is None else str(self.positive)
        require(
            positive in stream.classes,
            f"{context.path}.positive is {positive!r}; the classes are {', '.join(stream.classes)}",
        )
        before = np.full(stream.rows, -1) if stream.only_if is None else stream.only_if
        only_if = np.where(span.inside(stream), stream.classes.index(positive), before)
        judged = np.ones(stream.rows, dtype=bool) if stream.judged is None else stream.judged
        how = f"labels arrive only for rows that are predicted to be {positive}."
        return replace(stream, only_if=only_if, has_truth=judged, scored=stream.truth), how
