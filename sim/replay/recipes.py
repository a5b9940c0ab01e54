"""Recipes: of what the next model is made - a refit, an update, or earlier models put to use.

`What` answers with one; rows alone mean `Refit(rows)`. A model that a recipe names is the number
of an earlier one in the ledger, a member of an earlier blend (its number, then the places of the
members), or a recipe of its own, whose work is charged with the whole.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from numbers import Integral
from typing import Any, ClassVar, Union

import numpy as np

from retrainlab.sim.errors import InputError, require
from retrainlab.sim.replay.corrections import Correction
from retrainlab.sim.rows import Rows, count, indices, key, normal
from retrainlab.sim.stream import Floats
from retrainlab.sim.stream_checks import kind_of

Reference = int | tuple[int, ...]
Model = Union[Reference, "Recipe"]


@dataclass(frozen=True, eq=False)
class Refit:
    """A model trained from scratch. weights: (m,) of its rows; None: all weigh the same."""

    rows: Rows
    weights: Floats | None = None
    action: ClassVar[str] = "refit"
    models: ClassVar[tuple[Model, ...]] = ()

    def __post_init__(self) -> None:
        _set_rows(self)

    @property
    def content(self) -> tuple[Any, ...]:
        """What it is made of besides models, for a key."""
        return _content(self.rows, self.weights)


@dataclass(frozen=True, eq=False)
class Update:
    """An earlier model, trained further on rows (`sim.replay.updates`)."""

    model: Model
    rows: Rows
    weights: Floats | None = None
    action: ClassVar[str] = "update"

    def __post_init__(self) -> None:
        _set_rows(self)

    @property
    def models(self) -> tuple[Model, ...]:
        """The model that it updates."""
        return (self.model,)

    @property
    def content(self) -> tuple[Any, ...]:
        """What it is made of besides models, for a key."""
        return _content(self.rows, self.weights)


@dataclass(frozen=True)
class Reuse:
    """An earlier model, put back into service."""

    model: Model
    action: ClassVar[str] = "reuse"
    content: ClassVar[tuple[Any, ...]] = ()

    @property
    def models(self) -> tuple[Model, ...]:
        """The model that it puts back."""
        return (self.model,)


@dataclass(frozen=True)
class Recalibrate:
    """An earlier model whose outputs are corrected (`sim.replay.corrections`)."""

    model: Model
    correction: Correction
    action: ClassVar[str] = "recalibrate"

    @property
    def models(self) -> tuple[Model, ...]:
        """The model whose outputs it corrects."""
        return (self.model,)

    @property
    def content(self) -> tuple[Any, ...]:
        """What it is made of besides models, for a key."""
        return type(self.correction).__qualname__, repr(self.correction)


@dataclass(frozen=True)
class Blend:
    """A weighted vote, or mean, of earlier models. weights: one a model, of at least 0."""

    models: tuple[Model, ...]
    weights: tuple[float, ...]
    action: ClassVar[str] = "blend"

    def __post_init__(self) -> None:
        weights = np.asarray(self.weights, dtype=np.float64)
        require(
            len(weights) == len(self.models) > 0,
            f"a blend of {len(self.models)} models has {len(weights)} weights; give one a model",
        )
        require(
            bool(np.isfinite(weights).all() and (weights >= 0).all() and weights.sum() > 0),
            "the weights of a blend must be numbers of at least 0, not all of them 0",
        )

    @property
    def content(self) -> tuple[Any, ...]:
        """What it is made of besides models, for a key."""
        return tuple(map(float, self.weights))


Recipe = Refit | Update | Reuse | Recalibrate | Blend
Training = Refit | Update
RECIPES = (Refit, Update, Reuse, Recalibrate, Blend)
ROWS = (slice, list, tuple, np.ndarray)  # in what a `What` may name them


def as_recipe(answer: Any) -> Recipe | None:
    """Return what a `What` has answered as a recipe; None stays None."""
    if answer is None or isinstance(answer, RECIPES):
        return answer
    if isinstance(answer, ROWS):
        return Refit(_as_rows(answer))
    raise InputError(
        f"what answered {type(answer).__name__}; it must answer rows, None, or a recipe: "
        f"{', '.join(kind.__name__ for kind in RECIPES)}"
    )


def trainings(recipe: Recipe) -> Iterator[Training]:
    """Yield the refits and updates of a recipe, its own and those of the recipes in it."""
    for model in recipe.models:
        if isinstance(model, RECIPES):
            yield from trainings(model)
    if isinstance(recipe, Refit | Update):
        yield recipe


def trained_rows(recipe: Recipe) -> Rows:
    """Return the rows that a recipe trains on; none for one that trains nothing."""
    parts = [one.rows for one in trainings(recipe)]
    if len(parts) == 1:
        return normal(parts[0])
    return normal(np.concatenate([indices(rows) for rows in parts])) if parts else slice(0, 0)


def with_rows(recipe: Recipe, kept: Callable[[Rows], Rows]) -> Recipe | None:
    """Return a recipe with some of its training rows; None if nothing of a training is left."""
    if isinstance(recipe, Refit | Update):
        rows = kept(recipe.rows)
        if not count(rows):
            return None
        weights = recipe.weights
        if weights is not None:
            places = np.searchsorted(indices(recipe.rows), indices(rows))
            recipe = replace(recipe, rows=rows, weights=weights[places])
        else:
            recipe = replace(recipe, rows=rows)
    models: list[Model] = []
    for model in recipe.models:
        if isinstance(model, RECIPES):
            inner = with_rows(model, kept)
            if inner is None:
                return None
            model = inner
        models.append(model)
    return with_models(recipe, models)


def with_models(recipe: Recipe, models: Sequence[Model]) -> Recipe:
    """Return a recipe of other models, as many as it has."""
    if isinstance(recipe, Refit):
        return recipe
    if isinstance(recipe, Blend):
        return replace(recipe, models=tuple(models))
    return replace(recipe, model=models[0])


def key_of(recipe: Recipe, models: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
    """Return the key of what a recipe makes; models: keys of those that it is made of.

    Of a refit without weights that is the key of its rows; else a digest, so that the key of a
    chain of updates is no longer than that of one.
    """
    if isinstance(recipe, Refit) and recipe.weights is None:
        return key(recipe.rows)
    content = repr((recipe.action, recipe.content, *models)).encode()
    return recipe.action, blake2b(content, digest_size=16).hexdigest()


def _content(rows: Rows, weights: Floats | None) -> tuple[Any, ...]:
    if weights is None:
        return key(rows)
    return *key(rows), blake2b(weights.tobytes(), digest_size=16).hexdigest()


def _set_rows(training: Training) -> None:
    """Have the rows and weights of a training as arrays, or rows as a slice; refuse bad ones."""
    object.__setattr__(training, "rows", _as_rows(training.rows))
    if training.weights is not None:
        object.__setattr__(training, "weights", np.asarray(training.weights, dtype=np.float64))
    _require_weights(training.rows, training.weights)


def _as_rows(rows: Any) -> Rows:
    """Return rows to train on, from a slice without a step or from whole numbers."""
    require(
        not isinstance(rows, tuple),
        f"rows to train on are {rows}; a tuple may mean two ends or two rows: "
        "view.rows(first_tick, stop_tick) gives those of ticks, and a list or array names each row",
    )
    if isinstance(rows, slice):
        is_plain = isinstance(rows.start, Integral) and isinstance(rows.stop, Integral)
        require(
            is_plain and rows.step in (None, 1),
            f"rows to train on are {rows}; a slice of rows has a start, a stop and no step; else "
            "give the numbers of the rows",
        )
        return slice(int(rows.start), max(int(rows.start), int(rows.stop)))
    numbers = np.asarray(rows)
    require(
        numbers.ndim == 1 and (numbers.dtype.kind in "iu" or not len(numbers)),
        f"rows to train on are {kind_of(numbers)} values of shape {numbers.shape}; they must be "
        "row numbers, whole ones, in one dimension",
    )
    return numbers.astype(np.int64, copy=False)


def _require_weights(rows: Rows, weights: Floats | None) -> None:
    """Refuse weights that are not one a row, or no weights at all."""
    if weights is None:
        return
    require(
        weights.shape == (count(rows),),
        f"there are {count(rows)} rows and weights of shape {weights.shape}; give one a row",
    )
    require(
        isinstance(rows, slice) or bool((np.diff(rows) > 0).all()),
        "rows with weights must be in order, each of them once",
    )
    require(
        bool(np.isfinite(weights).all() and (weights >= 0).all() and weights.any()),
        "weights of rows must be numbers of at least 0, not all of them 0",
    )
