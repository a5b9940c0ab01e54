"""How often: search the parameters of strategies for the values with the least total cost.

In rounds: a coarse grid first, then values around the best and the flat band, for each scenario
and strategy; then the phase of the interval; last, the references of what was found.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from retrainlab.experiments.config.build import build
from retrainlab.experiments.engines.local import Engine
from retrainlab.experiments.optimize.search import ParameterSearch
from retrainlab.experiments.optimize.search_space import search_parameters
from retrainlab.experiments.storage.result_store import PlannedUnit
from retrainlab.experiments.storage.runner import Session, session
from retrainlab.experiments.study.cells import Cell, cell_at
from retrainlab.experiments.study.group import Group
from retrainlab.experiments.study.group_unit import GroupUnit
from retrainlab.experiments.study.manifest import Study, header
from retrainlab.experiments.study.study import Ended, merge, prepare, saved
from retrainlab.reports.analysis.typed_json import to_plain
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.optimum.checks import check_options
from retrainlab.sim.prices import amounts

ROUNDS = 3
NEVER = {
    "when": {"_target_": "retrainlab.strategies.when.Never"},
    "what": {"_target_": "retrainlab.strategies.what.Everything"},
    "gate": {"_target_": "retrainlab.strategies.gate.Always"},
}


def run(
    config: dict[str, Any],
    overridden: Iterable[str],
    engine: Engine,
    memo_bytes: int,
    folder: Path,
    command: str,
) -> Ended:
    """Search, and write tables and manifest as a study does; what is there is not done again.

    Raises `InputError` for what a study refuses, and if there is no price to weigh against
    another, one seed where more could be drawn, or a parameter that cannot be searched.
    """
    overridden = tuple(overridden)
    start = time.perf_counter()
    strategies = {n: s for n, s in config["strategy"].items() if not _is_never(n, s)}
    require(
        bool(strategies),
        "optimize needs a strategy with a parameter to search, as in strategy=periodic",
    )
    study = prepare({**config, "strategy": {"never": NEVER}}, ())
    study = replace(study, config=config).keeping(memo_bytes)
    try:
        check_options(**{k: config["optimize"][k] for k in ("resamples", "within")})
    except InputError as error:
        raise InputError(f"optimize.{error}") from error
    _require_prices(study)
    _require_seeds(study)
    searches = {
        scenario: _searches(config, strategies, groups[0], overridden)
        for scenario, groups in _by_scenario(study).items()
    }
    with session(study.job("optimize", command), engine, folder, parts=1) as running:
        search = _Search(study, searches, running)
        try:
            search.rounds()
            search.frame()
        finally:
            paths = {
                one.strategy: [parameter.path for parameter in one.parameters]
                for several in searches.values()
                for one in several
            }
            done = replace(study, cells=tuple(search.cells.values()), search=paths)
            plan = replace(running.plan, header=to_plain(header(done, command)))
            plan.save(folder)
            ended = merge(plan, [folder], folder, time.perf_counter() - start)
    return ended


class _Search:
    """The searches of all scenarios, round by round.

    cells: by label. runs: the table of each unit that has one.
    """

    def __init__(self, study: Study, searches: dict[str, list[ParameterSearch]], running: Session):
        self.study, self.searches, self.running = study, searches, running
        self.place = {(g.scenario, g.seed): i for i, g in enumerate(study.groups)}
        self.runs: list[pd.DataFrame] = []
        self.cells: dict[str, Cell] = {}

    def _order(self, unit: PlannedUnit) -> int:
        """Put the plan stream by stream, and each in the order of the rounds."""
        return self.place[unit.name, unit.seed]

    def rounds(self) -> None:
        """Replay what has not been tried, and widen the grids, until nothing new is near."""
        ongoing = {scenario: list(searches) for scenario, searches in self.searches.items()}
        first: list[Cell] = list(self.study.cells)
        for _ in range(ROUNDS):
            wanted = {
                scenario: first + [cell for search in searches for cell in search.untried()]
                for scenario, searches in ongoing.items()
            }
            self._replay(wanted)
            costs = self._costs()
            ongoing = {
                scenario: [s for s in searches if s.refine(costs.get(scenario, {}))]
                for scenario, searches in ongoing.items()
            }
            first = []
            if not any(ongoing.values()):
                break
        costs = self._costs()
        phases = {
            scenario: [cell for s in searches for cell in s.phases(costs.get(scenario, {}))]
            for scenario, searches in self.searches.items()
        }
        self._replay(phases, role="probe")

    def frame(self) -> None:
        """Add baselines, streams and references: the best cells are replayed once more for these.

        The oracle is told of the cheapest cell of each seed, so that it costs no more than that.
        """
        costs, runs = self._costs(), self._strategies()
        groups = []
        for group in self.study.groups:
            of_group = runs[(runs["scenario"] == group.scenario) & (runs["seed"] == group.seed)]
            if of_group.empty:
                continue
            labels = {str(of_group.set_index("label")["cost"].idxmin())}
            for search in self.searches[group.scenario]:
                best = search.best(costs[group.scenario])
                labels |= {search.tried[best]} if best is not None else set()
            cells = tuple(self.cells[label] for label in sorted(labels))
            groups.append(replace(group, cells=cells, known=frozenset(labels)))
        self._run(groups)

    def _replay(self, wanted: Mapping[str, Sequence[Cell]], role: str = "strategy") -> None:
        groups = [
            replace(group, cells=tuple(wanted[group.scenario]), role=role, include_context=False)
            for group in self.study.groups
            if wanted.get(group.scenario)
        ]
        self.cells |= {cell.label: cell for group in groups for cell in group.cells}
        self._run(groups)

    def _run(self, groups: Sequence[Group]) -> None:
        count = max((len(group.cells) for group in groups), default=0)
        units = self.running.add([GroupUnit(group) for group in groups], order=self._order)
        for artifact in self.running.finish(units, f"{len(groups)} streams x {count} settings"):
            runs = artifact.table("runs")
            if runs is not None:
                self.runs.append(runs.to_pandas())

    def _strategies(self) -> pd.DataFrame:
        """Return the runs so far, without probes; `InputError` if everything failed."""
        if not self.runs:
            folder = self.running.store.folder
            saved(self.running.plan, [folder], folder)
        runs = pd.concat(self.runs, ignore_index=True)
        return runs[runs["role"] == "strategy"]

    def _costs(self) -> dict[str, dict[str, float]]:
        """Mean cost by scenario and label."""
        runs = self._strategies()
        costs: dict[str, dict[str, float]] = {}
        for scenario, cells in runs.groupby("scenario"):
            mean = cells.groupby("label")["cost"].mean()
            costs[str(scenario)] = dict(zip(map(str, mean.index), mean, strict=True))
        return costs


def _is_never(name: str, node: Mapping[str, Any]) -> bool:
    """Whether a strategy never retrains; it may lack the value of what is searched."""
    cell = cell_at(name, node, {})
    try:
        return cell.build().never
    except InputError:
        return False


def _by_scenario(study: Study) -> dict[str, list[Group]]:
    groups: dict[str, list[Group]] = {}
    for group in study.groups:
        groups.setdefault(group.scenario, []).append(group)
    return groups


def _searches(
    config: Mapping[str, Any],
    strategies: Mapping[str, Any],
    group: Group,
    overridden: tuple[str, ...],
) -> list[ParameterSearch]:
    """Return a search for each strategy, after a look at how long the stream is."""
    stream = build(group.node, f"scenario.{group.scenario}")(group.seed)
    group.world.admits(stream)
    served = stream.ticks - group.world.warmup
    options = config["optimize"]
    searches = []
    for name, node in strategies.items():
        fixed = tuple(key for key in overridden if key.startswith(f"strategy.{name}."))
        parameters = search_parameters(name, node, options["search"], served)
        for parameter in parameters:
            key = f"strategy.{name}.{parameter.path}"
            require(
                key not in fixed, f"{key} is set, but it is the parameter that optimize searches"
            )
        search = ParameterSearch(name, node, parameters, fixed, options["within"], served)
        search.cell_of(tuple(parameter.values[0] for parameter in parameters)).build()
        searches.append(search)
    return searches


def _require_prices(study: Study) -> None:
    prices = amounts(study.groups[0].prices)
    spent = [name for name in prices if name != "error"]
    require(
        prices["error"] > 0,
        "prices.error is 0: errors cost nothing, so never retraining is best, whatever happens; "
        "give errors a price",
    )
    require(
        any(prices[name] > 0 for name in spent),
        f"prices.{', prices.'.join(spent)} are all 0: retraining costs nothing, so the answer is "
        "to retrain always, which recommends nothing; set prices.fit to what a retraining costs",
    )


def _require_seeds(study: Study) -> None:
    for scenario, groups in _by_scenario(study).items():
        node = build(groups[0].node, f"scenario.{scenario}")
        if len(groups) == 1 and getattr(node, "seeded", True):
            raise InputError(
                f"seeds names one seed, and an interval needs several streams of {scenario}; "
                "take more, as in seeds=10"
            )
