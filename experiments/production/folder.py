"""A production folder at work: policy, journal, store, rows, and the loop over closed ticks."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from retrainlab.experiments.engines.threads import one_thread
from retrainlab.experiments.production import ledger as ledgers
from retrainlab.experiments.production import policy as policies
from retrainlab.experiments.production.journal import Closed, Journal
from retrainlab.experiments.production.ledger import CLOSE
from retrainlab.experiments.production.store import Store, StoredFits, packed
from retrainlab.experiments.production.tick_rows import TickRows, arrived
from retrainlab.experiments.storage import files
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.replay.ledger import Training
from retrainlab.sim.replay.state import ReplayState

CHAMPION = "champion.json"
STEP = 0.05  # seconds between two tries for the lock


class Folder:
    """What a command works on. Opening it checks policy, journal, models, and the closed rows."""

    def __init__(self, path: Path):
        self.path = path
        self.policy = policies.load(path)
        self.journal = Journal(path)
        self.journal.open(self.policy.digests, files.versions())
        self.store = Store(path, self.policy.types)
        self.store.check(self.journal.models)
        self.rows = TickRows(self.policy)
        self.rows.read(self.journal)
        self.recorded = ledgers.load(path)
        self._state: tuple[Any, ReplayState] | None = None
        self._settled = -1  # lines of the journal that the other files follow from

    @property
    def newest(self) -> int:
        """The newest closed tick; -1 before the first."""
        return len(self.journal.closed) - 1

    def close(self, date: str) -> None:
        """Enter one more tick into the journal, in memory: its rows, and labels that have come."""
        clocks, tick = self.policy.world, len(self.journal.closed)
        self.store.forget(date)
        ((count, mark),) = self.rows.add([date])
        known = self.journal.closed[-1].labelled if tick else 0
        if tick < clocks.warmup:
            mark_of_labels = self.rows.label(tick)
            require(
                mark_of_labels is not None,
                f"{date} belongs to the history (world.warmup={clocks.warmup}), and its labels "
                "are not all there",
            )
            known, new = tick + 1, {str(tick): str(mark_of_labels)}
        else:
            known, new = arrived(self.rows, known, clocks, tick)
        self.journal.add(Closed(date, count, mark, known, new))

    def fits(self) -> StoredFits:
        """Return the fits of the closed ticks."""
        stream = self.rows.stream(self.journal.closed[-1].labelled)
        return StoredFits(
            stream,
            self.policy.make_learner(stream),
            self.policy.make_loss(),
            self.policy.seed,
            store=self.store,
            dates=self.journal.dates,
            models=self.journal.models,
        )

    def live(self, deploying: bool = False) -> ReplayState:
        """Return the state at the end of the newest closed tick: the replay up to it.

        Trainings that the journal says were ready have been put to the gate; deploying: and those
        whose models have come since.
        """
        world = self.journal.world(self.policy.world, deploying)
        key = world, frozenset(self.journal.models)
        if self._state is None or self._state[0] != key:
            fits = self.fits()
            state = ReplayState(fits.stream, self.policy.strategy(), world, fits)
            state.run(fits.stream.ticks)
            state.serve(fits.stream.ticks)
            self._state = key, state
        return self._state[1]

    def settle(self, state: ReplayState) -> None:
        """Write what follows from the journal, which comes first: ledger, predictions, champion.

        Raises `InputError`, before anything is written, if the past comes out differently.
        """
        if self._settled == len(self.journal.lines):
            return
        tables = ledgers.tables(state.ledger(), self.policy, self.journal)
        ledgers.require_grown(self.recorded, tables, self.changed_versions())
        self.journal.save()
        self.store.save()
        tables.save(self.path, self.recorded)
        self.crown(state.champion)
        self.recorded, self._settled = tables, len(self.journal.lines)

    def changed_versions(self) -> str:
        """Return which libraries have other versions than at the first tick, for a sentence."""
        now = files.versions()
        changed = [
            f"{name} is {now[name]}, and was {version}"
            for name, version in self.journal.versions.items()
            if now.get(name, version) != version
        ]
        return f" ({'; '.join(changed)})" if changed else ""

    def require_same_model(self, state: ReplayState) -> None:
        """Raise `InputError` if the model in service does not predict what it did before.

        It is asked for the newest earlier tick for which its predictions are on the disk.
        """
        fit = state.champion.fit
        name = ledgers.name_of(fit.rows)
        for tick in range(self.newest - 1, self.policy.world.warmup - 1, -1):
            before = self.store.predictions(name, self.journal.dates[tick])
            if before is not None:
                offsets = state.stream.offsets
                x = state.stream.x[offsets[tick] : offsets[tick + 1]]
                now = packed(state.fits.learner.predict(fit.model, x), state.stream.task)
                require(
                    before.shape == now.shape and np.allclose(before, now, rtol=CLOSE, atol=CLOSE),
                    "the model in service predicts differently than it did on "
                    f"{self.journal.dates[tick]}{self.changed_versions()}; go back to what it was "
                    "trained with, or export to a new folder",
                )
                return

    def crown(self, champion: Training) -> None:
        """Write which model serves from the next tick on."""
        fact = self.journal.models[ledgers.name_of(champion.fit.rows)]
        value = {"number": champion.number, "model": fact.name, "sha256": fact.sha256}
        write_if_new(self.path / CHAMPION, value)


def write_if_new(path: Path, value: Any) -> None:
    """Write plain data as JSON, unless that is there."""
    text = json.dumps(value, indent=1)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        files.write_text(path, text)


@contextmanager
def opened(path: Path, wait: float) -> Iterator[Folder]:
    """Have a folder to oneself; `InputError` if another process keeps it longer than `wait`
    seconds."""
    require(policies.is_folder(path), f"{path} has no {policies.FILE}: it is no production folder")
    with ExitStack() as stack:
        _lock(stack, path, wait)
        for half in path.glob("*/.*.[0-9]*"):
            half.unlink(missing_ok=True)
        stack.enter_context(one_thread())
        yield Folder(path)


def _lock(stack: ExitStack, path: Path, wait: float) -> None:
    end = time.monotonic() + wait
    while True:
        try:
            stack.enter_context(files.locked(path))
            return
        except InputError as error:
            if time.monotonic() >= end:
                raise InputError(
                    f"another retrainlab is at work in {path}, and was for {wait:g} seconds; "
                    "wait longer, as in wait=600"
                ) from error
            time.sleep(STEP)
