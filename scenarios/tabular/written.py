"""Numbers as people write them: thousands separators, decimal commas, percent, currencies."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from retrainlab.sim.stream import Floats

DECIMALS = (".", ",")
# What stands where there is no value, in small letters.
MARKS = (
    "?",
    "??",
    "-",
    "--",
    "---",
    "–",
    "—",
    ".",
    "..",
    "...",
    "*",
    "n/a",
    "na",
    "nan",
    "nat",
    "-nan",
    "n.a.",
    "n.a",
    "n.d.",
    "nd",
    "null",
    "(null)",
    "none",
    "nil",
    "missing",
    "unknown",
    "unk",
    "\\n",
    "<na>",
    "<null>",
    "#n/a",
    "#na",
    "#div/0!",
    "#value!",
    "#ref!",
    "#name?",
    "#num!",
    "#null!",
    "#error!",
    "1.#ind",
    "-1.#ind",
    "1.#qnan",
    "-1.#qnan",
    "#n/v",
    "#wert!",
    "#bezug!",
)
_CURRENCY = (
    r"(?:US\$|[$€£¥₹₩₽]|(?:USD|EUR|GBP|CHF|JPY|CNY|INR|CAD|AUD|SEK|NOK|DKK|PLN|BRL|kr|zł)\b)"
)
# A sign, a currency, digits with separators, and a unit; parentheses are a minus of accounting.
_CELL = (
    r"^(?P<minus>[-(+]?)\s?(?P<before>" + _CURRENCY + r")?\s?(?P<inner>[-+]?)"
    r"(?P<body>[0-9.,](?:[0-9.,' ]*[0-9.,])?(?:[eE][-+]?[0-9]+)?)"
    r"\s?(?P<after>%|" + _CURRENCY + r")?(?P<end>[)-]?)$"
)
_GROUPED = {
    ".": r"(?:[0-9]+|[1-9][0-9]{0,2}(?:(?:,[0-9]{2,3})*,[0-9]{3}|(?:'[0-9]{3})+|(?: [0-9]{3})+))",
    ",": r"(?:[0-9]+|[1-9][0-9]{0,2}(?:(?:\.[0-9]{3})+|(?:'[0-9]{3})+|(?: [0-9]{3})+))",
}
_BODY = {
    mark: rf"^(?:{_GROUPED[mark]}(?:[{mark}][0-9]*)?|[{mark}][0-9]+)(?:[eE][-+]?[0-9]+)?$"
    for mark in DECIMALS
}
_SAME = str.maketrans({"−": "-", "’": "'", "\u00a0": " ", "\u202f": " ", "\u2009": " "})


@dataclass(frozen=True, eq=False)
class Written:
    """Distinct texts of a column, taken apart.

    sign, unit: (n,) of each; unit is "%", a currency or "". body: digits and separators.
    """

    sign: Floats
    unit: NDArray[np.object_]
    body: pa.Array

    def numbers(self, decimal: str) -> Floats:
        """(n,) the numbers, nan for a text that is none with this decimal mark. 5 % is 0.05."""
        fits = pc.fill_null(pc.match_substring_regex(self.body, _BODY[decimal]), False)
        others = "'" + " " + (".", ",")[decimal == "."]
        plain = pc.replace_substring_regex(self.body, f"[{others}]", "")
        if decimal == ",":
            plain = pc.replace_substring(plain, ",", ".")
        values = np.full(len(self.sign), np.nan)
        at = np.flatnonzero(fits.to_numpy(zero_copy_only=False))
        values[at] = pd.to_numeric(plain.take(pa.array(at)).to_pandas()).to_numpy(np.float64)
        return np.where(self.unit == "%", values / 100, values) * self.sign


def tidy(texts: pd.Series) -> pd.Series:
    """Return texts without blanks around them, and with plain minus signs, blanks and quotes."""
    stripped = texts.str.strip()
    if bool(stripped.map(str.isascii).all()):
        return stripped
    return stripped.map(lambda text: text.translate(_SAME))


def is_mark(texts: pd.Series) -> NDArray[np.bool_]:
    """(n,) which tidy texts say that there is no value."""
    lower = texts.str.lower()
    return (lower.isin(MARKS) | (lower == "")).to_numpy(bool)


def take_apart(texts: pd.Series) -> Written:
    """Take tidy texts apart; those that are no numbers have no body."""
    parts = pc.extract_regex(pa.array(texts, pa.string(), from_pandas=True), _CELL)

    def part(name: str) -> pa.Array:
        return pc.struct_field(parts, name)

    def has(name: str, mark: str) -> NDArray[np.bool_]:
        found_mark = pc.fill_null(pc.equal(part(name), mark), False)
        return np.asarray(found_mark.to_numpy(zero_copy_only=False), dtype=bool)

    opens, closes = has("minus", "("), has("end", ")")
    minuses = [has("minus", "-"), has("inner", "-"), has("end", "-"), opens]
    wrong = (opens != closes) | (np.sum(minuses, axis=0) > 1)
    units = [part(name).to_numpy(zero_copy_only=False) for name in ("before", "after")]
    before, after = (np.where(pd.isna(unit), "", unit) for unit in units)
    wrong |= (before != "") & (after != "")
    return Written(
        sign=np.where(np.any(minuses, axis=0), -1.0, 1.0),
        unit=np.where(before != "", before, after).astype(object),
        body=pc.if_else(pa.array(~wrong), part("body"), None),
    )
