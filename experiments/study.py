"""A study: from the configuration to groups, through the workers, to one folder of results."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from experiments import results, store
from experiments.build import build
from experiments.cells import Cell, expand, with_today
from experiments.group import Group, Outcome, run_group
from experiments.parallel import require_jobs, spread
from experiments.results import Study
from sim.errors import InputError, require
from sim.world import World

REFERENCES = "experiments.references.References"


def prepare(config: dict[str, Any], overridden: Iterable[str] = ()) -> Study:
    """Check a plain configuration and expand it; `InputError` names what is wrong."""
    overridden = tuple(overridden)
    world = _world(config["world"], "world")
    prices = build({"_target_": "sim.prices.Prices", **config["prices"]}, "prices")
    seeds = seeds_of(config["seeds"])
    node = config["references"]
    references = None if node is None else build({"_target_": REFERENCES, **node}, "references")
    jobs = require_jobs(config["engine"]["jobs"])
    memo_bytes = _memo_bytes(config["engine"]["memo"])
    for group in ("scenario", "strategy"):
        require(bool(config.get(group)), f"{group} is empty; name at least one")
    cells, today = with_today(
        expand(config["strategy"], overridden), config["strategy"], config.get("current_policy")
    )
    for cell in cells:
        cell.build()
    _distinct(cells)
    groups = []
    for name, node in config["scenario"].items():
        node = dict(node)
        own = _own_world(world, node.pop("world", None) or {}, name, overridden)
        scenario = build(node, f"scenario.{name}")
        fixed = [seeds[0]] if not getattr(scenario, "seeded", True) else seeds
        groups += [
            Group(
                *(name, node, seed, config["learner"], config["loss"], own, prices, cells),
                references=references,
                memo_bytes=memo_bytes,
            )
            for seed in fixed
        ]
    # One long stream of real data goes first, so that it does not keep one worker at the end.
    many = {g.scenario: sum(o.scenario == g.scenario for o in groups) for g in groups}
    groups.sort(key=lambda g: many[g.scenario] > 1)
    return Study(config, tuple(groups), cells, jobs, today=today)


def _world(node: Mapping[str, Any], path: str) -> World:
    return build({"_target_": "sim.world.World", **node}, path)


def _own_world(
    world: World, own: Mapping[str, Any], name: str, overridden: tuple[str, ...]
) -> World:
    """Return the clocks of a scenario that names its own; the command line goes before it."""
    asked = {k: v for k, v in own.items() if f"world.{k}" not in overridden}
    _world(asked, f"scenario.{name}.world")
    return replace(world, **asked)


def _memo_bytes(memo: Any) -> int:
    require(
        isinstance(memo, int | float) and not isinstance(memo, bool) and 0 <= memo < float("inf"),
        f"engine.memo is {memo!r}; it must be a number of MiB, 0 to keep nothing",
    )
    return int(memo * 2**20)


def seeds_of(seeds: Any) -> list[int]:
    """Return the seeds that a count or a list names; `InputError` if it is neither."""
    right = "it must be a count of at least 1, or a list of different whole numbers"
    if isinstance(seeds, int) and not isinstance(seeds, bool):
        require(seeds >= 1, f"seeds is {seeds}; {right}")
        return list(range(seeds))
    whole = isinstance(seeds, list) and all(type(s) is int and s >= 0 for s in seeds)
    require(whole and 0 < len(seeds) == len(set(seeds)), f"seeds is {seeds!r}; {right}")
    return seeds


def _distinct(cells: tuple[Cell, ...]) -> None:
    seen: set[str] = set()
    for cell in cells:
        require(
            cell.label not in seen,
            f"strategy {cell.strategy} has two cells called {cell.label!r}; "
            "name each value of a grid once",
        )
        seen.add(cell.label)


def outcomes(study: Study, about: str = "") -> Iterator[Outcome]:
    """Yield each group's outcome as it is finished, in any order, with progress in a terminal."""
    said = about or f"{len(study.groups)} streams x {len(study.cells)} strategies"
    return spread(run_group, study.groups, study.jobs, said)


def run(study: Study, folder: Path, command: str) -> list[dict[str, Any]]:
    """Run the study and write its tables and manifest; return the failures.

    What is finished is written even when the run is interrupted.
    """
    start = time.perf_counter()
    store.require_writable(folder)
    finished: list[Outcome] = []
    try:
        for outcome in outcomes(study):
            finished.append(outcome)
    finally:
        results.save(study, finished, folder, command, time.perf_counter() - start)
    return failures_of(finished)


def failures_of(finished: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Return what failed; `InputError` if everything did."""
    failures = [f for o in finished for f in o.failures]
    if not any(o.tables for o in finished):
        raise InputError("; ".join(dict.fromkeys(_sentence(f) for f in failures)))
    return failures


def _sentence(failure: Mapping[str, Any]) -> str:
    error, place = failure["error"], f"scenario.{failure['scenario']}"
    return error if error.startswith(place) else f"{place}: {error}"
