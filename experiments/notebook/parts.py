"""Parts of a study from Python: streams, strategies, clocks and fits, from the same overrides."""

from collections.abc import Sequence
from operator import index
from typing import SupportsIndex

from retrainlab.experiments.config.build import build
from retrainlab.experiments.config.compose import key_of
from retrainlab.experiments.config.composed import composed
from retrainlab.experiments.study.for_task import make_learner as learner_of
from retrainlab.experiments.study.for_task import make_loss as loss_of
from retrainlab.experiments.study.group import Group
from retrainlab.experiments.study.periods import in_ticks
from retrainlab.experiments.study.study import cells_of, frames
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.prices import Prices
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.strategy import Strategy
from retrainlab.sim.stream import Stream, require_stream
from retrainlab.sim.world import World


def make_stream(*overrides: str, seed: SupportsIndex = 0) -> Stream:
    """Return the stream of the one scenario that the overrides choose.

    seed: a whole number, numpy's too. Raises `InputError` for a mistaken override or seed, and for
    several scenarios.
    """
    seed = _whole(seed)
    config = composed("config", overrides)
    names = list(config["scenario"])
    require(
        len(names) == 1,
        f"a stream is of one scenario, and these are {', '.join(names)}; choose one, as in "
        "make_stream('scenario=gradual')",
    )
    node = {key: value for key, value in config["scenario"][names[0]].items() if key != "world"}
    stream: Stream = build(node, f"scenario.{names[0]}")(seed)
    require_stream(stream)
    return stream


def make_strategies(*overrides: str) -> dict[str, Strategy]:
    """Return the strategies that the overrides choose, one for each setting, by its label."""
    config = in_ticks(composed("config", overrides))
    return {cell.label: cell.build() for cell in cells_of(config, _keys(overrides))}


def make_world(*overrides: str) -> World:
    """Return the clocks: label delay, fit delay and warm-up, with what the scenario says."""
    return _frame(overrides).world


def make_prices(*overrides: str) -> Prices:
    """Return the prices."""
    return _frame(overrides).prices


def make_fits(stream: Stream, *overrides: str, seed: SupportsIndex = 0) -> FitCache:
    """Return the cache of fits of the learner on a stream, under the loss; all replays share it.

    Raises `InputError` for a mistaken override or seed, and for what is no stream.
    """
    require(
        isinstance(stream, Stream),
        f"stream is a {type(stream).__name__}; make one, as in make_stream('scenario=gradual')",
    )
    seed = _whole(seed)
    config = composed("config", overrides)
    return FitCache(
        stream, learner_of(config["learner"], stream), loss_of(config["loss"], stream), seed
    )


def _whole(seed: SupportsIndex) -> int:
    """Return a seed as Python's own number: it is hashed by its text, and numpy's has another."""
    try:
        return int(index(seed))
    except TypeError as error:
        raise InputError(f"seed is {seed!r}; it must be a whole number") from error


def _frame(overrides: Sequence[str]) -> Group:
    """Return the first group of the study that the overrides describe, without cells."""
    return frames(in_ticks(composed("config", overrides)), _keys(overrides))[0]


def _keys(overrides: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(key_of, overrides))
