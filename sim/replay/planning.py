"""Plan of the fits of a replay that are known before it runs: calendars with their windows.

The replay itself is run, on fits that nobody makes: it asks for them all the same. One that looks
at a prediction is open: what it asks for is known only as it goes.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any

from retrainlab.sim.replay.fit_cache import Fit, FitCache, Served
from retrainlab.sim.replay.predictions import Prediction
from retrainlab.sim.replay.recipes import Recipe, Refit
from retrainlab.sim.replay.state import ReplayState
from retrainlab.sim.replay.strategy import Strategy
from retrainlab.sim.rows import Rows, key, normal
from retrainlab.sim.world import World


class IsOpen(Exception):
    """A prediction decides about what is asked for next."""


class PlannedFits(FitCache):
    """Notes which fits are asked for, and which of their blocks, in order."""

    def __init__(self, *arguments: Any, **options: Any):
        super().__init__(*arguments, **options)
        self._noted: dict[tuple[Any, ...], tuple[Rows, dict[int, None]]] = {}

    @property
    def noted(self) -> list[tuple[Rows, list[int]]]:
        """Training rows, and the first ticks of the blocks to predict."""
        return [(rows, [*blocks]) for rows, blocks in self._noted.values()]

    def made(self, recipe: Recipe, models: Sequence[Fit] = ()) -> Fit:
        """Note a refit; raise `IsOpen` for a model that is made of others."""
        if not isinstance(recipe, Refit) or recipe.weights is not None:
            raise IsOpen
        rows = self.stream.with_label(normal(recipe.rows))
        name = key(rows)
        self._noted.setdefault(name, (rows, {}))
        return Fit(name, rows, None, 0.0)

    def note(self, fit: Fit, blocks: Iterable[int]) -> None:
        """Note blocks of a fit, by their first ticks."""
        self._noted[fit.key][1].update(dict.fromkeys(blocks))

    def expect(self, models: Iterable[tuple[Rows, int]]) -> None:
        """Note fits that predict everything from a tick on."""
        for rows, tick in models:
            self.note(self.fit(rows), self.blocks_from(tick))

    def serve(self, fit: Fit, tick: int) -> Served:
        """Raise `IsOpen`."""
        raise IsOpen

    def predicted(self, fit: Fit, first: int, rows: slice) -> Prediction:
        """Raise `IsOpen`."""
        raise IsOpen


def is_open(
    strategy: Strategy, world: World, fits: PlannedFits, price_ratio: float = math.nan
) -> bool:
    """Note the fits of a replay and what they serve; return whether they are open.

    What fails here fails in the replay too, which says so.
    """
    try:
        state = ReplayState(fits.stream, strategy, world, fits, price_ratio)
        state.run(fits.stream.ticks)
        state.serve(fits.stream.ticks - 1)
        for fit, tick, _ in state.record.spans(world.warmup, fits.stream.ticks):
            fits.note(fit, [fits.block(tick)[0]])
    except IsOpen:
        return True
    except Exception:
        return False
    return False
