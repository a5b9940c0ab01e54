"""Text columns that hold numbers: read as such, with what their odd cells are.

A column in which nearly all cells are numbers is never silently text. Its other cells are marks of
missing values, or one sentence names the first of them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from retrainlab.scenarios.tabular.date_texts import like_dates, matching
from retrainlab.scenarios.tabular.dates import NEARLY_ALL
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
BOOLS = {"true": True, "false": False}
# Texts that are missing in a column of texts as well. NA and None are not: they may be levels.
NO_LEVEL = ("nan", "-nan", "null", "<na>", "n/a", "#n/a", "#na", "#n/a n/a", "")
MAY_BE_LEVEL = ("NA", "None")
# 5 kg, 1.2M, 01:23:45: numbers that a model would see as unordered levels.
WITH_UNIT = (
    r"^[-+]?[0-9][0-9.,]*\s?[A-Za-zµ°]{1,3}(?:/[a-z0-9]{1,3})?$|^[0-9]{1,3}(?::[0-9]{2}){1,2}$"
)
FEW_LEVELS = 10


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


def vote_of(frame: pd.DataFrame, cells: Sequence[Cells]) -> set[str]:
    """Return the decimal marks that columns of the file can only have been written with."""
    votes = {c.vote for c in cells} - {None}
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


@dataclass(frozen=True)
class Reader:
    """Reads text columns. votes: of the file (`vote_of`); decimal: as asked, or None.

    sure: whether 1,234 is a thousand where nothing else tells, as between commas.
    """

    votes: Collection[str]
    decimal: str | None
    sure: bool

    def read(self, cells: Cells) -> tuple[pd.Series, list[Note]]:
        """Return the column as numbers, true and false, or texts, and what is to be told of it."""
        decimal = self._decimal(cells)
        numbers = ~np.isnan(cells.by_decimal[decimal]) & ~cells.marks
        others = ~numbers & ~cells.marks
        blank = not others.any() and len(cells.texts) <= 1
        if blank or (numbers.any() and not others.any()):
            self._require_one_unit(cells, numbers)
            return cells.as_numbers(decimal), _told(cells, decimal)
        if self.decimal is None:
            _require_one_decimal(cells, numbers, others)
        if cells.count(numbers) >= NEARLY_ALL * cells.count(~cells.marks) and numbers.any():
            raise _odd(cells, numbers, others)
        if cells.texts[~cells.marks].str.lower().isin(BOOLS).all() and others.any():
            return _as_bools(cells), _marked(cells)
        dates = like_dates(cells.texts) & others
        if dates.any() and cells.count(dates) >= NEARLY_ALL * cells.count(~cells.marks):
            return _without(cells, cells.marks), _marked(cells)
        return _as_texts(cells), _levels(cells, numbers, others)

    def _decimal(self, cells: Cells) -> str:
        """Return the decimal mark of a column."""
        if self.decimal is not None:
            return self.decimal
        if cells.vote is not None:
            return cells.vote
        if not cells.fits(".") or not cells.fits(","):
            counts = {m: cells.count(~np.isnan(cells.by_decimal[m])) for m in DECIMALS}
            return max(DECIMALS, key=lambda mark: counts[mark])
        if len(self.votes) == 1:
            return next(iter(self.votes))
        one, other = cells.by_decimal["."], cells.by_decimal[","]
        unclear = ~np.isclose(one, other, equal_nan=True) & cells.texts.str.contains(",").to_numpy()
        if unclear.any() and not (self.sure and not self.votes):
            text, row = cells.first(unclear)
            raise OddCell(
                f"column {cells.name!r} holds {text!r} in row {row}, which may be a thousand or "
                "have a decimal comma",
                "say which by scenario.file.read.decimal=. or ','",
            )
        return "."

    def _require_one_unit(self, cells: Cells, numbers: NDArray[np.bool_]) -> None:
        """Raise `InputError` for two currencies, and for percent beside plain numbers."""
        unit = cells.written.unit
        zero = cells.by_decimal["."] == 0
        units = set(unit[numbers & ~zero])
        if len(units - {""}) > 1 or ("%" in units and "" in units):
            usual = max(sorted(units), key=lambda u: cells.count(numbers & (unit == u)))
            text, row = cells.first(numbers & ~zero & (unit != usual))
            raise InputError(
                f"column {cells.name!r} holds {text!r} in row {row}, and most of its cells have "
                f"{f'the unit {usual}' if usual else 'no unit'}; write all of them in one unit"
            )


def _require_one_decimal(
    cells: Cells, numbers: NDArray[np.bool_], others: NDArray[np.bool_]
) -> None:
    """Raise `InputError` where all cells are numbers, some with a point and some with a comma."""
    unread = np.all([np.isnan(cells.by_decimal[mark]) for mark in DECIMALS], axis=0)
    if numbers.any() and others.any() and not unread[others].any():
        (one, _), (other, row) = cells.first(numbers), cells.first(others)
        raise OddCell(
            f"column {cells.name!r} holds {other!r} in row {row} and {one!r} elsewhere: a decimal "
            "comma and a decimal point",
            "write all of its numbers in one way, or set "
            f"scenario.file.read.dtype={{{cells.name}: str}} if the column is a category",
        )


def _odd(cells: Cells, numbers: NDArray[np.bool_], others: NDArray[np.bool_]) -> OddCell:
    text, row = cells.first(others)
    known = cells.count(~cells.marks)
    return OddCell(
        f"column {cells.name!r} holds {text!r} in row {row}, and {cells.count(numbers):,} of its "
        f"{known:,} values are numbers",
        "correct it, or say what it is: "
        f"scenario.file.read.na_values=[{text!r}] if it is missing, "
        f"scenario.file.read.dtype={{{cells.name}: str}} if the column is a category",
    )


def _told(cells: Cells, decimal: str) -> list[Note]:
    """Return what is to be told of a column of numbers."""
    notes = _marked(cells)
    body = pd.Series(cells.written.body.to_pandas()).dropna()
    forms = []
    units = sorted({*cells.written.unit[~cells.marks]} - {""})
    if units:
        forms.append(f"written with {', '.join(units)}" + " (5 % is 0.05)" * (units == ["%"]))
    group = "," if decimal == "." else "."
    if body.str.contains(f"[{group}' ]").any():
        forms.append("thousands separators")
    if decimal == "," and body.str.contains(",").any():
        forms.append("decimal comma")
    return [*notes, *([Note(cells.name, ", ".join(forms))] if forms else [])]


def _marked(cells: Cells) -> list[Note]:
    """Return how many cells are marks, and the first of them."""
    named = cells.marks & (cells.texts != "").to_numpy()
    if not named.any():
        return []
    which = ", ".join(repr(text) for text in cells.texts[named][:3])
    count = cells.count(named)
    cells_are = "1 cell is" if count == 1 else f"{count:,} cells are"
    return [Note(cells.name, f"{cells_are} missing: {which}", cells.shown(named))]


def _as_bools(cells: Cells) -> pd.Series:
    values = np.array([*cells.texts.str.lower().map(BOOLS), None], dtype=object)
    values[:-1][cells.marks] = None
    return pd.Series(values[cells.codes], index=cells.column.index, name=cells.column.name)


def _as_texts(cells: Cells) -> pd.Series:
    gone = cells.texts.str.lower().isin(NO_LEVEL).to_numpy(bool)
    return _without(cells, gone, blanks=False)


def _without(cells: Cells, gone: NDArray[np.bool_], blanks: bool = True) -> pd.Series:
    """(n,) the texts, missing where they are one of these distinct ones.

    blanks: whether to leave those around the texts.
    """
    column = cells.column if blanks or not cells.padded.any() else _stripped(cells)
    return column.mask(np.append(gone, False)[cells.codes]) if gone.any() else column


def _stripped(cells: Cells) -> pd.Series:
    """(n,) the texts without blanks around them."""
    texts = np.append(cells.distinct.str.strip().to_numpy(object), None)
    column = cells.column
    return pd.Series(texts[cells.codes], index=column.index, name=column.name, dtype="str")


def _levels(cells: Cells, numbers: NDArray[np.bool_], others: NDArray[np.bool_]) -> list[Note]:
    """Return what is to be told of a column of texts."""
    notes = []
    for level in MAY_BE_LEVEL:
        which = (cells.texts == level).to_numpy()
        if which.any():
            text = f"{level!r} is a level; read.na_values=[{level}] if it means missing"
            notes.append(Note(cells.name, text, cells.shown(which)))
    if numbers.any() and others.any() and cells.count(numbers) > cells.count(others):
        text = "a category, though most cells are numbers"
        notes.append(Note(cells.name, text, cells.shown(others)))
    elif with_unit := _with_unit(cells, others):
        notes.append(with_unit)
    if cells.padded.any():
        text = "blanks around its values are left out"
        notes.append(Note(cells.name, text, cells.shown(cells.padded)))
    return notes


def _with_unit(cells: Cells, others: NDArray[np.bool_]) -> Note | None:
    """Return what is to be told of texts that are numbers with a unit, or durations."""
    which = matching(cells.texts, WITH_UNIT) & others
    enough = len(cells.texts) > FEW_LEVELS
    if not enough or cells.count(which) < NEARLY_ALL * cells.count(~cells.marks):
        return None
    text = (
        "a category, though its cells begin with numbers: write them in one unit, without it, if "
        "they are to be compared"
    )
    return Note(cells.name, text, cells.shown(which))


def read_texts(
    frame: pd.DataFrame, cells: Sequence[Cells], reader: Reader
) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """Replace the text columns of a frame by what they hold."""
    changed: dict[Any, pd.Series] = {}
    notes: list[Note] = []
    for column in cells:
        changed[column.column.name], told = reader.read(column)
        notes += told
    return frame.assign(**changed), tuple(notes)
