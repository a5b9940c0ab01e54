"""A study: from the configuration to groups, through the workers, to one folder of results."""

import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from retrainlab.experiments.config.build import build
from retrainlab.experiments.engines.local import Engine
from retrainlab.experiments.storage import files
from retrainlab.experiments.storage.plan import FILE, Plan, Shard, open_or_resume
from retrainlab.experiments.storage.result_store import ResultStore, cut, place
from retrainlab.experiments.study import estimate
from retrainlab.experiments.study.cells import Cell, expand
from retrainlab.experiments.study.chosen import metrics_of
from retrainlab.experiments.study.current_policy import with_current_policy
from retrainlab.experiments.study.group import Group
from retrainlab.experiments.study.manifest import Study, header, save
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.world import World

REFERENCES = "retrainlab.experiments.study.context.References"
WHOLE = Shard()
KINDS = {False: "run", True: "map"}


def prepare(config: dict[str, Any], overridden: Iterable[str] = ()) -> Study:
    """Check a plain configuration and expand it; `InputError` names what is wrong."""
    overridden = tuple(overridden)
    groups = frames(config, overridden)
    cells, today = with_current_policy(
        cells_of(config, overridden), config["strategy"], config.get("current_policy")
    )
    groups = longest_first([replace(group, cells=cells) for group in groups])
    return Study(config, tuple(groups), cells, scenarios=tuple(config["scenario"]), today=today)


def cells_of(config: Mapping[str, Any], overridden: tuple[str, ...]) -> tuple[Cell, ...]:
    """Return the cells of all strategies; each of them can be built."""
    require(bool(config.get("strategy")), "strategy is empty; name at least one")
    cells = tuple(expand(config["strategy"], overridden))
    for cell in cells:
        cell.build()
    _distinct(cells)
    return cells


def frames(config: Mapping[str, Any], overridden: tuple[str, ...]) -> list[Group]:
    """Return a group for each scenario and seed, still without cells."""
    world = _world(config["world"], "world")
    prices = build({"_target_": "retrainlab.sim.prices.Prices", **config["prices"]}, "prices")
    seeds = seeds_of(config["seeds"])
    node = config["references"]
    references = None if node is None else build({"_target_": REFERENCES, **node}, "references")
    learner, loss, metrics = config["learner"], config["loss"], metrics_of(config)
    require(bool(config.get("scenario")), "scenario is empty; name at least one")
    groups = []
    for name, node in config["scenario"].items():
        node = dict(node)
        require(
            "_target_" in node,
            f"scenario.{name} has options but no _target_, because it was not chosen; name it in "
            "scenario=[..], or leave its options out",
        )
        own = _own_world(world, node.pop("world", None) or {}, name, overridden)
        scenario = build(node, f"scenario.{name}")
        fixed = [seeds[0]] if not getattr(scenario, "seeded", True) else seeds
        of_all = (learner, loss, own, prices, (), references)
        groups += [Group(name, node, seed, *of_all, metrics=metrics) for seed in fixed]
    return groups


def longest_first(groups: list[Group]) -> list[Group]:
    """Put streams of real data first, so that none of them keeps one worker at the end."""
    many = Counter(group.scenario for group in groups)
    return sorted(groups, key=lambda group: many[group.scenario] > 1)


def _world(node: Mapping[str, Any], path: str) -> World:
    return build({"_target_": "retrainlab.sim.world.World", **node}, path)


def _own_world(
    world: World, own: Mapping[str, Any], name: str, overridden: tuple[str, ...]
) -> World:
    """Return the clocks of a scenario that names its own; the command line goes before it."""
    asked = {k: v for k, v in own.items() if f"world.{k}" not in overridden}
    _world(asked, f"scenario.{name}.world")
    return replace(world, **asked)


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


@dataclass(frozen=True)
class Ended:
    """How a study ended; sentence: what is to be done with a shard, which has no report."""

    failures: list[dict[str, Any]]
    skipped: list[dict[str, Any]]
    sentence: str = ""


