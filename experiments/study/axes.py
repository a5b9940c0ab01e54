"""Axes of a strategy's grid, and values in its configuration by their path, as `when.ticks`."""

from collections.abc import Mapping, Sequence
from typing import Any

from retrainlab.sim.errors import InputError, require


def axes_of(name: str, node: Mapping[str, Any], fixed: Sequence[str]) -> dict[str, list[Any]]:
    """Return the values to try of each path of a strategy's grid.

    fixed: keys of the strategy that were set on the command line: a value takes the place of an
    axis, and a list of values is one.
    """
    axes = {}
    for axis, values in _grid(node, f"strategy.{name}.grid").items():
        key, value = f"strategy.{name}.{axis}", value_at(node, axis)
        if not any(covers(other, key) for other in fixed):
            axes[axis] = values
        elif key in fixed and _are_several(value, values):
            axes[axis] = list(value)
    return axes


def _are_several(value: Any, values: Sequence[Any]) -> bool:
    """Whether a value that was set is a list of values for an axis; values: those of its file."""
    return isinstance(value, list | tuple) and bool(value) and not isinstance(values[0], list)


def _grid(node: Mapping[str, Any], path: str) -> dict[str, list[Any]]:
    """Return the grid of a strategy, checked: a list of values for each path."""
    grid = node.get("grid") or {}
    require(
        isinstance(grid, Mapping)
        and all(isinstance(values, list | tuple) and values for values in grid.values()),
        f"{path} is {grid!r}; it must hold lists of values, as {{when.ticks:[5,10]}}",
    )
    return {axis: list(values) for axis, values in grid.items()}


def covers(key: str, axis: str) -> bool:
    """Whether a key is an axis, or stands above it."""
    return axis == key or axis.startswith(f"{key}.")


def value_at(node: Any, axis: str) -> Any:
    """Return the value at a path; None where there is none."""
    for step in axis.split("."):
        node = node.get(step) if isinstance(node, Mapping) else None
    return node


def set_value(node: dict[str, Any], axis: str, value: Any, path: str) -> None:
    """Set the value at a path; path: of the configuration, for the `InputError`."""
    *steps, leaf = axis.split(".")
    for step in steps:
        if isinstance(node.get(step), str):  # a detector by its bare name
            node[step] = {"name": node[step]}
        if not isinstance(node.get(step), dict):
            raise InputError(f"{path} names {axis!r}, which the strategy does not have")
        node = node[step]
    node[leaf] = value
