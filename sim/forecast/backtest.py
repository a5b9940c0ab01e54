"""A policy on a loss table: the losses and the money of each step, for many logs at once."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.forecast.bank import Bank
from retrainlab.sim.forecast.how import Case
from retrainlab.sim.forecast.losses import Losses
from retrainlab.sim.forecast.monitor import FIRST, Monitor
from retrainlab.sim.forecast.policies import Policy
from retrainlab.sim.stream import Floats, Ints


@dataclass(frozen=True, eq=False)
class Backtest:
    """What a policy did on K logs over n steps.

    loss, spent: (K, n) money lost by errors, and spent at the end of each step. trained: (K, n) the
    part of it that a training there cost. retrainings: (K, n) how many were decided there.
    """

    loss: Floats
    spent: Floats
    trained: Floats
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
    loss, spent, trained = np.zeros((3, losses.logs, end - begin))
    result = Backtest(loss, spent, trained, np.zeros(loss.shape, dtype=np.int64))
    state = _State(losses, policy, begin)
    for place, step in enumerate(range(begin, end)):
        result.loss[:, place] = state.serve(step)
        if step + 1 < end:
            spent, trained, trains = state.decide(step, step + 1 + losses.fit_delay < end)
            result.spent[:, place] = spent + trained
            result.trained[:, place], result.retrainings[:, place] = trained, trains
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
        self.bank = Bank(policy.how.keep, self.serving)
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

    def decide(self, step: int, is_in_time: bool) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """(K,) what is spent at the end of a step, but for trainings; on these; and where one is
        made.

        is_in_time: whether a training could serve before the end.
        """
        losses, policy, monitor = self.losses, self.policy, self.monitor
        known = step + 1 - losses.label_lag
        spent, trained = np.zeros((2, losses.logs))
        if policy.when.watches and known > self.begin:
            monitor.see(self.seen[known - 1 - self.begin], known - 1)
            spent += self._bought(np.full(losses.logs, known - 1), known)
        start = policy.what.start(monitor, known)
        charge = partial(policy.how.charge, losses, start, step + 1)
        asks = policy.when.asks(monitor, step + 1 - self.begin, charge) & np.isinf(self.ready)
        if asks.any():
            asks &= ~policy.what.waits(monitor, known)
        changes = np.zeros(losses.logs, dtype=bool)
        if asks.any() and policy.how.puts_back:
            changes, trains = self._instead(step, known, asks)
            spent += np.where(changes, losses.switch, 0.0)
            asks &= trains
        if asks.any():
            asks &= losses.trainable(start, step + 1)
        if asks.any() and is_in_time:
            self._train(step, known, start, asks)
            trained += np.where(asks, charge() + self._bought(start, known, asks), 0.0)
        if (step + 1 - self.begin) % policy.how.every == 0:
            corrected, cost = self._correct(step, known, np.isinf(self.ready) & ~asks)
            changes |= corrected
            spent += cost
        self.ready[asks] = step + 1 + losses.fit_delay
        monitor.tick(asks | changes)
        return spent, trained, asks & is_in_time

    def _instead(
        self, step: int, known: int, asks: NDArray[np.bool_]
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Put earlier models back; (K,) where it is done, and where a training is left to do."""
        instead = self.policy.how.instead(self._case(known), asks)
        self.coming = np.where(instead.is_back, instead.models, self.coming)
        self.ready[instead.is_back] = step + 1
        return instead.is_back, ~(instead.is_back | instead.stays)

    def _correct(
        self, step: int, known: int, logs: NDArray[np.bool_]
    ) -> tuple[NDArray[np.bool_], Floats]:
        """Correct the outputs of the newest models of some logs; (K,) where that is another model
        than serves, and what it costs."""
        losses, serving = self.losses, self.serving
        steps, base = self.policy.how.steps, self.bank.model(0)
        new, start = losses.corrected(base, serving, steps, step + 1, logs)
        changes = logs & (new != serving).any(axis=tuple(range(new.ndim - 1)))
        self.coming = np.where(changes, new, self.coming)
        self.ready[changes] = step + 1
        reads = logs & (start < known)
        bought = np.where(reads, self._bought(start, known, reads), 0.0)
        return changes, np.where(changes, losses.switch, 0.0) + bought

    def _train(self, step: int, known: int, start: Ints, asks: NDArray[np.bool_]) -> None:
        """Train a model where it is asked for."""
        new = self.losses.trained(start, step + 1, asks)
        served = self.policy.how.served(self._case(known), new, asks)
        self.coming = np.where(asks, served, self.coming)
        if self.policy.how.keep:
            self.bank.add(new, asks)

    def _case(self, known: int) -> Case:
        newest = range(max(self.begin, known - FIRST), known)
        return Case(self.losses, self.bank, self.monitor, self.serving, newest)

    def _bought(self, start: Ints, known: int, wanted: NDArray[np.bool_] | None = None) -> Floats:
        """(K,) what the labels cost that are not owned as yet; from now on they are.

        All steps before the newest one that is owned count as owned.
        """
        first = np.maximum(start, self.owned)
        cost = self.losses.labels(first, np.full(len(first), known))
        is_bought = np.full(len(first), True) if wanted is None else wanted
        self.owned = np.where(is_bought, np.maximum(self.owned, known), self.owned)
        return cost
