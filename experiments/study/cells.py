"""From strategies with grids to cells: one strategy, one set of parameters each."""

import copy
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from retrainlab.experiments.config.build import build, suggest
from retrainlab.experiments.config.overrides import override
from retrainlab.experiments.study.axes import axes_of, covers, set_value, value_at
from retrainlab.experiments.study.labels import code, label, parameter_words, shown
from retrainlab.reports.results.manifest import StrategyInfo
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.price_ratio import PriceRatio
from retrainlab.sim.replay.clause import Clause, clauses
from retrainlab.sim.replay.strategy import All, Strategy

PARTS = ("when", "what", "gate")
ASIDE = ("grid", "search", "follows")  # keys of a strategy that are not its parts
NEVER = {
    "when": {"_target_": "retrainlab.strategies.when.Never"},
    "what": {"_target_": "retrainlab.strategies.what.Everything"},
    "gate": {"_target_": "retrainlab.strategies.gate.Always"},
}


@dataclass(frozen=True)
class Follows:
    """The parameters of a setting, by their paths, that take the ratio of two prices."""

    paths: tuple[str, ...]
    ratio: PriceRatio


class Followed(float):
    """The value of a parameter that follows the price, which describes itself by its rule."""

    rule: str

    @classmethod
    def of(cls, value: float, ratio: PriceRatio) -> "Followed":
        """Return a value with the ratio that it follows."""
        made: Followed = cls(value)
        made.rule = f"prices.{ratio.numerator} / prices.{ratio.denominator}"
        return made

    def __format__(self, spec: str) -> str:
        return self.rule

    def __str__(self) -> str:
        return self.rule


@dataclass(frozen=True, eq=False)
class Cell:
    """A strategy at one point of its grid, as plain configuration.

    parameters: plain values by path. words: what the label says of each of them. role: what it is
    to a reader: `strategy`, `reference` (nobody asked for it), `probe` (of how firm an answer
    is, no choice), or `price_step` (of a setting that follows the price, at another price).
    follows: parameters whose values in the node stand in for a ratio of prices
    (`study.follows`). step_of, ratio: of a price step, the label of its setting, and the ratio.
    """

    strategy: str
    label: str
    node: dict[str, Any]
    parameters: dict[str, Any] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    role: str = "strategy"
    follows: Follows | None = None
    step_of: str = ""
    ratio: float | None = None

    def build(self) -> Strategy:
        """Return the strategy itself."""
        return build_strategy(self.node, f"strategy.{self.strategy}")

    def node_at(self, value: float) -> dict[str, Any]:
        """Return the node with a value for the parameters that follow the price."""
        node = copy.deepcopy(self.node)
        for path in self.follows.paths if self.follows else ():
            set_value(node, path, value, f"strategy.{self.strategy}.follows")
        return node

    @property
    def is_valid(self) -> bool:
        """Whether its parameters are in their ranges; a search may go beyond them."""
        try:
            self.build()
        except InputError:
            return False
        return True

    def info(self) -> StrategyInfo:
        """Return what the manifest says of the cell."""
        strategy = self._described()
        return StrategyInfo(
            strategy=self.strategy,
            clauses=tuple(self._clauses(strategy)),
            parameters=self.parameters,
            words=self.words,
            interval=strategy.interval,
            phase=strategy.phase,
            window=strategy.window,
            overrides=self.overrides,
            follows=str(self.follows.ratio) if self.follows else "",
            step_of=self.step_of,
            ratio=math.nan if self.ratio is None else self.ratio,
        )

    def _described(self) -> Strategy:
        """Return the strategy with values that say what they follow."""
        if self.follows is None:
            return self.build()
        node = self.node_at(Followed.of(1.0, self.follows.ratio))
        return build_strategy(node, f"strategy.{self.strategy}")

    def _clauses(self, strategy: Strategy) -> Iterator[Clause]:
        """Yield what the parts say of themselves; one that says nothing is shown as code."""
        for name in PARTS:
            part, node = getattr(strategy, name), self.node[name]
            pairs = zip(part.gates, node, strict=True) if isinstance(node, list) else [(part, node)]
            for one, plain in pairs:
                yield from clauses(one, code(plain))

    @property
    def overrides(self) -> tuple[str, ...]:
        """Words of the command line that give this cell and no other.

        An option of a part that is named, as a detector's, has no place in a configuration file
        where the name stands alone; then a grid with one point takes the place of the file's.
        """
        path = f"strategy.{self.strategy}"
        values = {axis: value_at(self.node, axis) for axis in self.parameters}
        if any(_is_inside_named(self.node, axis) for axis in values):
            grid = {axis: [value] for axis, value in values.items()}
            words = [f"~{path}.grid", override(f"+{path}.grid", grid)]
        else:
            words = [override(self._sign(a) + f"{path}.{a}", v) for a, v in values.items()]
        return override("strategy", self.strategy), *words

    def _sign(self, axis: str) -> str:
        """Return "++" for an option of a class that was set by hand, which no file may have."""
        part, _, leaf = axis.rpartition(".")
        return "++" if leaf != "_target_" and f"{part}._target_" in self.parameters else ""


