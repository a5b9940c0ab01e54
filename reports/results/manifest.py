"""The manifest of a study: typed, written and read as the same dataclasses."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from retrainlab.reports.results import typed_json
from retrainlab.sim.arrivals import LabelDelays
from retrainlab.sim.checksums import verify
from retrainlab.sim.column_reading import ColumnReading
from retrainlab.sim.prices import Prices
from retrainlab.sim.replay.clause import Clause
from retrainlab.sim.stream import Drift
from retrainlab.sim.world import World

SCHEMA = 2


@dataclass(frozen=True)
class ScenarioInfo:
    """What a study knows of a scenario.

    tick_name: what a tick is called ("day"). facts: further name and value pairs for a reader.
    columns: how those of a file were read.
    staleness: share of rows that a model gets wrong in addition with every tick of age, where a
    closed form says so, else nan. truth_known: whether the stream has a ceiling and true drifts.
    world, prices, loss: those of this scenario, which a sweep or the scenario itself may set; the
    loss as code. metrics: those that were computed because they were asked for.
    label_delays: of labels that arrive one by one; None: the clock of the world says when.
    first_rows, first_labels: rows of the warm-up, and those that the first model is trained on.
    drifts: the same on every seed, unless `drifts_of` says otherwise: "all seeds", each from the
    first to the last tick that it touches on any seed, or "seed 0", of that seed alone.
    """

    task: str
    metric: str
    tick_name: str
    story: str
    drifts: tuple[Drift, ...]
    features: tuple[str, ...]
    classes: tuple[str, ...]
    ticks: int
    rows: int
    staleness: float
    truth_known: bool
    facts: tuple[tuple[str, Any], ...]
    world: World
    seeds: tuple[int, ...]
    prices: Prices | None = None
    drifts_of: str = ""
    loss: str = ""
    label_delays: LabelDelays | None = None
    first_rows: int = 0
    first_labels: int = 0
    metrics: tuple[str, ...] = ()
    columns: tuple[ColumnReading, ...] = ()


@dataclass(frozen=True)
class StrategyInfo:
    """A setting of a strategy, as its parts describe it.

    clauses: of its when, what and gate, in this order. parameters: plain values by path; words:
    what the label says of each. interval: ticks between two retrainings (inf: it never retrains;
    nan: they are irregular), which begin `phase` ticks later. window: newest labelled ticks that
    it trains on (inf: everything so far; nan: neither). overrides: words of the command line that
    give this setting and no other. follows: the ratio of prices that it follows, as `fit/error`.
    step_of, ratio: of a setting that stands for another one (its label) at another ratio.
    """

    strategy: str
    clauses: tuple[Clause, ...] = ()
    parameters: dict[str, Any] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    interval: float = math.nan
    phase: float = 0.0
    window: float = math.nan
    overrides: tuple[str, ...] = ()
    follows: str = ""
    step_of: str = ""
    ratio: float = math.nan

    @property
    def text(self) -> str:
        """All clauses side by side, in ticks."""
        return " · ".join(clause.in_units() for clause in self.clauses)


@dataclass(frozen=True)
class MapInfo:
    """A map of strategies: an option of one scenario to the right, the price of a fit upwards.

    values: by the name of the scenario that was made of each. own: the scenario's own value.
    """

    scenario: str
    axis: str
    values: dict[str, float]
    own: float | None
    prices: tuple[float, ...]


@dataclass(frozen=True)
class Sweep:
    """The arguments of a sweep, the number of its points, and its keys."""

    arguments: tuple[str, ...]
    points: int
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Failure:
    """A cell, or a whole group (label None), that failed; again: another try may succeed."""

    scenario: str | None
    seed: int | None
    label: str | None
    error: str
    again: bool = True


@dataclass(frozen=True)
class Skipped:
    """A cell that is impossible on its stream, or a point of a sweep that is, with the reason."""

    scenario: str | None
    seed: int | None
    label: str | None
    why: str


@dataclass(frozen=True)
class Provenance:
    """Where the numbers of a page come from; git: commit and whether it was dirty, or None."""

    command: str
    created: str
    seeds: tuple[int, ...]
    versions: dict[str, str]
    git: dict[str, Any] | None
    config: dict[str, Any]


@dataclass(frozen=True)
class Manifest(Provenance):
    """What a study was, where its numbers come from, and what failed.

    search: for each strategy the parameters, as paths, whose best values were searched.
    optimize: options of the search of the optimum. map, sweep: None where the study is none.
    current_policy: label of the policy in use, if one was named. order: names of all scenarios, as
    a report shows them. planned, finished: streams that the study has, and that are done.
    is_price_unset: whether nobody has said what a retraining costs, so that a stand-in is used.
    """

    schema: int
    seconds: float
    prices: Prices
    world: World
    learner: str
    loss: dict[str, str]
    scenarios: dict[str, ScenarioInfo]
    strategies: dict[str, StrategyInfo]
    failures: tuple[Failure, ...]
    search: dict[str, list[str]]
    optimize: dict[str, Any]
    map: MapInfo | None
    sweep: Sweep | None = None
    current_policy: str | None = None
    order: tuple[str, ...] = ()
    planned: int = 0
    finished: int = 0
    skipped: tuple[Skipped, ...] = ()
    is_price_unset: bool = False

    def infos(self, strategy: str, labels: Iterable[str]) -> dict[str, StrategyInfo]:
        """Return what is known of these settings of a strategy, by label."""
        unknown = StrategyInfo(strategy)
        return {label: self.strategies.get(label, unknown) for label in dict.fromkeys(labels)}


def read(path: Path) -> Manifest:
    """Read a manifest; `InputError` names the file, and the entry that is missing or wrong, or says
    that it is not as it was written."""
    verify(path.parent, path.name)
    return typed_json.read(Manifest, path, SCHEMA)
