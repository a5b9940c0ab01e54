"""Runner: runs a job in a locked folder, keeps what is finished, and resumes what is there."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from retrainlab.experiments.engines.local import Engine
from retrainlab.experiments.storage import files
from retrainlab.experiments.storage.artifact import Artifact
from retrainlab.experiments.storage.plan import FILE, WHOLE, Job, Plan, Shard, open_or_resume
from retrainlab.experiments.storage.result_store import PlannedUnit, ResultStore, Unit, cut
from retrainlab.sim.checksums import PAGE, verify


@dataclass(frozen=True)
class Session:
    """A job under way."""

    store: ResultStore
    plan: Plan

    def add(
        self, units: Sequence[Unit], order: Callable[[PlannedUnit], int] | None = None
    ) -> list[Unit]:
        """Enter units in the plan, cut for the workers; return those of this shard.

        order: sorts the plan, and with it the rows of the tables; None: as they were added.
        """
        parts = cut(units, self.plan.parts)
        self.plan.units.extend(self.store.planned(parts))
        if order:
            self.plan.units.sort(key=order)
        self.plan.save(self.store.folder)
        return self.plan.shard.of(parts)

    def finish(
        self,
        units: Sequence[Unit],
        title: str,
        quiet: bool = False,
        each: Callable[[int, Artifact], None] | None = None,
    ) -> list[Artifact]:
        """Return the results of units in their order; title, quiet: see `ResultStore.finish`.

        each: is called with the place and the results of a unit as soon as it is finished.
        """
        finished = []
        for place, artifact in self.store.finish(units, title, quiet):
            finished.append((place, artifact))
            if each:
                each(place, artifact)
        return [artifact for _, artifact in sorted(finished, key=_number)]


def _number(pair: tuple[int, Artifact]) -> int:
    return pair[0]


@contextmanager
def session(
    job: Job, engine: Engine, folder: Path, shard: Shard = WHOLE, parts: int | None = None
) -> Iterator[Session]:
    """Open or resume a job in a folder that no other process may use meanwhile.

    parts: for how many workers units are cut; None: as many as there are, or shards. Raises
    `InputError` for a folder of another job, and `KeyboardInterrupt` that says how to resume.
    """
    files.require_writable(folder)
    with files.locked(folder):
        verify(folder, but=PAGE)
        store = ResultStore(folder, engine)
        if parts is None:
            parts = engine.workers if shard == WHOLE else shard.count
        again = (folder / FILE).exists()
        plan = open_or_resume(folder, job, store.cache_key, shard, parts)
        for sentence in store.cache_key.not_covered if again else ():
            print(f"retrainlab: resumed; not compared: {sentence}", file=sys.stderr)
        try:
            with store.shared():
                yield Session(store, plan)
        except KeyboardInterrupt as error:
            raise type(error)(_interrupted(str(error), plan, folder)) from None
        finally:
            if (folder / FILE).exists():
                files.mark_latest(folder)


def _interrupted(how: str, plan: Plan, folder: Path) -> str:
    count = len(plan.units)
    done = count - len(plan.missing([folder]))
    return (
        f"{how or 'interrupted'}; {done} of {count} {plan.nouns[0]}s are done and kept: "
        f"the same command with folder={folder} does the rest"
    )
