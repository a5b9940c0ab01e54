"""Ensembles: a member for each chunk of rows, weighted by how well each predicts the newest one.

A chunk is what has been labelled since the last member was trained. The member for the newest chunk
is trained in the same action as the vote is changed, so that an ensemble costs a fit a chunk.
"""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.errors import require, require_whole
from retrainlab.sim.replay.clause import Clause
from retrainlab.sim.replay.memory import Memory
from retrainlab.sim.replay.predictions import decide
from retrainlab.sim.replay.recipes import Blend, Model, Reference, Refit, Update
from retrainlab.sim.replay.view import View
from retrainlab.sim.rows import Rows, count
from retrainlab.sim.stream import Floats, Ints, Task

LEAST = 1e-10  # added to errors, so that a weight is finite


class Ensemble(ABC):
    """What ensembles share: chunks, members, and the vote. For classifications only.

    keep: members at most. updates: whether members learn each later chunk too.
    """

    def __init__(self, keep: int, updates: bool):
        require_whole("keep", keep, 1, "models")
        self.keep, self.updates = keep, updates

    def require_task(self, task: Task) -> None:
        """Raise `InputError` for a regression."""
        require(task == "classification", "an ensemble votes on classes; use it for those")

    @abstractmethod
    def weights(self, view: View, members: tuple[Reference, ...], rows: Rows) -> Floats:
        """(m + 1,) weights of the members and of the one that the chunk will train."""

    def __call__(self, view: View) -> Blend | None:
        """Return the vote with a member for the newest chunk; None while a training is under way
        or there is no row."""
        rows = slice(0, 0) if view.pending else view.rows_since_fit(view.labelled - view.holdout)
        if not count(rows):
            return None
        members = view.bank.members(view.bank.serving)
        weights = self.weights(view, members, rows)
        models: list[Model] = [self._later(member, rows) for member in members]
        kept = self._kept([*models, Refit(rows)], weights)
        return Blend(tuple(model for model, _ in kept), tuple(weight for _, weight in kept))

    def _later(self, member: Reference, rows: Rows) -> Model:
        return Update(member, rows) if self.updates else member

    def _kept(self, models: list[Model], weights: Floats) -> list[tuple[Model, float]]:
        """Return the heaviest members in their order, and the new one, with their weights."""
        old = np.argsort(-weights[:-1], kind="stable")[: self.keep - 1]
        kept = [place for place in sorted(old.tolist()) if weights[place] > 0]
        return [(models[place], float(weights[place])) for place in (*kept, len(models) - 1)]


class AccuracyWeighted(Ensemble):
    """Weights by squared error on the newest chunk, after AUE2 (Brzezinski and Stefanowski 2014).

    A member weighs 1 / (its error + that of a random guess); the new one as if it made none.
    """

    memory = Memory.NOTHING

    def __init__(self, keep: int = 10, updates: bool = False):
        super().__init__(keep, updates)

    def describe(self) -> Clause:
        """Return what it does."""
        how = ", each updated" * self.updates
        return Clause(
            "action", f"serve a vote of {self.keep} models{how}, weighted by squared error"
        )

    def weights(self, view: View, members: tuple[Reference, ...], rows: Rows) -> Floats:
        """(m + 1,) weights."""
        labels = view.labels_of(rows).astype(np.int64)
        shares = np.bincount(labels, minlength=view.classes) / len(labels)
        guess = float((shares * (1 - shares) ** 2).sum())
        errors = [np.mean((1 - _chances(view, member, rows, labels)) ** 2) for member in members]
        return 1 / (guess + np.array([*errors, 0.0]) + LEAST)


