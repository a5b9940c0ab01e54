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

WARMUP = 0.2  # share of the ticks that the first model learns from
AXES = ("when.ticks", "what.ticks")  # of a grid: intervals, and windows
CONF = "retrainlab.experiments.conf"


def with_usual_values(config: Mapping[str, Any], overridden: Sequence[str]) -> dict[str, Any]:
    """Return the configuration with what is usual for the tables that it reads.

    Nothing changes for a scenario that is drawn or shipped, nor what was set: on the command line,
    in a scenario's `world`, or in a strategy's `grid` that is not the project's own.
    """
    scenarios, strategies = dict(config.get("scenario") or {}), dict(config.get("strategy") or {})
    kinds = {name: _kind(name, node) for name, node in scenarios.items()}
    lengths = []
    for name, node in scenarios.items():
        count = _count_ticks(node, name) if kinds[name] else 0
        if count:
            warmup = max(1, ceil(WARMUP * count))
            scenarios[name] = {**node, "world": {"warmup": warmup, **(node.get("world") or {})}}
            lengths.append(count - warmup)
    if {"world", "world.warmup"} & {*overridden}:
        scenarios = dict(config["scenario"])
    usual = {*kinds.values()}
    if len(usual) == 1 and None not in usual and lengths:
        grids = dict(zip(AXES, usual.pop(), strict=True))
        strategies = {n: _with_grid(n, s, grids, min(lengths)) for n, s in strategies.items()}
    return {**config, "scenario": scenarios, "strategy": strategies}


def unset_price(config: Mapping[str, Any], overridden: Sequence[str]) -> bool:
    """Whether a study of a user's tables has to do without the price of a retraining.

    It was set if it stands on the command line, if prices were chosen, or if it is not the usual.
    """
    chosen = {"prices", "prices.fit"} & {key.replace("/", ".") for key in overridden}
    kinds = [_kind(name, node) for name, node in (config.get("scenario") or {}).items()]
    is_usual = config["prices"].get("fit") == _shipped("prices", "default").get("fit")
    return bool(kinds) and None not in kinds and not chosen and is_usual


def _kind(name: str, node: Any) -> Any:
    """Return the usual intervals and windows of a user's table; None of anything else."""
    if not isinstance(node, Mapping) or "_target_" not in node:
        return None
    plain = {key: value for key, value in node.items() if key != "world"}
    return getattr(build(plain, f"scenario.{name}"), "usual_values", None)


def _count_ticks(node: Mapping[str, Any], name: str) -> int:
    """Return how many ticks a table has; 0 where it cannot be read, and the study will say why."""
    plain = {key: value for key, value in node.items() if key != "world"}
    try:
        content = build(plain, f"scenario.{name}").source.fingerprint
        return _ticks(json.dumps(plain, sort_keys=True, default=str), name, content)
    except Exception:
        return 0


@lru_cache(maxsize=16)
def _ticks(node: str, name: str, content: str) -> int:
    """Return how many ticks a table has; content: of its files, which may change."""
    return int(build(json.loads(node), f"scenario.{name}").count_ticks())


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
