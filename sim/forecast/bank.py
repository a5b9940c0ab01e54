"""Earlier models of many logs, for policies that put them back or blend them."""

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.forecast.losses import Models

KEEP = 10  # models, as the strategies that reuse or blend them keep


class Bank:
    """The newest models that were trained for K logs, `keep` of each.

    slots: the models, in no order; an empty one holds the first model. count: (K,) how many there
    have been.
    """

    def __init__(self, keep: int, first: Models):
        self.slots = [first.copy() for _ in range(keep)]
        self.count = np.ones(first.shape[-1], dtype=np.int64)

    def add(self, models: Models, logs: NDArray[np.bool_]) -> None:
        """Keep the models of some logs, in place of the oldest ones."""
        for place, slot in enumerate(self.slots):
            here = logs & (self.count % len(self.slots) == place)
            self.slots[place] = np.where(here, models, slot)
        self.count += logs

    def present(self, place: int) -> NDArray[np.bool_]:
        """(K,) whether there is a model in a slot."""
        return np.asarray(self.count > place)

    def model(self, place: int) -> Models:
        """Return the models of a slot; where there is none, those of the first slot."""
        return np.where(self.present(place), self.slots[place], self.slots[0])

    def chosen(self, places: NDArray[np.int64]) -> Models:
        """Return the model in slot `places[k]` of each log k."""
        models = self.slots[0]
        for place, slot in enumerate(self.slots):
            models = np.where(places == place, slot, models)
        return models
