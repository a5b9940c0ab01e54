"""Damaged days: a whole tick is delivered again."""

from dataclasses import dataclass, replace

import numpy as np

from retrainlab.scenarios.damage.base import Context, Damage, Span, marked, same_place, with_labels
from retrainlab.sim.stream import Stream


@dataclass(frozen=True)
class DuplicatedTicks(Damage):
    """The tick before the span arrives again and again: its features, and its labels.

    The model predicts from the old features; it is scored on what really came.
    """

    duration: int | None = 7

    def damage(self, stream: Stream, span: Span, context: Context) -> tuple[Stream, str]:
        """Return the stream with old rows in place of the new ones."""
        ticks = np.full(span.rows.stop - span.rows.start, span.start - 1)
        source = same_place(stream, span.rows, ticks)
        x, y = stream.x.copy(), stream.y.copy()
        x[span.rows], y[span.rows] = stream.x[source], stream.y[source]
        old = replace(with_labels(stream, y), x=x)
        if stream.labelled is not None:
            labelled = stream.labelled.copy()
            labelled[span.rows] = stream.labelled[source]
            old = replace(old, labelled=labelled)
        how = f"{stream.tick_name} {max(span.start - 1, 0)} is delivered again."
        return marked(old, span.inside(stream)), how
