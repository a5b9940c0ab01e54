"""From strategies with grids to cells: one strategy, one set of parameters each."""

import copy
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from retrainlab.experiments.config.build import build
from retrainlab.experiments.config.overrides import override
from retrainlab.sim.errors import InputError
from retrainlab.sim.replay.strategy import All, Strategy

SHORT = {"when.ticks": "every", "what.ticks": "last", "when.detector": ""}


@dataclass(frozen=True, eq=False)
class Cell:
    """A strategy at one point of its grid, as plain configuration."""

    strategy: str
    label: str
    node: dict[str, Any]
    parameters: dict[str, Any] = field(default_factory=dict)

    def build(self) -> Strategy:
        """Return the strategy itself."""
        return build_strategy(self.node, f"strategy.{self.strategy}")

    def words(self) -> dict[str, str]:
        """Return when, what and gate in words; a part that has none is shown as code."""
        strategy, found = self.build(), {}
        for part in ("when", "what", "gate"):
            own = getattr(strategy, part)
            plain = type(own).__str__ is object.__str__
            found[part] = describe(self.node[part]) if plain else str(own)
        return found

    @property
    def overrides(self) -> tuple[str, ...]:
        """Words of the command line that give this cell and no other.

        An option of a part that is named, as a detector's, has no place in a configuration file
        where the name stands alone; then a grid with one point takes the place of the file's.
        """
        path = f"strategy.{self.strategy}"
        values = {axis: _value_at(self.node, axis) for axis in self.parameters}
        if any(_is_inside_named(self.node, axis) for axis in values):
            grid = {axis: [value] for axis, value in values.items()}
            words = [f"~{path}.grid", override(f"+{path}.grid", grid)]
        else:
            words = [override(self._sign(a) + f"{path}.{a}", v) for a, v in values.items()]
        return override("strategy", self.strategy), *words

    def _sign(self, axis: str) -> str:
        """Return "++" for an option of a class that was set by hand, which no file may have."""
        part, _, leaf = axis.rpartition(".")
        return "++" if leaf != "_target_" and f"{part}._target_" in self.parameters else ""

    @property
    def interval(self) -> float:
        """Ticks between retrainings where the strategy keeps a schedule, else nan."""
        when = self.node["when"]
        return float(when["ticks"]) if when["_target_"].endswith(".Every") else float("nan")


def build_strategy(node: Mapping[str, Any], path: str) -> Strategy:
    """Return the strategy of a node with `when`, `what` and `gate` (one, or a list of them)."""
    for part in ("when", "what", "gate"):
        if part not in node:
            raise InputError(f"{path}.{part} is not set; a strategy is when, what and gate")
    gate = build(node["gate"], f"{path}.gate")
    return Strategy(
        when=build(node["when"], f"{path}.when"),
        what=build(node["what"], f"{path}.what"),
        gate=All(gate) if isinstance(gate, list) else gate,
    )


def expand(strategies: Mapping[str, Any], overridden: Sequence[str] = ()) -> list[Cell]:
    """Return the cells of all strategies, in order.

    overridden: keys that were set on the command line; a grid axis under one of them falls away,
    because the value asked for replaces it.
    """
    cells = []
    for name, node in strategies.items():
        fixed = tuple(key for key in overridden if key.startswith(f"strategy.{name}."))
        cells += _cells(name, node, fixed)
    return cells


def _cells(name: str, node: Mapping[str, Any], fixed: tuple[str, ...]) -> list[Cell]:
    grid = {
        axis: list(values)
        for axis, values in (node.get("grid") or {}).items()
        if not any(_covers(key, f"strategy.{name}.{axis}") for key in fixed)
    }
    points = itertools.product(*grid.values())
    return [cell_at(name, node, dict(zip(grid, point, strict=True)), fixed) for point in points]


