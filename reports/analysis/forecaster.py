"""The forecast of one log from its saved tables: predictions at any horizon, and the exam."""

import math
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from retrainlab.reports.analysis.policy_names import label
from retrainlab.reports.decision.actions import REFIT, kinds
from retrainlab.reports.decision.candidates import INCUMBENT
from retrainlab.reports.results.manifest import StrategyInfo
from retrainlab.reports.results.tables import Tables
from retrainlab.sim.errors import require, require_whole
from retrainlab.sim.forecast.library import SHIPPED, TRAITS, Library, load
from retrainlab.sim.forecast.policies import CATALOGUE, NEVER, PAST
from retrainlab.sim.forecast.prediction import Past, Prediction, choice, predict, simple
from retrainlab.sim.forecast.steadiness import scatter_of
from retrainlab.sim.stream import Floats

LOG, FIRST, SECOND = "log", "first half", "second half"
COLUMNS = tuple(name.replace(" ", "_") for name in TRAITS)


@dataclass(frozen=True, eq=False)
class Replayed:
    """A setting that was replayed besides the catalogue: today's policy, or what was really done.

    cost: in money, over the log. place: of the policy of the catalogue that it is most like.
    """

    label: str
    role: str
    cost: float
    place: int


@dataclass(frozen=True, eq=False)
class Forecaster:
    """What is known of one log, and the library that tells what would follow.

    costs: (span, policy, step) money. logs: what each past is like, by its span. others: see
    `Replayed`. ticks: served by the log; horizon: ticks of the coming period. task: of the log.
    """

    costs: dict[str, Floats]
    logs: dict[str, dict[str, float]]
    others: tuple[Replayed, ...]
    ticks: int
    horizon: int
    library: Library
    task: str

    @property
    def length(self) -> float:
        """Ticks a step of the whole log."""
        return self.ticks / PAST

    @cached_property
    def uncorrected(self) -> tuple[int, ...]:
        """Policies of the catalogue that would correct outputs, and corrected none on this log: the
        others that cost the same in each step."""
        costs = self.costs[LOG]
        plain = {(policy.when, policy.what): i for i, policy in reversed([*enumerate(CATALOGUE)])}
        return tuple(
            i
            for i, policy in enumerate(CATALOGUE)
            if np.isfinite(policy.how.every)
            and np.array_equal(costs[i], costs[plain[policy.when, policy.what]])
        )

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Of all policies, in the order of the predictions."""
        names = [label(policy, self.length) for policy in CATALOGUE]
        return (*names, *(other.label for other in self.others))

    def past(self, span: str) -> Past:
        """Return the past that a prediction starts from; the whole log has the others as well."""
        log = self.logs[span]
        traits = np.array([log[name] for name in COLUMNS])
        others = tuple((other.cost / PAST, other.place) for other in self.others)
        costs = self.costs[span]
        scatter = float(scatter_of(costs))
        past = Past(costs.mean(axis=1), log["fresh"], log["price"], traits, log["unrest"], scatter)
        return replace(past, others=others) if span == LOG else past

    def at(self, ticks: float, times: float = 1.0) -> Prediction:
        """Predict so many ticks, as from a log of `times` the length."""
        return predict(
            self.past(LOG), self.library, ticks / self.ticks / times, ticks / self.length
        )

    @cached_property
    def second_half(self) -> Prediction:
        """Predict the second half of the log from its first."""
        return predict(self.past(FIRST), self.library, 1.0, PAST)

    def chosen(self, prediction: Prediction) -> int:
        """Return never or today's policy where it is near the lowest expected cost, relative to
        the cheapest, else the policy that has it.

        What was really done is no choice: what it would do next is not known.
        """
        values = prediction.over_cheapest()
        roles = ["policy"] * len(CATALOGUE) + [other.role for other in self.others]
        values = np.where(np.array(roles[: len(values)]) == INCUMBENT, np.inf, values)
        current = [i for i, role in enumerate(roles[: len(values)]) if role == "current_policy"]
        return choice(values, simple(len(values)), [NEVER, *current])


def forecaster(tables: Tables) -> Forecaster:
    """Return the forecaster of a scenario's tables.

    Raises `InputError` with the reason where there can be none: the log is too short, the horizon
    is no number of ticks, or the library cannot be read.
    """
    (name,) = tables.scenarios
    info = tables.manifest.scenarios[name]
    world = info.world or tables.manifest.world
    served = info.ticks - world.warmup
    require(
        not tables.policy_logs.empty,
        f"the log serves {served} ticks; a forecast needs {PAST} of them, and an exam {2 * PAST}",
    )
    require(
        {"unrest", *COLUMNS} <= {*tables.policy_logs}
        and {*tables.policy_costs["policy"]} == {policy.name for policy in CATALOGUE},
        "the tables of this run are of another version; a new run of the study has one",
    )
    options = options_of(tables)
    horizon = options.get("ticks") or max(1, served // 2)
    require_whole("forecast.ticks", horizon, 1)
    library = load(Path(options.get("library") or SHIPPED))
    logs = tables.policy_logs.set_index("span").to_dict("index")
    costs = {
        str(span): part.pivot(index="policy", columns="step", values="cost")
        .loc[[policy.name for policy in CATALOGUE]]
        .to_numpy(float)
        for span, part in tables.policy_costs.groupby("span")
    }
    others = tuple(_replayed(tables, served / PAST))
    return Forecaster(costs, _plain(logs), others, served, horizon, library, info.task)


def options_of(tables: Tables) -> dict[str, Any]:
    """Return the options of the forecast, as the study was configured."""
    return tables.manifest.config.get("forecast") or {}


def _plain(logs: dict[Any, dict[Any, Any]]) -> dict[str, dict[str, float]]:
    numbers = ("fresh", "price", "unrest", *COLUMNS)
    return {str(span): {n: float(log[n]) for n in numbers} for span, log in logs.items()}


def _replayed(tables: Tables, length: float) -> list[Replayed]:
    """Return today's policy and what was really done, where they are known."""
    runs = tables.runs.drop_duplicates("label").set_index("label")
    current = str(tables.manifest.current_policy)
    replayed = []
    if current in runs.index and not runs["never"][current]:
        info = tables.manifest.strategies.get(current, StrategyInfo(""))
        action = usual_action(tables, current)
        place = nearest(info.interval / length, info.window / length, action)
        cost = float(runs["cost"][current])
        replayed.append(Replayed(current, "current_policy", cost, place))
    for name, run in runs[runs["role"] == INCUMBENT].iterrows():
        releases = float(run["retrainings"])
        place = nearest(PAST / releases if releases else math.inf, math.nan)
        replayed.append(Replayed(str(name), INCUMBENT, float(run["cost"]), place))
    return replayed


