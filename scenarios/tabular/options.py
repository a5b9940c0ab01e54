"""How a text table is read, in pandas' own words: the options of `scenario.file.read`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Any

from retrainlab.scenarios.tabular.names import require_names
from retrainlab.sim.errors import InputError, require


@dataclass(frozen=True)
class ReadOptions:
    """What is not None is as asked; the rest is inferred.

    sep, decimal, thousands, quotechar, escapechar, comment: one character (sep may be a pattern).
    encoding: name of an encoding. na_values: texts that are missing, of all columns or by column.
    dtype: type by column, such as `{zip: str}` for a category that looks like a number.
    header, skiprows: which line has the names, and how many come before the table. names: of the
    columns, of a file without a header.
    """

    sep: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    encoding: str | None = None
    na_values: Any = None
    dtype: Any = None
    quotechar: str | None = None
    escapechar: str | None = None
    comment: str | None = None
    header: int | None = None
    skiprows: int | None = None
    names: Sequence[Any] | None = None

    def __post_init__(self) -> None:
        for option in ("sep", "encoding"):
            value = getattr(self, option)
            require(
                value is None or (isinstance(value, str) and value != ""),
                f"read.{option} is {value!r}; it must be a text",
            )
        for option in ("quotechar", "escapechar", "comment"):
            value = getattr(self, option)
            require(
                value is None or (isinstance(value, str) and len(value) == 1),
                f"read.{option} is {value!r}; it must be one character",
            )
        for option in ("header", "skiprows"):
            value = getattr(self, option)
            require(
                value is None or (type(value) is int and value >= 0),
                f"read.{option} is {value!r}; it must be a whole number of lines, 0 or more",
            )
        require(
            self.decimal in (None, ".", ","),
            f"read.decimal is {self.decimal!r}; it must be . or ,",
        )
        require(
            self.thousands in (None, ".", ",", " ", "'") and self.thousands != (self.decimal or ""),
            f"read.thousands is {self.thousands!r}; it must be , or . or a blank or ', and not "
            "the decimal mark",
        )
        require(
            self.dtype is None or isinstance(self.dtype, Mapping),
            f"read.dtype is {self.dtype!r}; name types by column, as in {{zip: str}}",
        )

    @classmethod
    def of(cls, given: Mapping[str, Any] | None) -> "ReadOptions":
        """Return the options of a mapping; `InputError` for one that there is not."""
        known = [field.name for field in fields(cls)]
        for name in given or {}:
            if name not in known:
                close = get_close_matches(str(name), known, n=1)
                hint = f"did you mean {close[0]!r}? " if close else ""
                raise InputError(f"read has no option {name!r}; {hint}it has {', '.join(known)}")
        return cls(**{str(name): value for name, value in (given or {}).items()})

    @property
    def mark(self) -> str | None:
        """The decimal mark as asked, also by the thousands separator."""
        by_thousands = {",": ".", ".": ","}.get(self.thousands or "")
        return self.decimal or by_thousands

    @property
    def types(self) -> dict[str, Any]:
        """Types by column."""
        return {str(name): kind for name, kind in (self.dtype or {}).items()}

    def require_columns(self, columns: Sequence[str], file: str) -> None:
        """Raise `InputError` for types or marks of a column that the file does not have."""
        require_names("read.dtype", self.types, columns, file)
        if isinstance(self.na_values, Mapping):
            require_names("read.na_values", map(str, self.na_values), columns, file)

    @property
    def missing(self) -> Any:
        """Texts that are missing, as pandas takes them."""
        given = self.na_values
        if isinstance(given, Mapping):
            return {str(name): ["", *_texts(values)] for name, values in given.items()}
        return ["", *_texts(given)]

    def of_pandas(self) -> dict[str, Any]:
        """Return what goes to `pandas.read_csv` as it is."""
        words = ("quotechar", "escapechar", "comment", "skiprows", "header")
        out = {word: getattr(self, word) for word in words if getattr(self, word) is not None}
        return out if self.names is None else {"header": None, **out, "names": _texts(self.names)}


def _texts(values: Any) -> list[str]:
    if values is None:
        return []
    several = isinstance(values, Sequence) and not isinstance(values, str)
    return [str(value) for value in (values if several else [values])]
