"""Seals: marks of the files that were compared with the journal, so that a tick reads them once.

A mark is the size of a file and the times of its last change: it is of this disk, and says nothing
elsewhere. A file with another mark than its seal's is read and compared again; `verify` reads all.
"""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from retrainlab.sim import atomic

FILE = "seals.json"


@dataclass
class Seals:
    """Marks of the rows and labels by date (None: they must be read), and of the models by name."""

    rows: dict[str, str | None] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)


def mark_of(path: Path | str) -> str:
    """Return what changes when a file does, without reading it; `OSError` if it is gone."""
    status = os.stat(path)
    return f"{status.st_size}-{status.st_mtime_ns}-{status.st_ctime_ns}"


def load(folder: Path, key: str) -> Seals:
    """Read the seals of the checkpoint with a key; none if they are of another, or damaged."""
    try:
        node = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return Seals(node["rows"], node["models"]) if node["key"] == key else Seals()
    except (OSError, ValueError, KeyError, TypeError):
        return Seals()


def save(folder: Path, key: str, seals: Seals) -> None:
    """Write the seals that go with the checkpoint of a key."""
    value = {
        "key": key,
        "rows": dict(sorted(seals.rows.items())),
        "models": dict(sorted(seals.models.items())),
    }
    atomic.write_if_new(folder / FILE, json.dumps(value, ensure_ascii=False))
