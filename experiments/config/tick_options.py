"""Which options of a part count ticks of the stream: those that are typed `Ticks`."""

import inspect
import typing
from collections.abc import Mapping
from functools import cache
from typing import Any

from retrainlab.experiments.config.build import locate
from retrainlab.sim.replay.clause import Ticks


def counts_ticks(node: Mapping[str, Any], path: str, where: str) -> bool:
    """Whether a path such as `when.ticks` names an option that counts ticks.

    node: the strategy's configuration, which stands at `where`. An option that a class takes from
    the one it inherits from means the same in both.
    """
    *steps, option = path.split(".")
    place: Any = node
    for step in steps:
        place = place.get(step) if isinstance(place, Mapping) else None
    return option in tick_options(place, ".".join([where, *steps]))


def tick_options(node: Any, where: str) -> frozenset[str]:
    """Return the options of a part that count ticks; none of a node that names no class."""
    if not isinstance(node, Mapping) or "_target_" not in node:
        return frozenset()
    return _of_target(locate(node["_target_"], where))


@cache
def _of_target(target: Any) -> frozenset[str]:
    """Options of a class, or of a function, that count ticks."""
    if not inspect.isclass(target):
        return _typed_ticks(target)
    initialisers = [vars(base)["__init__"] for base in target.__mro__ if "__init__" in vars(base)]
    return frozenset().union(*map(_typed_ticks, initialisers))


def _typed_ticks(function: Any) -> frozenset[str]:
    try:
        hints = typing.get_type_hints(function, include_extras=True)
    except (NameError, TypeError, AttributeError):
        return frozenset()
    return frozenset(name for name, hint in hints.items() if hint == Ticks)
