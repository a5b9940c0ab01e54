"""Bank: the models of a replay that are finished, as a strategy may see and use them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.errors import require
from retrainlab.sim.replay.derivation import derived
from retrainlab.sim.replay.fit_cache import Fit, FitCache
from retrainlab.sim.replay.not_yet_known import NotYetKnown
from retrainlab.sim.replay.recipes import Blend, Recalibrate, Recipe, Reference, Reuse
from retrainlab.sim.rows import Rows, count, last
from retrainlab.sim.stream import Floats

if TYPE_CHECKING:
    from retrainlab.sim.replay.ledger import Training
    from retrainlab.sim.replay.view import View


class Bank:
    """Models that may be used again, by their numbers in the ledger; those under way are not there.

    serving: number of the model in service.
    """

    def __init__(self, trainings: "list[Training]", fits: FitCache, view: "View"):
        self._trainings, self._fits, self._view = trainings, fits, view
        self.serving = 0

    @property
    def numbers(self) -> list[int]:
        """Numbers of the models that are there, whether they were deployed or rejected."""
        return [one.number for one in self._trainings if one.accepted is not None]

    @property
    def previous(self) -> int | None:
        """Number of the model that served before the one in service; None where there was none."""
        served = sorted((t.deployed, t.number) for t in self._trainings if t.deployed is not None)
        return served[-2][1] if len(served) > 1 else None

    def correction(self, number: int) -> Any:
        """Return the correction of a model's outputs; None of one that is not corrected."""
        recipe = self._trainings[number].made_by
        while isinstance(recipe, Reuse) and isinstance(recipe.model, int):
            recipe = self._trainings[recipe.model].made_by
        return recipe.correction if isinstance(recipe, Recalibrate) else None

    def base(self, number: int) -> int:
        """Return the number of the model whose outputs a model corrects, or puts back; else its."""
        recipe = self._trainings[number].made_by
        while isinstance(recipe, Recalibrate | Reuse) and isinstance(recipe.model, int):
            number = recipe.model
            recipe = self._trainings[number].made_by
        return number

    def members(self, number: int) -> tuple[Reference, ...]:
        """Names of the models that a blend is made of, to be used in another; else itself."""
        recipe = self._trainings[number].made_by
        if not isinstance(recipe, Blend):
            return (number,)
        return tuple((number, place) for place in range(len(recipe.models)))

    def weights(self, number: int) -> tuple[float, ...]:
        """Weights of the members of a blend; 1 for another model."""
        recipe = self._trainings[number].made_by
        return recipe.weights if isinstance(recipe, Blend) else (1.0,)

    def fit(self, model: Reference) -> Fit:
        """Return a model; `InputError` for one that is not there, or not yet ready."""
        number = model if isinstance(model, int) else model[0]
        require(
            0 <= number < len(self._trainings),
            f"what names model {number} at tick {self._view.tick}; there are 0 to "
            f"{len(self._trainings) - 1}",
        )
        training = self._trainings[number]
        require(
            training.accepted is not None,
            f"what names model {number} at tick {self._view.tick}, which is not ready before tick "
            f"{training.ready}; name one of view.bank.numbers",
        )
        return fit_of(self._trainings, model)

    def made(self, recipe: Recipe) -> Fit:
        """Return what a recipe makes, without putting it into service or charging anything."""
        return derived(recipe, self._fits, self.fit)[0]

    def rows(self, number: int) -> Rows:
        """Rows that a model was trained on, of the newest training in a chain of updates."""
        return self._trainings[self.base(number)].rows

    def class_shares(self, number: int) -> Floats:
        """(k,) shares of the classes among the rows that a model was trained on."""
        labels = self._view.labels_of(self.rows(number)).astype(np.int64)
        counts = np.bincount(labels, minlength=self._view.classes)
        shares: Floats = counts / max(counts.sum(), 1)
        return shares

    def given(self, model: "Reference | Fit", rows: Rows) -> NDArray[Any]:
        """(m, k) or (m,) what a model predicts for rows, which have been served or are history."""
        view = self._view
        if count(rows) and last(rows) >= view.row_of(view.tick + 1):
            raise NotYetKnown(f"predictions for row {last(rows)} at tick {view.tick}")
        return self._fits.outputs(model if isinstance(model, Fit) else self.fit(model), rows)

    def losses(self, model: "Reference | Fit", rows: Rows) -> Floats:
        """(m,) losses of a model on rows whose labels are known; they are bought."""
        self._view.labels_of(rows)
        fit = model if isinstance(model, Fit) else self.fit(model)
        return self._fits.seen_losses(fit, rows)


def fit_of(trainings: "Sequence[Training]", model: Reference) -> Fit:
    """Return the fit of a model, or of a member of a blend, by the number of the action."""
    number, *places = (model,) if isinstance(model, int) else model
    fit = trainings[number].fit
    for place in places:
        fit = fit.parents[place]
    return fit
