"""A table as numbers, and what is to be told of it: how each column was read, and its rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from retrainlab.scenarios.tabular.cells import Note
from retrainlab.scenarios.tabular.columns import Feature, Target
from retrainlab.scenarios.tabular.dates import PARTS
from retrainlab.scenarios.tabular.read import Table
from retrainlab.scenarios.tabular.ticks import EVERY, Ticks
from retrainlab.sim.stream import Floats

SEPARATOR = " · "
MOST_COLUMNS = 200  # that a page tells of


@dataclass(frozen=True)
class ColumnReading:
    """How a column was read. missing: share of its cells. notes: what is odd about it."""

    name: str
    kind: str
    missing: float
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        gaps = [f"{100 * self.missing:.3g} % missing"] if self.missing else []
        return SEPARATOR.join([self.kind, *gaps, *self.notes])


@dataclass(frozen=True, eq=False)
class Coded:
    """The rows of a table as numbers. times: (n,) or None. notes: what is to be told of it."""

    table: Table
    frame: pd.DataFrame
    times: pd.Series | None
    ticks: Ticks
    goal: Target
    features: tuple[Feature, ...]
    notes: tuple[Note, ...]

    def x(self) -> Floats:
        """(n, d) the features side by side."""
        x = np.empty((len(self.frame), len(self.features)))
        for j, feature in enumerate(self.features):
            x[:, j] = feature.values
        return x

    def source(self, path: Path) -> str:
        """Return the name of the file, or of the folder or pattern and how many files it has."""
        return path.name if self.table.files == 1 else f"{path.name}: {self.table.files:,} files"

    def readings(self, roles: Mapping[str, str]) -> list[ColumnReading]:
        """Return how each column was read. roles: what those are that are no features."""
        return [self._reading(str(name), roles) for name in self.frame.columns]

    def _reading(self, name: str, roles: Mapping[str, str]) -> ColumnReading:
        missing = float(self.frame[name].isna().mean())
        kind = roles.get(name) or self._kind(name)
        return ColumnReading(name, kind, missing, tuple(_told(n) for n in self._notes_of(name)))

    def _kind(self, name: str) -> str:
        feature = self._by_name.get(name)
        if feature is None:
            parts = [part for part in PARTS if f"{name}.{part}" in self._by_name]
            return f"date: {', '.join(parts)}" if parts else "left out: it has no values at all"
        levels = pd.unique(feature.values[~np.isnan(feature.values)])
        if len(levels) == 1:
            return "constant"
        return f"category, {len(levels):,} levels" if feature.categorical else "number"

    def _notes_of(self, name: str) -> list[Note]:
        names = {name, *(f"{name}.{part}" for part in PARTS)}
        return [note for note in self.notes if note.column in names]

    @cached_property
    def _by_name(self) -> dict[str, Feature]:
        return {feature.name: feature for feature in self.features}


def _told(note: Note) -> str:
    return note.text + (f" (first in row {note.row:,})" if note.row else "")


def facts(coded: Coded, x: Floats, roles: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what a reader should know, by name. roles: of columns that are no features."""
    ticks, times, goal = coded.ticks, coded.times, coded.goal
    count = f"{len(ticks.offsets) - 1:,} {ticks.name}s"
    yield "ticks", count + f", {ticks.skipped:,} without rows skipped" * (ticks.name in EVERY)
    if times is not None:
        whole_days = bool((times.dt.normalize() == times).all())
        form = "%Y-%m-%d" if whole_days else "%Y-%m-%d %H:%M:%S"
        yield "time span", f"{times.iloc[0]:{form}} to {times.iloc[-1]:{form}}"
    yield "task", goal.why
    if goal.classes:
        yield "largest classes", _balance(goal)
    if unlabelled := int(np.count_nonzero(~goal.labelled)):
        percent = 100 * unlabelled / len(goal.labelled)
        words = "served and counted, never scored or trained on"
        yield "without a label", f"{unlabelled:,} rows ({percent:.1f} %): {words}"
    yield "missing", f"{100 * np.isnan(x).mean():.1f} % of the feature values"
    for note in coded.notes:
        if not note.column:
            yield "reading", _told(note)
    readings = coded.readings(roles)
    for reading in readings[:MOST_COLUMNS]:
        yield f"column {reading.name}", str(reading)
    if len(readings) > MOST_COLUMNS:
        yield "further columns", f"{len(readings) - MOST_COLUMNS:,}"


def _balance(goal: Target) -> str:
    known = goal.y[goal.labelled]
    share = np.bincount(known) / len(known)
    common = sorted(zip(-share, goal.classes, strict=True))[:5]
    return ", ".join(f"{name}: {-100 * part:.1f} %" for part, name in common)


def story(coded: Coded, file: str, sample: float, about: str) -> str:
    """Return what the data are, in a few sentences. sample: share of rows. about: a sentence."""
    ticks, goal = coded.ticks, coded.goal
    n, count = int(ticks.offsets[-1]), len(ticks.offsets) - 1
    share = f", a fixed sample of {100 * sample:.4g} % of the rows," if sample < 1 else ""
    sentences = (
        about.strip(),
        f"Real data from {file}: {n:,} rows{share} in {count:,} {ticks.name}s; "
        f"the target is {goal.name}, {goal.why}.",
        "Its truth is unknown: there is no ceiling and no list of drifts.",
    )
    return " ".join(filter(None, sentences))
