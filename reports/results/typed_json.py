"""Typed JSON: frozen dataclasses to plain data and back, checked at the door."""

import json
import math
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from retrainlab.sim.errors import DamagedFile, InputError, is_there, require, require_one_run

Kind = TypeVar("Kind")


def to_plain(value: Any) -> dict[str, Any]:
    """Return a dataclass as plain data, all the way down."""
    return asdict(value)


def without_nan(value: Any) -> Any:
    """Return plain data with null for every number that is not finite, as JSON demands."""
    if isinstance(value, Mapping):
        return {key: without_nan(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [without_nan(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def from_plain(kind: type[Kind], node: Any, path: str = "") -> Kind:
    """Return plain data as a value of this type: a dataclass, or what one is made of.

    path: where the node stands, for the `InputError` that names an entry that is missing or of
    another type. Entries that the dataclass does not know are left out; null is nan where a float
    is wanted.
    """
    if is_dataclass(kind):
        require(isinstance(node, Mapping), f"{path or 'it'} must be a mapping, not {node!r}")
        return kind(**_fields(kind, node, path))
    made: Kind = _value(kind, node, path)
    return made


def read(kind: type[Kind], path: Path, schema: int) -> Kind:
    """Read a dataclass from a JSON file; `InputError` names the file and what is wrong in it."""
    require_one_run(path)
    require(is_there(path), f"{path.name} is missing in {path.parent}: the study is not complete")
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DamagedFile(f"{path} is not readable JSON: {error}") from error
    require(isinstance(saved, dict), f"{path} must hold a JSON object")
    is_other = "kind" in saved and "kind" not in typing.get_type_hints(kind)
    require(not is_other, f"{path.parent} holds a benchmark of {saved.get('kind')}, and no study")
    version = saved.get("schema", schema)
    require(version == schema, f"{path} has schema {version}; this version reads schema {schema}")
    try:
        return from_plain(kind, saved)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def _fields(kind: Any, node: Mapping[str, Any], path: str) -> dict[str, Any]:
    made = {}
    for field in fields(kind):
        place = f"{path}.{field.name}".lstrip(".")
        if field.name in node:
            made[field.name] = from_plain(_hints(kind)[field.name], node[field.name], place)
        elif field.default is MISSING and field.default_factory is MISSING:
            raise InputError(f"it lacks the entry {place}")
    return made


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _value(kind: Any, node: Any, path: str) -> Any:
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return _optional(inner, node, path)
    if origin in (tuple, list):
        require(isinstance(node, list | tuple), f"{path} is {node!r}; it must be a list")
        kinds = [inner[0]] * len(node) if origin is list or inner[-1] is Ellipsis else inner
        require(len(kinds) == len(node), f"{path} has {len(node)} entries, not {len(kinds)}")
        pairs = enumerate(zip(kinds, node, strict=True))
        return origin(from_plain(kind, part, f"{path}[{i}]") for i, (kind, part) in pairs)
    if origin is dict:
        require(isinstance(node, Mapping), f"{path} is {node!r}; it must be a mapping")
        return {key: from_plain(inner[1], part, f"{path}.{key}") for key, part in node.items()}
    if origin is typing.Literal:
        require(
            node in inner, f"{path} is {node!r}; it must be one of {', '.join(map(str, inner))}"
        )
    if kind is float and node is None:
        return math.nan
    if kind in PLAIN:
        right = isinstance(node, PLAIN[kind]) and (kind is bool or not isinstance(node, bool))
        require(right, f"{path} is {node!r}; it must be {NAMES[kind]}")
    return node


PLAIN: dict[Any, Any] = {str: str, int: int, float: (int, float), bool: bool}
NAMES = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


def _optional(kinds: tuple[Any, ...], node: Any, path: str) -> Any:
    """Return a value of `X | None`; an empty mapping is None as well."""
    if node is None or node == {}:
        return None
    (kind,) = (k for k in kinds if k is not type(None))
    return from_plain(kind, node, path)
