"""One group: all cells of one scenario and one seed, in one process, so that they share fits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np

from retrainlab.experiments.config.build import build_scenario
from retrainlab.experiments.engines.heartbeat import beating
from retrainlab.experiments.engines.threads import one_thread
from retrainlab.experiments.storage.shared_stream import SharedStream
from retrainlab.experiments.storage.work_unit import UnitResult, error_entry
from retrainlab.experiments.study.cells import Cell
from retrainlab.experiments.study.context import MOMENTS, References, Replayed, reference_tables
from retrainlab.experiments.study.expected_fits import expected_fits
from retrainlab.experiments.study.follows import ROLE as PRICE_STEP
from retrainlab.experiments.study.follows import at_prices, price_ratio
from retrainlab.experiments.study.for_task import make_learner, make_loss, refusal
from retrainlab.experiments.study.group_tables import Tables, scenario_entry, stream_table
from retrainlab.experiments.study.labels import code
from retrainlab.experiments.study.policy_tables import TABLES as OF_POLICIES
from retrainlab.experiments.study.policy_tables import policy_tables
from retrainlab.experiments.study.repeat_audit import require_repeatable_strategy
from retrainlab.experiments.study.seed_audit import require_seed_alone
from retrainlab.sim.errors import FAILURES
from retrainlab.sim.metrics import ceiling
from retrainlab.sim.prices import Prices, price
from retrainlab.sim.replay import incumbent
from retrainlab.sim.replay.baselines import forecasts, no_change_row_by_row, scored
from retrainlab.sim.replay.fit_cache import MEMO_BYTES, FitCache
from retrainlab.sim.replay.fit_store import FitStore
from retrainlab.sim.replay.incumbent import incumbent_ledger
from retrainlab.sim.replay.ledger import Ledger
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.run_metrics import run_metrics
from retrainlab.sim.replay.stored_fits import MoreWanted, StoredFits
from retrainlab.sim.replay.strategy import Strategy
from retrainlab.sim.stream import Stream, require_stream
from retrainlab.sim.world import World

Context = Literal["all", "oracle", "none"]
IRREGULAR = {"never": False, "interval": np.nan}
TABLES = (
    *("runs", "ticks", "retrainings", "alarms", "streams", "references", "frontier", "schedule"),
    *OF_POLICIES,
)


@dataclass(frozen=True)
class Group:
    """What a worker needs, as plain configuration: recipes travel, arrays do not.

    context: what the tables also hold around the cells: `all` (baselines, the stream, and the
    references, where there are any), `oracle` (these references alone) or `none`. known: labels
    whose rows are in other tables already. swept: what a sweep has set around the cells, by key.
    stream_folder: of the stream, for parts of a group that run on one machine; empty for a group
    that makes its own. fit_folder: of the store of fits that others fill (`sim.replay.fit_store`);
    empty: none. may_ask: whether others can make fits that turn out to be missing.
    metrics: those of rows that were asked for (`sim.replay.run_metrics`).
    forecasts: whether the tables hold what the forecast of the coming period is made from.
    is_first: of its study; its first fit is made twice, to be compared (`sim.replay.audit`), and
    strategies of the user's own are replayed twice.
    has_several_seeds: whether the study has other streams of its scenario.
    """

    scenario: str
    node: dict[str, Any]
    seed: int
    learner: dict[str, Any]
    loss: dict[str, Any]
    world: World
    prices: Prices
    cells: tuple[Cell, ...]
    references: References | None = None
    context: Context = "all"
    known: frozenset[str] = frozenset()
    memo_bytes: int = MEMO_BYTES
    swept: dict[str, Any] = field(default_factory=dict)
    stream_folder: str = ""
    fit_folder: str = ""
    may_ask: bool = False
    metrics: tuple[str, ...] = ()
    forecasts: bool = False
    is_first: bool = False
    has_several_seeds: bool = field(default=False, compare=False)


def run_group(group: Group) -> UnitResult:
    """Replay every cell of the group; a cell that fails is recorded, and the others go on.

    docs/tables.md has the tables. Raises `MoreWanted` if the group may ask for fits.
    """
    outcome = UnitResult()
    with one_thread():
        try:
            fits = make_fits(group)
        except FAILURES as error:
            outcome.failures.append(failure(group, None, error))
            return outcome
        stream, since = fits.stream, group.world.warmup
        of_stream = {
            "ceiling": ceiling(stream, since),
            "no_change_row_by_row": no_change_row_by_row(stream, since),
        }
        tables = Tables(_where(group), of_stream)
        replayed: dict[str, Replayed] = {}
        with beating(_pieces_done(group, fits, replayed)):
            _replay_into(replayed, group, fits, tables, outcome)
            if group.context != "none":
                try:
                    _add_context(group, fits, tables, replayed, outcome)
                except MoreWanted:
                    raise
                except FAILURES as error:
                    outcome.failures.append(failure(group, None, error))
    frames = tables.frames() | outcome.tables
    outcome.tables = {name: frames[name] for name in TABLES if name in frames}
    outcome.info = {
        **scenario_entry(stream, fits.loss, group.world),
        "world": vars(group.world),
        "prices": vars(group.prices),
        "loss": code(group.loss[stream.task]),
        "metrics": list(group.metrics),
    }
    return outcome


def make_fits(group: Group, make: Callable[..., FitCache] | None = None) -> FitCache:
    """Return the fits of a group's stream, still none; `InputError` for what it cannot have.

    make: the cache; None: what the group is replayed on.
    """
    stream = _stream(group)
    group.world.admits(stream)
    learner, loss = make_learner(group.learner, stream), make_loss(group.loss, stream)
    is_first = group.is_first and group.context == "all"
    options = {"probabilities": bool(group.metrics), "is_first": is_first}
    return (make or _cache(group))(stream, learner, loss, group.seed, group.memo_bytes, **options)


def _cache(group: Group) -> Callable[..., FitCache]:
    if not group.fit_folder:
        return FitCache
    store = FitStore(Path(group.fit_folder))
    return partial(StoredFits, store=store, may_ask=group.may_ask)


def _pieces_done(group: Group, fits: FitCache, replayed: Mapping[str, Any]) -> Callable[[], float]:
    """Return what tells how many cells are done, by the models trained and the cells replayed."""
    expected, _ = expected_fits(group.cells, group.world.warmup, fits.stream.ticks)
    if group.references and group.context != "none":
        expected += MOMENTS * len(group.references.windows)

    def count() -> float:
        trained = min(fits.models.misses, expected)
        share = (trained + len(replayed)) / (expected + len(group.cells))
        return share * len(group.cells)

    return count


def _stream(group: Group) -> Stream:
    path = f"scenario.{group.scenario}"
    make = build_scenario(group.node, path)
    require_seed_alone(group.node, path, group.has_several_seeds)

    def checked() -> Stream:
        made = make(group.seed)
        require_stream(made)
        return made

    if not group.stream_folder:
        return checked()
    return SharedStream(Path(group.stream_folder)).get(checked)


def _replay_into(
    replayed: dict[str, Replayed],
    group: Group,
    fits: FitCache,
    tables: Tables,
    outcome: UnitResult,
) -> None:
    """Replay the cells and enter them; replayed: gets those that went well, by label."""
    for cell in group.cells:
        try:
            strategy = at_prices(cell, group.prices).build()
            why = impossible(strategy, fits.stream)
            if why:
                outcome.skipped.append({**_coordinates(group, cell.label), "why": why})
                continue
            ratio = price_ratio(cell, group.prices)
            once = partial(replay, fits.stream, strategy, group.world, fits, ratio)
            ledger = once()
            if group.is_first:
                require_repeatable_strategy(cell.node, ledger, once)
        except FAILURES as error:
            outcome.failures.append(failure(group, cell.label, error))
            continue
        replayed[cell.label] = strategy, ledger
        if cell.label not in group.known:
            origin = _of_cell(group, cell, strategy)
            _enter(tables, group, fits, ledger, cell.label, origin)


def _add_context(
    group: Group,
    fits: FitCache,
    tables: Tables,
    replayed: Mapping[str, Replayed],
    outcome: UnitResult,
) -> None:
    """Enter what stands around the cells."""
    if group.context == "all":
        _add_baselines(group, fits, tables, outcome)
        if fits.stream.incumbent is not None:
            _add_incumbent(group, fits, tables, outcome)
        outcome.tables["streams"] = stream_table(
            {"scenario": group.scenario, "seed": group.seed}, fits.stream
        )
        if group.forecasts:
            where = _where(group)
            outcome.tables |= policy_tables(fits, group.world, group.prices, where)
    if group.references and replayed:
        steps = frozenset(cell.label for cell in group.cells if cell.role == PRICE_STEP)
        outcome.tables |= reference_tables(
            group.references, fits, group.world, group.prices, replayed, _where(group), steps
        )


def _add_baselines(group: Group, fits: FitCache, tables: Tables, outcome: UnitResult) -> None:
    """Enter the baselines, without those that the loss cannot take: it may need vectors."""
    for name, given in forecasts(fits.stream, group.world).items():
        make = partial(scored, fits.stream, group.world, fits.loss, given)
        origin = {"strategy": name, "role": "baseline", **IRREGULAR}
        _enter_if_possible(tables, group, fits, outcome, name, origin, make)


def _add_incumbent(group: Group, fits: FitCache, tables: Tables, outcome: UnitResult) -> None:
    """Enter what the model gave that was really in service."""
    make = partial(incumbent_ledger, fits.stream, group.world, fits.loss)
    origin = {"strategy": incumbent.NAME, "role": "incumbent", **IRREGULAR}
    _enter_if_possible(tables, group, fits, outcome, incumbent.LABEL, origin, make)


def _enter_if_possible(
    tables: Tables,
    group: Group,
    fits: FitCache,
    outcome: UnitResult,
    label: str,
    origin: Mapping[str, Any],
    make: Callable[[], Ledger],
) -> None:
    """Enter a ledger of given predictions, or say that the loss cannot take them."""
    try:
        ledger = make()
    except FAILURES as error:
        why = f"the loss cannot take its predictions: {error_entry(error)['error']}"
        outcome.skipped.append({**_coordinates(group, label), "why": why})
        return
    _enter(tables, group, fits, ledger, label, origin)


def impossible(strategy: Strategy, stream: Stream) -> str:
    """Say why a strategy cannot be what it says on this stream; empty if it can."""
    if stream.ticks < strategy.window < np.inf:
        return f"its window is longer than the stream, which has {stream.ticks} ticks"
    return refusal(strategy, stream.task)


def failure(group: Group, label: str | None, error: BaseException) -> dict[str, Any]:
    """Return the entry of a cell, or of a whole group (label None), that failed."""
    return {**_coordinates(group, label), **error_entry(error)}


def _coordinates(group: Group, label: str | None) -> dict[str, Any]:
    return {"scenario": group.scenario, "seed": group.seed, "label": label}


def _where(group: Group) -> dict[str, Any]:
    """Coordinates of all tables."""
    learner = group.learner.get("name", "own")
    return {"scenario": group.scenario, "seed": group.seed, "learner": learner}


def _of_cell(group: Group, cell: Cell, strategy: Strategy) -> dict[str, Any]:
    """Return what the row of a cell in `runs` says of its strategy."""
    return {
        "strategy": cell.strategy,
        "role": cell.role,
        "never": strategy.never,
        "interval": np.nan if strategy.never else strategy.interval,
        **{f"p_{path}": value for path, value in cell.parameters.items()},
    }


def _enter(
    tables: Tables,
    group: Group,
    fits: FitCache,
    ledger: Ledger,
    label: str,
    origin: Mapping[str, Any],
) -> None:
    """Add a ledger to the tables, with its prices and metrics; origin: what it is of."""
    quantities = ledger.quantities()
    run = {
        **origin,
        **quantities,
        **tables.of_stream,
        **run_metrics(ledger, fits, group.metrics),
        **price(quantities, group.prices),
    }
    tables.add(ledger, label, run, origin["role"] == "baseline")