def cell_at(
    name: str, node: Mapping[str, Any], point: Mapping[str, Any], fixed: Sequence[str] = ()
) -> Cell:
    """Return the cell of a strategy at a point: values by their path, as `when.ticks`.

    fixed: keys of the strategy that were set on the command line, which the label shows as well.
    """
    own = copy.deepcopy({key: node[key] for key in node if key not in ("grid", "knob")})
    for axis, value in point.items():
        _set(own, axis, value, f"strategy.{name}.grid")
    named = {**point, **_asked(own, name, fixed)}
    return Cell(name, _label(name, named), own, {k: shown(v) for k, v in named.items()})


def with_current_policy(
    cells: Sequence[Cell], strategies: Mapping[str, Any], policy: Any
) -> tuple[tuple[Cell, ...], str | None]:
    """Return the cells with the policy in use among them, and its label; None where none is named.

    policy: the label of a cell, or the interval of a schedule in ticks, for which a cell of
    `periodic` is added if there is none. Raises `InputError` for anything else.
    """
    if policy is None:
        return tuple(cells), None
    if isinstance(policy, str):
        labels = [cell.label for cell in cells]
        if policy not in labels:
            raise InputError(f"current_policy is {policy!r}; choose from {', '.join(labels)}")
        return tuple(cells), policy
    if type(policy) is not int or policy < 1:
        raise InputError(
            f"current_policy is {policy!r}; it must be a number of ticks, at least 1, or a label"
        )
    same = [c for c in cells if c.strategy == "periodic" and c.interval == policy]
    if not same:
        if "periodic" not in strategies:
            raise InputError("current_policy is an interval; that needs strategy periodic")
        same = [cell_at("periodic", strategies["periodic"], {"when.ticks": policy})]
        cells = [*cells, *same]
    return tuple(cells), same[0].label


def _covers(key: str, axis: str) -> bool:
    return axis == key or axis.startswith(f"{key}.")


def _asked(node: dict[str, Any], name: str, fixed: Sequence[str]) -> dict[str, Any]:
    """Return parameters of this strategy that were set by hand, so that its label shows them."""
    values = {}
    for key in fixed:
        axis = key.removeprefix(f"strategy.{name}.")
        if axis.split(".")[0] not in ("grid", "knob"):
            values[axis] = _value_at(node, axis)
    return values


def _value_at(node: Any, axis: str) -> Any:
    """Return the value at a path; None where there is none."""
    for step in axis.split("."):
        node = node.get(step) if isinstance(node, Mapping) else None
    return node


def _is_inside_named(node: Mapping[str, Any], axis: str) -> bool:
    """Whether the path leads to an option of a part that is given by its name."""
    part = _value_at(node, axis.rpartition(".")[0])
    return isinstance(part, Mapping) and "name" in part


def _set(node: dict[str, Any], axis: str, value: Any, path: str) -> None:
    *steps, leaf = axis.split(".")
    for step in steps:
        if isinstance(node.get(step), str):  # a detector by its bare name
            node[step] = {"name": node[step]}
        if not isinstance(node.get(step), dict):
            raise InputError(f"{path} names {axis!r}, which the strategy does not have")
        node = node[step]
    node[leaf] = value


def _label(name: str, parameters: Mapping[str, Any]) -> str:
    """Return the name with its parameters as people read them: `sliding_window every 5 last 20`."""
    return " ".join([name, *(_named(axis, value) for axis, value in parameters.items())])


def _named(axis: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return shown(value)
    if axis.endswith("_target_"):
        return str(value).rpartition(".")[2]
    if axis in SHORT:
        return f"{SHORT[axis]} {value}".strip()
    return f"{axis.rpartition('.')[2]}={value}"


def shown(value: Any) -> Any:
    """Return a plain value as it is, and a mapping as text: `ADWIN delta=0.05`."""
    if not isinstance(value, Mapping):
        return value
    name = str(value.get("name", value.get("_target_", ""))).rpartition(".")[2]
    options = [f"{k}={v}" for k, v in value.items() if k not in ("name", "_target_")]
    return " ".join([name, *options]).strip()


def describe(node: Mapping[str, Any]) -> str:
    """Return a part as people read it: `Every(ticks=20)`."""
    options = ", ".join(f"{k}={shown(v)}" for k, v in node.items() if k != "_target_")
    return f"{str(node['_target_']).rpartition('.')[2]}({options})"
