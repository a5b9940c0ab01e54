"""One group: all cells of one scenario and one seed, in one process, so that they share fits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from experiments.build import build
from experiments.cells import Cell
from sim import metrics
from sim.baselines import baselines
from sim.errors import InputError
from sim.fits import MEMO_BYTES, Fits
from sim.learners import Learner
from sim.ledger import Ledger
from sim.losses import Loss
from sim.prices import Prices, price
from sim.replay import replay
from sim.stream import Stream
from sim.world import World

TABLES = ("runs", "ticks", "retrainings", "alarms", "streams")


@dataclass(frozen=True)
class Group:
    """What a worker needs, as plain configuration: recipes travel, arrays do not."""

    scenario: str
    node: dict[str, Any]
    seed: int
    learner: dict[str, Any]
    loss: dict[str, Any]
    world: World
    prices: Prices
    cells: tuple[Cell, ...]
    memo_bytes: int = MEMO_BYTES


@dataclass
class Outcome:
    """Tables by name (see docs/tables.md), what the stream is, and what failed."""

    group: Group
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    info: dict[str, Any] = field(default_factory=dict)
    failures: list[dict[str, Any]] = field(default_factory=list)


def run_group(group: Group) -> Outcome:
    """Replay every cell of the group; a cell that fails is recorded, and the others go on."""
    from threadpoolctl import threadpool_limits

    outcome = Outcome(group)
    with threadpool_limits(1):
        try:
            stream = build(group.node, f"scenario.{group.scenario}")(group.seed)
            group.world.admits(stream)
            learner = make_learner(group.learner, stream)
            loss = make_loss(group.loss, stream)
        except InputError as error:
            outcome.failures.append(_failure(group, None, str(error)))
            return outcome
        fits = Fits(stream, learner, loss, group.seed, group.memo_bytes)
        parts: dict[str, list[pd.DataFrame]] = {name: [] for name in TABLES}
        for cell in group.cells:
            try:
                ledger = replay(stream, cell.build(), group.world, fits)
            except InputError as error:
                outcome.failures.append(_failure(group, cell.label, str(error)))
                continue
            _enter(parts, group, stream, ledger, cell)
        for name, ledger in baselines(stream, group.world, loss).items():
            _enter(parts, group, stream, ledger, name)
    parts["streams"].append(_stream_table(group, stream))
    outcome.tables = {name: pd.concat(p, ignore_index=True) for name, p in parts.items() if p}
    outcome.info = _info(group, stream)
    return outcome


def make_learner(node: Mapping[str, Any], stream: Stream) -> Learner:
    """Return the learner for the stream's task; `InputError` if it has none for it."""
    estimator = _for_task(node, stream, f"learner {node.get('name', '')}".strip(), "learner")
    options = {k: node[k] for k in ("encode", "scale", "spread") if k in node}
    return Learner(estimator, stream, **options)


def make_loss(node: Mapping[str, Any], stream: Stream) -> Loss:
    """Return the loss for the stream's task; `InputError` if there is none for it."""
    return _for_task(node, stream, "this loss", "loss")


def _for_task(node: Mapping[str, Any], stream: Stream, who: str, path: str) -> Any:
    if stream.task not in node:
        kinds = {"learner": "linear, tree, forest, boosting or sgd", "loss": "auto"}
        raise InputError(
            f"{who} has nothing for {stream.task}, which this scenario is; "
            f"choose {path}={kinds[path]}"
        )
    return build(node[stream.task], f"{path}.{stream.task}")


def _failure(group: Group, label: str | None, sentence: str) -> dict[str, Any]:
    return {
        "scenario": group.scenario,
        "seed": group.seed,
        "label": label,
        "error": sentence,
    }


def _enter(
    parts: dict[str, list[pd.DataFrame]],
    group: Group,
    stream: Stream,
    ledger: Ledger,
    cell: Cell | str,
) -> None:
    """Add a ledger to the tables, under its coordinates."""
    baseline = isinstance(cell, str)
    strategy, label = (cell, cell) if isinstance(cell, str) else (cell.strategy, cell.label)
    where = {
        "scenario": group.scenario,
        "seed": group.seed,
        "learner": group.learner.get("name", "own"),
        "label": label,
    }
    quantities = ledger.quantities()
    row = {
        **where,
        "strategy": strategy,
        "kind": "baseline" if baseline else "strategy",
        "interval": np.nan if isinstance(cell, str) else cell.interval,
        **({} if isinstance(cell, str) else {f"p_{k}": v for k, v in cell.parameters.items()}),
        **quantities,
        "ceiling": metrics.ceiling(stream, group.world.warmup),
        **metrics.summary(ledger.ticks, stream.task),
        **price(quantities, group.prices),
    }
    parts["runs"].append(pd.DataFrame([row]))
    parts["ticks"].append(ledger.ticks.assign(**where))
    if not baseline:
        parts["retrainings"].append(ledger.retrainings().assign(**where))
        parts["alarms"].append(ledger.alarm_table().assign(**where))


def _stream_table(group: Group, stream: Stream) -> pd.DataFrame:
    sizes = np.diff(stream.offsets)
    tick = stream.tick_of_row()

    def mean(values: Any) -> Any:
        with np.errstate(invalid="ignore"):
            return np.bincount(tick, weights=values, minlength=stream.ticks) / sizes

    return pd.DataFrame(
        {
            "scenario": group.scenario,
            "seed": group.seed,
            "tick": np.arange(stream.ticks),
            "rows": sizes,
            "ceiling": mean(stream.ceiling),
            "truth_mean": mean(stream.truth),
            "truth_abs": mean(np.abs(stream.truth)) * sizes,
            "concept": mean(stream.concept),
        }
    )


def _info(group: Group, stream: Stream) -> dict[str, Any]:
    """Return what the manifest says of the scenario."""
    return {
        "task": stream.task,
        "metric": "accuracy" if stream.task == "classification" else "forecast accuracy",
        "tick_name": stream.tick_name,
        "story": stream.story,
        "drifts": [vars(d) for d in stream.drifts],
        "features": list(stream.features),
        "classes": list(stream.classes),
        "ticks": stream.ticks,
        "rows": stream.rows,
        "truth_known": bool(np.isfinite(stream.ceiling).all()),
        "facts": [list(f) for f in stream.facts],
        "world": vars(group.world),
    }
