"""A study: from the configuration to groups, through the workers, to one folder of results."""

import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from retrainlab import reports
from retrainlab.experiments.config.build import build, build_scenario
from retrainlab.experiments.engines.local import Engine
from retrainlab.experiments.storage.plan import WHOLE, Plan, Shard
from retrainlab.experiments.storage.runner import session
from retrainlab.experiments.study import estimate
from retrainlab.experiments.study.cells import Cell, expand, with_never
from retrainlab.experiments.study.chosen import metrics_of
from retrainlab.experiments.study.current_policy import with_current_policy
from retrainlab.experiments.study.damage import check_changes, damaged
from retrainlab.experiments.study.error_costs import learner_of, loss_of, prices_of
from retrainlab.experiments.study.extension import own_grids
from retrainlab.experiments.study.follows import with_price_steps
from retrainlab.experiments.study.group import Group
from retrainlab.experiments.study.group_unit import GroupUnit
from retrainlab.experiments.study.manifest import (
    Study,
    has_strategies,
    header,
    save,
    save_failures,
)
from retrainlab.experiments.study.opening import FirstResults, open_study
from retrainlab.experiments.study.own_tables import unset_price, with_usual_values
from retrainlab.experiments.study.periods import in_ticks
from retrainlab.experiments.study.rounds import (
    Rounds,
    complete_oracles,
    extend,
    probe_calendars,
)
from retrainlab.experiments.study.suited import require_suited
from retrainlab.reports.results.manifest import Failure, Manifest
from retrainlab.reports.results.typed_json import from_plain, to_plain
from retrainlab.reports.text.failures import grouped, reason
from retrainlab.reports.text.format import count
from retrainlab.sim.errors import InputError, RunFailure, require, require_whole
from retrainlab.sim.world import World

REFERENCES = "retrainlab.experiments.study.context.References"


def prepare(config: dict[str, Any], overridden: Iterable[str] = ()) -> Study:
    """Check a plain configuration and expand it; `InputError` names what is wrong."""
    config, overridden = in_ticks(config), tuple(overridden)
    is_open, config = unset_price(config, overridden), with_usual_values(config, overridden)
    groups = frames(config, overridden)
    cells, policy = with_current_policy(
        cells_of(config, overridden), config["strategy"], config.get("current_policy")
    )
    cells = with_price_steps(with_never(cells), groups[0].prices)
    groups = longest_first([replace(group, cells=cells) for group in groups])
    names = tuple(config["scenario"])
    grids = own_grids(config["strategy"], overridden)
    return Study(
        config,
        tuple(groups),
        cells,
        scenarios=names,
        current_policy=policy,
        grids=grids,
        is_price_unset=is_open,
    )


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
    prices = prices_of(config)
    seeds = seeds_of(config["seeds"])
    node = config["references"]
    references = None if node is None else build({"_target_": REFERENCES, **node}, "references")
    learner, loss, metrics = learner_of(config), loss_of(config), metrics_of(config)
    require(bool(config.get("scenario")), "scenario is empty; name at least one")
    check_changes(config)
    is_forecast = _is_forecast(config.get("forecast"))
    groups = []
    for name, node in config["scenario"].items():
        node = dict(node)
        require(
            "_target_" in node,
            f"scenario.{name} has options but no _target_, because it was not chosen; name it in "
            f"scenario=[..], or leave its options out ('~scenario.{name}' removes those of an "
            "experiment)",
        )
        clocks = _scenario_world(world, node.pop("world", None) or {}, name, overridden)
        node = damaged(node, config, clocks)
        scenario = build_scenario(node, f"scenario.{name}")
        is_log = not getattr(scenario, "seeded", True)
        of_all = (learner, loss, clocks, prices, (), references)
        options: dict[str, Any] = {
            "metrics": metrics,
            "forecasts": is_log and is_forecast,
            "has_several_seeds": len(seeds) > 1 and not is_log,
        }
        groups += [
            Group(name, node, seed, *of_all, **options) for seed in (seeds[:1] if is_log else seeds)
        ]
    return [replace(groups[0], is_first=True), *groups[1:]]


def _is_forecast(node: Mapping[str, Any] | None) -> bool:
    """Whether a forecast is asked for; `InputError` for a horizon or a library that is none."""
    if node is None:
        return False
    if node.get("ticks") is not None:
        require_whole("forecast.ticks", node["ticks"], 1)
    library = node.get("library")
    require(
        library is None or Path(str(library)).is_file(),
        f"forecast.library is {library}, which is no file; `retrainlab library build` makes one",
    )
    return True


def longest_first(groups: list[Group]) -> list[Group]:
    """Put streams of real data first, so that none of them keeps one worker at the end."""
    count = Counter(group.scenario for group in groups)
    return sorted(groups, key=lambda group: count[group.scenario] > 1)


def _world(node: Mapping[str, Any], path: str) -> World:
    return build({"_target_": "retrainlab.sim.world.World", **node}, path)


