"""The search of one strategy's parameters on one scenario: what to try next."""

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from retrainlab.experiments.optimize.search_space import SearchParameter
from retrainlab.experiments.study.cells import Cell, cell_at

FINER = {1: 6, 2: 3}  # values added to a parameter in a round, where one or two are searched


@dataclass
class ParameterSearch:
    """The search of one strategy on one scenario. tried: label by point."""

    strategy: str
    node: Mapping[str, Any]
    parameters: list[SearchParameter]
    fixed: tuple[str, ...]
    within: float
    tried: dict[tuple[float, ...], str] = field(default_factory=dict)

    @property
    def first(self) -> Cell:
        """Return the cell of the first value of each parameter."""
        return self.cell_of(tuple(parameter.values[0] for parameter in self.parameters))

    def untried(self) -> list[Cell]:
        """Return cells of all combinations of values that have not been tried."""
        cells = []
        for values in itertools.product(*(parameter.values for parameter in self.parameters)):
            if values not in self.tried:
                cells.append(self.cell_of(values))
                self.tried[values] = cells[-1].label
        return cells

    def refine(self, cost: Mapping[str, float]) -> bool:
        """Add values around the best; return whether there are any new ones. cost: by label."""
        best = self.best(cost)
        if best is None:
            return False
        limit = cost[self.tried[best]] * (1 + self.within)
        wider = []
        for i, parameter in enumerate(self.parameters):
            line = [(*best[:i], value, *best[i + 1 :]) for value in parameter.values]
            at = parameter.values.index(best[i])
            flat = [cost.get(self.tried.get(point, ""), math.inf) <= limit for point in line]
            low, high = at, at
            while low > 0 and flat[low - 1]:
                low -= 1
            while high < len(flat) - 1 and flat[high + 1]:
                high += 1
            band = parameter.values[low], parameter.values[high]
            around = parameter.around(best[i], *band, FINER[len(self.parameters)])
            more = [v for v in around if self.cell_of((*best[:i], v, *best[i + 1 :])).is_valid]
            wider.append(parameter.with_values(more))
        old = self.parameters
        has_grown = any(a.values != b.values for a, b in zip(wider, old, strict=True))
        self.parameters = wider
        return has_grown

    def best(self, cost: Mapping[str, float]) -> tuple[float, ...] | None:
        """Return the point that costs least; of equal ones the last. None if all have failed."""
        points = [point for point, label in self.tried.items() if label in cost]
        return min(sorted(points, reverse=True), key=lambda p: cost[self.tried[p]], default=None)

    def cell_of(self, point: tuple[float, ...]) -> Cell:
        """Return the cell of a point."""
        return self._cell(dict(zip(self._paths, point, strict=True)))

    def _cell(self, point: Mapping[str, float]) -> Cell:
        return cell_at(self.strategy, self.node, point, self.fixed)

    @property
    def _paths(self) -> list[str]:
        return [parameter.path for parameter in self.parameters]