def usual_action(tables: Tables, label: str) -> str:
    """Return what a setting did most often on the log besides refits; refit, where it did no more.

    Old tables have refits alone.
    """
    trainings = tables.retrainings[tables.retrainings["label"] == label]
    others = kinds(trainings).loc[lambda action: action != REFIT]
    return str(others.mode().iloc[0]) if len(others) else REFIT


def nearest(interval: float, window: float, action: str = REFIT) -> int:
    """Return the policy of the catalogue that is most like one of this interval and window.

    In steps; inf: it never retrains, everything; nan: irregular, unknown. action: see
    `usual_action`; what is no recipe of the catalogue is like a refit.
    """
    if interval == math.inf:
        return NEVER

    def distance(place: int) -> tuple[bool, float]:
        policy = CATALOGUE[place]
        own, rows = policy.interval, policy.what.window
        gap = 0.0 if math.isnan(interval) else abs(math.log(own / interval))
        gap += abs(math.log(min(rows, 99.0) / min(window, 99.0))) if window == window else 0.0
        return math.isnan(own) != math.isnan(interval), gap if gap == gap else 99.0

    alike = [i for i, policy in enumerate(CATALOGUE) if policy.how.action == action and i != NEVER]
    return min(alike, key=distance) if alike else nearest(interval, window)
