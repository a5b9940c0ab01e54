"""A production folder at work: policy, journal, store, rows, and the loop over closed ticks."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shlex import quote
from typing import Any

from retrainlab.experiments.engines.threads import one_thread
from retrainlab.experiments.production import checkpoint as checkpoints
from retrainlab.experiments.production import ledger as ledgers
from retrainlab.experiments.production import policy as policies
from retrainlab.experiments.production.journal import Closed, Journal, Trained
from retrainlab.experiments.production.seals import Seals
from retrainlab.experiments.production.store import Store, StoredFits, is_close, name_of, packed
from retrainlab.experiments.production.tick_rows import TickRows, arrived
from retrainlab.experiments.storage import files
from retrainlab.sim import atomic
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.replay.ledger import Training
from retrainlab.sim.replay.snapshot import Snapshot
from retrainlab.sim.replay.state import ReplayState
from retrainlab.sim.world import World

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
        self.recorded = ledgers.load(path)
        self.rows = TickRows(self.policy, self.journal.closed, self.journal.labels())
        # From where a replay goes on, and from where it will once the ledger is written.
        self._resumed: Snapshot | None = None
        self._snapshot: Snapshot | None = None
        self._settled = -1  # lines of the journal that the other files follow from
        self._read()
        self._state: tuple[Any, ReplayState] | None = None

    def _read(self) -> None:
        """Read the checkpoint, if there is one and the ledger is there and goes as far, or all
        rows."""
        known, closed = checkpoints.load(self.path, self.policy, self.journal), self.journal.closed
        sealed = known.seals.models if known else {}
        self.store.check(self.journal.models, sealed)
        recorded = self.policy.world.warmup + len(self.recorded.frames["ticks"])
        whole = all(len(frame.columns) for frame in self.recorded.frames.values())
        if known is None or not whole or recorded < closed[known.snapshot["tick"]].labelled:
            self.rows.load(range(len(closed)))
            return
        self.rows.trust(known.categories, known.seals.rows)
        self._resumed = self._snapshot = known.restored(self.fits())
        self._settled = known.lines  # it is the last file that is written

    @property
    def newest(self) -> int:
        """The newest closed tick; -1 before the first."""
        return len(self.journal.closed) - 1

    @property
    def tick_command(self) -> str:
        """What a person types for the next tick."""
        return f"retrainlab tick {quote(str(self.path))}"

    def close(self, date: str) -> None:
        """Enter one more tick into the journal, in memory: its rows, and labels that have come."""
        clocks, tick = self.policy.world, len(self.journal.closed)
        self.store.forget(date)
        count, mark = self.rows.add(date)
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
            self._state = key, self._replayed(world)
        return self._state[1]

    def _replayed(self, world: World) -> ReplayState:
        """Return the replay, from the checkpoint on; note the newest one from which it can go on
        the next time."""
        fits = self.fits()
        state = ReplayState(fits.stream, self.policy.strategy(), world, fits)
        if self._resumed is not None:
            state.resume(checkpoints.renewed(self._resumed, fits))
        for tick in range(state.next, fits.stream.ticks):
            state.run(tick + 1)
            if state.can_resume:
                self._snapshot = state.snapshot()
        state.serve(fits.stream.ticks)
        return state

    def settle(self, state: ReplayState) -> None:
        """Write what follows from the journal, which comes first: ledger, predictions, champion.

        Raises `InputError`, before anything is written, if the past comes out differently.
        """
        if self._settled == len(self.journal.texts):
            self.crown(state.champion)  # whose file may have been removed or edited
            return
        tables = ledgers.tables(state.ledger(), self.policy, self.journal, self.recorded)
        ledgers.require_grown(self.recorded, tables, self.changed_versions())
        self.journal.save()
        self.store.save()
        tables.save(self.path, self.recorded)
        self.crown(state.champion)
        self.recorded, self._settled = tables, len(self.journal.texts)
        self._resumed = self._snapshot
        if self._snapshot is not None:
            known = self._snapshot, self.rows.categories, Seals(self.rows.marks, self.store.marks)
            checkpoints.save(self.path, self.policy, self.journal, *known)

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
        name, since = name_of(fit), state.champion.deployed
        for tick in range(self.newest - 1, (since or 0) - 1, -1):
            before = self.store.predictions(name, self.journal.dates[tick])
            if before is not None:
                offsets = state.stream.offsets
                x = state.stream.x[offsets[tick] : offsets[tick + 1]]
                now = packed(state.fits.learner.predict(fit.model, x), state.stream.task)
                require(
                    is_close(before, now),
                    "the model in service predicts differently than it did on "
                    f"{self.journal.dates[tick]}{self.changed_versions()}; go back to what it was "
                    "trained with, or export to a new folder",
                )
                return

    def crown(self, champion: Training) -> None:
        """Write which model serves from the next tick on."""
        fact = self.journal.models[name_of(champion.fit)]
        value = {"number": champion.number, "model": fact.name, "sha256": fact.sha256}
        atomic.write_if_new(self.path / CHAMPION, json.dumps(value, indent=1))

    def crowned(self) -> tuple[int, Trained] | None:
        """Return the number and the model of what was crowned; None before the first.

        `InputError` if the file is not as it was written.
        """
        path = self.path / CHAMPION
        if not path.is_file():
            return None
        try:
            value = json.loads(path.read_text(encoding="utf-8"))
            fact = self.journal.models[value["model"]]
            if value["sha256"] != fact.sha256:
                raise ValueError("another SHA-256")
            return int(value["number"]), fact
        except (ValueError, LookupError, TypeError) as error:
            raise InputError(
                f"{path} is not as it was written; run {self.tick_command} to have it anew"
            ) from error


@contextmanager
def opened(path: Path, wait: float, reads: bool = False) -> Iterator[Folder]:
    """Have a folder to oneself; `InputError` if another process keeps it longer than `wait`
    seconds.

    reads: whether nothing is written. Then a folder that may not be written needs no lock.
    """
    require(policies.is_folder(path), f"{path} has no {policies.FILE}: it is no production folder")
    with ExitStack() as stack:
        if (not reads or os.access(path, os.W_OK)) and _lock(stack, path, wait):
            for half in path.glob("*/.*.[0-9]*"):
                half.unlink(missing_ok=True)
        stack.enter_context(one_thread())
        yield Folder(path)


def _lock(stack: ExitStack, path: Path, wait: float) -> bool:
    """Take the lock; return whether its file was there, as one that was killed leaves it."""
    end = time.monotonic() + wait
    while True:
        was_there = (path / files.LOCK).exists()
        try:
            stack.enter_context(files.locked(path))
            return was_there
        except InputError as error:
            if time.monotonic() >= end:
                raise InputError(
                    f"another retrainlab is at work in {path}, and was for {wait:g} seconds; "
                    "wait longer, as in wait=600"
                ) from error
            time.sleep(STEP)
