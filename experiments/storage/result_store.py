"""Result store: finished work units on disk; what is finished is kept at once and not redone."""

import shutil
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any, TypeVar

from retrainlab.experiments.engines.local import Engine, WorkerCrash
from retrainlab.experiments.engines.progress import map_unordered
from retrainlab.experiments.storage.artifact import Artifact, add_failures, do, pack, sealed, work
from retrainlab.experiments.storage.cache_key import CacheKey, digest
from retrainlab.experiments.storage.work_unit import Postponed, UnitResult, WorkUnit
from retrainlab.sim import atomic
from retrainlab.sim.errors import is_there

SHARED = "units/.shared"  # nobody else keeps anything there
FEW = 4  # pieces of a part, at least: each part makes its stream and its first models anew
Unit = TypeVar("Unit", bound=WorkUnit)


@dataclass(frozen=True)
class PlannedUnit:
    """A unit in a plan: its cache key, name and seed of its stream, and how many pieces it has."""

    key: str
    name: str
    seed: int
    size: int


@dataclass(frozen=True)
class ResultStore:
    """Runs units on an engine, and keeps their results in `units/` under the folder."""

    folder: Path
    engine: Engine
    cache_key: CacheKey = field(default_factory=CacheKey)

    def is_done(self, unit: WorkUnit) -> bool:
        """Whether its results are on disk, and nothing in them may go better the next time."""
        return _is_done(place(self.folder, self.cache_key.of(unit)))

    def planned(self, units: Sequence[WorkUnit]) -> list[PlannedUnit]:
        """Return what a plan says of each unit."""
        return [PlannedUnit(self.cache_key.of(u), *u.stream, len(u.pieces)) for u in units]

    def finish(
        self, units: Sequence[Unit], title: str, quiet: bool = False
    ) -> Generator[tuple[int, Artifact], None, None]:
        """Yield number and results of each unit, first those that are finished already.

        title: of the progress bar. quiet: whether the time left was told before. To be closed
        where it is left before its end.
        """
        keys = [self.cache_key.of(unit) for unit in units]
        paths = [place(self.folder, key) for key in keys]
        is_done = [_is_done(path) for path in paths]
        yield from ((i, Artifact(paths[i])) for i, done in enumerate(is_done) if done)
        left = [i for i, done in enumerate(is_done) if not done]
        shared = self._sharing([units[i] for i in left])
        todo: dict[int, WorkUnit] = dict(zip(left, shared, strict=True))
        while todo:
            postponed: dict[int, Postponed] = {}
            with closing(self._results(todo, title, quiet)) as results:
                for i, data in results:
                    if isinstance(data, Postponed):
                        postponed[i] = data
                        continue
                    if isinstance(data, WorkerCrash):
                        data = rescued(units[i], self.engine, data)
                    atomic.write_atomic(paths[i], partial(_fill, data=sealed(data, keys[i])))
                    yield i, Artifact(paths[i])
            self._do(postponed.values(), title, quiet)
            todo = {i: one.unit for i, one in postponed.items()}

    def _results(
        self, units: Mapping[int, WorkUnit], title: str, quiet: bool
    ) -> Generator[tuple[int, bytes | Postponed | WorkerCrash], None, None]:
        """Yield number and results of each unit as it is run."""
        numbers, sizes = [*units], [len(unit.pieces) for unit in units.values()]
        runs = map_unordered(work, [*units.values()], self.engine, title, sizes, quiet)
        with closing(runs) as results:
            for number, data in results:
                yield numbers[number], data

    def _do(self, postponed: Iterable[Postponed], title: str, quiet: bool) -> None:
        """Do tasks of several units, pass by pass, the largest first; a crash loses its task."""
        for several in zip_longest(*(one.passes for one in postponed), fillvalue=()):
            tasks = sorted(chain(*several), key=lambda task: task.size, reverse=True)
            sizes = [task.size for task in tasks]
            results = map_unordered(do, tasks, self.engine, title, sizes, quiet, "tasks")
            with closing(results):
                for _ in results:
                    pass

    def _sharing(self, units: Sequence[Unit]) -> list[Unit]:
        """Give units of the same stream a folder for it, where workers share a machine.

        Where there are fewer units than workers, the others work for these too.
        """
        if not self.engine.local or (workers := self.engine.workers) == 1:
            return [*units]
        count = Counter(unit.stream for unit in units)
        helpers = workers if len(units) < workers else 1
        folder = (self.folder / SHARED).absolute()
        return [
            unit.sharing(str(folder / digest(unit.stream)), helpers)
            if helpers > 1 or count[unit.stream] > 1
            else unit
            for unit in units
        ]

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Remove at the end what units have shared, and before it what a killed process left."""
        folder = self.folder / SHARED
        shutil.rmtree(folder, ignore_errors=True)
        try:
            yield
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def place(folder: Path, key: str) -> Path:
    """Return where the results of this name lie, or will lie, in a folder."""
    return folder / "units" / f"{key}.zip"


def _is_done(path: Path) -> bool:
    return is_there(path) and not Artifact(path).again


def _fill(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def rescued(unit: WorkUnit, engine: Engine, crash: WorkerCrash | None = None) -> bytes:
    """Return the results of a unit that kills its workers, without the pieces that do it.

    crash: what the engine said of it.
    """
    killed = Killed(f"it {(crash or WorkerCrash()).sentence}")

    def dies(pieces: Sequence[Any]) -> bool:
        return isinstance(engine.alone(work, unit.part(pieces, has_context=False)), WorkerCrash)

    if not dies(()):
        killers = _killers(unit.pieces, dies, known=True)
        rest = [piece for piece in unit.pieces if piece not in killers]
        data = engine.alone(work, unit.part(rest, unit.has_context))
        if not isinstance(data, WorkerCrash):
            return add_failures(data, [unit.failure(piece, killed) for piece in killers])
    return pack(UnitResult(failures=[unit.failure(None, killed)]))


class Killed(Exception):
    """A worker was killed by what it worked on."""


def _killers(
    pieces: Sequence[Any], dies: Callable[[Sequence[Any]], bool], known: bool = False
) -> list[Any]:
    """Return the pieces that kill, by halves; known: that one of these does."""
    if not pieces or not (known or dies(pieces)):
        return []
    if len(pieces) == 1:
        return [*pieces] if not known or dies(pieces) else []
    middle = len(pieces) // 2
    return _killers(pieces[:middle], dies) + _killers(pieces[middle:], dies)


def cut(units: Sequence[Unit], workers: int) -> list[Unit]:
    """Return the units; where there are more workers than units, with their pieces in parts."""
    count = -(-workers // max(1, len(units)))
    return [part for unit in units for part in _parts(unit, count)]


def _parts(unit: Unit, count: int) -> list[Unit]:
    pieces = unit.pieces
    count = min(count, len(pieces) // FEW)
    if count <= 1 or not unit.divisible:
        return [unit]
    size = -(-len(pieces) // count)
    starts = range(0, len(pieces), size)
    return [unit.part(pieces[i : i + size], i == starts[-1]) for i in starts]
