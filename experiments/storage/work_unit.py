"""The work unit: what is run by an engine, named by a cache key and kept by the result store.

A study's unit is a group of cells on one stream; a benchmark's is a stream with its detectors.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol, Self

import pandas as pd

from retrainlab.experiments.engines.fit_limit import FitTimeout
from retrainlab.sim.errors import InputError, unexpected
from retrainlab.sim.printable import printable


@dataclass
class UnitResult:
    """Tables by name, `info` on the stream for the manifest, what failed and what was skipped.

    failures: each with `label` (the piece that failed, None for the whole unit), `error` and
    `again`, whether another try may succeed; the other entries say where.
    """

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    info: dict[str, Any] = field(default_factory=dict)
    failures: list[dict[str, Any]] = field(default_factory=list)
    skipped: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Recipe:
    """What determines the result of a unit.

    specific: plain data of this unit alone. shared: one object that many units have in common.
    Files and modules of the user's own that are named in either of them count as well. modules:
    those of `retrainlab` that compute the result, besides sim, scenarios and strategies.
    """

    specific: Any
    shared: Any
    modules: tuple[str, ...]


class Task(Protocol):
    """Work that many can do for one unit; picklable, and lost without harm to any result."""

    @property
    def size(self) -> int:
        """How much it is, as tasks of one unit compare."""

    def run(self) -> None:
        """Do it, and leave what comes of it in the folder that the unit shares."""


@dataclass(frozen=True)
class Postponed:
    """In place of a result: tasks that others can do before the unit is run.

    passes: those of one pass may be done at the same time. unit: what is to be run then; what it
    postpones in its turn comes to an end.
    """

    passes: tuple[tuple[Task, ...], ...]
    unit: "WorkUnit"


class WorkUnit(Protocol):
    """Pieces of work on one stream; picklable, and its result depends on its recipe alone."""

    nouns: ClassVar[tuple[str, str]]
    """What a person calls a unit and a piece."""

    @property
    def stream(self) -> tuple[str, int]:
        """Name and seed of the stream."""

    @property
    def recipe(self) -> Recipe:
        """What determines the result."""

    @property
    def pieces(self) -> Sequence[Any]:
        """What can be done apart, and what may fail alone."""

    @property
    def has_context(self) -> bool:
        """Whether the result also holds what is said once of a stream."""

    @property
    def divisible(self) -> bool:
        """Whether the pieces may be spread over several units."""

    def run(self) -> "UnitResult | Postponed":
        """Do the work; raise nothing for a piece that fails."""

    def part(self, pieces: Sequence[Any], has_context: bool) -> Self:
        """Return a unit of the same stream with other pieces."""

    def sharing(self, folder: str, workers: int) -> Self:
        """Return the same unit, which shares its stream with others by this folder.

        workers: how many can work on what it postpones; 1: it postpones nothing.
        """

    def failure(self, piece: Any, error: BaseException) -> dict[str, Any]:
        """Return the entry of a piece that failed; None: the whole unit."""


def error_entry(error: BaseException) -> dict[str, Any]:
    """Return `error`, one line, and `again`: whether the input was not refused."""
    refused = isinstance(error, InputError)
    if refused or isinstance(error, FitTimeout):
        sentence = " ".join(printable(str(error)).split())
    else:
        sentence = unexpected(error)
    return {"error": sentence, "again": not refused}
