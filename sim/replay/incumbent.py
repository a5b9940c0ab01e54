"""The incumbent: what the model that was really in service gave, as a ledger beside the others."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.replay.baselines import forecasts, scored
from retrainlab.sim.replay.fit_cache import Fit
from retrainlab.sim.replay.ledger import Ledger, Training
from retrainlab.sim.replay.losses import Loss, decide
from retrainlab.sim.replay.predictions import checked
from retrainlab.sim.stream import Incumbent, Stream
from retrainlab.sim.world import World

NAME, LABEL = "incumbent", "what you did"


def incumbent_ledger(stream: Stream, world: World, loss: Loss) -> Ledger:
    """Return what the incumbent lost, and its releases as trainings.

    A row without a prediction of it gets the class shares, or the mean, of the labels that had
    arrived (`baselines.forecasts`). A release is the first row of a version after the first served
    tick; it counts as a retraining of unknown rows, labels and seconds. The version that serves
    first, and one that comes back, cost nothing.
    """
    assert stream.incumbent is not None
    given = _predictions(stream, stream.incumbent, world)
    ledger = scored(stream, world, loss, given)
    ledger.trainings = _releases(stream, stream.incumbent, world)
    starts = [training.ready for training in ledger.trainings]
    served = np.arange(world.warmup, stream.ticks)
    ledger.columns["model"] = np.searchsorted(starts, served, side="right") - 1
    return ledger


def _predictions(stream: Stream, incumbent: Incumbent, world: World) -> NDArray[Any]:
    """(m,) or (m, k) what it gave for the served rows, filled up."""
    since = int(stream.offsets[world.warmup])
    n, classes = stream.rows - since, len(stream.classes)
    given, own = incumbent.given[since:], incumbent.predictions[since:]
    checked(own, n, stream.task, classes, "incumbent")
    usual = next(iter(forecasts(stream, world).values()))
    if own.ndim == 1:
        return np.where(given, own, decide(usual, stream.task))
    return np.where(given[:, None], own, usual)


def _releases(stream: Stream, incumbent: Incumbent, world: World) -> list[Training]:
    """Return the version that serves first, as number 0, and a training for each new one."""
    versions, rows = np.unique(incumbent.version, return_index=True)
    ticks = np.searchsorted(stream.offsets, rows, side="right") - 1
    first = world.warmup
    trainings = [_release(0, "in service", -1, first)]
    for version, tick in sorted(zip(versions, ticks, strict=True), key=lambda pair: pair[1]):
        if tick > first:
            reason = f"release {incumbent.versions[version]}"
            trainings.append(_release(len(trainings), reason, int(tick) - 1, int(tick)))
    return trainings


def _release(number: int, reason: str, decided: int, ready: int) -> Training:
    nothing = Fit(("release", number), slice(0, 0), None, 0.0)
    return Training(number, reason, decided, ready, nothing, accepted=True, deployed=ready)
