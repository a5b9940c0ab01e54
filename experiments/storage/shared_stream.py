"""Shared stream: one copy that several workers of a machine read, as memory maps.

Parts of a group need the same stream. The first worker makes it and writes it into the stream
folder; the others wait, and all of them read the same pages, of which memory holds one copy.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from retrainlab.sim.column_reading import ColumnReading
from retrainlab.sim.stream import Drift, Incumbent, Stream

ARRAYS = (
    *("x", "y", "offsets", "ceiling", "concept", "scored"),
    *("labelled", "arrival", "entity", "weight", "beside"),
    *("has_truth", "only_if", "damaged"),
)
OF_INCUMBENT = ("predictions", "given", "version")
DATACLASSES: dict[str, Any] = {"drifts": Drift, "columns": ColumnReading}
METADATA = "metadata.json"


@dataclass(frozen=True)
class SharedStream:
    """A stream in a folder of its own."""

    folder: Path

    def get(self, make: Callable[[], Stream]) -> Stream:
        """Return the stream; it is made by the first who asks."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        # The lock goes with its process, so a maker that is killed leaves its turn to another.
        with self.folder.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self.folder.exists():
                self._write(make())
        return self._read()

    def _write(self, stream: Stream) -> None:
        half = self.folder.with_suffix(f".{os.getpid()}")
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir()
        for name in ARRAYS:
            if (values := getattr(stream, name)) is not None:
                np.save(half / f"{name}.npy", values, allow_pickle=False)
        incumbent = stream.incumbent
        if incumbent is not None:
            for name in OF_INCUMBENT:
                path = half / f"incumbent.{name}.npy"
                np.save(path, getattr(incumbent, name), allow_pickle=False)
        plain = {f.name: getattr(stream, f.name) for f in fields(stream) if f.name not in ARRAYS}
        for name in DATACLASSES:
            plain[name] = [asdict(value) for value in plain[name]]
        plain["incumbent"] = None if incumbent is None else incumbent.versions
        (half / METADATA).write_text(json.dumps(plain), encoding="utf-8")
        half.replace(self.folder)

    def _read(self) -> Stream:
        metadata: dict[str, Any] = json.loads((self.folder / METADATA).read_text(encoding="utf-8"))
        plain = _with_tuples(metadata)
        for name, kind in DATACLASSES.items():
            plain[name] = tuple(kind(**_with_tuples(value)) for value in metadata[name])
        plain["levels"] = tuple(map(tuple, metadata["levels"]))
        plain["facts"] = tuple((name, value) for name, value in metadata["facts"])
        names = [name for name in ARRAYS if (self.folder / f"{name}.npy").exists()]
        arrays: dict[str, Any] = {name: _mapped(self.folder / f"{name}.npy") for name in names}
        versions = plain.pop("incumbent")
        if versions is not None:
            parts = {n: _mapped(self.folder / f"incumbent.{n}.npy") for n in OF_INCUMBENT}
            plain["incumbent"] = Incumbent(**parts, versions=versions)
        return Stream(**arrays, **plain)


def _with_tuples(plain: Mapping[str, Any]) -> dict[str, Any]:
    """Return what JSON made lists of as tuples."""
    return {k: tuple(v) if isinstance(v, list) else v for k, v in plain.items()}


def _mapped(path: Path) -> Any:
    # As a plain array: a memmap would pass its own kind on to everything computed from it.
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
