"""Audit of a scenario of the user's own: its stream follows from the seed, and from it alone.

Seeds stand for independent streams: intervals and decisions count them. One stream under several
seeds would look like certainty, and one that is drawn anew at each call can be neither shared by
workers nor resumed.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np

from retrainlab.experiments.config.build import build_scenario
from retrainlab.experiments.storage.cache_key import has_own_target
from retrainlab.experiments.study.damage import undamaged
from retrainlab.sim.errors import FAILURES, require

ARRAYS = ("x", "y", "offsets")


def require_seed_alone(node: Mapping[str, Any], path: str, has_several: bool) -> None:
    """Raise `InputError` for a scenario of the user's own whose stream does not follow its seed.

    has_several: whether it is run with several seeds. A process makes three streams for it, once.
    """
    plain = undamaged(node)
    if not has_own_target(plain):
        return  # tests hold these to it
    repeats, differs = _verdict(json.dumps(plain, default=str), path)
    require(
        repeats,
        "the scenario makes another stream when it is called again with the same seed; draw at "
        "random from the seed alone, as retrainlab.sim.seeds.generator does",
    )
    require(
        differs or not has_several,
        "the scenario makes the same stream whatever the seed, so that several seeds would count "
        "it as often; draw at random from the seed, or set seeded = False in its class if it is "
        "one stream of data",
    )


@cache
def _verdict(node: str, path: str) -> tuple[bool, bool]:
    """Whether equal seeds make equal streams, and whether others make others."""
    make = build_scenario(json.loads(node), path)
    if not getattr(make, "seeded", True):
        return True, True
    try:
        stream = make(0)
        return _is_same(stream, make, 0), not _is_same(stream, make, 1)
    except FAILURES:
        return True, True  # whoever makes it says what is wrong


def _is_same(stream: Any, make: Callable[[int], Any], seed: int) -> bool:
    other = make(seed)
    pairs = ((getattr(stream, name), getattr(other, name)) for name in ARRAYS)
    return all(np.array_equal(one, two, equal_nan=True) for one, two in pairs)
