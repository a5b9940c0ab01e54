"""Base class of damages: a span of ticks, the rows in it, and the features that are hit."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrainlab.scenarios.synthetic.base import is_number, is_whole
from retrainlab.scenarios.synthetic.drift_ticks import (
    DriftTick,
    draw,
    drawn_for,
    is_drift_tick,
    latest,
)
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Floats, Ints, Stream

ALL = "all"
Names = str | int | Sequence[str | int] | None


@dataclass(frozen=True)
class Context:
    """Where a damage is applied.

    path: of its options, as `damage.wrong_labels`. label_delay, warmup: the world's clocks, by
    which labels arrive where the stream does not say when.
    """

    seed: int
    path: str
    label_delay: int = 0
    warmup: int = 1

    def coins(self, stream: Stream, what: str) -> Floats:
        """(n,) uniform numbers in [0, 1), a generator of their own for each purpose."""
        return generator(self.seed, self.path, what).random(stream.rows)


@dataclass(frozen=True)
class Span:
    """Ticks `start` to `stop - 1` of a stream, and their rows."""

    start: int
    stop: int
    rows: slice

    def inside(self, stream: Stream) -> NDArray[np.bool_]:
        """(n,) whether a row lies in the span."""
        chosen = np.zeros(stream.rows, dtype=bool)
        chosen[self.rows] = True
        return chosen

    def words(self, stream: Stream) -> str:
        """Say when it is, for a reader."""
        unit = stream.tick_name
        until = f"to {self.stop - 1}" if self.stop < stream.ticks else "on"
        return f"From {unit} {self.start} {until}"


@dataclass(frozen=True)
class Damage(ABC):
    """Something that goes wrong with what arrives in a span of ticks.

    start: first tick of it, or the first and the last of those that it is drawn from, seed by
    seed. duration: ticks that it lasts; None: up to the end of the stream.

    A kind of damage overrides `damage`, and checks its own options in `check`.
    """

    start: DriftTick = 150
    duration: int | None = 21

    def __post_init__(self) -> None:
        holds = is_drift_tick(self.start, 0, 10**9)
        require(holds, f"start is {self.start!r}; it must be a tick, or a rising pair of them")
        lasts = self.duration is None or (is_whole(self.duration) and self.duration >= 1)
        require(lasts, f"duration is {self.duration!r}; it must be 1 tick or more, or null")
        self.check()

    def check(self) -> None:  # noqa: B027, many have nothing to check
        """Raise `InputError` for an option out of range."""

    def __call__(self, stream: Stream, context: Context) -> Stream:
        """Return the stream with this damage; `InputError` for a span that lies outside it."""
        span = self.span(stream, context)
        hit, how = self.damage(stream, span, context)
        sentence = f"{span.words(stream)}{drawn_for(self.start, context.seed)}, {how}"
        story = f"{stream.story} {sentence}".strip()
        return replace(hit, story=story, facts=(*stream.facts, ("damage", sentence)))

    @abstractmethod
    def damage(self, stream: Stream, span: Span, context: Context) -> tuple[Stream, str]:
        """Return the damaged stream, and how it is damaged, as the rest of a sentence.

        Rows whose values are wrong are `marked`.
        """

    def span(self, stream: Stream, context: Context) -> Span:
        """Return the span of this seed; it lies inside the stream."""
        lasts = 1 if self.duration is None else self.duration
        last = latest(self.start) + lasts
        require(
            last <= stream.ticks,
            f"{context.path} lasts up to {stream.tick_name} {last - 1}, and the stream has "
            f"{stream.ticks}, 0 to {stream.ticks - 1}; choose {context.path}.start and "
            f"{context.path}.duration inside it",
        )
        start = draw(self.start, context.seed, context.path, "start")
        stop = stream.ticks if self.duration is None else start + self.duration
        return Span(start, stop, slice(int(stream.offsets[start]), int(stream.offsets[stop])))


def marked(stream: Stream, hit: NDArray[np.bool_]) -> Stream:
    """Return the stream with further rows marked as damaged; hit: (n,)."""
    return replace(stream, damaged=hit if stream.damaged is None else stream.damaged | hit)


def need_share(option: str, value: object) -> None:
    """Raise `InputError` unless the value is a share above 0 and at most 1."""
    holds = is_number(value) and 0 < value <= 1  # type: ignore[operator]
    require(holds, f"{option} is {value!r}; it must be a share above 0 and at most 1")


def hit_rows(stream: Stream, span: Span, share: float, context: Context) -> NDArray[np.bool_]:
    """(n,) the rows of a span that are hit: a share of them, drawn one by one."""
    return span.inside(stream) & (context.coins(stream, "rows") < share)


def with_labels(stream: Stream, y: NDArray[Any]) -> Stream:
    """Return the stream with other labels that arrive; what is scored stays as it was."""
    return replace(stream, y=y, scored=stream.truth, has_truth=stream.judged)


def columns_of(
    stream: Stream,
    names: Names,
    start: int,
    path: str,
    numbers: bool,
    changes: NDArray[np.bool_] | None = None,
) -> list[int]:
    """Return the columns of x that an option names.

    names: names or numbers of features, `all`, or None: the one that follows the label most before
    row `start`. numbers: whether categories are left out, and refused by name. changes: (d,) the
    columns that None is chosen among, where there are any; None: all.
    """
    plain = [j for j in range(len(stream.features)) if j not in stream.categorical]
    usable = plain if numbers else [*range(len(stream.features))]
    require(bool(usable), f"{path} hits numbers, and all features are categories; take another one")
    if names is None:
        moving = [j for j in plain or usable if changes is None or changes[j]]
        return [_leading(stream, moving or plain or usable, start)]
    if names == ALL:
        return usable
    asked = [names] if isinstance(names, str | int) else list(names)
    columns = [_column(stream, name, path) for name in asked]
    wrong = [stream.features[j] for j in columns if j not in usable]
    require(not wrong, f"{path}.features names {', '.join(wrong)}, a category; name numbers")
    return columns


def _column(stream: Stream, name: str | int, path: str) -> int:
    if isinstance(name, str) and name in stream.features:
        return stream.features.index(name)
    if is_whole(name) and 0 <= int(name) < len(stream.features):
        return int(name)
    raise InputError(
        f"{path}.features names {name!r}; the features are {', '.join(stream.features)}"
    )


def _leading(stream: Stream, columns: Sequence[int], start: int) -> int:
    """Return the column with the strongest linear correlation with the label before a row."""
    x, y = stream.x[:start, list(columns)], stream.y[:start].astype(np.float64)
    if len(y) < 2:
        return columns[0]
    filled = np.where(np.isnan(x), np.nanmean(np.vstack([x, np.zeros_like(x[:1])]), axis=0), x)
    away, apart = filled - filled.mean(axis=0), y - y.mean()
    size = np.sqrt((away**2).sum(axis=0) * (apart**2).sum())
    return columns[int(np.argmax(np.abs(apart @ away) / np.where(size > 0, size, np.inf)))]


def words_of(stream: Stream, columns: Sequence[int]) -> str:
    """Name columns of x for a reader."""
    if len(columns) == len(stream.features):
        return "every feature"
    return ", ".join(stream.features[j] for j in columns)


def earlier(stream: Stream, rows: slice, stops: Ints) -> Ints:
    """(m,) a row of an earlier tick for each of some rows: the newest before row `stops[i]`.

    That is the newest of the same entity, where the stream has entities; else the last. A row
    without one stands for itself.
    """
    n, numbers = stream.rows, np.arange(rows.start, rows.stop)
    entity = np.zeros(n, dtype=np.int64) if stream.entity is None else stream.entity
    ordered = np.sort(entity * n + np.arange(n))
    places = np.searchsorted(ordered, entity[rows] * n + stops) - 1
    is_same = (places >= 0) & (ordered[places] // n == entity[rows])
    return np.where(is_same, ordered[places] % n, numbers)


def same_place(stream: Stream, rows: slice, ticks: Ints) -> Ints:
    """(m,) a row of tick `ticks[i]` for each of some rows: of the same entity, or the same place.

    A row of an earlier tick than the first, or of an empty one, stands for itself.
    """
    numbers = np.arange(rows.start, rows.stop)
    known = np.maximum(ticks, 0)
    first, stop = stream.offsets[known], stream.offsets[known + 1]
    if stream.entity is not None:
        source = earlier(stream, rows, stop)
        return np.where(ticks >= 0, source, numbers)
    place = numbers - stream.offsets[stream.tick_of_row()[rows]]
    source = first + place % np.maximum(stop - first, 1)
    return np.where((ticks >= 0) & (stop > first), source, numbers)
