"""The study behind a benchmark of gates: each scenario clean and with each damage, each gate."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from retrainlab.experiments.config.build import build
from retrainlab.experiments.study import study
from retrainlab.experiments.study.damage import check_changes, damaged
from retrainlab.experiments.study.manifest import Study
from retrainlab.reports.analysis.gate_scores import Limits, stream_name
from retrainlab.sim.errors import require
from retrainlab.sim.world import World

ASIDE = ("gate", "gates")
RUNTIME = ("engine", "shard", "folder", "tracking", "columns")


def limits(config: Mapping[str, Any]) -> Limits:
    """Return what counts as poisoned, and what no gate may exceed; `InputError` for a bad value."""
    options = {key: config["gates"][key] for key in ("poisoned", "most")}
    return Limits.of(options)


def prepare(config: dict[str, Any], overridden: Iterable[str] = ()) -> Study:
    """Return the study; `InputError` for what a study refuses, and where there is no gate."""
    require(bool(config.get("gate")), "gate is empty; name at least one, as in gate=[if_better]")
    require(bool(config.get("scenario")), "scenario is empty; name at least one")
    limits(config)
    check_changes(config)
    scenarios = {
        stream: _stream(config["scenario"][name], config, damage)
        for stream, (name, damage) in streams(config).items()
    }
    strategies = {name: _strategy(name, node, config) for name, node in config["gate"].items()}
    plain = {key: value for key, value in config.items() if key not in (*ASIDE, "damage", "drift")}
    kept = tuple(key for key in overridden if not key.startswith(("gate", "damage", "drift")))
    made = study.prepare({**plain, "scenario": scenarios, "strategy": strategies}, kept)
    return replace(made, grids=())  # a curve has the settings that it is given


def streams(config: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Return the scenario and the damage (empty for none) of each stream, by its name."""
    return {
        stream_name(name, damage): (name, damage)
        for name in config["scenario"]
        for damage in ("", *(config.get("damage") or {}))
    }


def _stream(node: Mapping[str, Any], config: Mapping[str, Any], damage: str) -> dict[str, Any]:
    """Return the node of a scenario with one damage, or none; its clocks stay its own."""
    inner, own = {k: v for k, v in node.items() if k != "world"}, node.get("world") or {}
    changes = {"drift": config.get("drift"), "damage": None}
    if damage:
        changes["damage"] = {damage: config["damage"][damage]}
    clocks = World(**{**config["world"], **own})
    around = damaged(inner, changes, clocks)
    return {**around, "world": own} if own else around


def _strategy(name: str, node: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the strategy of a gate; its curve is the grid."""
    require(
        "gate" in node,
        f"gate.{name}.gate is not set; name a class, as in {{_target_: package.Gate}}",
    )
    unknown = [key for key in node if key not in ("gate", "curve")]
    require(not unknown, f"gate.{name} has no option {', '.join(unknown)}; there is: gate, curve")
    build(node["gate"], f"gate.{name}.gate")
    grid = {f"gate.{option}": values for option, values in (node.get("curve") or {}).items()}
    asks = {part: config["gates"][part] for part in ("when", "what")}
    return {**asks, "gate": node["gate"], "grid": grid}