def run(study: Study, engine: Engine, folder: Path, command: str, shard: Shard = WHOLE) -> Ended:
    """Run what is missing of the study, and write its tables and manifest.

    What is finished is kept even when the run is interrupted. A shard leaves its units only,
    for `merge`. Raises `InputError` if everything failed, and for a folder of another study.
    """
    start = time.perf_counter()
    files.require_writable(folder)
    with files.locked(folder):
        desk = ResultStore(folder, engine)
        opened = header(study, command)
        parts = engine.workers if shard == WHOLE else shard.count
        plan = open_or_resume(
            folder, study, KINDS[bool(study.map)], desk.identity, opened, shard, parts
        )
        groups = cut(study.groups, plan.parts)
        plan.units[:] = desk.counted(groups)
        plan.save(folder)
        groups = shard.of(groups)
        try:
            ahead = [g for g in groups if not desk.is_done(desk.identity.of(g))]
            if sentence := estimate.say(ahead, engine):
                print(f"retrainlab: {sentence}", file=sys.stderr)
            for _ in desk.finish(groups, f"{len(groups)} streams x {len(study.cells)} strategies"):
                pass
        except KeyboardInterrupt:
            raise KeyboardInterrupt(_interrupted(plan, folder)) from None
        finally:
            ended = ended_shard(plan, folder) if shard != WHOLE else None
            if ended is None:
                manifest = saved(plan, [folder], folder, time.perf_counter() - start)
                ended = Ended(manifest["failures"], manifest["skipped"])
        return ended


def ended_shard(plan: Plan, folder: Path) -> Ended:
    """Return how a shard ended, whose tables are written when all of them are put together."""
    found = [packed.about for _, packed in plan.found([folder])]
    failures = [failure for about in found for failure in about["failures"]]
    skipped = [cell for about in found for cell in about["skipped"]]
    sentence = (
        f"Shard {plan.shard.index} of {plan.shard.count}: {len(found)} of {len(plan.units)} groups "
        f"are in {folder}. When all shards are done: retrainlab report FOLDER OF EACH"
    )
    return Ended(failures, skipped, sentence)


def saved(plan: Plan, folders: Sequence[Path], into: Path, seconds: float = 0.0) -> dict[str, Any]:
    """Write tables and manifest of the units that lie in the folders; return the manifest.

    Raises `InputError`, and leaves the folder as it was, if all that there is has failed.
    """
    found = plan.found(folders)
    left = {unit["key"] for unit in plan.missing(folders)}
    missing = [_missing(plan, i) for i, unit in enumerate(plan.units) if unit["key"] in left]
    manifest = save(plan.header, found, into, missing, seconds)
    if found and not any(packed.has_tables for _, packed in found):
        sentences = dict.fromkeys(_sentence(f) for f in manifest["failures"] if f not in missing)
        _remove(plan, into)
        raise InputError("; ".join(sentences))
    return manifest


def _missing(plan: Plan, number: int) -> dict[str, Any]:
    unit, count = plan.units[number], plan.shard.count
    shard = f" of shard {number % count}" if count > 1 else ""
    error = f"not run yet ({unit['cells']} cells{shard})"
    where = {"scenario": unit["scenario"], "seed": unit["seed"], "label": None}
    return {**where, "error": error, "again": True}


def _interrupted(plan: Plan, folder: Path) -> str:
    left = len(plan.missing([folder]))
    done = len(plan.units) - left
    return (
        f"interrupted; {done} of {len(plan.units)} groups are done and kept: "
        f"the same command with folder={folder} does the rest"
    )


def _remove(plan: Plan, folder: Path) -> None:
    """Take away what a study that failed altogether has left."""
    for unit in plan.units:
        place(folder, unit["key"]).unlink(missing_ok=True)
    (folder / FILE).unlink(missing_ok=True)
    if (folder / "units").is_dir() and not any((folder / "units").iterdir()):
        (folder / "units").rmdir()


def _sentence(failure: Mapping[str, Any]) -> str:
    error, place = failure["error"], f"scenario.{failure['scenario']}"
    return error if error.startswith(place) else f"{place}: {error}"
