"""A stream that several workers of one machine read from one place, as memory maps.

Parts of a group need the same stream. Whoever comes first makes it and puts it down; the others
wait, and all of them read the same pages, of which memory holds one copy.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np

from retrainlab.sim.stream import Drift, Stream

ARRAYS = ("x", "y", "offsets", "ceiling", "concept", "scored", "entity")
ABOUT = "about.json"


def shared(place: Path, make: Callable[[], Stream]) -> Stream:
    """Return the stream in a folder; it is made by the first who asks."""
    place.parent.mkdir(parents=True, exist_ok=True)
    # The lock goes with its process, so a maker that is killed leaves its turn to another.
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            _put(make(), place)
    return _take(place)


def _put(stream: Stream, place: Path) -> None:
    half = place.with_suffix(f".{os.getpid()}")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir()
    for name in ARRAYS:
        if (values := getattr(stream, name)) is not None:
            np.save(half / f"{name}.npy", values, allow_pickle=False)
    plain = {f.name: getattr(stream, f.name) for f in fields(stream) if f.name not in ARRAYS}
    about = {**plain, "drifts": [asdict(drift) for drift in stream.drifts]}
    (half / ABOUT).write_text(json.dumps(about), encoding="utf-8")
    half.replace(place)


def _take(place: Path) -> Stream:
    about: dict[str, Any] = json.loads((place / ABOUT).read_text(encoding="utf-8"))
    plain: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in about.items()}
    plain["drifts"] = tuple(Drift(**drift) for drift in about["drifts"])
    plain["facts"] = tuple((name, said) for name, said in about["facts"])
    arrays: dict[str, Any] = {path.stem: _mapped(path) for path in place.glob("*.npy")}
    return Stream(**arrays, **plain)


def _mapped(path: Path) -> Any:
    # As a plain array: a memmap would pass its own kind on to everything computed from it.
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
