"""What a part of a strategy says of itself: clauses, each with its place in a sentence."""

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Annotated, Any, Literal, get_args

from retrainlab.sim.errors import FAILURES, InputError, require, unexpected
from retrainlab.sim.printable import shown

Kind = Literal["schedule", "condition", "data", "action", "limit", "test", "code"]
Ticks = Annotated[int, "ticks"]  # the type of an option that counts ticks of the stream
MARK = re.compile(r"\{ticks(?::(\d+))?\}")
TICKS = "{ticks}"  # stands in a text for the word alone


def in_ticks(number: int) -> str:
    """Return what stands in a text for a number of ticks."""
    return f"{{ticks:{number}}}"


@dataclass(frozen=True)
class Clause:
    """A clause of the sentence that says what a strategy does.

    kind: `schedule` ("every 20 ticks") and `condition` ("when ADWIN alarms on the error") say when
    to act; `data` ("everything so far") says on what to retrain, or `action` ("update the model")
    what is done in place of a retraining; `limit` ("at most 3 times") says what
    keeps a training from starting, and `test` ("if it beats the champion") what keeps its model
    from serving; `code` names a part that does not describe itself.
    text: with `{ticks:20}` where a number of ticks stands, and `{ticks}` for the word alone, so
    that a reader whose ticks are days is told of days.
    """

    kind: Kind
    text: str

    @property
    def deed(self) -> str:
        """The text as what is done: that of data is a retraining on them."""
        return f"retrain on {self.text}" if self.kind == "data" else self.text

    def in_units(self, unit: str = "tick") -> str:
        """Return the text with its marks as numbers of this unit: "every 20 days"."""

        def written(mark: re.Match[str]) -> str:
            if mark[1] is None:
                return f"{unit}s"
            return f"{mark[1]} {unit}{'' if mark[1] == '1' else 's'}"

        return MARK.sub(written, self.text)


def clauses(part: Any, code: str = "") -> tuple[Clause, ...]:
    """Return what a part says of itself: what `describe()` returns, one clause or several.

    code: what is shown for a part without it; empty for its name.
    """
    if not hasattr(part, "describe"):
        name = getattr(part, "__name__", type(part).__name__)
        return (Clause("code", code or name),)
    described = _told(part, "describe()", lambda: part.describe())
    several = (described,) if isinstance(described, Clause) else described
    require(
        isinstance(several, (tuple, list))
        and all(isinstance(one, Clause) and one.kind in get_args(Kind) for one in several),
        f"describe() of {type(part).__name__} returns {described!r}; it must return a Clause, or "
        f"several, each of a kind: {', '.join(get_args(Kind))}",
    )
    return tuple(several)


def number(part: Any, name: str, default: float = math.nan) -> float:
    """Return what a part says of itself as a number; the default where it says nothing, or None."""
    value = _told(part, name, lambda: getattr(part, name, None))
    if value is None:
        return default
    least = "above 0" if name == "interval" else "of 0 or more"
    require(
        isinstance(value, Real) and not value < 0 and not (name == "interval" and value == 0),
        f"{name} of {type(part).__name__} is {value!r}; it must be a number of ticks {least}, or "
        "None",
    )
    return float(value)


def moments(when: Any, first: int, stop: int) -> list[int] | None:
    """Return the ticks from `first` to `stop - 1` at which a `When` can ask; None: at any."""
    if not hasattr(when, "schedule"):
        return None
    what = f"schedule({first}, {stop})"
    ticks = _told(when, what, lambda: when.schedule(first, stop))
    require(
        isinstance(ticks, Iterable),
        f"{what} of {type(when).__name__} returns {shown(ticks)}; it must return ticks",
    )
    ticks, last = [*ticks], first - 1
    for tick in ticks:
        require(
            isinstance(tick, Integral) and last < int(tick) < stop,
            f"{what} of {type(when).__name__} holds {shown(tick)}; it must return whole ticks from "
            f"{first} to {stop - 1}, each above the one before",
        )
        last = int(tick)
    return ticks


def _told(part: Any, what: str, tell: Callable[[], Any]) -> Any:
    """Return what a part says of itself; raises `InputError` where its own code fails."""
    try:
        return tell()
    except InputError:
        raise
    except FAILURES as error:
        raise InputError(f"{what} of {type(part).__name__} fails: {unexpected(error)}") from error
