"""Derivation: from a recipe to the model, and what its work is charged in."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

from retrainlab.sim.replay.corrections import Blended, Recalibrated
from retrainlab.sim.replay.recipes import (
    RECIPES,
    Blend,
    Recalibrate,
    Recipe,
    Reference,
    Refit,
    Reuse,
    Training,
    Update,
    trainings,
)
from retrainlab.sim.rows import count
from retrainlab.sim.stream import Floats


class Makes(Protocol):
    """What makes models (`sim.replay.fit_cache.FitCache`)."""

    def made(self, recipe: Recipe, models: Sequence[Any]) -> Any:
        """Return the model of a recipe; models: those that it is made of."""
        ...


def derived(
    recipe: Recipe, fits: Makes, earlier: Callable[[Reference], Any]
) -> tuple[Any, tuple[Any, ...]]:
    """Return the fit of a recipe, and those that were trained for it, itself among them.

    earlier: finds the fit of a model that the recipe names.
    """
    models: list[Any] = []
    trained: list[Any] = []
    for model in recipe.models:
        if isinstance(model, RECIPES):
            inner, new = derived(model, fits, earlier)
            models.append(inner)
            trained += new
        else:
            models.append(earlier(model))
    if isinstance(recipe, Reuse):
        return models[0], tuple(trained)
    fit = fits.made(recipe, models)
    return fit, (*trained, fit) if isinstance(recipe, Refit | Update) else tuple(trained)


def derived_model(recipe: Recipe, models: Sequence[Any]) -> Any:
    """Return the model of a recipe that trains nothing."""
    if isinstance(recipe, Recalibrate):
        return Recalibrated(models[0], recipe.correction)
    assert isinstance(recipe, Blend)
    return Blended(tuple(models), recipe.content)


def joint_weight(weight: Floats | None, recipe: Training) -> Floats | None:
    """(m,) weights of the rows of a training: the stream's times the recipe's; None: all 1.

    weight: (n,) of the stream.
    """
    of_stream = None if weight is None else weight[recipe.rows]
    if recipe.weights is None:
        return of_stream
    return recipe.weights if of_stream is None else of_stream * recipe.weights


class Work(NamedTuple):
    """What a recipe is charged in, the recipes in it included.

    switches: 1 for one that puts earlier models into service without training the outermost.
    """

    refits: int
    updates: int
    switches: int
    rows: int


def work_of(recipe: Recipe) -> Work:
    """Return what a recipe is charged in."""
    parts = [*trainings(recipe)]
    return Work(
        refits=sum(isinstance(part, Refit) for part in parts),
        updates=sum(isinstance(part, Update) for part in parts),
        switches=int(not isinstance(recipe, Refit | Update)),
        rows=sum(count(part.rows) for part in parts),
    )
