"""The world's clocks: how late labels and models come."""

from dataclasses import dataclass

from retrainlab.sim.errors import require, require_whole
from retrainlab.sim.rows import count, span
from retrainlab.sim.stream import Stream


@dataclass(frozen=True)
class World:
    """Four clocks in ticks: a row is served, labelled, trained on, and the new model serves.

    label_delay: the labels of tick t are known at the end of tick t + label_delay; of a stream
        that says when each label arrives (`Stream.arrival`) it does not apply.
    fit_delay: a training that is decided at the end of tick t serves from t + 1 + fit_delay;
        a model that is made of earlier ones without training (`sim.replay.recipes`) from t + 1.
    warmup: ticks whose labels are all there before the first model goes live; it is trained on
        them, is the same for all strategies, and is charged to none.
    """

    label_delay: int = 0
    fit_delay: int = 0
    warmup: int = 20

    def __post_init__(self) -> None:
        for name, least in (("label_delay", 0), ("fit_delay", 0), ("warmup", 1)):
            require_whole(name, getattr(self, name), least)

    def admits(self, stream: Stream) -> None:
        """Raise `InputError` if the stream ends before the first model could serve."""
        require(
            stream.ticks > self.warmup,
            f"the stream has {stream.ticks} tick{'s' * (stream.ticks != 1)} ({stream.rows} rows), "
            f"which is not more than world.warmup={self.warmup}; give it more ticks (a file, by a "
            "shorter `every` or fewer `rows`) or a shorter warm-up",
        )
        history = span(0, stream.offsets[self.warmup])
        by_row = stream.arrival is not None
        known = stream.arrived(history, self.warmup - 1) if by_row else stream.with_label(history)
        require(
            count(known) >= 2,
            f"the first world.warmup={self.warmup} ticks hold {count(known)} rows"
            + " with a label" * (by_row or stream.labelled is not None)
            + " that has arrived by then" * by_row
            + "; at least 2 are needed to train the first model",
        )

    def serves(self, decided: int, trains: bool = True) -> int:
        """Return the first tick that a model serves that is decided at the end of a tick.

        trains: whether it is trained; one that is made of earlier models serves the next tick.
        """
        return decided + 1 + self.fit_delay * trains

    def can_serve(self, decided: int, stream: Stream) -> bool:
        """Whether a training that is decided at the end of a tick serves before the stream ends."""
        return serves_in_time(self.serves(decided), stream)

    def labelled(self, tick: int) -> int:
        """Return the first tick whose labels are not yet known at the end of a tick."""
        return max(self.warmup, tick + 1 - self.label_delay)


def serves_in_time(ready: int, stream: Stream) -> bool:
    """Whether a model that is ready at a tick can serve a row before the stream ends.

    What a training costs is charged only then, to strategies and references alike: what comes after
    the last served tick can save nothing here, and so must cost nothing.
    """
    return ready < stream.ticks
