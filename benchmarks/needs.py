"""The fits and predictions that replays need, noted so that they can be measured alone."""

import time
from collections.abc import Sequence
from typing import Any

from retrainlab.sim.replay.fit_cache import Fit, FitCache, Served
from retrainlab.sim.replay.recipes import Recipe


class NotingFitCache(FitCache):
    """Fits that note each distinct training, and each distinct (fit, block), asked of them."""

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.seen: set[Any] = set()
        self.trainings: list[Fit] = []
        self.blocks: list[tuple[Fit, slice]] = []
        self.alone: dict[Any, Any] = {}
        self.done = 0

    def _make(self, name: tuple[Any, ...], recipe: Recipe, models: Sequence[Fit]) -> Fit:
        self.done += 1
        return super()._make(name, recipe, models)

    def _predict(self, fit: Fit, first: int, stop: int) -> Served:
        self.done += 1
        return super()._predict(fit, first, stop)

    def made(self, recipe: Recipe, models: Sequence[Fit] = ()) -> Fit:
        """Return the model of a recipe."""
        fit = super().made(recipe, models)
        if fit.key not in self.seen:
            self.seen.add(fit.key)
            self.trainings.append(fit)
        return fit

    def serve(self, fit: Fit, tick: int) -> Served:
        """Return the fit's predictions for the block of the tick."""
        first, stop = self.block(tick)
        if (fit.key, first) not in self.seen:
            self.seen.add((fit.key, first))
            offsets = self.stream.offsets
            self.blocks.append((fit, slice(int(offsets[first]), int(offsets[stop]))))
        return super().serve(fit, tick)

    def measure_alone(self) -> float:
        """Seconds for what was noted since the last call: bare fits and predictions, each once."""
        learner, x, y = self.learner, self.stream.x, self.stream.y
        start = time.perf_counter()
        for fit in self.trainings:
            self.alone[fit.key] = learner.fit(x[fit.rows], y[fit.rows], self.seed)
        for fit, rows in self.blocks:
            learner.predict(self.alone[fit.key], x[rows])
        spent = time.perf_counter() - start
        self.trainings, self.blocks = [], []
        return spent
