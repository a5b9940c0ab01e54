"""A configuration with periods of the calendar where it counts ticks, as numbers of ticks.

A scenario says with `tick_name` what a tick is. The periods become numbers once, before anything
is made of the configuration, so that `weekly` and `7` are the same setting.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from retrainlab.experiments.config.build import build
from retrainlab.experiments.config.periods import is_period, ticks_of
from retrainlab.experiments.config.tick_options import counts_ticks, tick_options
from retrainlab.sim.calendar_periods import PERIODS
from retrainlab.sim.errors import require

COUNTED = {  # ticks in sections that are no parts of a strategy
    "world": ("label_delay", "fit_delay", "warmup"),
    "references": ("every", "windows"),
    "forecast": ("ticks",),
}


def in_ticks(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the plain configuration of a study with numbers of ticks in place of periods.

    Raises `InputError` for a period where a tick has no length, or one that does not divide it.
    """
    scenarios, strategies = config.get("scenario") or {}, config.get("strategy") or {}
    ticks = _Ticks(scenarios)
    changed = {
        key: ticks.those_of(config[key], names, key)
        for key, names in COUNTED.items()
        if isinstance(config.get(key), Mapping)
    }
    if "scenario" in config:
        changed["scenario"] = {name: _of_scenario(name, node) for name, node in scenarios.items()}
    if "strategy" in config:
        changed["strategy"] = {
            name: ticks.of_strategy(node, f"strategy.{name}") for name, node in strategies.items()
        }
    if "optimize" in config:
        changed["optimize"] = ticks.of_search(config["optimize"], strategies)
    policy = config.get("current_policy")
    if isinstance(policy, str) and policy not in strategies:
        changed["current_policy"] = ticks.read(policy, "current_policy")
    return {**config, **changed}


@dataclass(frozen=True)
class _Ticks:
    """The scenarios whose ticks are counted, by name; they are built once a period is met."""

    scenarios: Mapping[str, Any]

    @cached_property
    def lengths(self) -> dict[str, str]:
        """What a tick of each scenario is; "tick" where it has no length in time."""
        return {name: _tick_name(name, node) for name, node in self.scenarios.items()}

    def read(self, value: Any, path: str) -> Any:
        """Return a period as ticks, each of a list; any other value as it is."""
        if isinstance(value, list):
            return [self.read(one, path) for one in value]
        return ticks_of(value, self._length(value, path), path) if is_period(value) else value

    def _length(self, period: str, path: str) -> str:
        """Return what a tick is in all scenarios."""
        timeless = [name for name, tick in self.lengths.items() if tick not in PERIODS]
        require(
            not timeless,
            f"{path} is {period!r}, and a tick of {', '.join(timeless)} has no length in time; "
            "give a number of ticks",
        )
        named = ", ".join(f"a {tick} in {name}" for name, tick in self.lengths.items())
        require(
            len({*self.lengths.values()}) == 1,
            f"{path} is {period!r}, and a tick is {named or 'nothing without a scenario'}; give a "
            "number of ticks, or take one scenario",
        )
        return next(iter(self.lengths.values()))

    def those_of(self, node: Mapping[str, Any], names: Any, path: str) -> dict[str, Any]:
        """Return a mapping in which the options of these names are read."""
        return {
            key: self.read(value, f"{path}.{key}") if key in names else value
            for key, value in node.items()
        }

    def of_strategy(self, node: Any, path: str) -> Any:
        """Return a strategy with the ticks of its parts, its grid and its search."""
        if not isinstance(node, Mapping):
            return node
        parts = {key: self.of_part(value, f"{path}.{key}") for key, value in node.items()}
        for key in {"grid", "search"} & {*node}:
            parts[key] = self._of_axes(node[key], {path: node}, f"{path}.{key}")
        return parts

    def of_part(self, node: Any, path: str) -> Any:
        """Return a part of a strategy, and what it is made of, with its ticks."""
        if isinstance(node, list):
            return [self.of_part(one, f"{path}[{i}]") for i, one in enumerate(node)]
        if not isinstance(node, Mapping):
            return node
        inside = {key: self.of_part(value, f"{path}.{key}") for key, value in node.items()}
        return self.those_of(inside, tick_options(node, path), path)

    def of_search(self, node: Mapping[str, Any], strategies: Mapping[str, Any]) -> dict[str, Any]:
        """Return the options of `optimize` with the ticks of its search."""
        by_path = {f"strategy.{name}": strategy for name, strategy in strategies.items()}
        search = self._of_axes(node.get("search"), by_path, "optimize.search")
        return {**node, "search": search}

    def _of_axes(self, axes: Any, strategies: Mapping[str, Any], path: str) -> Any:
        """Return values by the path of an option, read where it counts ticks in any strategy."""
        if not isinstance(axes, Mapping):
            return axes
        read = {}
        for axis, values in axes.items():
            counts = any(counts_ticks(node, axis, place) for place, node in strategies.items())
            of = self.read if counts else self.of_part
            read[axis] = of(values, f"{path}.{axis}")
        return read


def _of_scenario(name: str, node: Any) -> Any:
    """Return a scenario with the ticks of its own clocks, which are its own."""
    if not isinstance(node, Mapping) or not isinstance(node.get("world"), Mapping):
        return node
    path = f"scenario.{name}.world"
    return {**node, "world": _Ticks({name: node}).those_of(node["world"], COUNTED["world"], path)}


def _tick_name(name: str, node: Any) -> str:
    if not isinstance(node, Mapping) or "_target_" not in node:
        return "tick"
    options = {key: value for key, value in node.items() if key != "world"}
    return str(getattr(build(options, f"scenario.{name}"), "tick_name", "tick"))
