"""The shape of a composed configuration: every section is there, and files are as they must be."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from retrainlab.experiments.config.base import NAMED, sections
from retrainlab.experiments.config.build import suggest
from retrainlab.sim.errors import require

PARTS = {"strategy": ("when", "what", "gate", "grid", "search", "follows")}
# Groups whose files begin with their options, with options of which one at least is there.
FLAT = {
    "learner": ("classification", "regression"),
    "loss": ("classification", "regression"),
    "world": ("label_delay", "fit_delay", "warmup"),
    "prices": ("error", "fit", "row", "label"),
}
BY_TASK = ("learner", "loss")  # groups with a class for each task
NULLABLE = ("references", "forecast")
ASIDE = ("hydra", "folder")


def require_shape(config: Mapping[str, Any], root: str, aside: Sequence[str] = ASIDE) -> None:
    """Raise `InputError` for a section that is missing or no mapping, and for misread files.

    aside: sections that are not looked at.
    """
    require(
        not config.get("experiment"),
        "the experiment comes from a file without the line '# @package _global_' at its top, and "
        "would be ignored; write that line first",
    )
    usual = sections(root)
    for key in config:
        near = get_close_matches(str(key), usual, n=1, cutoff=0.7)
        require(key in (*usual, "experiment") or not near, f"there is no {key}; {_mean(near)}")
    require_sections(config, root, [key for key in usual if key not in aside])
    for group in NAMED:
        for name, node in (config.get(group) or {}).items():
            _require_name(group, name, node)
    for group in FLAT:
        _require_flat(group, config.get(group))
    for group in BY_TASK:
        _require_classes(group, config.get(group) or {})
    name = (config.get("learner") or {}).get("name", "own")
    require(isinstance(name, str) and name != "", f"learner.name is {name!r}; it must be a text")


def require_sections(config: Mapping[str, Any], root: str, keys: Sequence[str]) -> None:
    """Raise `InputError` for one of these sections that is missing or no mapping."""
    usual = sections(root)
    for key in keys:
        if key in NAMED and not config.get(key):
            continue  # none was chosen; a command that needs one says so
        require(key in config, f"{key} is not set, because it was deleted; set it, or leave it be")
        if isinstance(usual[key], Mapping) and not (key in NULLABLE and config[key] is None):
            # What a named group holds follows from what is chosen, not from its usual choice.
            _require_section(key, config[key], {} if key in NAMED else usual[key])


def _mean(near: list[str]) -> str:
    return f"did you mean {near[0]}?" if near else ""


def _require_section(key: str, value: Any, usual: Mapping[str, Any]) -> None:
    options = f" ({', '.join(usual)})" if usual else ""
    require(
        isinstance(value, Mapping),
        f"{key} is {value!r}; it must hold options{options}, or be chosen by its name",
    )
    for name in usual:
        require(name in value, f"{key}.{name} is not set, because it was deleted; set it")
    for name in value if usual else ():
        require(name in usual, f"there is no {key}.{name}; {suggest(str(name), [*usual])}")


def _require_name(group: str, name: str, node: Any) -> None:
    """Refuse a file of the user's own that does not begin with its name."""
    wrong = name == "_target_" or name in PARTS.get(group, ()) or not isinstance(node, Mapping)
    require(
        not wrong,
        f"{group} has {name!r} where the name of a {group} belongs; a file {group}/NAME.yaml "
        "begins with 'NAME:', and everything else stands indented below it",
    )


def _require_flat(group: str, node: Any) -> None:
    """Refuse a file that begins with a name of its own, where options belong."""
    options = FLAT[group]
    if not isinstance(node, Mapping) or any(option in node for option in options):
        return
    inner = [key for key, value in node.items() if isinstance(value, Mapping)]
    require(
        not inner,
        f"{group} has {', '.join(map(repr, inner))} where {', '.join(options)} belong; a file "
        f"{group}/NAME.yaml begins with its options, without a name above them",
    )


def _require_classes(group: str, node: Mapping[str, Any]) -> None:
    """Refuse a plain value where a task has its class."""
    for task, value in node.items():
        is_class = isinstance(value, Mapping) and "_target_" in value
        is_reference = isinstance(value, str) and "${" in value  # not resolved yet, in a sweep
        require(
            task not in FLAT[group] or is_class or is_reference,
            f"{group}.{task} is {value!r}; it must name a class, "
            "as {_target_:package.module.Class}",
        )
