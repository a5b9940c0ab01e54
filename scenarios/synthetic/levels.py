"""Regression streams: a level that moves, and noise around it."""

from collections.abc import Sequence

import numpy as np

from retrainlab.scenarios.synthetic.base import Size, is_number
from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Drift, Floats, Ints, Stream, even_ticks


def need_numbers(size: Size, least: float | None, *options: str) -> None:
    """Raise `InputError` unless these options are numbers, of at least `least` if it is given."""
    for option in options:
        value = getattr(size, option)
        holds = is_number(value) and (least is None or value >= least)
        bound = "" if least is None else f" of at least {least:g}"
        size.need(option, holds, f"it must be a number{bound}")


def level_stream(
    size: Size,
    seed: int,
    level: Floats,
    noise: float,
    drifts: Sequence[Drift],
    concept: Ints,
    story: str,
) -> Stream:
    """A regression stream: y ~ N(level of the tick, noise^2), with features that say nothing of y.

    level, concept: (ticks,). noise: standard deviation of a row around the level. The ceiling is
    that of a forecaster who knows the level: -noise * sqrt(2 / pi), a normal's mean deviation.
    """
    x = size.draw(seed)
    scatter = generator(seed, size.name, "noise").standard_normal(len(x))
    return Stream(
        x=x,
        y=np.repeat(level, size.rows) + noise * scatter,
        offsets=even_ticks(size.ticks, size.rows),
        task="regression",
        drifts=tuple(drifts),
        ceiling=np.full(len(x), -noise * np.sqrt(2 / np.pi)),
        concept=np.repeat(concept, size.rows),
        features=tuple(f"x{j}" for j in range(size.features)),
        story=story,
    )
