"""Store of fits and predictions on disk: several processes write it, all read it as memory maps.

A writer fills one file with arrays and then names them in an index beside it, so that a file of a
process that was killed is never read. What is missing is computed by whoever needs it.
"""

import json
import os
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.replay.fit_cache import Served

ALIGN = 64  # bytes
LIMIT_BYTES = 2 * 2**30
Place = tuple[str, int]  # a fit by name, and the first tick of a block


@dataclass
class _Index:
    seconds: dict[str, float] = field(default_factory=dict)
    tried: set[Place] = field(default_factory=set)
    blocks: dict[Place, tuple[str, list[Any]]] = field(default_factory=dict)


@dataclass(frozen=True)
class FitStore:
    """The fits and blocks of predictions of one stream, learner and loss, as of when it is opened.

    limit: bytes of arrays that the folder may come to. is_read: whether anything is looked up; who
    only writes need not read the index.
    """

    folder: Path
    limit: int = LIMIT_BYTES
    is_read: bool = True

    @cached_property
    def _index(self) -> "_Index":
        index = _Index()
        for path in sorted(self.folder.glob("*.json")) if self.is_read else ():
            part, data = json.loads(path.read_text(encoding="utf-8")), str(path.with_suffix(".bin"))
            index.seconds = part["seconds"] | index.seconds
            index.tried.update(map(tuple, part["tried"]))
            for name, first, arrays in part["blocks"]:
                index.blocks.setdefault((name, first), (data, arrays))
        return index

    @property
    def left(self) -> int:
        """Bytes that may still be written."""
        return max(0, self.limit - sum(f.stat().st_size for f in self.folder.glob("*.bin")))

    def seconds(self, key: tuple[Any, ...]) -> float | None:
        """Return the seconds that a fit took; None: it is not in the store."""
        return self._index.seconds.get(repr(key))

    def is_tried(self, key: tuple[Any, ...], first: int) -> bool:
        """Whether a writer was asked for the predictions of the block that begins at a tick.

        They may be missing all the same.
        """
        return (repr(key), first) in self._index.tried

    def block(self, key: tuple[Any, ...], first: int) -> Served | None:
        """Return these predictions; None: they are not in the store."""
        entry = self._index.blocks.get((repr(key), first))
        if entry is None:
            return None
        path, places = entry
        arrays: list[Any] = [place and self._array(path, *place) for place in places]
        decision, monitored, seen, loss, probabilities = arrays
        return Served(decision, monitored, seen, seen if loss is None else loss, probabilities)

    def _array(self, path: str, kind: str, shape: list[int], start: int) -> NDArray[Any]:
        return np.ndarray(shape, kind, self._bytes(path), start)

    def _bytes(self, path: str) -> NDArray[np.uint8]:
        if path not in self._maps:
            # As a plain array: a memmap would pass its own kind on to everything computed from it.
            self._maps[path] = np.asarray(np.memmap(path, np.uint8, "r"))
        return self._maps[path]

    @cached_property
    def _maps(self) -> dict[str, NDArray[np.uint8]]:
        return {}


@dataclass
class StoreWriter:
    """Writes one file of the store; nothing of it is seen before `close`.

    left: bytes that may be written; what comes after them is left out.
    """

    folder: Path
    left: int
    seconds: dict[str, float] = field(default_factory=dict)
    tried: list[Place] = field(default_factory=list)
    blocks: list[tuple[str, int, list[Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._path = self.folder / f"{uuid.uuid4().hex}.bin"
        self._file = self._path.open("wb")

    def add_tried(self, key: tuple[Any, ...], blocks: Iterable[int]) -> None:
        """Enter what was asked for, whatever becomes of it."""
        self.tried += [(repr(key), first) for first in blocks]

    def add_fit(self, key: tuple[Any, ...], seconds: float) -> None:
        """Enter a fit."""
        self.seconds[repr(key)] = seconds

    def add_block(self, key: tuple[Any, ...], first: int, served: Served) -> None:
        """Enter predictions for the block that begins at a tick."""
        loss = None if served.loss is served.seen else served.loss
        given = [served.decision, served.monitored, served.seen, loss, served.probabilities]
        size = served.nbytes + ALIGN * len(given)
        if served.decision.size and size <= self.left:
            self.left -= size
            places = [None if array is None else self._write(array) for array in given]
            self.blocks.append((repr(key), first, places))

    def _write(self, array: NDArray[Any]) -> tuple[str, tuple[int, ...], int]:
        start = self._file.tell()
        data = np.ascontiguousarray(array).tobytes()
        self._file.write(data + bytes(-len(data) % ALIGN))
        return array.dtype.str, array.shape, start

    def close(self) -> None:
        """Show what was written to those who open the store from now on."""
        self._file.close()
        if not self.blocks:
            self._path.unlink()
        if self.seconds or self.tried:
            index = {"seconds": self.seconds, "tried": self.tried, "blocks": self.blocks}
            half = self._path.with_suffix(f".{os.getpid()}")
            half.write_text(json.dumps(index), encoding="utf-8")
            half.replace(self._path.with_suffix(".json"))
