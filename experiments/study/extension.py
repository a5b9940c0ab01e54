"""Extension of a strategy's grid where its best value lies at an end: twice as far, or half."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from retrainlab.experiments.config.tick_options import counts_ticks
from retrainlab.experiments.study.cells import Cell, cell_at

DOUBLINGS = 3
FEWEST = 3  # values of a parameter; of two each is an end
Point = tuple[Any, ...]


@dataclass(frozen=True)
class Grid:
    """The grid of a strategy, as its file has it: values that a user named are left as they are.

    fixed: keys of the strategy that were set on the command line.
    """

    strategy: str
    node: Mapping[str, Any]
    fixed: tuple[str, ...]

    @property
    def axes(self) -> dict[str, list[Any]]:
        """Values by path."""
        return {path: list(values) for path, values in (self.node.get("grid") or {}).items()}


def own_grids(strategies: Mapping[str, Any], overridden: Sequence[str]) -> tuple[Grid, ...]:
    """Return the grids that come from the strategies' own files, in full."""
    grids = []
    for name, node in strategies.items():
        fixed = tuple(key for key in overridden if key.startswith(f"strategy.{name}."))
        grid = Grid(name, node, fixed)
        named = [f"strategy.{name}.grid", *(f"strategy.{name}.{path}" for path in grid.axes)]
        if grid.axes and not any(key.startswith(tuple(named)) for key in fixed):
            grids.append(grid)
    return tuple(grids)


@dataclass
class Extension:
    """The extension of one grid on one scenario.

    served: ticks after the warm-up, beyond which nothing that counts ticks goes.
    """

    grid: Grid
    served: int
    cells: dict[Point, Cell] = field(init=False)

    def __post_init__(self) -> None:
        points = itertools.product(*self.grid.axes.values())
        self.cells = {point: self._cell(point) for point in points if _plain(point)}

    def beyond(self, cost: Mapping[str, float]) -> list[Cell]:
        """Return cells beyond the ends at which the cheapest one lies; cost: by label."""
        tried = [point for point, cell in self.cells.items() if cell.label in cost]
        if not tried:
            return []
        best = min(tried, key=lambda point: (cost[self.cells[point].label], point))
        new = []
        for i, path in enumerate(self.grid.axes):
            line = sorted({p[i] for p in tried if (*p[:i], *p[i + 1 :]) == _without(best, i)})
            value = self._next(path, line, best[i])
            if value is not None:
                new.append((*best[:i], value, *best[i + 1 :]))
        cells = {point: self._cell(point) for point in new if point not in self.cells}
        more = {point: cell for point, cell in cells.items() if cell.is_valid}
        self.cells |= more
        return list(more.values())

    def _next(self, path: str, line: Sequence[Any], value: Any) -> Any:
        """Return the value beyond the end of a line where the best lies; None elsewhere."""
        if len(line) < FEWEST or value not in (line[0], line[-1]):
            return None
        is_whole = all(isinstance(v, int) for v in line)
        half = max(1, value // 2) if is_whole else value / 2
        further = half if value == line[0] else value * 2
        in_ticks = counts_ticks(self.grid.node, path, f"strategy.{self.grid.strategy}")
        return None if in_ticks and further > self.served else further

    def _cell(self, point: Point) -> Cell:
        values = dict(zip(self.grid.axes, point, strict=True))
        return cell_at(self.grid.strategy, self.grid.node, values, self.grid.fixed)


def _plain(point: Point) -> bool:
    """Whether all values are numbers above 0, which can be doubled and halved."""
    return all(isinstance(v, int | float) and not isinstance(v, bool) and v > 0 for v in point)


def _without(point: Point, i: int) -> Point:
    return (*point[:i], *point[i + 1 :])
