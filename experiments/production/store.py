"""The store of a production folder: models and predictions, and the fits that read from it."""

import os
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrainlab.experiments.production import model_file
from retrainlab.experiments.production.journal import Trained
from retrainlab.experiments.production.seals import mark_of
from retrainlab.sim import atomic
from retrainlab.sim.errors import InputError, own_code
from retrainlab.sim.replay.derivation import derived_model
from retrainlab.sim.replay.fit_cache import Fit, FitCache
from retrainlab.sim.replay.learners import Constant, Learner
from retrainlab.sim.replay.losses import Loss
from retrainlab.sim.replay.predictions import Prediction, decide
from retrainlab.sim.replay.recipes import Recipe, Refit, Update, key_of, with_rows
from retrainlab.sim.rows import normal
from retrainlab.sim.stream import Stream, Task

SUFFIX = ".skops"
CLOSE = 1e-9  # relative: what is left of a float is the order of additions


def is_close(one: NDArray[Any], other: NDArray[Any]) -> bool:
    """Whether two arrays of predictions are equal, but for the order of additions."""
    return one.shape == other.shape and np.allclose(one, other, rtol=CLOSE, atol=CLOSE)


def name_of(fit: Fit) -> str:
    """Return what a model is called: rows-0-2750, or by what it was made of: update-5f0c..."""
    of_rows = [] if isinstance(fit.key[0], str) else ["rows"]
    return "-".join([*of_rows, *map(str, fit.key)])


class Store:
    """Models and predictions on disk, with those in use in memory.

    types: classes that models may hold besides scikit-learn's. marks: of the models that were
    written or compared with the journal (`Seals.models`). Predictions are packed arrays (`packed`),
    a file for each date and model.
    """

    def __init__(self, folder: Path, types: Collection[str]):
        self.folder, self.types = folder, types
        self.marks: dict[str, str] = {}
        self._models: dict[str, Any] = {}
        self._predictions: dict[tuple[str, str], NDArray[Any]] = {}
        self._unsaved: set[tuple[str, str]] = set()

    def model_path(self, name: str) -> Path:
        """Return where a model lies."""
        return self.folder / "models" / f"{name}{SUFFIX}"

    def check(self, models: Mapping[str, Trained], sealed: Mapping[str, str]) -> None:
        """Raise `InputError` unless every model is the file that was written.

        sealed: marks of those that need not be read again (`Seals.models`).
        """
        folder = str(self.folder / "models")
        for name, fact in models.items():
            try:  # a text: years of models are looked at, at every tick
                mark = mark_of(f"{folder}/{name}{SUFFIX}")
            except FileNotFoundError:
                mark = ""
            if not mark or sealed.get(name) != mark:
                model_file.checked(self.model_path(name), fact.sha256)
            self.marks[name] = mark

    def add(self, name: str, model: Any) -> str:
        """Write a model; return the SHA-256 of its file."""
        path = self.model_path(name)
        sha256 = model_file.save(model_file.dumps(model), path)
        self.marks[name] = mark_of(path)
        return sha256

    def model(self, fact: Trained) -> Any:
        """Return a model."""
        if fact.name not in self._models:
            path = self.model_path(fact.name)
            data = model_file.checked(path, fact.sha256)
            self._models[fact.name] = model_file.loads(data, self.types, path)
        return self._models[fact.name]

    def predictions(self, name: str, date: str) -> NDArray[Any] | None:
        """Return what a model predicted for a date, packed; None where it was not asked."""
        if (name, date) not in self._predictions:
            path = self._prediction_path(name, date)
            if not path.is_file():
                return None
            try:
                self._predictions[name, date] = np.load(path, allow_pickle=False)
            except (OSError, ValueError, EOFError) as error:
                raise InputError(f"{path} is not readable: {error}") from error
        return self._predictions[name, date]

    def keep(self, name: str, date: str, given: NDArray[Any]) -> None:
        """Keep predictions, in memory until `save`."""
        self._predictions[name, date] = given
        self._unsaved.add((name, date))

    def save(self) -> None:
        """Write the predictions that are new."""
        for name, date in sorted(self._unsaved):
            given = self._predictions[name, date]
            atomic.write_atomic(self._prediction_path(name, date), partial(_write, given))
        self._unsaved.clear()

    def forget(self, date: str) -> None:
        """Drop predictions for a date that is not closed: its rows may have changed since."""
        for name, other in [pair for pair in self._predictions if pair[1] == date]:
            del self._predictions[name, other]
        self._unsaved = {pair for pair in self._unsaved if pair[1] != date}
        for name in self._stored():
            if name.startswith(f"{date}."):
                (self.folder / "predictions" / name).unlink()

    def _stored(self) -> list[str]:
        """Return the names of all files of predictions."""
        folder = self.folder / "predictions"
        return os.listdir(folder) if folder.is_dir() else []

    def _prediction_path(self, name: str, date: str) -> Path:
        return self.folder / "predictions" / f"{date}.{name}.npy"


