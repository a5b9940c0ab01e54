"""The numeric parameters of a strategy that are searched, and the values worth a try."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from retrainlab.experiments.config.tick_options import counts_ticks
from retrainlab.sim.errors import require
from retrainlab.sim.optimum.grid import nested_grid, refine, refine_real

TICKS = 64  # a first grid of ticks starts at the 64th part of what is served
FINEST = 1.1  # nothing is tried between values that are as near as this
DOUBLINGS = 3  # and one of another parameter at an eighth of its default


@dataclass(frozen=True)
class SearchParameter:
    """A parameter of one strategy on one stream, with the values tried so far, in order.

    given: the values are the user's own: nothing is added to them. longest: one that counts ticks
    stays below the ticks that are served; None for other parameters.
    """

    path: str
    values: tuple[float, ...]
    given: bool
    longest: int | None = None

    @property
    def whole(self) -> bool:
        """Whether it takes whole numbers only."""
        return all(isinstance(value, int) for value in self.values)

    def around(self, best: float, low: float, high: float, most: int) -> tuple[float, ...]:
        """Return at most so many values in and next to the flat band; none if none are left.

        At an end of the grid it is extended: twice as far, or half as far.
        """
        if self.given:
            return ()
        first, last = self.values[0], self.values[-1]
        finer = refine if self.whole else refine_real
        new: set[float] = set(finer(self.values, low, high, most, FINEST))
        if best == first:
            new |= {first / 2, first / 4}
        if best == last:
            new |= {last * 2, last * 4}
        if self.whole:
            new = {round(value) for value in new if value >= 1}
        top = self.longest or float("inf")
        return tuple(sorted(value for value in new - {*self.values} if value <= top))

    def with_values(self, more: Sequence[float]) -> "SearchParameter":
        """Return the parameter with more values."""
        return SearchParameter(
            self.path, tuple(sorted({*self.values, *more})), self.given, self.longest
        )


def search_parameters(
    name: str, node: Mapping[str, Any], asked: Any, served: int
) -> list[SearchParameter]:
    """Return the parameters of a strategy that are searched, with their first values.

    asked: the value of `optimize.search`: a path, several, or a mapping from paths to lists of
    values; None takes what the strategy's own `search` says. served: ticks after the warm-up.
    Raises `InputError` for one that is not there, and for values that are no rising numbers.
    """
    wanted: Any = asked if asked is not None else node.get("search")
    if isinstance(wanted, str):
        wanted = [wanted]
    if isinstance(wanted, list):
        wanted = dict.fromkeys(wanted)
    require(
        isinstance(wanted, Mapping) and len(wanted) > 0,
        f"strategy {name} has no parameter to search; name one, as in optimize.search=when.ticks",
    )
    names = ", ".join(wanted)
    require(
        len(wanted) <= 2,
        f"optimize.search names {len(wanted)} parameters ({names}); one or two can be searched",
    )
    step = len(wanted)  # pairs of values are many: of two only every other value comes first
    return [_parameter(name, node, p, values, served, step) for p, values in wanted.items()]


def _parameter(
    name: str, node: Mapping[str, Any], path: str, values: Any, served: int, step: int
) -> SearchParameter:
    in_ticks = counts_ticks(node, path, f"strategy.{name}")
    longest = served if in_ticks else None
    if values is not None:
        return SearchParameter(path, _checked(path, values, longest), True, longest)
    if in_ticks:
        shortest = max(1, served // TICKS)
        return SearchParameter(path, tuple(nested_grid(served, shortest)[::step]), False, longest)
    default = _default(name, node, path)
    steps = [2.0**k for k in range(-DOUBLINGS, DOUBLINGS + 1)]
    whole = isinstance(default, int)
    values = {max(1, round(default * step)) if whole else default * step for step in steps}
    return SearchParameter(path, tuple(sorted(values)), False)


def _default(name: str, node: Mapping[str, Any], path: str) -> float:
    value: Any = node
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    number = isinstance(value, int | float) and not isinstance(value, bool)
    require(
        number and value > 0,
        f"strategy.{name}.{path} is {value!r}; what is searched must be a number above 0, or come "
        f"with values, as in 'optimize.search={{{path}:[1,2,5]}}'",
    )
    return value


def _checked(path: str, values: Any, longest: int | None) -> tuple[float, ...]:
    right = "it must be a list of two or more rising numbers above 0"
    numbers = isinstance(values, list) and all(
        isinstance(v, int | float) and not isinstance(v, bool) and v > 0 for v in values
    )
    require(
        numbers and len(values) > 1 and values == sorted(set(values)),
        f"optimize.search: {path} is {values!r}; {right}",
    )
    require(
        longest is None or values[-1] <= longest,
        f"optimize.search: {path} goes up to {values[-1]} ticks, but only {longest} are served "
        "after the warm-up; take shorter ones or a longer stream",
    )
    return tuple(values)
