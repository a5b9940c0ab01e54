"""A table as numbers, and what is to be told of it: how each column was read, and its rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from retrainlab.scenarios.tabular.cells import Note, brief
from retrainlab.scenarios.tabular.columns import Feature, Target
from retrainlab.scenarios.tabular.dates import PARTS
from retrainlab.scenarios.tabular.names import counted
from retrainlab.scenarios.tabular.read import Table
from retrainlab.scenarios.tabular.ticks import EVERY, FEWEST, Ticks, longest_tick
from retrainlab.sim.column_reading import DROPPED, LEFT_OUT, TIME, ColumnReading
from retrainlab.sim.stream import Floats

MOST_COLUMNS = 200  # that a page tells of
MOST_GAPS = 40  # that are listed, from which a report dates its ticks
LEVELS = 3  # of a category that are named


@dataclass(frozen=True, eq=False)
class Coded:
    """The rows of a table as numbers.

    times: (n,) or None. dates: (n,) of each column that holds some. notes: what is to be told.
    """

    table: Table
    frame: pd.DataFrame
    times: pd.Series | None
    ticks: Ticks
    goal: Target
    features: tuple[Feature, ...]
    notes: tuple[Note, ...]
    dates: Mapping[str, pd.Series]

    def x(self) -> Floats:
        """(n, d) the features side by side."""
        x = np.empty((len(self.frame), len(self.features)))
        for j, feature in enumerate(self.features):
            x[:, j] = feature.values
        return x

    def source(self, name: str) -> str:
        """Return the name of the file, or of the folder or pattern and how many files it has."""
        return name if self.table.files == 1 else f"{name}: {self.table.files:,} files"

    def readings(self, roles: Mapping[str, str]) -> Iterator[ColumnReading]:
        """Yield how each column was read. roles: what those are that are no features."""
        time = next((name for name, role in roles.items() if role == TIME), None)
        for name in self.frame.columns[:MOST_COLUMNS]:
            kind = roles.get(name) or self._kind(name)
            if name == time and (parts := self._parts(next(iter(self.dates)))):
                kind = f"{kind}: {parts}"
            notes = self._notes_of(name) if kind != DROPPED else []
            yield ColumnReading(
                name=name,
                kind=kind,
                values=self._values(name, roles),
                missing=float(self.frame[name].isna().mean()),
                odd=next((note.odd for note in notes if note.odd), ""),
                notes=tuple(_told(notes, name)),
            )

    def _kind(self, name: str) -> str:
        feature = self._by_name.get(name)
        if feature is None:
            parts = self._parts(name)
            return f"date: {parts}" if parts else f"{LEFT_OUT}: it has no values"
        if feature.values.min() == feature.values.max():
            return "constant"
        return "category" if feature.categorical else "number"

    def _parts(self, name: str) -> str:
        """Return the calendar parts of a date that are features."""
        return ", ".join(part for part in PARTS if f"{name}.{part}" in self._by_name)

    def _values(self, name: str, roles: Mapping[str, str]) -> str:
        """Return the range or the levels of a column."""
        if name == self.goal.name:
            return _levels(self.goal.classes) or _range(self.goal.y[self.goal.labelled])
        if name in self.dates:
            return _period(self.dates[name])
        feature = self._by_name.get(name)
        if feature is None or name in roles:
            return ""
        if feature.categorical:
            return _levels([str(level) for level in self.frame[name].dropna().unique()])
        return _range(feature.values)

    def _notes_of(self, name: str) -> list[Note]:
        names = {name, *(f"{name}.{part}" for part in PARTS)}
        return [note for note in self.notes if note.column in names]

    @cached_property
    def _by_name(self) -> dict[str, Feature]:
        return {feature.name: feature for feature in self.features}


def _told(notes: Sequence[Note], name: str) -> Iterator[str]:
    """Yield the texts of notes, each once; one may be on parts of a date."""
    columns: dict[str, list[str]] = {}
    for note in notes:
        columns.setdefault(note.text, []).append(note.column)
    for text, parts in columns.items():
        yield text if name in parts else f"{' and '.join(parts)}: {text}"


def _levels(names: Sequence[str]) -> str:
    more = ", ..." * (len(names) > LEVELS)
    return f"{len(names):,}: {', '.join(map(brief, names[:LEVELS]))}{more}" if names else ""


def _range(values: Floats) -> str:
    low, high = np.nanmin(values), np.nanmax(values)
    return f"{low:.6g} to {high:.6g}" if low < high else f"{low:.6g}"


def _period(times: pd.Series) -> str:
    known = times.dropna()
    form = "%Y-%m-%d" if bool((known.dt.normalize() == known).all()) else "%Y-%m-%d %H:%M:%S"
    return f"{known.min():{form}} to {known.max():{form}}"


def facts(coded: Coded, x: Floats) -> Iterator[tuple[str, str]]:
    """Yield what a reader should know of all rows, by name."""
    ticks, times, goal = coded.ticks, coded.times, coded.goal
    count = counted(len(ticks.offsets) - 1, ticks.name)
    skipped = f", {ticks.skipped:,} without rows skipped" * (ticks.name in EVERY)
    skipped += f": intervals count {ticks.name}s with rows" * (ticks.skipped > 0)
    yield "ticks", count + skipped + _longer(coded)
    if times is not None:
        yield "time span", _period(times)
    if 0 < len(ticks.gaps) <= MOST_GAPS:
        ends = [first if first == last else f"{first} to {last}" for first, last in ticks.gaps]
        yield "periods without rows", ", ".join(ends)
    if ticks.passed_over:
        yield "hours that clocks passed over", ", ".join(ticks.passed_over)
    yield "task", goal.why
    if goal.classes:
        yield "largest classes", _balance(goal)
        if late := _late_classes(coded):
            yield "classes that come late", late
    if unlabelled := int(np.count_nonzero(~goal.labelled)):
        percent = 100 * unlabelled / len(goal.labelled)
        words = "served and counted, never scored or trained on"
        yield "without a label", f"{counted(unlabelled, 'row')} ({percent:.1f} %): {words}"
    yield "missing", f"{100 * np.isnan(x).mean():.1f} % of the feature values"
    for note in coded.notes:
        if not note.column:
            yield "reading", note.text
    if len(coded.frame.columns) > MOST_COLUMNS:
        yield "further columns", f"{len(coded.frame.columns) - MOST_COLUMNS:,}"


def _longer(coded: Coded) -> str:
    """Say which longer tick has no more than the rows of one, where there is such a tick."""
    ticks, times = coded.ticks, coded.times
    if times is None or ticks.name not in EVERY or len(ticks.offsets) <= FEWEST:
        return ""
    longer = longest_tick(times.to_numpy()[ticks.offsets[:-1]], ticks.name)
    if longer == ticks.name:
        return ""
    return f"; no {longer} has two: set every={longer}, to count intervals in {longer}s"


def _balance(goal: Target) -> str:
    known = goal.y[goal.labelled]
    share = np.bincount(known) / len(known)
    common = sorted(zip(-share, goal.classes, strict=True))[:5]
    return ", ".join(f"{name}: {-100 * part:.1f} %" for part, name in common)


def _late_classes(coded: Coded) -> str:
    """Name the classes of which the first fifth of the ticks, the usual warm-up, has no row."""
    goal, ticks = coded.goal, coded.ticks
    count = len(ticks.offsets) - 1
    early = int(ticks.offsets[max(1, count // 5)])
    known = {*goal.y[:early][goal.labelled[:early]].tolist()}
    new = [c for c in range(len(goal.classes)) if c not in known]
    rows = [int(np.argmax((goal.y == c) & goal.labelled)) for c in new]
    first = [int(np.searchsorted(ticks.offsets, row, side="right")) for row in rows]
    parts = (
        f"{goal.classes[c]} from {ticks.name} {tick:,} of {count:,} on"
        for c, tick in zip(new[:5], first, strict=False)
    )
    return ", ".join(parts) + ", ..." * (len(new) > 5)


def story(coded: Coded, file: str, sample: float, about: str) -> str:
    """Return what the data are, in a few sentences. sample: share of rows. about: a sentence."""
    ticks, goal = coded.ticks, coded.goal
    n, count = int(ticks.offsets[-1]), len(ticks.offsets) - 1
    share = f", a fixed sample of {100 * sample:.4g} % of the rows," if sample < 1 else ""
    sentences = (
        about.strip(),
        f"Real data from {file}: {counted(n, 'row')}{share} in {counted(count, ticks.name)}; "
        f"the target is {goal.name}, {goal.why}.",
        "Its truth is unknown: there is no ceiling and no list of drifts.",
    )
    return " ".join(filter(None, sentences))