def _scenario_world(
    world: World, node: Mapping[str, Any], name: str, overridden: tuple[str, ...]
) -> World:
    """Return the clocks of a scenario that names its own; the command line goes before it."""
    asked = {k: v for k, v in node.items() if f"world.{k}" not in overridden}
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
    """How a study ended.

    failures: a sentence for each reason why cells failed. sentence: what is to be done with a
    shard, which has no report.
    """

    failures: list[str]
    skipped: list[dict[str, Any]]
    sentence: str = ""


def run(study: Study, engine: Engine, folder: Path, command: str, shard: Shard = WHOLE) -> Ended:
    """Run what is missing of the study, and write its tables and manifest.

    After the first round grids are extended, and the best calendars probed, but for a map and in
    shards, which know a part of the costs. What is finished is kept even when the run is
    interrupted. A shard leaves its units only, for `merge`. Raises what `merge` does, and
    `InputError` for a folder of another study, and for what suits none of its streams.
    """
    start = time.perf_counter()
    require_suited(study.config, study.groups, study.cells)
    job = study.job("map" if study.map else "run", command)
    units = list(map(GroupUnit, study.groups))
    with session(job, engine, folder, shard) as running:
        units = running.add(units)
        rounds = Rounds(study.groups, running)
        open_study(study)
        try:
            ahead = [unit.group for unit in units if not running.store.is_done(unit)]
            if sentence := estimate.say(ahead, engine):
                print(f"retrainlab: {sentence}", file=sys.stderr)
            title = f"{count(len(units), 'stream')} x {count(len(study.cells), 'setting')}"
            rounds.run(units, title, bool(sentence), FirstResults(study, units))
            if shard == WHOLE and study.map is None:
                extend(rounds, study.grids)
                probe_calendars(rounds)
                complete_oracles(rounds)
        finally:
            if shard != WHOLE:
                ended = ended_shard(running.plan, folder)
            else:
                done = replace(study, cells=_with_new(study.cells, rounds.all_cells))
                ended = finish(done, running.plan, folder, command, time.perf_counter() - start)
    return ended


def finish(study: Study, plan: Plan, folder: Path, command: str, seconds: float) -> Ended:
    """Write tables and manifest of a study that has come to more cells than it began with."""
    plan = replace(plan, header=to_plain(header(study, command)))
    plan.save(folder)
    return merge(plan, [folder], folder, seconds)


def _with_new(cells: Iterable[Cell], replayed: Iterable[Cell]) -> tuple[Cell, ...]:
    return tuple({cell.label: cell for cell in (*cells, *replayed)}.values())


def ended_shard(plan: Plan, folder: Path) -> Ended:
    """Return how a shard ended, whose tables are written when all of them are merged."""
    artifacts = [artifact for _, artifact in plan.done([folder])]
    failures = [from_plain(Failure, f) for artifact in artifacts for f in artifact.failures]
    skipped = [entry for artifact in artifacts for entry in artifact.skipped]
    sentences = grouped(failures, from_plain(Manifest, plan.header))
    return Ended(sentences, skipped, plan.shard_sentence(folder))


def merge(plan: Plan, folders: Sequence[Path], into: Path, seconds: float = 0.0) -> Ended:
    """Write tables and manifest of the units that lie in the folders; those missing are failures.

    Raises `InputError`, and leaves the folder as it was, if no stream could be made of the input,
    and `RunFailure` if all that there is has failed; the folder has a page of the failures then.
    """
    manifest = saved(plan, folders, into, seconds)
    return Ended(grouped(manifest.failures, manifest), [vars(s) for s in manifest.skipped])


def saved(plan: Plan, folders: Sequence[Path], into: Path, seconds: float = 0.0) -> Manifest:
    """Write tables and manifest as `merge` does; return the manifest.

    Where all has failed, the folder keeps the manifest and a page that says why.
    """
    done = plan.done(folders)
    missing = [
        Failure(unit.name, unit.seed, None, plan.not_run(number))
        for number, unit in plan.missing(folders)
    ]
    manifest = save(from_plain(Manifest, plan.header), done, into, missing, seconds)
    if done and not any(has_strategies(artifact) for _, artifact in done):
        error = _nothing_replayed([f for f in manifest.failures if f not in missing], manifest)
        if isinstance(error, InputError):
            plan.remove(into)
            raise error
        save_failures(manifest, into)
        raise RunFailure(f"{error}; see {reports.build(into)}")
    return manifest


def _nothing_replayed(failures: Sequence[Failure], manifest: Manifest) -> Exception:
    """Return the error that says why no cell was replayed, once for each reason."""
    if all(failure.label is None and not failure.again for failure in failures):
        reasons = dict.fromkeys(map(reason, failures))
        scenarios = {failure.scenario for failure in failures}
        place = f"scenario.{failures[0].scenario}: " if len(scenarios) == 1 and failures else ""
        skipped = dict.fromkeys(entry.why for entry in manifest.skipped)
        return InputError(place + "; ".join([*reasons, *skipped]))
    return RunFailure("nothing could be replayed: " + "; ".join(grouped(failures, manifest)))
