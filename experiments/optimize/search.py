"""The search of one strategy's knobs on one scenario: what to try next."""

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from retrainlab.experiments.optimize.search_space import SearchParameter
from retrainlab.experiments.study.cells import Cell, cell_at

FINER = {1: 6, 2: 3}  # values added to a knob in a round, where one or two are searched
PHASES = 8
INTERVAL, PHASE = "when.ticks", "when.phase"


@dataclass
class ParameterSearch:
    """The search of one strategy on one scenario; tried: label by point."""

    strategy: str
    node: Mapping[str, Any]
    knobs: list[SearchParameter]
    fixed: tuple[str, ...]
    within: float
    tried: dict[tuple[float, ...], str] = field(default_factory=dict)

    def untried(self) -> list[Cell]:
        """Return cells of all combinations of values that have not been tried."""
        cells = []
        for values in itertools.product(*(knob.values for knob in self.knobs)):
            if values not in self.tried:
                cells.append(self._cell(dict(zip(self._paths, values, strict=True))))
                self.tried[values] = cells[-1].label
        return cells

    def refine(self, cost: Mapping[str, float]) -> bool:
        """Add values around the best; return whether there are any new ones. cost: by label."""
        best = self.best(cost)
        if best is None:
            return False
        limit = cost[self.tried[best]] * (1 + self.within)
        wider = []
        for i, knob in enumerate(self.knobs):
            line = [(*best[:i], value, *best[i + 1 :]) for value in knob.values]
            at = knob.values.index(best[i])
            flat = [cost.get(self.tried.get(point, ""), math.inf) <= limit for point in line]
            low, high = at, at
            while low > 0 and flat[low - 1]:
                low -= 1
            while high < len(flat) - 1 and flat[high + 1]:
                high += 1
            band = knob.values[low], knob.values[high]
            more = knob.around(best[i], *band, FINER[len(self.knobs)])
            wider.append(knob.with_values(more))
        grown = any(new.values != old.values for new, old in zip(wider, self.knobs, strict=True))
        self.knobs = wider
        return grown

    def phases(self, cost: Mapping[str, float]) -> list[Cell]:
        """Return the best schedule begun at other phases; none where few retrainings are left."""
        best = self.best(cost)
        if best is None or INTERVAL not in self._paths or PHASE not in self._options:
            return []
        point = dict(zip(self._paths, best, strict=True))
        longest = next(knob.longest for knob in self.knobs if knob.path == INTERVAL)
        # At the latest phase two retrainings are left, or else phases only differ in their number.
        if longest is not None and point[INTERVAL] * (3 * PHASES - 1) > longest * PHASES:
            return []
        steps = np.unique(np.arange(1, PHASES) * int(point[INTERVAL]) // PHASES)
        return [self._cell({**point, PHASE: int(step)}) for step in steps if step > 0]

    def best(self, cost: Mapping[str, float]) -> tuple[float, ...] | None:
        """Return the point that costs least; of equal ones the last. None if all have failed."""
        found = [point for point, label in self.tried.items() if label in cost]
        return min(sorted(found, reverse=True), key=lambda p: cost[self.tried[p]], default=None)

    def cell_of(self, point: tuple[float, ...]) -> Cell:
        """Return the cell of a point that was tried."""
        return self._cell(dict(zip(self._paths, point, strict=True)))

    def _cell(self, point: Mapping[str, float]) -> Cell:
        return cell_at(self.strategy, self.node, point, self.fixed)

    @property
    def _paths(self) -> list[str]:
        return [knob.path for knob in self.knobs]

    @property
    def _options(self) -> list[str]:
        return [f"when.{name}" for name in self.node["when"]]
