"""Drift and damage of a configuration, put around the nodes of its scenarios."""

from collections.abc import Mapping
from typing import Any

from retrainlab.experiments.config.build import build
from retrainlab.sim.errors import require
from retrainlab.sim.world import World

TARGET = "retrainlab.scenarios.damaged.Damaged"
GROUPS = ("drift", "damage")


def check_changes(config: Mapping[str, Any]) -> None:
    """Raise `InputError` that names a bad option of drift or damage."""
    for group, name, node in _changes(config):
        require(
            "_target_" in node,
            f"{group}.{name} has options but no _target_, because it was not chosen; name it in "
            f"{group}=[..], or leave its options out ('~{group}.{name}' removes those of an "
            "experiment)",
        )
        made = build(node, f"{group}.{name}")
        require(callable(made), f"{group}.{name} must be callable with a stream and a context")


def damaged(node: dict[str, Any], config: Mapping[str, Any], clocks: World) -> dict[str, Any]:
    """Return the node of a scenario with drift and damage around it; itself where there is none."""
    around = {group: dict(config[group]) for group in GROUPS if config.get(group)}
    if not around:
        return node
    delays = {"label_delay": clocks.label_delay, "warmup": clocks.warmup}
    return {"_target_": TARGET, "scenario": node, **around, **delays}


def undamaged(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the node of the scenario itself."""
    inner: Mapping[str, Any] = node["scenario"] if node.get("_target_") == TARGET else node
    return inner


def _changes(config: Mapping[str, Any]) -> list[tuple[str, str, Mapping[str, Any]]]:
    return [
        (group, name, node) for group in GROUPS for name, node in (config.get(group) or {}).items()
    ]
