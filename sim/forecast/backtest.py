"""A policy on a loss table: the losses and the money of each step, for many logs at once."""

from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.forecast.monitor import Monitor
from retrainlab.sim.forecast.policies import Policy
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

    def loss(self, models: Models, step: int) -> Floats:
        """(K,) the loss of a step, in money."""
        ...

    def charge(self, start: Ints, stop: int) -> Floats:
        """(K,) what such a training costs, labels aside."""
        ...

    def labels(self, start: Ints, stop: Ints) -> Floats:
        """(K,) what the labels of steps start to stop - 1 cost; 0 where stop is not later."""
        ...


@dataclass(frozen=True, eq=False)
class Backtest:
    """What a policy did on K logs over n steps.

    loss, spent: (K, n) money lost by errors, and spent on retraining at the end of each step.
    retrainings: (K, n) how many were decided there.
    """

    loss: Floats
    spent: Floats
    retrainings: Ints

    @property
    def cost(self) -> Floats:
        """(K, n) everything."""
        return self.loss + self.spent


def backtest(losses: Losses, policy: Policy, begin: int, end: int) -> Backtest:
    """Let a policy live through the steps begin to end - 1, from a fresh model on.

    The clocks are those of `sim.world`, in steps; a training that could not serve before the end is
    not made. While one is under way, no other is decided.
    """
    k, n = losses.logs, end - begin
    result = Backtest(np.zeros((k, n)), np.zeros((k, n)), np.zeros((k, n), dtype=np.int64))
    state = _State(losses, policy, begin)
    for step in range(begin, end):
        result.loss[:, step - begin] = state.serve(step)
        if step + 1 + losses.fit_delay < end:
            spent, decided = state.decide(step)
            result.spent[:, step - begin] = spent
            result.retrainings[:, step - begin] = decided
    return result


class _State:
    """The models of K logs under one policy, as time goes by."""

    def __init__(self, losses: Losses, policy: Policy, begin: int):
        self.losses, self.policy, self.begin = losses, policy, begin
        self.serving = losses.first(begin)
        self.coming = self.serving.copy()
        self.ready = np.full(losses.logs, np.inf)
        self.owned = np.full(losses.logs, begin)
        self.monitor = Monitor(losses.logs, begin)
        self.seen: list[Floats] = []

    def serve(self, step: int) -> Floats:
        """(K,) the loss of a step; models that are ready take over."""
        loss = self.losses.loss(self.serving, step)
        takes = self.ready < step + 1
        if takes.any():
            new = self.losses.loss(np.where(takes, self.coming, self.serving), step)
            share = np.clip(self.ready - step, 0.0, 1.0)
            loss = np.where(takes, share * loss + (1 - share) * new, loss)
            self.serving = np.where(takes, self.coming, self.serving)
            self.monitor.restart(takes, step)
            self.ready[takes] = np.inf
        self.seen.append(loss)
        return loss

    def decide(self, step: int) -> tuple[Floats, NDArray[np.bool_]]:
        """(K,) what is spent at the end of a step, and where a retraining is decided."""
        losses, policy, monitor = self.losses, self.policy, self.monitor
        known = step + 1 - losses.label_lag
        spent = np.zeros(losses.logs)
        if policy.when.watches and known > self.begin:
            monitor.see(self.seen[known - 1 - self.begin], known - 1)
            spent += self._bought(np.full(losses.logs, known - 1), known)
        start = policy.what.start(monitor, known)
        charge = partial(losses.charge, start, step + 1)
        asks = policy.when.asks(monitor, step + 1 - self.begin, charge) & np.isinf(self.ready)
        if asks.any():
            asks &= ~policy.what.waits(monitor, known) & losses.trainable(start, step + 1)
        if asks.any():
            new = losses.trained(start, step + 1, asks)
            self.coming = np.where(asks, new, self.coming)
            self.ready[asks] = step + 1 + losses.fit_delay
            spent += np.where(asks, charge() + self._bought(start, known, asks), 0.0)
        monitor.tick(asks)
        return spent, asks

    def _bought(self, start: Ints, known: int, wanted: NDArray[np.bool_] | None = None) -> Floats:
        """(K,) what the labels cost that are not owned as yet; from now on they are."""
        first = np.maximum(start, self.owned)
        cost = self.losses.labels(first, np.full(len(first), known))
        is_bought = np.full(len(first), True) if wanted is None else wanted
        self.owned = np.where(is_bought, np.maximum(self.owned, known), self.owned)
        return cost
