"""A study: from the configuration to groups, through the workers, to one folder of results."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments import store
from experiments.build import build
from experiments.cells import Cell, describe, expand
from experiments.group import TABLES, Group, Outcome, run_group
from sim.errors import InputError, require
from sim.ledger import REGRESSION
from sim.world import World


@dataclass(frozen=True)
class Study:
    """A checked configuration: everything that can be refused without data has been."""

    config: dict[str, Any]
    groups: tuple[Group, ...]
    cells: tuple[Cell, ...]
    jobs: int


def prepare(config: dict[str, Any], overridden: Iterable[str] = ()) -> Study:
    """Check a plain configuration and expand it; `InputError` names what is wrong."""
    overridden = tuple(overridden)
    world = _world(config["world"], "world")
    prices = build({"_target_": "sim.prices.Prices", **config["prices"]}, "prices")
    seeds = _seeds(config["seeds"])
    jobs = config["engine"]["jobs"]
    require(
        isinstance(jobs, int) and jobs != 0,
        f"engine.jobs is {jobs!r}; it must be a number of processes, or -1 for one a core",
    )
    for group in ("scenario", "strategy"):
        require(bool(config.get(group)), f"{group} is empty; name at least one")
    cells = tuple(expand(config["strategy"], overridden))
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
            Group(name, node, seed, config["learner"], config["loss"], own, prices, cells)
            for seed in fixed
        ]
    # One long stream of real data goes first, so that it does not keep one worker at the end.
    many = {g.scenario: sum(o.scenario == g.scenario for o in groups) for g in groups}
    groups.sort(key=lambda g: many[g.scenario] > 1)
    return Study(config, tuple(groups), cells, jobs)


def _world(node: Mapping[str, Any], path: str) -> World:
    return build({"_target_": "sim.world.World", **node}, path)


def _own_world(
    world: World, own: Mapping[str, Any], name: str, overridden: tuple[str, ...]
) -> World:
    """Return the clocks of a scenario that names its own; the command line goes before it."""
    asked = {k: v for k, v in own.items() if f"world.{k}" not in overridden}
    _world(asked, f"scenario.{name}.world")
    return replace(world, **asked)


def _seeds(seeds: Any) -> list[int]:
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


def outcomes(study: Study) -> Iterable[Outcome]:
    """Yield each group's outcome as it is finished, in any order, with progress in a terminal."""
    from joblib import Parallel, delayed
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    work = (delayed(run_group)(group) for group in study.groups)
    if study.jobs == 1 or len(study.groups) == 1:
        done: Iterable[Outcome] = map(run_group, study.groups)
    else:
        done = Parallel(n_jobs=study.jobs, return_as="generator_unordered")(work)
    return track(
        done,
        description=f"{len(study.groups)} streams x {len(study.cells)} strategies",
        total=len(study.groups),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


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
        order = {id(g): i for i, g in enumerate(study.groups)}
        place = {(g.scenario, g.seed): order[id(g)] for g in study.groups}
        finished.sort(key=lambda o: place[o.group.scenario, o.group.seed])
        if any(o.tables for o in finished):
            _save(study, finished, folder, command, time.perf_counter() - start)
    failures = [f for o in finished for f in o.failures]
    if not any(o.tables for o in finished):
        raise InputError("; ".join(dict.fromkeys(_sentence(f) for f in failures)))
    return failures


def _sentence(failure: Mapping[str, Any]) -> str:
    error, place = failure["error"], f"scenario.{failure['scenario']}"
    return error if error.startswith(place) else f"{place}: {error}"


def _save(
    study: Study, finished: list[Outcome], folder: Path, command: str, seconds: float
) -> None:
    for name in TABLES:
        parts = [o.tables[name] for o in finished if name in o.tables]
        table = pd.concat(parts, ignore_index=True)
        for column in ("scenario", "learner", "label"):
            if column in table:
                table[column] = table[column].astype("category")
        if name == "ticks":
            table = table.assign(**{c: np.nan for c in REGRESSION if c not in table})
        store.write_table(table, folder / f"{name}.parquet")
    store.write_manifest(_manifest(study, finished, command, seconds), folder)


def _manifest(
    study: Study, finished: list[Outcome], command: str, seconds: float
) -> dict[str, Any]:
    scenarios: dict[str, Any] = {}
    for outcome in finished:
        if outcome.info:
            entry = scenarios.setdefault(outcome.group.scenario, {**outcome.info, "seeds": []})
            entry["seeds"].append(outcome.group.seed)
    config = study.config
    return {
        "schema": store.SCHEMA,
        "command": command,
        "created": datetime.now().astimezone().isoformat(timespec="seconds"),
        "seconds": round(seconds, 1),
        "prices": vars(study.groups[0].prices),
        "world": config["world"],
        "seeds": sorted({g.seed for g in study.groups}),
        "learner": config["learner"].get("name", "own"),
        "loss": {task: describe(node) for task, node in config["loss"].items()},
        "versions": store.versions(),
        "git": store.git_state(),
        "config": config,
        "scenarios": {n: scenarios[n] for n in config["scenario"] if n in scenarios},
        "strategies": {
            c.label: {
                "strategy": c.strategy,
                **c.words(),
                "parameters": c.parameters,
            }
            for c in study.cells
        },
        "planned": len(study.groups),
        "finished": len(finished),
        "failures": [f for o in finished for f in o.failures],
    }
