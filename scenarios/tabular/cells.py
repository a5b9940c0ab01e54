"""Cells of a text column, by its distinct values: which are numbers, and which are marks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from retrainlab.scenarios.tabular.date_texts import matching
from retrainlab.scenarios.tabular.written import (
    DECIMALS,
    Written,
    is_mark,
    take_apart,
    tidy,
)
from retrainlab.sim.errors import InputError
from retrainlab.sim.stream import Floats

SHOWN = 40  # characters of a cell


def brief(text: str) -> str:
    """Return a text of many lines or characters as the beginning of one line."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 1].rstrip()}…"


class OddCell(InputError):
    """A cell that makes no sense in its column.

    fact: what is wrong. advice: what to do about it in a scenario; a frozen schema has other words.
    """

    def __init__(self, fact: str, advice: str):
        super().__init__(f"{fact}; {advice}")
        self.fact, self.advice = fact, advice

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        return type(self), (self.fact, self.advice)


@dataclass(frozen=True)
class Note:
    """What is to be told of a column. odd: the first cell that it is about, with its row."""

    column: str
    text: str
    odd: str = ""


@dataclass(frozen=True, eq=False)
class Cells:
    """A text column by its distinct values.

    codes: (n,), -1 where a cell is blank. distinct: as they stand in the file. texts: tidy.
    """

    column: pd.Series
    codes: NDArray[np.int64]
    distinct: pd.Series
    texts: pd.Series

    @classmethod
    def of(cls, column: pd.Series) -> "Cells":
        """Factorize a column of texts."""
        codes, values = pd.factorize(column)
        distinct = pd.Series(values, dtype="str")
        return cls(column, codes, distinct, tidy(distinct))

    @cached_property
    def padded(self) -> NDArray[np.bool_]:
        """Which distinct texts have blanks around them, and are more than blanks."""
        bare = self.distinct.str.strip()
        return ((bare != self.distinct) & (bare != "")).to_numpy(bool)

    @cached_property
    def marks(self) -> NDArray[np.bool_]:
        """Which distinct texts are marks of a missing value."""
        return is_mark(self.texts)

    @cached_property
    def written(self) -> Written:
        """The distinct texts, taken apart as numbers."""
        return take_apart(self.texts)

    @cached_property
    def by_decimal(self) -> dict[str, Floats]:
        """Distinct values as numbers by decimal mark, nan where a text is none."""
        return {mark: self.written.numbers(mark) for mark in DECIMALS}

    @property
    def name(self) -> str:
        """Name of the column."""
        return str(self.column.name)

    def count(self, which: NDArray[np.bool_]) -> int:
        """Return how many cells have one of these distinct texts."""
        return int(np.append(which, False)[self.codes].sum())

    def first(self, which: NDArray[np.bool_]) -> tuple[str, int]:
        """Return the text and the row (from 1) of the first cell with one of these texts."""
        at = int(np.argmax(np.append(which, False)[self.codes]))
        return str(self.column.iloc[at]), int(self.column.index[at]) + 1

    def shown(self, which: NDArray[np.bool_]) -> str:
        """Return the first cell with one of these texts, and its row."""
        text, row = self.first(which)
        return f"{text[:SHOWN]!r} in row {row:,}"

    def fits(self, decimal: str) -> bool:
        """Whether all cells but marks are numbers with this decimal mark, and some are."""
        known = ~np.isnan(self.by_decimal[decimal])
        return bool(np.all(known | self.marks) and known.any())

    @property
    def vote(self) -> str | None:
        """The one decimal mark with which the column holds numbers, if there is only one."""
        fitting = [mark for mark in DECIMALS if self.fits(mark)]
        return fitting[0] if len(fitting) == 1 else None

    def as_numbers(self, decimal: str) -> pd.Series:
        """(n,) the column as numbers."""
        values = np.append(self.by_decimal[decimal], np.nan)[self.codes]
        return pd.Series(values, index=self.column.index, name=self.column.name)


def is_text(column: pd.Series) -> bool:
    """Whether all values of a column are texts."""
    if types.is_string_dtype(column) and column.dtype != object:
        return True
    return column.dtype == object and types.infer_dtype(column, skipna=True) == "string"


def text_cells(frame: pd.DataFrame, but: Collection[str], typed: bool) -> list[Cells]:
    """Return the text columns of a frame, without some.

    typed: the file says which columns are texts (Parquet); one of digits alone is then a code.
    """
    names = [name for name in frame.columns if name not in but]
    cells = [Cells.of(frame[name]) for name in names if is_text(frame[name])]
    return [c for c in cells if not (typed and _is_code(c))]


def _is_code(cells: Cells) -> bool:
    known = cells.texts[cells.texts != ""]
    return len(known) > 0 and bool(matching(known, "^[0-9]+$").all())


def vote_of(frame: pd.DataFrame, cells: Sequence[Cells], codes: Collection[str]) -> set[str]:
    """Return the decimal marks that columns of the file can only have been written with.

    codes: columns with names, which are no numbers.
    """
    votes = {c.vote for c in cells if c.name not in codes} - {None}
    floats = (frame[name] for name in frame.columns if types.is_float_dtype(frame[name]))
    # 1.234 may be a thousand; 1.2 and 1.25 are decimals.
    if any(_few_decimals(column.to_numpy()[:1000]) for column in floats):
        votes.add(".")
    return {str(vote) for vote in votes}


def _few_decimals(values: Floats) -> bool:
    broken = values[np.isfinite(values) & (values != np.floor(values))]
    hundreds = broken * 100
    near = np.isclose(hundreds, np.round(hundreds), rtol=1e-9, atol=1e-9)
    return bool(len(broken)) and bool(near.mean() > 0.5 or (np.abs(broken) < 1).any())