def build_strategy(node: Mapping[str, Any], path: str) -> Strategy:
    """Return the strategy of a node with `when`, `what` and `gate` (one, or a list of them)."""
    for part in PARTS:
        if part not in node:
            raise InputError(f"{path}.{part} is not set; a strategy is when, what and gate")
    gate = build(node["gate"], f"{path}.gate")
    return Strategy(
        when=build(node["when"], f"{path}.when"),
        what=build(node["what"], f"{path}.what"),
        gate=All(gate) if isinstance(gate, list) else gate,
    )


def expand(strategies: Mapping[str, Any], overridden: Sequence[str] = ()) -> list[Cell]:
    """Return the cells of all strategies, in order.

    overridden: keys that were set on the command line; the value asked for, or a list of values,
    replaces the grid axis under it.
    """
    cells = []
    for name, node in strategies.items():
        fixed = tuple(key for key in overridden if key.startswith(f"strategy.{name}."))
        cells += _cells(name, node, fixed)
    return cells


def with_never(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """Return the cells with one that never retrains, as a reference where nobody asked for it."""
    if any(cell.build().never for cell in cells):
        return tuple(cells)
    return *cells, Cell("never", "never", NEVER, role="reference")


def _cells(name: str, node: Mapping[str, Any], fixed: tuple[str, ...]) -> list[Cell]:
    axes = axes_of(name, node, fixed)
    points = itertools.product(*axes.values())
    return [cell_at(name, node, dict(zip(axes, point, strict=True)), fixed) for point in points]


def cell_at(
    name: str, node: Mapping[str, Any], point: Mapping[str, Any], fixed: Sequence[str] = ()
) -> Cell:
    """Return the cell of a strategy at a point: values by their path, as `when.ticks`.

    fixed: keys of the strategy that were set on the command line, which the label shows as well.
    """
    parts = copy.deepcopy({key: node[key] for key in node if key not in ASIDE})
    for key in parts:
        require(
            key in PARTS,
            f"strategy.{name} has no option {key!r}; {suggest(key, [*PARTS, *ASIDE])}",
        )
    for axis, value in point.items():
        set_value(parts, axis, value, f"strategy.{name}.grid")
    named = {**point, **_asked(parts, name, fixed)}
    words = parameter_words(named)
    return Cell(
        name,
        label(name, words),
        parts,
        {k: shown(v) for k, v in named.items()},
        words,
        follows=_follows(name, node, parts, {*point, *named}),
    )


def _follows(
    name: str, node: Mapping[str, Any], parts: Mapping[str, Any], given: set[str]
) -> Follows | None:
    """Return what of a strategy follows the price, without the parameters that were given a value.

    parts: its when, what and gate. Raises `InputError` for a path that leads to no number, and for
    two different ratios.
    """
    path = f"strategy.{name}.follows"
    named = node.get("follows") or {}
    require(
        isinstance(named, Mapping),
        f"{path} is {named!r}; it must name a ratio of prices for a parameter, as "
        "{when.loss:fit/error}",
    )
    ratios = {axis: PriceRatio.parse(text, f"{path}.{axis}") for axis, text in named.items()}
    for axis in ratios:
        value = value_at(parts, axis)
        require(
            (isinstance(value, int | float) and not isinstance(value, bool)) or axis in given,
            f"{path} names {axis!r}, "
            + ("which is not set" if value is None else f"whose value is {value!r}")
            + "; what follows a price is a number",
        )
    require(
        len({*ratios.values()}) <= 1,
        f"{path} names {' and '.join(sorted({*map(str, ratios.values())}))}; a strategy follows "
        "one ratio",
    )
    free = tuple(axis for axis in ratios if not any(covers(key, axis) for key in given))
    return Follows(free, ratios[free[0]]) if free else None


def _asked(node: dict[str, Any], name: str, fixed: Sequence[str]) -> dict[str, Any]:
    """Return parameters of this strategy that were set by hand, so that its label shows them."""
    values = {}
    for key in fixed:
        axis = key.removeprefix(f"strategy.{name}.")
        if axis.split(".")[0] not in ASIDE:
            values[axis] = value_at(node, axis)
    return values


def _is_inside_named(node: Mapping[str, Any], axis: str) -> bool:
    """Whether the path leads to an option of a part that is given by its name."""
    part = value_at(node, axis.rpartition(".")[0])
    return isinstance(part, Mapping) and "name" in part
