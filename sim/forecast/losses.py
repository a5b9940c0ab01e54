"""What the models of many logs lose and cost: the table that policies are simulated on."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.stream import Floats, Ints

Models = NDArray[Any]  # (.., K): what stands for a model of each log


class Losses(Protocol):
    """What the models of K logs lose and cost, in money, whatever they are.

    price: (K,) of a training, besides its rows. label_lag: steps until labels are known. fit_delay:
    steps until a model that was trained serves; a step may be served by two models in turn.
    """

    logs: int
    price: Floats
    label_lag: int
    fit_delay: float

    @property
    def switch(self) -> Floats:
        """(K,) the price of putting earlier models into service, without a training."""
        ...

    def first(self, begin: int) -> Models:
        """Return the models that serve from a step on: trained on as many rows as the warm-up."""
        ...

    def trainable(self, start: Ints, stop: int) -> NDArray[np.bool_]:
        """(K,) whether there is a label to train on, of the steps from start to stop."""
        ...

    def trained(self, start: Ints, stop: int, wanted: NDArray[np.bool_]) -> Models:
        """Return models decided at the end of step `stop - 1`, of rows since `start`; not of all
        logs, but where one is wanted."""
        ...

    def blended(self, members: Sequence[Models], weights: Floats) -> Models:
        """Return the weighted vote, or mean, of models; weights: (members, K), not all of them 0
        of a log."""
        ...

    def corrected(
        self, base: Models, serving: Models, steps: int, stop: int, wanted: NDArray[np.bool_]
    ) -> tuple[Models, Ints]:
        """Return models with their outputs corrected at the end of step `stop - 1`, by what the
        newest steps say; and (K,) the first step whose labels are read for it.

        base: models without a correction; serving: what serves, and does so on where no correction
        is wanted, none is possible, or nothing shows that it is needed.
        """
        ...

    def loss(self, models: Models, step: int) -> Floats:
        """(K,) the loss of a step, in money."""
        ...

    def charge(self, start: Ints, stop: int) -> Floats:
        """(K,) what such a training costs, labels aside."""
        ...

    def labels(self, start: Ints, stop: Ints) -> Floats:
        """(K,) what the labels of steps start to stop - 1 cost; 0 where stop is not later."""
        ...
