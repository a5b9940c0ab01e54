"""The shape of a composed configuration: every section is there, and files are as they must be."""

from collections.abc import Mapping
from typing import Any

from retrainlab.experiments.config.base import NAMED, sections
from retrainlab.sim.errors import require

PARTS = {"strategy": ("when", "what", "gate", "grid", "search")}
TASKS = ("classification", "regression")


def require_shape(config: Mapping[str, Any], root: str) -> None:
    """Raise `InputError` for a section that is missing or no mapping, and for misread files."""
    for key, usual in sections(root).items():
        if key in ("hydra", "folder"):
            continue
        require(key in config, f"{key} is not set: it was deleted; leave it as it is, or set it")
        if isinstance(usual, Mapping) and not (config[key] is None and key in ("references",)):
            _require_section(key, config[key], usual)
    for group in NAMED:
        for name, node in (config.get(group) or {}).items():
            _require_name(group, name, node)
    _require_tasks(config)
    require(
        not config.get("experiment"),
        "experiment was chosen from a file without the line '# @package _global_' at its top, and "
        "would be ignored; write that line first",
    )


def _require_section(key: str, value: Any, usual: Mapping[str, Any]) -> None:
    options = f" ({', '.join(usual)})" if usual else ""
    require(
        isinstance(value, Mapping) or (key in NAMED and not value),
        f"{key} is {value!r}; it must hold options{options}, or be chosen by its name",
    )
    for name in usual:
        require(name in value, f"{key}.{name} is not set: it was deleted; set it")


def _require_name(group: str, name: str, node: Any) -> None:
    """Refuse a file of the user's own that does not begin with its name."""
    inside = PARTS.get(group, ())
    bare = name in inside or name == "_target_"
    require(
        not bare and isinstance(node, Mapping),
        f"{group} has {name!r} where a name belongs; a file {group}/NAME.yaml begins with 'NAME:', "
        "and everything else stands indented below it"
        if bare
        else f"{group}.{name} is {node!r}; it must hold options",
    )


def _require_tasks(config: Mapping[str, Any]) -> None:
    """Refuse a learner or loss whose file begins with its own name."""
    for group in ("learner", "loss"):
        node = config.get(group)
        if not isinstance(node, Mapping) or any(task in node for task in TASKS):
            continue
        inner = [k for k, v in node.items() if isinstance(v, Mapping) and any(t in v for t in TASKS)]
        require(
            not inner,
            f"{group} has {', '.join(inner)!r} where {' or '.join(TASKS)} belongs; a file "
            f"{group}/NAME.yaml begins with its options, without a name above them",
        )


