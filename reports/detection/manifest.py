"""The manifest of a benchmark of detectors: typed, written and read as the same dataclasses."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from retrainlab.reports.results.manifest import Provenance
from retrainlab.reports.results.typed_json import from_plain

SCHEMA = 1
KIND = "detectors"


@dataclass(frozen=True)
class DetectorInfo:
    """A detector of the benchmark.

    detector: with its parameters, as people read it. signal: what it watches. library: who made
    it, with the version. seeds: at most so many, None for all. curve: labels of its settings, from
    strict to sensitive. same: the one that is the detector as configured, or empty. null: whether
    it is a null detector, which watches nothing.
    """

    detector: str
    signal: str
    library: str
    seeds: int | None
    curve: tuple[str, ...]
    same: str
    null: bool

    @property
    def labelled(self) -> bool:
        """Whether it needs labels."""
        return self.signal == "error"


@dataclass(frozen=True)
class ProblemInfo:
    """A stream of the benchmark; kind: errors (at a known rate) or scenario (of a model)."""

    kind: str
    config: dict[str, Any]


@dataclass(frozen=True)
class DetectorFailure:
    """A detector at one setting, or a whole stream (detector None), that failed on some seeds."""

    problem: str
    detector: str | None
    setting: str
    error: str
    seeds: tuple[int, ...]


@dataclass(frozen=True)
class BenchmarkOptions:
    """The options `detect` of a configuration (experiments/conf/detect.yaml has their meaning)."""

    window: int
    early: int
    warmup: int
    rows: int | None
    curves: tuple[str, ...] | None
    curve_seeds: int
    every: int
    wide: float | None


@dataclass(frozen=True)
class DetectorManifest(Provenance):
    """What a benchmark of detectors was, where its numbers come from, and what failed."""

    schema: int
    kind: str
    detectors: dict[str, DetectorInfo]
    problems: dict[str, ProblemInfo]
    failures: tuple[DetectorFailure, ...]

    @cached_property
    def options(self) -> BenchmarkOptions:
        """The options of the benchmark; `InputError` names one that is missing or wrong."""
        return from_plain(BenchmarkOptions, self.config["detect"], "config.detect")
