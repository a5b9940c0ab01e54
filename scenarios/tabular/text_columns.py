"""Text columns of a table: read as numbers, as true and false, or as texts; and what is to be told.

A column in which nearly all cells are numbers is never silently text. Its other cells are marks of
missing values, or one sentence names the first of them.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from retrainlab.scenarios.tabular.cells import SHOWN, Cells, Note, OddCell
from retrainlab.scenarios.tabular.date_texts import like_dates, matching
from retrainlab.scenarios.tabular.dates import NEARLY_ALL
from retrainlab.scenarios.tabular.written import DECIMALS
from retrainlab.sim.errors import InputError

BOOLS = {"true": True, "false": False}
# Texts that are missing in a column of texts as well. Other marks, as NA, may be levels.
NO_LEVEL = ("nan", "-nan", "null", "<na>", "n/a", "#n/a", "#na", "#n/a n/a", "")
# 5 kg, $1.2M, '12.5, ٣, 0x1F, 01:23:45: numbers that a model would see as unordered levels.
NUMBER_LIKE = (
    r"^[^\p{L}\p{Nd}]{0,3}\p{Nd}+(?:[.,_' ]\p{Nd}{3})*(?:[.,]\p{Nd}+)?"
    r"[^\p{Nd}]{0,7}(?:/[a-z0-9]{1,3})?$"
    r"|^0[xX][0-9A-Fa-f]+$|^[0-9]{1,3}(?::[0-9]{2}){1,2}$"
)
FEW_LEVELS = 10
# Zero-width and soft characters, and marks of the direction of writing.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")


@dataclass(frozen=True)
class Reader:
    """Reads text columns. votes: of the file (`vote_of`); decimal: as asked, or None.

    sure: whether 1,234 is a thousand where nothing else tells, as between commas. codes: columns
    of names, which stay texts: 1.1 is not 1.10, nor 007 7.
    """

    votes: Collection[str]
    decimal: str | None
    sure: bool
    codes: Collection[str] = ()

    def read(self, cells: Cells) -> tuple[pd.Series, list[Note]]:
        """Return the column as numbers, true and false, or texts, and what is to be told of it."""
        decimal = self._decimal(cells)
        numbers = ~np.isnan(cells.by_decimal[decimal]) & ~cells.marks
        others = ~numbers & ~cells.marks
        if cells.name in self.codes:
            return _as_codes(cells, numbers, others)
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


def _as_codes(
    cells: Cells, numbers: NDArray[np.bool_], others: NDArray[np.bool_]
) -> tuple[pd.Series, list[Note]]:
    if not others.any():
        return _without(cells, cells.marks, blanks=False), _marked(cells)
    return _as_texts(cells), _levels(cells, np.zeros_like(numbers), others)


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
    texts = cells.distinct.str.strip().reindex(cells.codes)
    return texts.set_axis(cells.column.index).rename(cells.name)


def _levels(cells: Cells, numbers: NDArray[np.bool_], others: NDArray[np.bool_]) -> list[Note]:
    """Return what is to be told of a column of texts."""
    notes = []
    for level in cells.texts[cells.marks & ~cells.texts.str.lower().isin(NO_LEVEL)].unique():
        shown = level if level.isalpha() else repr(level)
        text = f"{level!r} is a level; read.na_values=[{shown}] if it means missing"
        notes.append(Note(cells.name, text, cells.shown((cells.texts == level).to_numpy())))
    if numbers.any() and others.any() and cells.count(numbers) > cells.count(others):
        text = "a category, though most cells are numbers"
        notes.append(Note(cells.name, text, cells.shown(others)))
    elif number_like := _number_like(cells, numbers, others):
        notes.append(number_like)
    if cells.padded.any():
        text = "blanks around its values are left out"
        notes.append(Note(cells.name, text, cells.shown(cells.padded)))
    return [*notes, *_looking_alike(cells)]


def _looking_alike(cells: Cells) -> list[Note]:
    """Return what is to be told of texts that differ in capitals or invisibly."""
    levels = cells.distinct.str.strip()
    texts = pd.Series(levels[~cells.marks].unique(), dtype="str")
    alike = _appearance(texts)
    if not alike.duplicated().any():
        return []
    first = alike[alike.duplicated()].iloc[0]
    one, other = texts[alike == first].iloc[:2]
    if one.casefold() == other.casefold():
        text = f"{one[:SHOWN]!r} and {other[:SHOWN]!r} differ in their capitals alone"
    else:
        text = f"{one[:SHOWN]!a} and {other[:SHOWN]!a} look alike"
    text += ": write them alike if they mean the same"
    return [Note(cells.name, text, cells.shown((levels == other).to_numpy()))]


def _appearance(texts: pd.Series) -> pd.Series:
    """(n,) texts without capitals, characters that cannot be seen, and blanks of several kinds."""
    if not bool(texts.map(str.isascii).all()):
        texts = texts.map(lambda text: _UNSEEN.sub("", unicodedata.normalize("NFKC", text)))
    bare = texts.str.replace(r"[\x00-\x08\x0e-\x1f\x7f]", "", regex=True)
    return bare.str.replace(r"\s+", " ", regex=True).str.casefold()


def _number_like(
    cells: Cells, numbers: NDArray[np.bool_], others: NDArray[np.bool_]
) -> Note | None:
    """Return what is to be told of texts that are numbers with a unit, or in another notation."""
    which = matching(cells.texts, NUMBER_LIKE) & others
    enough = len(cells.texts) > FEW_LEVELS
    share = cells.count(which | numbers) / max(1, cells.count(~cells.marks))
    if not enough or not which.any() or share < NEARLY_ALL:
        return None
    text = (
        "a category, though its cells hold numbers: write them as plain numbers, in one unit, if "
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
