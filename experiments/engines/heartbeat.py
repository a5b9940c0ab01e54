"""Heartbeat: a worker tells how far it is inside an item, in a small file that is read elsewhere.

The place is set around an item by `reporting`; what works on the item calls `beating`, which does
nothing where nobody listens.
"""

import contextlib
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from typing import Any

from retrainlab.experiments.engines.repeating import repeating

SECONDS = 0.5  # between two beats
_folder: ContextVar[str] = ContextVar("folder", default="")


@contextmanager
def listening() -> Iterator[str]:
    """Yield a new folder for beats, which goes afterwards; empty where none can be made."""
    with contextlib.ExitStack() as stack:
        try:
            place = stack.enter_context(
                tempfile.TemporaryDirectory(prefix="retrainlab-", ignore_cleanup_errors=True)
            )
        except OSError:
            place = ""
        yield place


def reporting(work: Callable[[Any], Any], folder: str) -> Callable[[Any], Any]:
    """Return the same work, with a folder for its beats."""
    return partial(_reporting, work, folder) if folder else work


def _reporting(work: Callable[[Any], Any], folder: str, item: Any) -> Any:
    token = _folder.set(folder)
    try:
        return work(item)
    finally:
        _folder.reset(token)


@contextmanager
def beating(pieces: Callable[[], float]) -> Iterator[None]:
    """Tell every so often how many pieces of the item are done; nothing is left at its end."""
    if not _folder.get():
        yield
        return
    path = Path(_folder.get()) / uuid.uuid4().hex

    def beat() -> None:
        with contextlib.suppress(OSError):
            path.write_text(f"{pieces():.3f}")

    try:
        with repeating(beat, SECONDS):
            yield
    finally:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def heard(folder: str) -> float:
    """Return how many pieces are done of all items under way."""
    if not folder:
        return 0.0
    total = 0.0
    with contextlib.suppress(OSError):
        for path in Path(folder).iterdir():
            with contextlib.suppress(OSError, ValueError):
                total += float(path.read_text())
    return total
