"""How a policy of the catalogue gets its next model: trained anew, an earlier one, or a blend."""

from dataclasses import dataclass
from math import inf
from typing import Protocol

import numpy as np

from retrainlab.sim.forecast.bank import KEEP, Bank
from retrainlab.sim.forecast.losses import Losses, Models
from retrainlab.sim.forecast.monitor import Monitor
from retrainlab.sim.forecast.when import Bools
from retrainlab.sim.stream import Floats, Ints

LEAST = 0.01  # of the largest loss: so much is the least that a member of a blend counts as losing


@dataclass(frozen=True, eq=False)
class Case:
    """What is known where a next model is asked for. newest: the last steps with known labels."""

    losses: Losses
    bank: Bank
    monitor: Monitor
    serving: Models
    newest: range

    def lost(self, models: Models) -> Floats:
        """(K,) the mean loss of models over the newest steps."""
        return np.asarray(np.mean([self.losses.loss(models, s) for s in self.newest], axis=0))

    def lost_by_earlier(self, asks: Bools) -> Floats:
        """(keep, K) that of each earlier model; of logs that do not ask, that of the one in
        service."""
        models = (self.bank.model(place) for place in range(len(self.bank.slots)))
        return np.array([self.lost(np.where(asks, model, self.serving)) for model in models])


@dataclass(frozen=True, eq=False)
class Instead:
    """What is done in place of a training: (K,) where earlier models are put back, and where the
    model in service stays."""

    models: Models
    is_back: Bools
    stays: Bools


class How(Protocol):
    """What is done once a policy asks for a training."""

    @property
    def action(self) -> str:
        """What it may do, in the word of `sim.replay.recipes`."""
        ...

    @property
    def keep(self) -> int:
        """How many earlier models it chooses from."""
        ...

    @property
    def every(self) -> float:
        """Steps between two corrections of outputs, where nothing is trained (inf: there are
        none)."""
        ...

    @property
    def steps(self) -> int:
        """How many of the newest steps a correction is made from."""
        ...

    @property
    def puts_back(self) -> bool:
        """Whether it may do something else than train."""
        ...

    def instead(self, case: Case, asks: Bools) -> Instead:
        """Return what is done in place of the trainings that are asked for."""
        ...

    def served(self, case: Case, new: Models, asks: Bools) -> Models:
        """Return what is to serve where new models are trained."""
        ...

    def charge(self, losses: Losses, start: Ints, stop: int) -> Floats:
        """(K,) what that costs, labels aside."""
        ...


@dataclass(frozen=True)
class Anew:
    """A training, as the strategies do that know refits alone."""

    action: str = "refit"
    keep: int = 0
    puts_back: bool = False
    every: float = inf
    steps: int = 0

    def instead(self, case: Case, asks: Bools) -> Instead:
        """Do nothing else."""
        none = np.zeros(len(asks), dtype=bool)
        return Instead(case.serving, none, none)

    def served(self, case: Case, new: Models, asks: Bools) -> Models:
        """Return the new models."""
        return new

    def charge(self, losses: Losses, start: Ints, stop: int) -> Floats:
        """(K,) the price of the training."""
        return losses.charge(start, stop)


REFIT = Anew()


@dataclass(frozen=True)
class ReuseFirst(Anew):
    """An earlier model, if it takes back enough of the loss; else a training.

    The loss is that of the newest steps; what is too much of it is above that of the model's own
    first steps, as for an alarm. An earlier model is put back if it takes back at least `share` of
    that (`strategies.triage`); where there is none of it, the model in service stays.
    """

    action: str = "reuse"
    keep: int = KEEP
    puts_back: bool = True
    share: float = 0.5

    def instead(self, case: Case, asks: Bools) -> Instead:
        """Return the earlier models that lose least, where they help enough."""
        asks = asks & case.monitor.is_told
        if not asks.any():
            return super().instead(case, asks)
        now = case.lost(case.serving)
        excess = now - case.monitor.fresh
        lost = case.lost_by_earlier(asks)
        helps = now - lost.min(axis=0) >= self.share * excess
        back = case.bank.chosen(lost.argmin(axis=0))
        return Instead(back, asks & (excess > 0) & helps, asks & (excess <= 0))


@dataclass(frozen=True)
class BlendIn(Anew):
    """A training, whose model is blended with earlier ones.

    Weights go with 1 / loss over the newest steps (Bates and Granger 1969); a new model, trained on
    these, counts as losing as little as the best.
    """

    action: str = "blend"
    keep: int = KEEP - 1

    def served(self, case: Case, new: Models, asks: Bools) -> Models:
        """Return the blends."""
        bank = case.bank
        there = np.array([bank.present(place) for place in range(self.keep)])
        weights = there * self._weights(case, asks)
        members = [np.where(there[i], slot, new) for i, slot in enumerate(bank.slots)]
        return case.losses.blended([*members, new], np.vstack([weights, weights.max(axis=0)]))

    def charge(self, losses: Losses, start: Ints, stop: int) -> Floats:
        """(K,) the price of the training, and of putting a blend into service."""
        return losses.charge(start, stop) + losses.switch

    def _weights(self, case: Case, asks: Bools) -> Floats:
        """(keep, K) weights of the earlier models; equal ones where nothing tells them apart."""
        if not len(case.newest):
            return np.ones((self.keep, len(asks)))
        lost = case.lost_by_earlier(asks)
        most = np.abs(lost).max(axis=0)
        return np.asarray(1 / np.maximum(lost, np.where(most > 0, LEAST * most, 1.0)))


@dataclass(frozen=True)
class Corrected(Anew):
    """A training; in between, the outputs of the newest model are corrected by the newest steps.

    Numbers by their mean residual (`strategies.residuals`), classes to their new shares
    (`strategies.label_shift`). It costs a switch, and the labels that are read.
    """

    action: str = "recalibrate"
    keep: int = 1
    every: float = 2
    steps: int = 4
