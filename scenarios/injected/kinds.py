"""Kinds of injected drift: labels swapped, class shares moved, features permuted, noise added."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrainlab.scenarios.damage.base import Context, Names, columns_of, need_share, words_of
from retrainlab.scenarios.injected.base import Changed, Injected, Onset, new_concept, on_the_way
from retrainlab.scenarios.synthetic.base import is_number, percent
from retrainlab.sim.errors import require
from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Floats, Ints, Kind, Stream

Bools = NDArray[np.bool_]
BY_ROW = ("x", "y", "ceiling", "concept", "scored", "labelled", "arrival", "entity", "weight",
          "beside", "has_truth", "only_if", "damaged")  # fmt: skip


@dataclass(frozen=True)
class LabelSwap(Injected):
    """The two most frequent classes change places where a feature is high: concept drift.

    In a regression labels are mirrored at their median. magnitude: share of the rows in that
    region. feature: its name or number; None: the one that follows the label most before.
    """

    magnitude: float = 0.25
    feature: str | int | None = None

    def check(self) -> None:
        """Raise `InputError` for a share out of range."""
        need_share("magnitude", self.magnitude)

    def change(
        self, stream: Stream, onset: Onset, follows: Bools, context: Context
    ) -> tuple[Kind, float, str, Changed]:
        """Return what changes: the labels in the region, and with them the truth."""
        (column,) = columns_of(stream, self.feature, onset.row, context.path, numbers=True)
        values = stream.x[:, column]
        edge = np.nanquantile(values[: onset.row], 1 - self.magnitude)
        follows = follows & ((values > edge) | (self.magnitude == 1))
        swap = _swapped if stream.task == "classification" else _mirrored
        y, truth = (swap(labels, stream, onset.row) for labels in (stream.y, stream.truth))
        changed: Changed = {
            "y": np.where(follows, y, stream.y),
            "concept": new_concept(stream, follows),
            "ceiling": np.where(on_the_way(onset), np.nan, stream.ceiling),
        }
        if stream.scored is not None:
            changed["scored"] = np.where(follows, truth, stream.scored)
        after = onset.progress == 1
        moved = follows & (y != stream.y)
        size = float(moved[after].mean()) if after.any() else self.magnitude
        where = f"where {stream.features[column]} is above {edge:.3g}"
        what = "two classes change places" if stream.task == "classification" else "labels mirrored"
        return "concept", size, f"{what} {where}", changed


@dataclass(frozen=True)
class PriorShift(Injected):
    """P(y) moves, P(x given y) stays: the rows of each tick are drawn again, class by class.

    label: name of the class; None: the rarest. share: that it has afterwards. In a regression the
    class is a label above the median. A tick without rows of the class stays as it is.
    """

    label: str | None = None
    share: float = 0.75

    def check(self) -> None:
        """Raise `InputError` for a share out of range."""
        need_share("share", self.share)

    def change(
        self, stream: Stream, onset: Onset, follows: Bools, context: Context
    ) -> tuple[Kind, float, str, Changed]:
        """Return what changes: every field that has a value a row."""
        target, name = self._target(stream, onset, context)
        before = float(target[: onset.row].mean())
        source = _drawn_again(stream, target, self.share, follows, context)
        fields = {n: v for n in BY_ROW if (v := getattr(stream, n)) is not None}
        changed: Changed = {n: values[source] for n, values in fields.items()}
        changed["ceiling"] = np.where(onset.progress > 0, np.nan, stream.ceiling)
        note = f"the share of {name} goes from {percent(before)} to {percent(self.share)}"
        return "prior", abs(self.share - before), note, changed

    def _target(self, stream: Stream, onset: Onset, context: Context) -> tuple[Bools, str]:
        """(n,) whether a row is of the class, and its name."""
        if stream.task == "regression":
            middle = float(np.median(stream.y[: onset.row]))
            return stream.y > middle, f"labels above {middle:.3g}"
        counts = np.bincount(stream.y[: onset.row], minlength=len(stream.classes))
        rarest = stream.classes[int(np.where(counts > 0, counts, np.iinfo(int).max).argmin())]
        name = rarest if self.label is None else str(self.label)
        require(
            name in stream.classes,
            f"{context.path}.label is {name!r}; the classes are {', '.join(stream.classes)}",
        )
        return stream.y == stream.classes.index(name), name


@dataclass(frozen=True)
class FeaturePermutation(Injected):
    """Columns change places, as in a file with another order: P(x) and P(y given x) change.

    features: two or more names or numbers; `all` or None: all that are numbers.
    """

    features: Names = "all"

    def change(
        self, stream: Stream, onset: Onset, follows: Bools, context: Context
    ) -> tuple[Kind, float, str, Changed]:
        """Return what changes: each of the columns is the one before it."""
        names = "all" if self.features is None else self.features
        columns = columns_of(stream, names, onset.row, context.path, numbers=True)
        require(len(columns) > 1, f"{context.path}.features is one column; it takes two or more")
        x = stream.x.copy()
        x[:, columns] = np.where(
            follows[:, None], stream.x[:, np.roll(columns, 1)], stream.x[:, columns]
        )
        changed: Changed = {
            "x": x,
            "concept": new_concept(stream, follows),
            "ceiling": np.where(on_the_way(onset), np.nan, stream.ceiling),
        }
        return "concept", np.nan, f"columns change places ({words_of(stream, columns)})", changed


@dataclass(frozen=True)
class FeatureNoise(Injected):
    """Features get noisier: covariate drift that takes information away.

    scale: standard deviation of the noise, in standard deviations of the feature before.
    """

    features: Names = None
    scale: float = 1.0

    def check(self) -> None:
        """Raise `InputError` for a scale that is none."""
        holds = is_number(self.scale) and self.scale > 0
        require(holds, f"scale is {self.scale!r}; it must be a number above 0")

    def change(
        self, stream: Stream, onset: Onset, follows: Bools, context: Context
    ) -> tuple[Kind, float, str, Changed]:
        """Return what changes: normal noise on the columns."""
        columns = columns_of(stream, self.features, onset.row, context.path, numbers=True)
        noise = generator(context.seed, context.path, "noise").standard_normal(
            (stream.rows, len(columns))
        )
        spread = np.nanstd(stream.x[: onset.row, columns], axis=0)
        x: Floats = stream.x.copy()
        x[:, columns] += self.scale * spread * noise * follows[:, None]
        changed: Changed = {
            "x": x,
            "ceiling": np.where(onset.progress > 0, np.nan, stream.ceiling),
        }
        return "covariate", np.nan, f"noise on {words_of(stream, columns)}", changed


def _swapped(labels: Ints, stream: Stream, until: int) -> Ints:
    """(n,) labels with the two most frequent classes before a row in each other's place."""
    counts = np.bincount(stream.y[:until], minlength=len(stream.classes))
    first, second = np.argsort(-counts, kind="stable")[:2]
    swap = np.arange(len(stream.classes))
    swap[[first, second]] = second, first
    return swap[labels]


def _mirrored(labels: Floats, stream: Stream, until: int) -> Floats:
    """(n,) numbers mirrored at the median of the labels before a row."""
    return 2 * float(np.median(stream.y[:until])) - labels


def _drawn_again(
    stream: Stream, target: Bools, share: float, follows: Bools, context: Context
) -> Ints:
    """(n,) the row that stands at each place: of the same tick, and of its class by a coin."""
    coins = generator(context.seed, context.path, "draw").random((2, stream.rows))
    source = np.arange(stream.rows)
    for first, stop in zip(stream.offsets[:-1], stream.offsets[1:], strict=True):
        rows = np.arange(first, stop)
        groups = [rows[~target[first:stop]], rows[target[first:stop]]]
        if not follows[first:stop].any() or not all(map(len, groups)):
            continue
        wanted = coins[0, first:stop] < share
        drawn = [group[(coins[1, first:stop] * len(group)).astype(np.int64)] for group in groups]
        chosen = np.where(wanted, drawn[1], drawn[0])
        source[first:stop] = np.where(follows[first:stop], chosen, rows)
    return source
