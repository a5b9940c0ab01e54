"""A group of cells as a work unit: how it is named, split, run and written."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar

from retrainlab.experiments.storage.parquet import Layout
from retrainlab.experiments.storage.work_unit import Postponed, Recipe, UnitResult
from retrainlab.experiments.study.cells import Cell
from retrainlab.experiments.study.fit_tasks import fit_tasks, plan_group
from retrainlab.experiments.study.group import TABLES, Group, failure, run_group
from retrainlab.sim.replay.stored_fits import MoreWanted
from retrainlab.sim.replay.summary import REGRESSION

LAYOUT = Layout(
    TABLES,
    categories=("scenario", "learner", "label"),
    named_in=("runs", "streams", "references", "policy_logs"),
    always={"ticks": REGRESSION},
)
MODULES = (
    "experiments.config.build",
    "experiments.engines.threads",
    "experiments.storage.artifact",
    "experiments.storage.shared_stream",
    "experiments.storage.work_unit",
    "experiments.study.cells",
    "experiments.study.context",
    "experiments.study.for_task",
    "experiments.study.follows",
    "experiments.study.group",
    "experiments.study.group_tables",
    "experiments.study.group_unit",
    "experiments.study.labels",
    "experiments.study.policy_tables",
    "experiments.study.seed_audit",
    "experiments.study.repeat_audit",
)
RUNTIME = (
    "memo_bytes",
    "stream_folder",
    "fit_folder",
    "may_ask",
    "is_first",
    "has_several_seeds",
)  # fields that say how a group is run, not what it is


@dataclass(frozen=True)
class GroupUnit:
    """A group of a study, or a part of its cells.

    workers: how many can make its fits; where there are several, it plans them first. is_planned:
    whether that has been done.
    """

    group: Group
    workers: int = 1
    is_planned: bool = False
    nouns: ClassVar[tuple[str, str]] = ("group", "cell")

    @property
    def stream(self) -> tuple[str, int]:
        """Scenario and seed."""
        return self.group.scenario, self.group.seed

    @property
    def recipe(self) -> Recipe:
        """All fields of the group; its cells, which other groups have as well, are shared."""
        names = [f.name for f in fields(Group) if f.name not in ("cells", *RUNTIME)]
        specific = {name: getattr(self.group, name) for name in names}
        specific["known"] = sorted(self.group.known)
        return Recipe(specific, self.group.cells, MODULES)

    @property
    def pieces(self) -> tuple[Cell, ...]:
        """The cells."""
        return self.group.cells

    @property
    def has_context(self) -> bool:
        """Whether baselines, the stream and the references are in the tables."""
        return self.group.context != "none"

    @property
    def divisible(self) -> bool:
        """References are made from all cells of a group, which stays whole for them."""
        return not self.group.references

    def run(self) -> UnitResult | Postponed:
        """Replay the cells; what a sweep has set around them becomes columns of the runs."""
        if self.workers > 1 and not self.is_planned:
            passes = plan_group(self.group, self.workers)
            return Postponed(passes, self._after_pass(may_ask=True))
        try:
            result = run_group(self.group)
        except MoreWanted as more:
            tasks = fit_tasks(self.group, more.wanted, self.workers)
            return Postponed((tasks,), self._after_pass(may_ask=False))
        if "runs" in result.tables:
            swept = {_column(key): value for key, value in self.group.swept.items()}
            result.tables["runs"] = result.tables["runs"].assign(**swept)
        return result

    def _after_pass(self, may_ask: bool) -> "GroupUnit":
        return replace(self, group=replace(self.group, may_ask=may_ask), is_planned=True)

    def part(self, pieces: Sequence[Cell], has_context: bool) -> "GroupUnit":
        """Return a unit of other cells."""
        context = self.group.context if has_context else "none"
        return GroupUnit(replace(self.group, cells=tuple(pieces), context=context))

    def sharing(self, folder: str, workers: int) -> "GroupUnit":
        """Return the same unit, with a place for its stream, and for fits that others make."""
        fits = f"{folder}/fits" if workers > 1 else ""
        group = replace(self.group, stream_folder=f"{folder}/stream", fit_folder=fits)
        return GroupUnit(group, workers)

    def failure(self, piece: Cell | None, error: BaseException) -> dict[str, Any]:
        """Return the entry of a cell that failed, or of the whole group."""
        return failure(self.group, piece.label if piece else None, error)


def _column(key: str) -> str:
    """Return the column of `runs` that holds what a sweep has set under a key."""
    return "base_scenario" if key == "scenario" else f"s_{key}"
