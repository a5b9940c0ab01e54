"""Names of columns, as options give them: one or several, each of them in the file."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from retrainlab.sim.errors import InputError

Names = str | int | Sequence[str | int] | None
MOST_NAMES = 20  # that a sentence lists


def names_of(names: Names) -> tuple[str, ...]:
    """Return one name, several or none as a tuple; a name may look like a number in YAML."""
    if names is None or names == "":
        return ()
    if isinstance(names, str) or not isinstance(names, Sequence):
        return (str(names),)
    return tuple(str(name) for name in names)


def counted(count: int, noun: str) -> str:
    """Write "1 row", "1,200 rows"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def require_names(
    option: str, names: Iterable[str], columns: Sequence[str], file: str, others: Sequence[str] = ()
) -> None:
    """Raise `InputError` unless every name is a column of a file, or one of some others."""
    choices = [*columns, *others]
    for name in names:
        if name not in choices:
            close = get_close_matches(name, choices, n=1)
            hint = f"did you mean {close[0]!r}? " if close else ""
            raise InputError(
                f"{option} {name!r} is not a column of {file}; {hint}it has {listed(columns)}"
            )


def listed(names: Sequence[str]) -> str:
    """Write the names of columns, of very many the first ones."""
    more = len(names) - MOST_NAMES
    return ", ".join(map(repr, names[:MOST_NAMES])) + (f" and {more:,} more" if more > 0 else "")
