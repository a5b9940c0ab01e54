"""Rounds of a study: what is replayed next depends on what the rounds before have cost."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from retrainlab.experiments.storage.artifact import Artifact
from retrainlab.experiments.storage.result_store import PlannedUnit
from retrainlab.experiments.storage.runner import Session
from retrainlab.experiments.study.cells import Cell
from retrainlab.experiments.study.extension import DOUBLINGS, Extension, Grid
from retrainlab.experiments.study.follows import with_price_steps
from retrainlab.experiments.study.group import Group
from retrainlab.experiments.study.group_unit import GroupUnit
from retrainlab.experiments.study.phases import probes, winning_calendar
from retrainlab.reports.text.format import count

BOTH = ("scenario", "seed")
Wanted = Mapping[str, Sequence[Cell]]


class Rounds:
    """Replays cells on the streams of a study, round by round.

    cells: by scenario and label, all that were replayed. runs, oracles: rows of the table of runs
    and of the oracles, a frame a unit. info: by scenario, what the first unit
    that could be made says of it.
    """

    def __init__(self, groups: Sequence[Group], running: Session):
        self.groups, self.running = groups, running
        self.place = {(group.scenario, group.seed): i for i, group in enumerate(groups)}
        self.cells: dict[str, dict[str, Cell]] = {group.scenario: {} for group in groups}
        self.runs: list[pd.DataFrame] = []
        self.oracles: list[pd.DataFrame] = []
        self.info: dict[str, dict[str, Any]] = {}

    def run(
        self,
        units: Sequence[GroupUnit],
        title: str,
        quiet: bool = False,
        each: Callable[[int, Artifact], None] | None = None,
    ) -> None:
        """Finish units that were added to the plan, and keep what decides about the next round.

        quiet: whether the time left was told before. each: see `Session.finish`.
        """
        for unit in units:
            cells = {cell.label: cell for cell in unit.group.cells}
            self.cells[unit.group.scenario] |= cells
        for unit, artifact in zip(
            units, self.running.finish(units, title, quiet, each), strict=True
        ):
            if artifact.info:
                self.info.setdefault(unit.group.scenario, artifact.info)
            runs, references = artifact.table("runs"), artifact.table("references")
            if runs is not None:
                self.runs.append(runs.to_pandas())
            if references is not None:
                self.oracles.append(references.to_pandas().query("reference == 'oracle'"))

    def add(self, groups: Sequence[Group], title: str) -> None:
        """Add a unit for each group to the plan, stream by stream, and finish them."""
        settings = count(max((len(group.cells) for group in groups), default=0), "setting")
        units = self.running.add([GroupUnit(group) for group in groups], order=self._order)
        self.run(units, f"{title}: {count(len(groups), 'stream')} x {settings}")

    def replay(self, wanted: Wanted, title: str) -> None:
        """Replay cells, by scenario, on all its streams, but for those that were replayed."""
        new = {
            scenario: tuple(
                {c.label: c for c in cells if c.label not in self.cells[scenario]}.values()
            )
            for scenario, cells in wanted.items()
        }
        groups = [
            replace(
                group,
                cells=with_price_steps(new[group.scenario], group.prices),
                context="none",
            )
            for group in self.groups
            if new.get(group.scenario)
        ]
        if groups:
            self.add(groups, title)

    def _order(self, unit: PlannedUnit) -> int:
        """Put the plan stream by stream, and each in the order of the rounds."""
        return self.place[unit.name, unit.seed]

    def strategies(self) -> pd.DataFrame:
        """Return the runs of strategies so far, without probes and baselines."""
        if not self.runs:
            return pd.DataFrame(columns=[*BOTH, "label", "cost"])
        runs = pd.concat(self.runs, ignore_index=True)
        return runs[runs["role"].isin(["strategy", "reference"])]

    def costs(self) -> dict[str, dict[str, float]]:
        """Return the mean cost by scenario and label."""
        costs: dict[str, dict[str, float]] = {}
        for scenario, cells in self.strategies().groupby("scenario"):
            mean = cells.groupby("label")["cost"].mean()
            costs[str(scenario)] = dict(zip(map(str, mean.index), mean, strict=True))
        return costs

    def served(self, scenario: str) -> int:
        """Return how many ticks of a scenario come after its warm-up; 0 where none was made."""
        group = next(group for group in self.groups if group.scenario == scenario)
        return (
            int(self.info.get(scenario, {}).get("ticks", group.world.warmup)) - group.world.warmup
        )

    @property
    def all_cells(self) -> tuple[Cell, ...]:
        """All cells that were replayed, once each."""
        return tuple({x: c for cells in self.cells.values() for x, c in cells.items()}.values())


def extend(rounds: Rounds, grids: Sequence[Grid]) -> None:
    """Extend the grids on each scenario as long as its best value lies at an end, up to a limit."""
    extensions = {
        scenario: [Extension(grid, rounds.served(scenario)) for grid in grids]
        for scenario in rounds.cells
    }
    for _ in range(DOUBLINGS):
        costs = rounds.costs()
        wanted = {
            scenario: [c for one in several for c in one.beyond(costs.get(scenario, {}))]
            for scenario, several in extensions.items()
        }
        if not any(wanted.values()):
            break
        rounds.replay(wanted, "beyond the ends of the grid")


def probe_calendars(rounds: Rounds) -> None:
    """Begin the winning calendar of each scenario at other phases; these runs do not compete."""
    costs = rounds.costs()
    wanted = {}
    for scenario, cells in rounds.cells.items():
        best = winning_calendar(cells.values(), costs.get(scenario, {}))
        wanted[scenario] = [] if best is None else probes(best, rounds.served(scenario))
    rounds.replay(wanted, "the best calendar at other phases")


def complete_oracles(rounds: Rounds) -> None:
    """Find the oracle anew on streams where a later round was cheaper, so that it is a floor.

    It is told of the cells that are cheaper than it was.
    """
    if not rounds.oracles:
        return
    oracles = pd.concat(rounds.oracles).set_index([*BOTH])["cost"]
    runs = rounds.strategies().set_index([*BOTH])
    groups = []
    for group in rounds.groups:
        key = group.scenario, group.seed
        if key not in oracles.index or key not in runs.index:
            continue
        of_stream = runs.loc[[key]]
        cheaper = sorted(
            of_stream["label"][of_stream["cost"] < oracles.loc[[key]].min() * (1 - 1e-9)]
        )
        cells = tuple(rounds.cells[group.scenario][label] for label in cheaper)
        if cells:
            known = frozenset(cheaper)
            groups.append(replace(group, cells=cells, context="oracle", known=known))
    if groups:
        rounds.add(groups, "the oracle once more")
