"""Building objects from configuration: the one place that instantiates a `_target_`."""

import difflib
import importlib
import inspect
import types
import typing
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from retrainlab.experiments.config import safe
from retrainlab.sim.errors import FAILURES, InputError, require, unexpected
from retrainlab.sim.printable import shown

KINDS: dict[Any, str] = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    str: "text",
    type(None): "null",
}

IN_NO_MODULE = (
    "the classes of a notebook or a script are known to its own process alone: keep it in a file "
    "beside (a study with engine=serial needs none)"
)
RIGHT_TARGET = "name a class that Python can import, as package.module.Class"


def build(node: Any, path: str) -> Any:
    """Return what a configuration node describes.

    A mapping with `_target_` (a dotted name) is called with its other entries; lists and mappings
    are built from the inside out; the rest stays as it is. Raises `InputError` naming the path
    for a target that cannot be imported, an unknown option, and a value of the wrong type.
    """
    if isinstance(node, Mapping):
        if "_target_" not in node:
            return {key: build(value, f"{path}.{key}") for key, value in node.items()}
        target = locate(node["_target_"], path)
        options = {k: build(v, f"{path}.{k}") for k, v in node.items() if k != "_target_"}
        _check(target, str(node["_target_"]), options, path)
        try:
            return target(**options)
        except InputError as error:
            raise InputError(f"{path}: {error}") from error
        except (OSError, MemoryError):
            raise
        except FAILURES as error:  # the class may be anybody's
            raise InputError(f"{path} cannot be made: {unexpected(error)}") from error
    if isinstance(node, list | tuple):
        return [build(value, f"{path}[{i}]") for i, value in enumerate(node)]
    return node


def build_scenario(node: Any, path: str) -> Callable[[int], Any]:
    """Return what makes a stream from a seed; raises `InputError` as `build` does."""
    scenario: Callable[[int], Any] = build(node, path)
    require(callable(scenario), f"{path} is {shown(scenario)}; it must be callable with a seed")
    return scenario


def locate(name: Any, path: str) -> Any:
    """Return the class or function of this dotted name; see `safe` for what `--safe` allows."""
    safe.require_package(str(name), path)
    module, _, attribute = str(name).rpartition(".")
    require(
        bool(module) and all(part.isidentifier() for part in str(name).split(".")),
        f"{path}._target_ is {name!r}, which is no dotted name; {RIGHT_TARGET}: mine.Learner is "
        "the class Learner of mine.py in the current folder",
    )
    try:
        target = getattr(importlib.import_module(module), attribute)
    except FAILURES as error:  # the module may be anybody's, and runs while it is imported
        why = error if isinstance(error, (ImportError, AttributeError)) else unexpected(error)
        remedy = IN_NO_MODULE if module == "__main__" else RIGHT_TARGET
        raise InputError(
            f"{path}._target_ is {name!r}, which cannot be imported ({why}); {remedy}"
        ) from error
    safe.require_class(target, str(name), path)
    require(callable(target), f"{path}._target_ is {name!r}, which is neither class nor function")
    return target


def suggest(word: str, choices: list[str]) -> str:
    """Return 'did you mean ...?' with the choices, for the end of a sentence."""
    if not choices:
        return "there is none to choose from"
    close = difflib.get_close_matches(word, choices, n=1)
    start = f"did you mean {close[0]}? There is" if close else "there is"
    return f"{start}: {', '.join(sorted(choices))}"


def _check(target: Any, dotted: str, options: dict[str, Any], path: str) -> None:
    """Refuse unknown options and plain values of the wrong type.

    target: what stands under the dotted name.
    """
    parameters, hints = _declared(target)
    if parameters is None:
        return
    open_ended = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    for name, value in options.items():
        if name not in parameters and not open_ended:
            raise InputError(f"{path} has no option {name!r}; {suggest(name, list(parameters))}")
        wanted = hints.get(name)
        if not _fits(value, wanted):
            kinds = " or ".join(KINDS[kind] for kind in _plain(wanted))
            raise InputError(f"{path}.{name} is {value!r}; it must be {kinds}")
    missing = [
        name
        for name, p in parameters.items()
        if p.default is p.empty
        and p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
        and name not in options
    ]
    if missing:
        name = dotted.rpartition(".")[2]
        called = (
            ""
            if inspect.isclass(target)
            else ". A function is called with the options of the configuration, and returns the "
            "part; for one that is called later, name a class with __call__"
        )
        raise InputError(f"{path}.{missing[0]} is not set; {name} needs it{called}")


@cache
def _declared(target: Any) -> tuple[Mapping[str, inspect.Parameter] | None, dict[str, Any]]:
    """Parameters of a class or function by name, and the types that they are annotated with.

    None: it does not tell them, as some that are written in C do not.
    """
    try:
        parameters = inspect.signature(target).parameters
    except ValueError:
        return None, {}
    try:
        hints = typing.get_type_hints(target.__init__ if inspect.isclass(target) else target)
    except (NameError, TypeError, AttributeError):
        hints = {}
    return parameters, hints


def _plain(wanted: Any) -> tuple[Any, ...]:
    """Return the types of a union, or the one type."""
    if isinstance(wanted, types.UnionType) or typing.get_origin(wanted) is typing.Union:
        return typing.get_args(wanted)
    return (wanted,)


def _fits(value: Any, wanted: Any) -> bool:
    """Whether a plain value has one of the plain types asked for; other types are let through."""
    kinds = _plain(wanted)
    if not all(kind in KINDS for kind in kinds):
        return True
    if float in kinds and isinstance(value, int) and not isinstance(value, bool):
        return True
    if isinstance(value, bool):
        return bool in kinds
    return any(isinstance(value, kind) for kind in kinds)
