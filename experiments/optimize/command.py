"""How often: search the knobs of strategies for the values with the least total cost.

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
from retrainlab.experiments.study.cells import Cell
from retrainlab.experiments.study.group import Group
from retrainlab.experiments.study.group_unit import GroupUnit
from retrainlab.experiments.study.manifest import Study, header
from retrainlab.experiments.study.study import Ended, merge, prepare, saved
from retrainlab.reports.analysis.typed_json import to_plain
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.optimum.checks import check_options

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
    another, one seed where more could be drawn, or a knob that cannot be searched.
    """
    overridden = tuple(overridden)
    start = time.perf_counter()
    strategies = {n: s for n, s in config["strategy"].items() if n != "never"}
    require(bool(strategies), "optimize needs a strategy with a knob, as in strategy=periodic")
    study = prepare({**config, "strategy": {"never": NEVER}}, ())
    study = replace(study, config=config).keeping(memo_bytes)
    try:
        check_options(**{k: config["optimize"][k] for k in ("resamples", "within")})
    except InputError as error:
        raise InputError(f"optimize.{error}") from error
    _require_prices(study)
    _require_seeds(study)
    hunts = {
        scenario: _hunts(config, strategies, groups[0], overridden)
        for scenario, groups in _by_scenario(study).items()
    }
    with session(study.job("optimize", command), engine, folder, parts=1) as running:
        search = _Search(study, hunts, running)
        try:
            search.rounds()
            search.frame()
        finally:
            knobs = {h.strategy: [k.path for k in h.knobs] for hs in hunts.values() for h in hs}
            done = replace(study, cells=tuple(search.cells.values()), search=knobs)
            plan = replace(running.plan, header=to_plain(header(done, command)))
            plan.save(folder)
            ended = merge(plan, [folder], folder, time.perf_counter() - start)
    return ended


class _Search:
    """What was found so far. cells: by label; runs: the table of each unit that has one."""

    def __init__(self, study: Study, hunts: dict[str, list[ParameterSearch]], running: Session):
        self.study, self.hunts, self.running = study, hunts, running
        self.place = {(g.scenario, g.seed): i for i, g in enumerate(study.groups)}
        self.runs: list[pd.DataFrame] = []
        self.cells: dict[str, Cell] = {}

    def _order(self, unit: PlannedUnit) -> int:
        """Put the plan stream by stream, and each in the order of the rounds."""
        return self.place[unit.name, unit.seed]

    def rounds(self) -> None:
        """Replay what has not been tried, and widen the grids, until nothing new is near."""
        open_hunts = {scenario: list(hunts) for scenario, hunts in self.hunts.items()}
        first: list[Cell] = list(self.study.cells)
        for _ in range(ROUNDS):
            wanted = {
                s: first + [c for h in hs for c in h.untried()] for s, hs in open_hunts.items()
            }
            self._replay(wanted)
            costs = self._costs()
            open_hunts = {
                s: [h for h in hs if h.refine(costs.get(s, {}))] for s, hs in open_hunts.items()
            }
            first = []
            if not any(open_hunts.values()):
                break
        costs = self._costs()
        phases = {
            s: [c for h in hs for c in h.phases(costs.get(s, {}))] for s, hs in self.hunts.items()
        }
        self._replay(phases, kind="probe")

    def frame(self) -> None:
        """Add baselines, streams and references: the best cells are replayed once more for these.

        The oracle is told of the cheapest cell of each seed, so that it is dearer than none.
        """
        costs, runs = self._costs(), self._strategies()
        groups = []
        for group in self.study.groups:
            own = runs[(runs["scenario"] == group.scenario) & (runs["seed"] == group.seed)]
            if own.empty:
                continue
            labels = {str(own.set_index("label")["cost"].idxmin())}
            for hunt in self.hunts[group.scenario]:
                best = hunt.best(costs[group.scenario])
                labels |= {hunt.tried[best]} if best is not None else set()
            cells = tuple(self.cells[label] for label in sorted(labels))
            groups.append(replace(group, cells=cells, known=frozenset(labels)))
        self._run(groups)

    def _replay(self, wanted: Mapping[str, Sequence[Cell]], kind: str = "strategy") -> None:
        groups = [
            replace(group, cells=tuple(wanted[group.scenario]), kind=kind, include_context=False)
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
        return runs[runs["kind"] == "strategy"]

    def _costs(self) -> dict[str, dict[str, float]]:
        """Mean cost by scenario and label."""
        runs = self._strategies()
        found: dict[str, dict[str, float]] = {}
        for scenario, own in runs.groupby("scenario"):
            mean = own.groupby("label")["cost"].mean()
            found[str(scenario)] = dict(zip(map(str, mean.index), mean, strict=True))
        return found


def _by_scenario(study: Study) -> dict[str, list[Group]]:
    found: dict[str, list[Group]] = {}
    for group in study.groups:
        found.setdefault(group.scenario, []).append(group)
    return found


def _hunts(
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
    hunts = []
    for name, node in strategies.items():
        fixed = tuple(key for key in overridden if key.startswith(f"strategy.{name}."))
        knobs = search_parameters(name, node, options["knob"], served)
        for knob in knobs:
            key = f"strategy.{name}.{knob.path}"
            require(key not in fixed, f"{key} is set, but it is the knob that optimize searches")
        hunt = ParameterSearch(name, node, knobs, fixed, options["within"])
        hunt.cell_of(tuple(knob.values[0] for knob in knobs)).build()
        hunts.append(hunt)
    return hunts


def _require_prices(study: Study) -> None:
    prices = vars(study.groups[0].prices)
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
