"""What a policy sees of the model in service: its loss above that of its own first steps."""

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.stream import Floats

FIRST = 3  # steps of a model that say what it loses while it is fresh


class Monitor:
    """Excess loss of the models in service of K logs, as in `strategies.when.OnExcess`.

    excess: (K,) loss above the mean of the model's first steps, summed up, never below 0.
    onset: (K,) the step from which on it has been above 0. elapsed: (K,) steps since the last
    next model was decided, or since the period began. fresh: (K,) mean loss of the model's first
    steps, once they are known (`is_told`).
    """

    def __init__(self, logs: int, begin: int):
        self.excess = np.zeros(logs)
        self.onset = np.full(logs, begin)
        self.elapsed = np.zeros(logs, dtype=np.int64)
        self._since = np.full(logs, begin)
        self._count = np.zeros(logs, dtype=np.int64)
        self.fresh = np.zeros(logs)

    @property
    def is_told(self) -> NDArray[np.bool_]:
        """(K,) whether there are steps of the model besides its first ones."""
        return np.asarray(self._count > FIRST)

    def restart(self, logs: NDArray[np.bool_], step: int) -> None:
        """Begin anew where a model serves from this step on."""
        self.excess[logs], self._count[logs], self.fresh[logs] = 0.0, 0, 0.0
        self.onset[logs] = self._since[logs] = step

    def see(self, loss: Floats, step: int) -> None:
        """Take (K,) the losses of a step, of which the labels have just come."""
        is_own = self._since <= step
        is_first = is_own & (self._count < FIRST)
        self.fresh[is_first] += loss[is_first] / FIRST
        self._count += is_own
        later = is_own & ~is_first
        excess = np.maximum(0.0, self.excess + loss - self.fresh)
        self.excess = np.where(later, excess, self.excess)
        self.onset = np.where(later & (self.excess > 0), self.onset, step + 1)

    def tick(self, decided: NDArray[np.bool_]) -> None:
        """Let a step pass; decided: (K,) where a next model was decided at its end."""
        self.elapsed = np.where(decided, 0, self.elapsed + 1)