def _write(given: NDArray[Any], path: Path) -> None:
    with path.open("wb") as file:
        np.save(file, given, allow_pickle=False)


def packed(given: Prediction, task: Task) -> NDArray[Any]:
    """Return a prediction as one array: what is given, and the classes where these say otherwise.

    (n,) classes or values, (n, q) numbers, (n, k) probabilities, or (n, k + 1) with the classes.
    """
    if np.array_equal(given.decision, decide(given.given, task)):
        return given.given
    return np.column_stack([given.given, given.decision])


def unpacked(array: NDArray[Any], stream: Stream) -> Prediction:
    """Return the prediction of a packed array."""
    k = len(stream.classes)
    if k and array.ndim == 2 and array.shape[1] > k:
        return Prediction(array[:, :k], array[:, k].astype(np.int64))
    return Prediction.of(array, stream.task)


class NamedFit(Fit):
    """A fit that is named by its recipe when it is decided, and whose model comes on demand.

    models: that it is made of. fact: of the model, once it has been made; None before.
    """

    def __init__(
        self, recipe: Recipe, models: Sequence[Fit], facts: Mapping[str, Trained], store: Store
    ):
        trains = isinstance(recipe, Refit | Update)
        values = {
            "key": key_of(recipe, [model.key for model in models]),
            "rows": recipe.rows if isinstance(recipe, Refit | Update) else slice(0, 0),
            "parents": () if trains else tuple(models),
            "seen": max((model.newest_row for model in models), default=-1),
            "recipe": recipe,
            "models": tuple(models),
            "store": store,
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)
        object.__setattr__(self, "fact", facts.get(name_of(self)))

    recipe: Recipe
    models: tuple[Fit, ...]
    fact: Trained | None
    store: Store

    @property
    def model(self) -> Any:
        """The model; `InputError` before it has been trained.

        One that trains nothing is there as soon as those that it is made of are.
        """
        if self.fact is None and not isinstance(self.recipe, Refit | Update):
            return derived_model(self.recipe, [model.model for model in self.models])
        if self.fact is None:
            raise InputError(f"the model of {name_of(self)} has not been trained: run fit")
        return self.store.model(self.fact)

    @property
    def seconds(self) -> float:
        """Seconds that the training took; nan before."""
        return self.fact.seconds if self.fact else np.nan

    @property
    def constant(self) -> bool:
        """Whether a constant stands in for the learner."""
        return bool(self.fact and self.fact.constant)


class StoredFits(FitCache):
    """The fits of a production folder: models and predictions come from the disk.

    dates: of the ticks of the stream. models: those that have been trained, by name.
    """

    def __init__(
        self,
        stream: Stream,
        learner: Learner,
        loss: Loss,
        seed: int,
        store: Store,
        dates: Sequence[str],
        models: Mapping[str, Trained],
    ):
        super().__init__(stream, learner, loss, seed, block_rows=0)
        self.store, self.dates, self.facts = store, dates, dict(models)

    def made(self, recipe: Recipe, models: Sequence[Fit] = ()) -> Fit:
        """Return the fit of a recipe, made or not."""
        kept = with_rows(recipe, normal)
        assert kept is not None
        return NamedFit(kept, models, self.facts, self.store)

    def train(self, fit: Fit, decided: int) -> list[Trained]:
        """Make a model, after those that it is made of and that do not exist, and write them.

        Returns the facts of them, its own last.
        """
        assert isinstance(fit, NamedFit)
        name = name_of(fit)
        if name in self.facts:
            return [self.facts[name]._replace(decided=decided)]
        new = [model for model in fit.models if name_of(model) not in self.facts]
        before = [fact for model in new for fact in self.train(model, decided)]
        of = f"that was decided on {self.dates[decided]}" if decided >= 0 else "of the first model"
        with own_code(f"the training {of} failed"):
            made = super().made(fit.recipe, [self._there(model) for model in fit.models])
        constant = isinstance(made.model, Constant)
        sha256 = self.store.add(name, made.model)
        self.facts[name] = Trained(decided, name, sha256, made.seconds, constant)
        return [*before, self.facts[name]]

    def _there(self, fit: Fit) -> Fit:
        """Return a fit as it is now, its model among those that exist."""
        assert isinstance(fit, NamedFit)
        return NamedFit(fit.recipe, fit.models, self.facts, self.store)

    def predicted(self, fit: Fit, first: int, rows: slice) -> Prediction:
        """Return what was predicted for a tick, from the disk, or from the model the first time."""
        name, date = name_of(fit), self.dates[first]
        kept = self.store.predictions(name, date)
        if kept is not None:
            return unpacked(kept, self.stream)
        with own_code(f"the model {name} cannot predict the rows of {date}"):
            given = super().predicted(fit, first, rows)
        self.store.keep(name, date, packed(given, self.stream.task))
        return given
