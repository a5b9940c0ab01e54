"""How often: search the parameters of strategies for the values with the least total cost.

In rounds: a coarse grid first, then values around the best and the flat band, for each scenario
and strategy; then the phase of the interval; last, the references of what was found.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from retrainlab.experiments.config.build import build
from retrainlab.experiments.engines.local import Engine
from retrainlab.experiments.optimize.search import ParameterSearch
from retrainlab.experiments.optimize.search_space import search_parameters
from retrainlab.experiments.storage.runner import Session, session
from retrainlab.experiments.study.axes import value_at
from retrainlab.experiments.study.cells import NEVER, Cell, cell_at, expand
from retrainlab.experiments.study.current_policy import with_current_policy
from retrainlab.experiments.study.group import Group
from retrainlab.experiments.study.manifest import Study
from retrainlab.experiments.study.periods import in_ticks
from retrainlab.experiments.study.rounds import Rounds, probe_calendars
from retrainlab.experiments.study.study import Ended, finish, prepare, saved
from retrainlab.experiments.study.suited import require_suited
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.optimum.checks import check_options
from retrainlab.sim.prices import amounts

ROUNDS = 3


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
    config, overridden = in_ticks(config), tuple(overridden)
    start = time.perf_counter()
    strategies = {n: s for n, s in config["strategy"].items() if not _is_never(n, s)}
    require(
        bool(strategies),
        "optimize needs a strategy with a parameter to search, as in strategy=periodic",
    )
    study = _prepared(config, overridden).keeping(memo_bytes)
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
    firsts = (search.first for several in searches.values() for search in several)
    require_suited(config, study.groups, (*study.cells, *firsts))
    with session(study.job("optimize", command), engine, folder, parts=1) as running:
        search = _Search(study, searches, running)
        try:
            search.grids()
            probe_calendars(search.rounds)
            search.frame()
        finally:
            paths = {
                one.strategy: [parameter.path for parameter in one.parameters]
                for several in searches.values()
                for one in several
            }
            done = replace(study, cells=search.rounds.all_cells, search=paths)
            seconds = time.perf_counter() - start
            ended = finish(done, running.plan, folder, command, seconds)
    return ended


def _prepared(config: dict[str, Any], overridden: tuple[str, ...]) -> Study:
    """Return the study before the search: never, and the policy in use if one was named."""
    study = prepare({**config, "strategy": {"never": NEVER}, "current_policy": None}, overridden)
    never, policy = study.cells, config.get("current_policy")
    known = expand(config["strategy"], overridden) if isinstance(policy, str) else []
    tried, label = with_current_policy([*never, *known], config["strategy"], policy)
    cells = (*never, *(cell for cell in tried if cell.label == label and cell not in never))
    groups = tuple(replace(group, cells=cells) for group in study.groups)
    return replace(study, config=config, groups=groups, cells=cells, current_policy=label)


class _Search:
    """The searches of all scenarios, round by round."""

    def __init__(self, study: Study, searches: dict[str, list[ParameterSearch]], running: Session):
        self.study, self.searches = study, searches
        self.rounds = Rounds(study.groups, running)

    def grids(self) -> None:
        """Replay what has not been tried, and refine the grids, until nothing new is near."""
        ongoing = {scenario: list(searches) for scenario, searches in self.searches.items()}
        first: list[Cell] = list(self.study.cells)
        for number in range(ROUNDS):
            wanted = {
                scenario: first + [cell for search in searches for cell in search.untried()]
                for scenario, searches in ongoing.items()
            }
            self.rounds.replay(wanted, f"round {number + 1}")
            costs = self.rounds.costs()
            self._require_some(costs)
            ongoing = {
                scenario: [s for s in searches if s.refine(costs.get(scenario, {}))]
                for scenario, searches in ongoing.items()
            }
            first = []
            if not any(ongoing.values()):
                break

    def frame(self) -> None:
        """Add baselines, streams and references: the best cells are replayed once more for these.

        The oracle is told of the cheapest cell of each seed, so that it costs no more than that.
        """
        costs, runs = self.rounds.costs(), self.rounds.strategies()
        groups = []
        for group in self.study.groups:
            of_group = runs[(runs["scenario"] == group.scenario) & (runs["seed"] == group.seed)]
            if of_group.empty:
                continue
            labels = {str(of_group.set_index("label")["cost"].idxmin())}
            for search in self.searches[group.scenario]:
                best = search.best(costs[group.scenario])
                labels |= {search.tried[best]} if best is not None else set()
            cells = tuple(self.rounds.cells[group.scenario][label] for label in sorted(labels))
            groups.append(replace(group, cells=cells, known=frozenset(labels)))
        self.rounds.add(groups, "references")

    def _require_some(self, costs: Mapping[str, Any]) -> None:
        """Raise `InputError` with the reasons if everything failed."""
        if not costs:
            folder = self.rounds.running.store.folder
            saved(self.rounds.running.plan, [folder], folder)


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
    for name, node in _with_option(strategies, options["search"]).items():
        fixed = tuple(key for key in overridden if key.startswith(f"strategy.{name}."))
        parameters = search_parameters(name, node, options["search"], served)
        for parameter in parameters:
            key = f"strategy.{name}.{parameter.path}"
            require(
                key not in fixed,
                f"{key} is set, but it is the parameter that optimize searches; the values that it "
                f"may try are set by 'optimize.search={{{parameter.path}:[..]}}'",
            )
        search = ParameterSearch(name, node, parameters, fixed, options["within"])
        search.first.build()
        searches.append(search)
    return searches


def _with_option(strategies: Mapping[str, Any], asked: Any) -> Mapping[str, Any]:
    """Return the strategies that have every parameter asked for; all of them if none has."""
    paths = [asked] if isinstance(asked, str) else list(asked or ())
    fitting = {
        name: node
        for name, node in strategies.items()
        if all(value_at(node, path) is not None for path in paths)
    }
    return fitting or strategies


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
