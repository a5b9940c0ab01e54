"""The manifest of a study: typed, and checked when it is read."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from retrainlab.sim.errors import InputError, require
from retrainlab.sim.prices import Prices
from retrainlab.sim.replay.clause import Clause
from retrainlab.sim.stream import Drift
from retrainlab.sim.world import World

SCHEMA = 2


@dataclass(frozen=True)
class ScenarioInfo:
    """What a study knows of a scenario.

    tick_name: what a tick is called ("day"). facts: further name and value pairs for a reader.
    staleness: share of rows that a model gets wrong in addition with every tick of age, where a
    closed form says so, else nan. truth_known: whether the stream has a ceiling and true drifts.
    prices: of its own, where a sweep gave it others than the study's.
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


@dataclass(frozen=True)
class StrategyInfo:
    """A setting of a strategy, as its parts describe it.

    clauses: of its when, what and gate, in this order. parameters: plain values by path; words:
    what the label says of each. interval: ticks between two retrainings (inf: it never retrains;
    nan: they are irregular), which begin `phase` ticks later. window: newest labelled ticks that
    it trains on (inf: everything so far; nan: neither). overrides: words of the command line that
    give this setting and no other.
    """

    strategy: str
    clauses: tuple[Clause, ...] = ()
    parameters: dict[str, Any] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    interval: float = math.nan
    phase: float = 0.0
    window: float = math.nan
    overrides: tuple[str, ...] = ()

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
    """A cell, or a whole group (label None), that failed."""

    scenario: str | None
    seed: int | None
    label: str | None
    error: str


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
    current_policy: label of the policy in use, if one was named.
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

    def infos(self, strategy: str, labels: Iterable[str]) -> dict[str, StrategyInfo]:
        """Return what is known of these settings of a strategy, by label."""
        unknown = StrategyInfo(strategy)
        return {label: self.strategies.get(label, unknown) for label in dict.fromkeys(labels)}


def read(path: Path) -> Manifest:
    """Read a manifest; `InputError` names the file, and the entry that is missing or wrong."""
    require(path.is_file(), f"{path.name} is missing in {path.parent}: the study is not complete")
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(f"{path} is not readable JSON: {error}") from error
    require(isinstance(saved, dict), f"{path} must hold a JSON object")
    schema = saved.get("schema", SCHEMA)
    require(schema == SCHEMA, f"{path} has schema {schema}; this version reads schema {SCHEMA}")
    try:
        return _manifest(saved)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        named = error.args[0] if isinstance(error, KeyError) else error
        raise InputError(f"{path} lacks the entry {named}, or it is of the wrong kind") from error


def _manifest(saved: Mapping[str, Any]) -> Manifest:
    plain = _entries(Manifest, saved)
    return Manifest(
        **plain
        | {
            "prices": Prices(**plain["prices"]),
            "world": World(**plain["world"]),
            "seeds": tuple(plain["seeds"]),
            "scenarios": {name: _scenario(node) for name, node in plain["scenarios"].items()},
            "strategies": {label: _strategy(node) for label, node in plain["strategies"].items()},
            "failures": tuple(Failure(**_entries(Failure, node)) for node in plain["failures"]),
            "map": MapInfo(**_entries(MapInfo, plain["map"])) if plain["map"] else None,
            "sweep": Sweep(**_entries(Sweep, plain["sweep"])) if plain.get("sweep") else None,
        }
    )


def _strategy(node: Mapping[str, Any]) -> StrategyInfo:
    plain = _entries(StrategyInfo, node)
    return StrategyInfo(**plain | {"clauses": tuple(Clause(**c) for c in node["clauses"])})


def _scenario(node: Mapping[str, Any]) -> ScenarioInfo:
    plain = _entries(ScenarioInfo, node)
    return ScenarioInfo(
        **plain
        | {
            "drifts": tuple(Drift(**drift) for drift in plain["drifts"]),
            "world": World(**plain["world"]),
            "prices": Prices(**plain["prices"]) if plain.get("prices") else None,
            "facts": tuple((str(name), value) for name, value in plain["facts"]),
        }
    )


def _entries(kind: type[Any], node: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a mapping holds for the fields of a class; `KeyError` for one it lacks."""
    return {
        one.name: node[one.name] for one in fields(kind) if one.name in node or _is_required(one)
    }


def _is_required(one: Field[Any]) -> bool:
    return one.default is MISSING and one.default_factory is MISSING
