"""Fit cache over a store: fits and predictions are looked up, and made where they are missing.

The first fit is made here in any case, for the audit: a learner is refused as it is without a
store. What the store lacks (a constant, a fit that failed, what there was no space for) is made
here too, so that no store changes a result.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from retrainlab.sim.estimators.model_size import size_of
from retrainlab.sim.replay.fit_cache import Fit, FitCache, Served
from retrainlab.sim.replay.fit_store import FitStore, StoreWriter
from retrainlab.sim.replay.predictions import Prediction
from retrainlab.sim.replay.recipes import Recipe, Refit, Update
from retrainlab.sim.rows import Rows, key


@dataclass(frozen=True, eq=False)
class _Elsewhere:
    """In place of a model that another process has trained."""

    recipe: Refit


@dataclass(frozen=True, eq=False)
class Wanted:
    """A fit on these rows, and its predictions for the blocks that begin at these ticks.

    predicted: how many rows the blocks have.
    """

    rows: Rows
    blocks: tuple[int, ...]
    predicted: int


def missing(
    fits: FitCache, store: FitStore, models: Iterable[tuple[Rows, Iterable[int]]]
) -> tuple[Wanted, ...]:
    """Return the fits with blocks that hold rows and that nobody was asked for; models: all."""
    offsets = fits.stream.offsets
    wanted = []
    for rows, blocks in models:
        name = key(fits.stream.with_label(rows))
        spans = [(first, *fits.block(first)) for first in blocks]
        sizes = {first: int(offsets[stop] - offsets[start]) for first, start, stop in spans}
        left = {f: n for f, n in sizes.items() if n and not store.is_tried(name, f)}
        wanted += [Wanted(rows, tuple(left), sum(left.values()))] if left else []
    return tuple(wanted)


class MoreWanted(Exception):
    """Several fits are missing that other processes could make before this one goes on."""

    def __init__(self, wanted: tuple[Wanted, ...]):
        super().__init__(f"{len(wanted)} fits are missing")
        self.wanted = wanted


class StoredFits(FitCache):
    """Looks up in a store, and writes what it makes to the writer, if there is one.

    A cache that writes leaves the checks of the first fit to the one that reads it all.

    may_ask: `expect` raises `MoreWanted` where fits are missing.
    """

    def __init__(
        self,
        *arguments: Any,
        store: FitStore,
        writer: StoreWriter | None = None,
        may_ask: bool = False,
        **options: Any,
    ):
        super().__init__(*arguments, **options)
        self.store, self.writer, self.may_ask = store, writer, may_ask
        self._is_one_made = False
        if writer:
            self.audit.leave_first()

    def expect(self, models: Iterable[tuple[Rows, int]]) -> None:
        """Raise `MoreWanted` if several of these fits, or their predictions, are missing."""
        if self.may_ask:
            wanted = missing(self, self.store, ((r, self.blocks_from(t)) for r, t in models))
            if len(wanted) > 1:
                raise MoreWanted(wanted)

    def make(self, wanted: Wanted) -> None:
        """Make a fit and its predictions, for the writer."""
        assert self.writer is not None
        self.writer.add_tried(key(self.stream.with_label(wanted.rows)), wanted.blocks)
        fit = self.fit(wanted.rows)
        if not fit.constant:
            for first in wanted.blocks:
                self.serve(fit, first)

    def _make(self, name: tuple[Any, ...], recipe: Recipe, models: Sequence[Fit]) -> Fit:
        if isinstance(recipe, Refit):
            seconds = self.store.seconds(name) if self._may_look_up else None
            if seconds is not None:
                return Fit(name, recipe.rows, _Elsewhere(recipe), seconds)
        elif isinstance(recipe, Update):
            models = [*map(self._with_model, models)]
        fit = super()._make(name, recipe, models)
        if isinstance(recipe, Refit) and not fit.constant:
            self._is_one_made = True
            if self.writer:
                self.writer.add_fit(name, fit.seconds)
        return fit

    @property
    def _may_look_up(self) -> bool:
        """Whether the fit that the audit looks at was made here, as far as it needs one."""
        return self.audit.is_first_done or (self._is_one_made and not self.audit.is_pending)

    def _predict(self, fit: Fit, first: int, stop: int) -> Served:
        kept = self.store.block(fit.key, first) if self.audit.is_first_done else None
        if kept is not None:
            return kept
        served = super()._predict(fit, first, stop)
        if self.writer and not fit.constant:
            self.writer.add_block(fit.key, first, served)
        return served

    def predicted(self, fit: Fit, first: int, rows: slice) -> Prediction:
        """Return what the learner predicts; a model in another process is trained here again."""
        return super().predicted(self._with_model(fit), first, rows)

    def _with_model(self, fit: Fit) -> Fit:
        """Return a fit whose model is here."""
        if not isinstance(fit.model, _Elsewhere):
            return fit
        recipe, name = fit.model.recipe, ("again", fit.key)
        make = super()._make
        again: Fit = self.models.get(name, lambda: make(fit.key, recipe, ()), size_of)
        return again
