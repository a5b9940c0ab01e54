"""A folder of finished units: what is there is not done again, and what is done is kept at once."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from retrainlab.experiments.engines.local import Engine, WorkerCrash
from retrainlab.experiments.engines.progress import map_unordered
from retrainlab.experiments.storage import files
from retrainlab.experiments.storage.artifact import Artifact, failed, pack, work
from retrainlab.experiments.storage.cache_key import CacheKey
from retrainlab.experiments.study.cells import Cell
from retrainlab.experiments.study.group import Group, Outcome, failure

SHELVES = "units/.streams"  # nobody else keeps anything there
FEW = 4  # cells of a part, at least: each part makes its stream and its first models anew


@dataclass(frozen=True)
class ResultStore:
    """Runs groups on an engine, and keeps their results in `units/` under the folder."""

    folder: Path
    engine: Engine
    identity: CacheKey = field(default_factory=CacheKey)

    def place(self, key: str) -> Path:
        """Return where the results of this name lie, or will lie."""
        return place(self.folder, key)

    def is_done(self, key: str) -> bool:
        """Whether results are there, and nothing in them may go better the next time."""
        path = self.place(key)
        return path.exists() and not Artifact(path).again

    def counted(self, groups: Sequence[Group]) -> list[dict[str, Any]]:
        """Return what a plan says of each group: name of its results, where, how many cells."""
        return [
            {"key": self.identity.of(g), "scenario": g.scenario, "seed": g.seed}
            | {"cells": len(g.cells)}
            for g in groups
        ]

    def finish(self, groups: Sequence[Group], about: str) -> Iterator[tuple[Group, Artifact]]:
        """Yield each group with its results, first those that are there already."""
        keys = [self.identity.of(group) for group in groups]
        is_done = [self.is_done(key) for key in keys]
        for group, key, done in zip(groups, keys, is_done, strict=True):
            if done:
                yield group, Artifact(self.place(key))
        left = [i for i, done in enumerate(is_done) if not done]
        with self._shelved([groups[i] for i in left]) as todo:
            for number, data in map_unordered(work, todo, self.engine, about):
                group, path = todo[number], self.place(keys[left[number]])
                if isinstance(data, WorkerCrash):
                    data = rescued(group, self.engine)
                files.write_atomic(path, partial(_fill, data=data))
                yield group, Artifact(path)

    @contextmanager
    def _shelved(self, groups: Sequence[Group]) -> Iterator[list[Group]]:
        """Give the parts of a group a shelf for their stream, where workers share a machine."""
        shelves = (self.folder / SHELVES).absolute()
        shutil.rmtree(shelves, ignore_errors=True)  # of a process that was killed
        many = Counter((group.scenario, group.seed) for group in groups)
        names = {where: str(shelves / str(i)) for i, where in enumerate(many)}
        local = self.engine.local and self.engine.workers > 1
        try:
            yield [
                replace(group, shelf=names[where])
                if local and many[where := (group.scenario, group.seed)] > 1
                else group
                for group in groups
            ]
        finally:
            shutil.rmtree(shelves, ignore_errors=True)


def place(folder: Path, key: str) -> Path:
    """Return where the results of this name lie in a folder."""
    return folder / "units" / f"{key}.zip"


def _fill(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def rescued(group: Group, engine: Engine) -> bytes:
    """Return the results of a group that kills its workers, without the cells that do it."""
    killers: list[Cell] = []

    def dies(cells: tuple[Cell, ...]) -> bool:
        bare = replace(group, cells=cells, include_context=False)
        return isinstance(engine.alone(work, bare), WorkerCrash)

    if not dies(()):
        killers = _found(group.cells, dies, known=True)
        rest = tuple(cell for cell in group.cells if cell not in killers)
        data = engine.alone(work, replace(group, cells=rest))
        if not isinstance(data, WorkerCrash):
            lost = [failure(group, cell.label, Killed()) for cell in killers]
            return failed(data, lost)
    return pack(Outcome(group, failures=[failure(group, None, Killed())]))


class Killed(Exception):
    """A worker was killed by what it worked on."""

    def __str__(self) -> str:
        return f"it {WorkerCrash().sentence}"


def _found(
    cells: tuple[Cell, ...], dies: Callable[[tuple[Cell, ...]], bool], known: bool = False
) -> list[Cell]:
    """Return the cells that kill, by halves; known: that one of these does."""
    if not cells or not (known or dies(cells)):
        return []
    if len(cells) == 1:
        return [*cells] if not known or dies(cells) else []
    middle = len(cells) // 2
    return _found(cells[:middle], dies) + _found(cells[middle:], dies)


def cut(groups: Sequence[Group], workers: int) -> list[Group]:
    """Return the groups; where there are more workers than groups, with their cells in parts.

    References are made from all cells of a group, which stays whole for them.
    """
    parts = -(-workers // max(1, len(groups)))
    return [part for group in groups for part in _parts(group, parts)]


def _parts(group: Group, count: int) -> list[Group]:
    count = min(count, len(group.cells) // FEW)
    if count <= 1 or group.references:
        return [group]
    size = -(-len(group.cells) // count)
    pieces = [group.cells[i : i + size] for i in range(0, len(group.cells), size)]
    last = len(pieces) - 1
    return [replace(group, cells=c, include_context=i == last) for i, c in enumerate(pieces)]
