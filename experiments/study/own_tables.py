"""What a study of a user's own tables takes where nobody has said otherwise.

Intervals that people use, by what a tick is; a first model that learns from a share of the log; and
a price of a retraining that is only a stand-in. Drawn scenarios, and the data that ship with the
package, keep the values of their files.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from math import ceil
from typing import Any

import yaml

from retrainlab.experiments.config.build import build
from retrainlab.scenarios.tabular.ticks import USUAL

WARMUP = 0.2  # share of the ticks that the first model learns from
AXES = ("when.ticks", "what.ticks")  # of a grid: intervals, and windows
CONF = "retrainlab.experiments.conf"


def with_usual_values(config: Mapping[str, Any], overridden: Sequence[str]) -> dict[str, Any]:
    """Return the configuration with what is usual for the tables that it reads.

    Nothing changes for a scenario that is drawn or shipped, nor what was set: on the command line,
    in a scenario's `world`, or in a strategy's `grid` that is not the project's own.
    """
    scenarios, strategies = dict(config.get("scenario") or {}), dict(config.get("strategy") or {})
    own = {name: _counted(node, name) for name, node in scenarios.items() if _is_own(name, node)}
    lengths = []
    for name, (_, count) in own.items():
        if count:
            node, warmup = scenarios[name], max(1, ceil(WARMUP * count))
            scenarios[name] = {**node, "world": {"warmup": warmup, **(node.get("world") or {})}}
            lengths.append(count - warmup)
    if {"world", "world.warmup"} & {*overridden}:
        scenarios = dict(config["scenario"])
    ticks = {tick for tick, _ in own.values()}
    if len(own) == len(scenarios) and len(ticks) == 1 and lengths:
        grids = dict(zip(AXES, USUAL[ticks.pop()], strict=True))
        strategies = {n: _with_grid(n, s, grids, min(lengths)) for n, s in strategies.items()}
    return {**config, "scenario": scenarios, "strategy": strategies}


def unset_price(config: Mapping[str, Any], overridden: Sequence[str]) -> bool:
    """Whether a study of a user's tables has to do without the price of a retraining.

    It was set if it stands on the command line, if prices were chosen, or if it is not the usual.
    """
    chosen = {"prices", "prices.fit"} & {key.replace("/", ".") for key in overridden}
    scenarios = config.get("scenario") or {}
    is_usual = config["prices"].get("fit") == _shipped("prices", "default").get("fit")
    are_own = bool(scenarios) and all(_is_own(name, node) for name, node in scenarios.items())
    return are_own and not chosen and is_usual


def _is_own(name: str, node: Any) -> bool:
    """Whether a scenario is a table of the user's."""
    if not isinstance(node, Mapping) or "_target_" not in node:
        return False
    return bool(getattr(build(_plain(node), f"scenario.{name}"), "is_own", False))


def _plain(node: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in node.items() if key != "world"}


def _counted(node: Mapping[str, Any], name: str) -> tuple[str, int]:
    """Return what a tick of a table is, and how many it has.

    None where it cannot be read: the study will say why.
    """
    plain = _plain(node)
    try:
        content = build(plain, f"scenario.{name}").source.fingerprint
        return _ticks(json.dumps(plain, sort_keys=True, default=str), name, content)
    except Exception:
        return "", 0


@lru_cache(maxsize=16)
def _ticks(node: str, name: str, content: str) -> tuple[str, int]:
    """Return name and number of a table's ticks; content: of its files, which may change."""
    ticks = build(json.loads(node), f"scenario.{name}").ticks()
    return ticks.name, len(ticks.offsets) - 1


def _with_grid(
    name: str, node: Mapping[str, Any], usual: Mapping[str, Sequence[int]], longest: int
) -> dict[str, Any]:
    """Return a strategy with the usual values in its grid, where it has the project's own."""
    shipped = _shipped("strategy", name).get(name, {})
    grid = node.get("grid")
    if not grid or grid != shipped.get("grid") or node.get("when") is None:
        return dict(node)
    fitting = {axis: [v for v in usual[axis] if v < longest] for axis in AXES}
    changed = {axis: fitting.get(axis) or values for axis, values in grid.items()}
    return {**node, "grid": changed}


@cache
def _shipped(group: str, name: str) -> dict[str, Any]:
    """Return a file of the project's own configuration, if there is one of this name."""
    path = files(CONF) / group / f"{name}.yaml"
    loaded: Any = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else None
    return loaded if isinstance(loaded, dict) else {}
