"""A case of the benchmark as a work unit: one stream, and the detectors that are run on it."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, ClassVar

from retrainlab.experiments.detection.entries import Entry, Setting
from retrainlab.experiments.detection.problems import Problem
from retrainlab.experiments.engines.heartbeat import beating
from retrainlab.experiments.engines.threads import one_thread
from retrainlab.experiments.storage.parquet import Layout
from retrainlab.experiments.storage.work_unit import Recipe, UnitResult, error_entry
from retrainlab.experiments.study.repeat_audit import require_repeatable_detector
from retrainlab.reports.detection.tables import COLUMNS, frame
from retrainlab.sim.detection.signals import Signals
from retrainlab.sim.errors import FAILURES
from retrainlab.sim.stream import Ints
from retrainlab.strategies.detectors import registry

LAYOUT = Layout(tuple(COLUMNS), categories=("problem", "detector", "setting"))
MODULES = (
    "experiments.config.build",
    "experiments.detection.case",
    "experiments.detection.entries",
    "experiments.detection.problems",
    "experiments.engines.threads",
    "experiments.storage.artifact",
    "experiments.storage.work_unit",
    "experiments.study.damage",
    "experiments.study.group",
    "experiments.study.repeat_audit",
    "reports.detection.tables",
)
OWN_ROWS = 2000  # of a stream, which own code is timed and compared on where batches are known
Run = tuple[Entry, tuple[Setting, ...]]
Rows = dict[str, list[dict[str, Any]]]


@dataclass
class _Outcome:
    """What the runs of a case add to; pieces: how many are done, a part of one included."""

    rows: Rows = field(default_factory=lambda: {name: [] for name in COLUMNS})
    failures: list[dict[str, Any]] = field(default_factory=list)
    pieces: float = 0.0


@dataclass(frozen=True)
class Case:
    """One stream, and the detectors to be run on it, each with its settings.

    has_context: whether the tables also hold the stream itself, with its drifts. by_update: how
    many settings of each detector go through its own `update`; None: all, with every row. Others
    are fed in batches where that can be done, and take no seconds. What goes through both must
    alarm alike; OWN_ROWS of it go through `update`. is_first: of its problem; detectors of the
    user's own, as they are configured, run on it twice.
    """

    problem: Problem
    seed: int
    pieces: tuple[Run, ...]
    has_context: bool = True
    by_update: int | None = None
    is_first: bool = False
    divisible: ClassVar[bool] = True
    nouns: ClassVar[tuple[str, str]] = ("stream", "detector run")

    @property
    def stream(self) -> tuple[str, int]:
        """Problem and seed."""
        return self.problem.name, self.seed

    @property
    def recipe(self) -> Recipe:
        """The problem, the seed, and the detectors with their settings."""
        runs = [[e.name, e.signal, e.origin, e.binary, settings] for e, settings in self.pieces]
        specific = [self.problem, self.seed, runs, self.has_context]
        return Recipe(specific, None, MODULES)

    def part(self, pieces: Sequence[Run], has_context: bool) -> "Case":
        """Return a case of the same stream with other detectors."""
        return replace(self, pieces=tuple(pieces), has_context=has_context)

    def sharing(self, folder: str, workers: int) -> "Case":
        """Return the same case: its stream is made faster than it is read."""
        return self

    def failure(self, piece: Run | None, error: BaseException) -> dict[str, Any]:
        """Return the entry of a detector that failed, or of the whole stream."""
        return self._failure(piece[0].name if piece else None, "", error)

    def _failure(self, detector: str | None, setting: str, error: BaseException) -> dict[str, Any]:
        label = f"{detector} {setting}".strip() if detector else None
        where = {**self._where, "detector": detector, "setting": setting, "label": label}
        return {**where, **error_entry(error)}

    @property
    def _where(self) -> dict[str, Any]:
        return {"problem": self.problem.name, "seed": self.seed}

    def run(self) -> UnitResult:
        """Run the detectors; one that fails is recorded, and the others go on."""
        outcome = _Outcome()
        with one_thread(), beating(lambda: outcome.pieces):
            # The stream may be of anybody's class: what goes wrong in it is one failure.
            try:
                signals = self.problem.signals(self.seed)
            except FAILURES as error:
                return UnitResult(failures=[self.failure(None, error)])
            if self.has_context:
                self._add_stream(outcome.rows, signals)
            for number, (entry, settings) in enumerate(self.pieces):
                outcome.pieces = number
                if entry.signal in signals.values and (signals.binary or not entry.binary):
                    self._add_runs(outcome, entry, settings, signals)
        tables = {name: frame(name, rows) for name, rows in outcome.rows.items()}
        return UnitResult(tables, failures=outcome.failures)

    def _add_stream(self, rows: Rows, signals: Signals) -> None:
        """Enter the stream and its drifts."""
        stream = {"rows": signals.rows, "digest": signals.digest, "binary": signals.binary}
        rows["streams"].append({**self._where, **stream})
        for drift, moved in zip(signals.drifts, signals.moved, strict=True):
            span = {"start": drift.start, "stop": drift.stop}
            change = {"before": drift.before, "after": drift.after, "moved": moved}
            rows["drifts"].append({**self._where, **span, **change})

    def _add_runs(
        self, outcome: _Outcome, entry: Entry, settings: Sequence[Setting], signals: Signals
    ) -> None:
        """Enter the settings of a detector, equal ones after one run, and what failed."""
        done: dict[str, tuple[Ints | list[int], float]] = {}
        before = outcome.pieces
        for number, setting in enumerate(settings):
            outcome.pieces = before + number / len(settings)
            where = {**self._where, "detector": entry.name, "setting": setting.label}
            if setting.key not in done:
                # A detector may be anybody's: what goes wrong in it ends nothing else.
                try:
                    done[setting.key] = self._alarms(number, entry, setting, signals)
                except FAILURES as error:
                    outcome.failures.append(self._failure(entry.name, setting.label, error))
                    continue
            alarms, seconds = done[setting.key]
            outcome.rows["alarms"] += [{**where, "row": row} for row in alarms]
            run = {**where, "alarms": len(alarms), "seconds": seconds}
            outcome.rows["runs"].append(run)

    def _alarms(
        self, number: int, entry: Entry, setting: Setting, signals: Signals
    ) -> tuple[list[int], float]:
        """Rows at which a fresh detector alarms, and the seconds of its own code; nan: not run.

        The seconds of a part of the stream are scaled to the whole of it.
        """
        values = signals.values[entry.signal]
        in_batches = None
        if self.by_update is not None:
            in_batches = registry.in_batches(setting.make(self.seed), values)
            if in_batches is not None and number >= self.by_update:
                return in_batches, math.nan
        detector = setting.make(self.seed)
        own = values if in_batches is None else values[:OWN_ROWS]
        start = time.perf_counter()
        alarms = registry.feed_own(detector, own)
        seconds = (time.perf_counter() - start) * len(values) / len(own)
        if in_batches is None:
            if self.is_first and number == 0:
                fresh = setting.make(self.seed)
                again = partial(registry.feed_own, fresh, values)
                require_repeatable_detector(setting.node, alarms, again)
            return alarms, seconds
        if alarms != [row for row in in_batches if row < len(own)]:
            raise RuntimeError(f"{entry.name} alarms otherwise in batches than by its update")
        return in_batches, seconds
