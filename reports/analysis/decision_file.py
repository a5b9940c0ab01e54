"""`decision.json`: the decisions of a run, written and read back as the same objects."""

import json
import math
import types
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from retrainlab.reports.analysis.decision import Decision
from retrainlab.sim.errors import InputError, require

FILE = "decision.json"
SCHEMA = 1


def save(decisions: Sequence[Decision], folder: Path) -> Path:
    """Write the decisions, by scenario, into a run's folder; the file is written atomically."""
    by_scenario = {decision.scenario: _plain(decision) for decision in decisions}
    saved = {"schema": SCHEMA, "scenarios": by_scenario}
    text = json.dumps(saved, indent=1, ensure_ascii=False, allow_nan=False)
    unfinished = folder / f"{FILE}.part"
    unfinished.write_text(f"{text}\n", encoding="utf-8")
    return unfinished.replace(folder / FILE)


def load(folder: Path | str) -> dict[str, Decision]:
    """Return the decisions of a run by scenario, at the prices of the run.

    Raises `InputError` if the file is missing, is no JSON, is of another schema, or lacks an entry.
    """
    path = Path(folder) / FILE
    require(
        path.is_file(),
        f"{FILE} is missing in {path.parent}; `retrainlab report {path.parent}` writes it",
    )
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(f"{path} is not readable JSON: {error}") from error
    require(isinstance(saved, dict), f"{path} must hold a JSON object")
    schema = saved.get("schema")
    require(schema == SCHEMA, f"{path} has schema {schema}; this version reads schema {SCHEMA}")
    try:
        return {name: _typed(Decision, node) for name, node in saved["scenarios"].items()}
    except KeyError as error:
        raise InputError(f"{path} lacks the entry {error.args[0]}") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise InputError(f"{path} has an entry of the wrong kind: {error}") from error


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: an undefined number is null."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _typed(kind: Any, node: Any) -> Any:
    """Return what JSON says as a value of a type: a dataclass, a tuple, an option or a scalar."""
    if kind is float:
        return math.nan if node is None else float(node)
    if get_origin(kind) in (Union, types.UnionType):
        (inner,) = (option for option in get_args(kind) if option is not type(None))
        return None if node is None else _typed(inner, node)
    if get_origin(kind) is tuple:
        return tuple(_typed(get_args(kind)[0], part) for part in node)
    if get_origin(kind) is Literal:
        return _checked(node, node in get_args(kind))
    if is_dataclass(kind):
        return _object(kind, node)
    return _checked(node, isinstance(node, kind))


def _object(kind: Any, node: Mapping[str, Any]) -> Any:
    hints = get_type_hints(kind)
    names = [field.name for field in fields(kind)]
    return kind(**{name: _typed(hints[name], node[name]) for name in names})


def _checked(node: Any, is_right: bool) -> Any:
    if not is_right:
        raise ValueError(repr(node))
    return node
