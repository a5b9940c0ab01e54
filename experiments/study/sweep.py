"""From the points of a sweep to one study: equal cells are one, and fits are shared."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from retrainlab.experiments.config import compose, errors
from retrainlab.experiments.config.compose import RUNTIME_KEYS, Point, key_of
from retrainlab.experiments.study.cells import Cell, with_never
from retrainlab.experiments.study.current_policy import with_current_policy
from retrainlab.experiments.study.follows import with_price_steps
from retrainlab.experiments.study.group import Group
from retrainlab.experiments.study.labels import shown
from retrainlab.experiments.study.manifest import Study
from retrainlab.experiments.study.own_tables import unset_price, with_usual_values
from retrainlab.experiments.study.periods import in_ticks
from retrainlab.experiments.study.study import cells_of, frames, longest_first
from retrainlab.reports.results.manifest import Skipped, Sweep
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.prices import Prices

Made = TypeVar("Made")
# Keys that say nothing of strategies.
AROUND = (
    "scenario",
    "drift",
    "damage",
    "learner",
    "loss",
    "world",
    "prices",
    "seeds",
    "references",
    "metrics",
)
# What has a column of its own, swept or not.
COLUMNS = ("scenario", "strategy", "seeds")


def prepare(sweep: compose.Sweep) -> Study:
    """Return the study of all points.

    A point is impossible if each of its values is fine in another one, and it is skipped. Raises
    `InputError` that names the cell for a value that is wrong wherever it stands.
    """
    for key in sweep.swept:
        require(
            key.replace("/", ".").split(".")[0] not in RUNTIME_KEYS,
            f"{key} is swept, but it says how all cells are run; set one value, or take "
            "hydra/sweeper=basic for a job of its own for each cell",
        )
    require("current_policy" not in sweep.swept, "current_policy is swept; there is one of today")
    joint = _Joint(sweep)
    study = joint.study()
    if joint.sweep.compose.entangled:
        study = _Joint(sweep, apart=False).study()
    return study


@dataclass
class _Joint:
    """Collects groups with their cells, by scenario and seed, in the order of the points.

    apart: strategies on the one side and what stands around them on the other are made once for
    all points that agree on that side.
    """

    sweep: compose.Sweep
    apart: bool = True
    frames_at: dict[Point, list[Group]] = field(default_factory=dict)
    cells_at: dict[Point, tuple[Cell, ...]] = field(default_factory=dict)
    refused_at: dict[Point, InputError] = field(default_factory=dict)
    cell_called: dict[str, Cell] = field(default_factory=dict)
    strategies: dict[str, Any] = field(default_factory=dict)

    def study(self) -> Study:
        """Add every point, and return what they come to."""
        refused: dict[int, str] = {}
        met: dict[Point, dict[Point, None]] = {}
        for number, point in enumerate(self.sweep.points):
            try:
                around, inside = self._sides(point)
                self._made(self.frames_at, around, point, self._frames)
                self._made(self.cells_at, inside, point, self._cells)
                met.setdefault(around, {})[inside] = None
            except InputError as error:
                refused[number] = str(error)
        skipped = self._impossible(refused)
        policy = self._current_policy()
        groups = self._merged(met, self.cell_called.get(policy or ""))
        first = self.sweep.points[0]
        config, keys = self._composed(first), tuple(map(key_of, first))
        return Study(
            config,
            tuple(longest_first(groups)),
            tuple(self.cell_called.values()),
            sweep=Sweep(self.sweep.arguments, len(self.sweep.points), self.sweep.swept),
            skipped=tuple(skipped),
            scenarios=tuple(dict.fromkeys(group.scenario for group in groups)),
            current_policy=policy,
            is_price_unset=unset_price(config, keys),
        )

    def _sides(self, point: Point) -> tuple[Point, Point]:
        """Return the overrides that frames depend on, and those that cells depend on."""
        if not self.apart:
            return tuple(point), tuple(point)
        heads = [key_of(word).split(".")[0] for word in point]
        pairs = list(zip(heads, point, strict=True))
        around = tuple(word for head, word in pairs if head != "strategy")
        return around, tuple(word for head, word in pairs if head not in AROUND)

    def _made(
        self,
        made: dict[Point, Made],
        side: Point,
        point: Point,
        make: Callable[[Point], Made],
    ) -> None:
        """Make what this side of a point comes to, unless that was done or refused before."""
        if side in made:
            return
        if side not in self.refused_at:
            with errors.in_one_sentence(point, "config"):
                try:
                    made[side] = make(point)
                    return
                except InputError as error:
                    self.refused_at[side] = error
        raise self.refused_at[side]

    def _composed(self, point: Point) -> dict[str, Any]:
        return in_ticks(self.sweep.compose(point))

    def _frames(self, point: Point) -> list[Group]:
        keys = tuple(map(key_of, point))
        config = with_usual_values(self._composed(point), keys)
        return [self._named(group, point) for group in frames(config, keys)]

    def _cells(self, point: Point) -> tuple[Cell, ...]:
        keys = tuple(map(key_of, point))
        config = with_usual_values(self._composed(point), keys)
        self.strategies = {**config["strategy"], **self.strategies}
        return tuple(map(self._one, cells_of(config, keys)))

    def _current_policy(self) -> str | None:
        """Return the label of the policy in use, which is a cell then, if one was named."""
        policy = self._composed(self.sweep.points[0]).get("current_policy")
        cells, label = with_current_policy([*self.cell_called.values()], self.strategies, policy)
        for cell in cells:
            self._one(cell)
        return label

    def _one(self, cell: Cell) -> Cell:
        """Return the cell of this label; there is one of it."""
        first = self.cell_called.setdefault(cell.label, cell)
        require(
            first.node == cell.node,
            f"two different strategies are both called {cell.label!r}; tell them apart by a value "
            "that is swept under strategy, or take hydra/sweeper=basic for jobs of their own",
        )
        return first

    def _named(self, group: Group, point: Point) -> Group:
        """Give a group the name of its scenario with what was swept around the strategies.

        The plain name of the scenario is kept beside it, to group by.
        """
        words, swept = [group.scenario], {"scenario": group.scenario} if self.sweep.swept else {}
        prefix = f"scenario.{group.scenario}."
        for word in (word for word in point if not word.startswith("~")):
            key, value = key_of(word), word.split("=", 1)[1]
            head = key.split(".")[0]
            elsewhere = head == "scenario" and not key.startswith(prefix)
            if key not in self.sweep.swept or key in COLUMNS or head == "strategy" or elsewhere:
                continue
            words.append(f"{key.removeprefix(prefix)}={value}")
            swept[key] = _plain(self.sweep.compose.value(word))
        return replace(group, scenario=" ".join(words), swept=swept)

    def _impossible(self, refused: dict[int, str]) -> list[Skipped]:
        """Return the points that are skipped; `InputError` for one that is wrong."""
        points = self.sweep.points
        fine = {word for i, point in enumerate(points) if i not in refused for word in point}
        for number, why in refused.items():
            if not fine.issuperset(points[number]):
                raise InputError(f"{self.sweep.named(number)}: {why}" if self.sweep.swept else why)
        return [Skipped(None, None, self.sweep.named(i), why) for i, why in refused.items()]

    def _merged(self, met: dict[Point, dict[Point, None]], policy: Cell | None) -> list[Group]:
        """Return the groups with their cells; groups of the same cells share the tuple of them.

        policy: a cell that every group has.
        """
        groups: dict[tuple[str, int], Group] = {}
        inside: dict[tuple[str, int], dict[Point, None]] = {}
        for around, sides in met.items():
            for group in self.frames_at[around]:
                key = group.scenario, group.seed
                require(
                    groups.setdefault(key, group) == group,
                    f"two different settings are both called {group.scenario!r}; name a swept "
                    "value for each, or take hydra/sweeper=basic for jobs of their own",
                )
                inside.setdefault(key, {}).update(sides)
        shared: dict[tuple[Prices, tuple[Point, ...]], tuple[Cell, ...]] = {}
        kinds = {key: (group.prices, tuple(inside[key])) for key, group in groups.items()}
        for prices, order in kinds.values():
            if (prices, order) not in shared:
                parts = [self.cells_at[side] for side in order]
                cells = with_never(_union([*parts, (policy,)] if policy else parts))
                stepped = with_price_steps(cells, prices)
                shared[prices, order] = tuple(map(self._one, stepped))
        return [replace(group, cells=shared[kinds[key]]) for key, group in groups.items()]


def _union(parts: Iterable[Sequence[Cell]]) -> tuple[Cell, ...]:
    return tuple({cell.label: cell for part in parts for cell in part}.values())


def _plain(value: Any) -> Any:
    """Return a value that fits a column."""
    if isinstance(value, list):
        return str(value)
    return shown(value)
