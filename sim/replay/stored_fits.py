"""Fit cache over a store: fits and predictions are looked up, and made where they are missing.

The first fit is made here in any case, for the audit: a learner is refused as it is without a
store. What the store lacks (a constant, a fit that failed, what there was no space for) is made
here too, so that no store changes a result.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from retrainlab.sim.replay.fit_cache import Fit, FitCache, Served, weight
from retrainlab.sim.replay.fit_store import FitStore, StoreWriter
from retrainlab.sim.rows import Rows, key

ELSEWHERE = "a model in another process"


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
        sizes = {first: int(np.diff(offsets[[*fits.block(first)]])[0]) for first in blocks}
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

    def _train(self, name: tuple[Any, ...], rows: Rows) -> Fit:
        seconds = self.store.seconds(name) if self.audit.is_first_done else None
        if seconds is not None:
            return Fit(name, rows, ELSEWHERE, seconds)
        fit = super()._train(name, rows)
        if self.writer and not fit.constant:
            self.writer.add_fit(name, fit.seconds)
        return fit

    def _predict(self, fit: Fit, first: int, stop: int) -> Served:
        kept = self.store.block(fit.key, first) if self.audit.is_first_done else None
        if kept is not None:
            return kept
        served = super()._predict(self._with_model(fit), first, stop)
        if self.writer and not fit.constant:
            self.writer.add_block(fit.key, first, served)
        return served

    def _with_model(self, fit: Fit) -> Fit:
        """Return a fit whose model is here; one from the store is trained again."""
        if fit.model is not ELSEWHERE:
            return fit
        again = lambda: super(StoredFits, self)._train(fit.key, fit.rows)  # noqa: E731
        anew: Fit = self.models.get(("again", fit.key), again, weight)
        return replace(fit, model=anew.model)
