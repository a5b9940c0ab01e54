"""Snapshot: a replay at the end of a tick, from which it can be resumed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.replay.ledger import Training
from retrainlab.sim.replay.view import Alarm
from retrainlab.sim.stream import Ints


@dataclass(frozen=True)
class Snapshot:
    """What a replay has done up to the end of a tick, besides what its parts remember.

    reason, requested: of the request that is open, or None. train_cutoff, last_alarm: of the view.
    trainings: all so far; those under way are `ready` when the world of the resumed replay says so.
    labels: (tick + 1,) bought at each tick. owned: (n,) whether the label of a row is owned, for
    the rows up to the end of the tick.
    """

    tick: int
    reason: str | None
    requested: int | None
    train_cutoff: int
    last_alarm: int
    trainings: tuple[Training, ...]
    alarms: tuple[Alarm, ...]
    labels: Ints
    owned: NDArray[np.bool_]