class WeightedMajority(Ensemble):
    """Weights that shrink with errors, after dynamic weighted majority (Kolter and Maloof 2007).

    Every `period` rows of a chunk, from its first on, a member that is wrong is weighed by `beta`;
    one below `least` goes. A member for the chunk joins only if the vote at such a row is wrong, in
    which each names a class and weighs what is left of it there. All learn each chunk.
    """

    memory = Memory.NOTHING

    def __init__(
        self,
        keep: int = 10,
        period: int = 50,
        beta: float = 0.5,
        least: float = 0.01,
    ):
        super().__init__(keep, updates=True)
        require_whole("period", period, 1, "rows")
        for name, value in (("beta", beta), ("least", least)):
            require(0 < value < 1, f"{name} is {value}; it must lie between 0 and 1")
        self.period, self.beta, self.least = period, beta, least

    def describe(self) -> Clause:
        """Return what it does."""
        text = f"serve a vote of {self.keep} models, each updated, weighted by past errors"
        return Clause("action", text)

    def weights(self, view: View, members: tuple[Reference, ...], rows: Rows) -> Floats:
        """(m + 1,) weights; 0 for those that go, and for a new one where none is needed."""
        labels = view.labels_of(rows).astype(np.int64)[:: self.period]
        given = np.array([_classes(view, member, rows)[:: self.period] for member in members])
        before = np.log(view.bank.weights(view.bank.serving))[:, None]
        logs = before + (given != labels).cumsum(axis=1) * np.log(self.beta)
        weighed = np.exp(logs - logs.max(axis=0))
        votes = (weighed[..., None] * (given[..., None] == np.arange(view.classes))).sum(axis=0)
        weights = np.where(weighed[:, -1] < self.least, 0.0, weighed[:, -1])
        return np.append(weights, float((votes.argmax(axis=1) != labels).any()))

    def _kept(self, models: list[Model], weights: Floats) -> list[tuple[Model, float]]:
        kept = super()._kept(models, weights)
        return kept if kept[-1][1] > 0 else kept[:-1]


class ErrorWeighted(Ensemble):
    """Weights by errors over all chunks, the newest most, after Learn++.NSE (Elwell, Polikar 2011).

    An error counts more where the vote was wrong. The odds of an error of a member, from the chunk
    that it was trained on, are averaged with weights of a sigmoid (slope, crossing) of its age in
    chunks, and it weighs the logarithm of (1 - error) / error.
    new: the error that a member is taken to make on its own chunk.
    """

    memory = Memory.EVERYTHING

    def __init__(
        self, keep: int = 10, slope: float = 0.5, crossing: float = 10.0, new: float = 0.05
    ):
        super().__init__(keep, updates=False)
        require(0 < new < 0.5, f"new is {new}; an error must lie between 0 and .5")
        require(slope > 0, f"slope is {slope}; it must be above 0")
        self.slope, self.crossing, self.new = slope, crossing, new
        self.past: dict[Any, list[float]] = {}  # errors by the key of the member's model

    def describe(self) -> Clause:
        """Return what it does."""
        return Clause("action", f"serve a vote of {self.keep} models, weighted by errors over time")

    def weights(self, view: View, members: tuple[Reference, ...], rows: Rows) -> Floats:
        """(m + 1,) weights."""
        labels = view.labels_of(rows).astype(np.int64)
        vote = _classes(view, view.bank.serving, rows) != labels
        rows_weigh = np.where(vote, 1.0, max(float(vote.mean()), LEAST))
        weights = []
        for member in members:
            wrong = _classes(view, member, rows) != labels
            errors = self.past.setdefault(view.bank.fit(member).key, [self.new])
            errors.append(min(float(np.average(wrong, weights=rows_weigh)), 0.5))
            weights.append(_log_odds(self._averaged(errors)))
        return np.array([*weights, _log_odds(self.new)])

    def _averaged(self, errors: list[float]) -> float:
        """Return the error over chunks, the newest last."""
        age = np.arange(len(errors))
        sigmoid = 1 / (1 + np.exp(-self.slope * (age - self.crossing)))
        odds = np.array(errors) / (1 - np.array(errors))
        average = float(np.average(odds, weights=sigmoid))
        return average / (1 + average)


def _log_odds(error: float) -> float:
    error = max(error, LEAST)
    return max(float(np.log((1 - error) / error)), 0.0)


def _chances(view: View, member: Reference, rows: Rows, labels: Ints) -> Floats:
    """(m,) probabilities that a member gives to the true classes of rows."""
    given = view.bank.given(member, rows)
    if given.ndim == 1:
        return (given == labels).astype(np.float64)
    chances: Floats = given[np.arange(len(labels)), labels]
    return chances


def _classes(view: View, member: Reference, rows: Rows) -> NDArray[Any]:
    """(m,) the most probable classes of rows."""
    return decide(view.bank.given(member, rows), "classification")
