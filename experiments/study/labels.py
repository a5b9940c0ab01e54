"""How settings are called: a strategy's name with its parameters, as people read them."""

from collections.abc import Mapping
from typing import Any

SHORT = {"when.ticks": "every", "what.ticks": "last", "when.detector": ""}


def label(strategy: str, words: Mapping[str, str]) -> str:
    """Return `sliding_window every 5 last 20`; words: see `parameter_words`."""
    return " ".join([strategy, *words.values()])


def parameter_words(parameters: Mapping[str, Any]) -> dict[str, str]:
    """Return what a label says of each parameter, by its path: `every 5` of `when.ticks`."""
    return {path: _words(path, value) for path, value in parameters.items()}


def _words(path: str, value: Any) -> str:
    *_, option = path.split(".")
    if isinstance(value, Mapping):
        return str(shown(value))
    if _has_parts(value):
        return f"{option} {shown(value)}"
    if option == "_target_":
        return _class_name(value)
    if path in SHORT:
        return f"{SHORT[path]} {value}".strip()
    return f"{option}={value}"


def shown(value: Any) -> Any:
    """Return a plain value as it is, and a mapping as text: `ADWIN delta=0.05`.

    A list of mappings, as of gates, is `Cooldown ticks=5 and Budget count=3`.
    """
    if _has_parts(value):
        return " and ".join(str(shown(part)) for part in value)
    if not isinstance(value, Mapping):
        return value
    name = _class_name(value.get("name", value.get("_target_", "")))
    options = [f"{k}={v}" for k, v in value.items() if k not in ("name", "_target_")]
    return " ".join([name, *options]).strip()


def _has_parts(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(part, Mapping) for part in value)


def code(node: Mapping[str, Any]) -> str:
    """Return a configuration node as code: `Every(ticks=20)`."""
    options = ", ".join(f"{k}={shown(v)}" for k, v in node.items() if k != "_target_")
    return f"{_class_name(node['_target_'])}({options})"


def _class_name(target: Any) -> str:
    """Return the last step of a dotted name."""
    return str(target).rpartition(".")[2]
