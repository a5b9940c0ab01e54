"""Keys of the configuration that had another name in an earlier version."""

from collections.abc import Iterable

from retrainlab.sim.errors import InputError

RENAMED = {"knob": "search"}


def require_current(keys: Iterable[str], path: str) -> None:
    """Raise `InputError` for a key under a path that has another name now."""
    for key in keys:
        if key in RENAMED:
            raise InputError(f"{path}.{key} is called {path}.{RENAMED[key]} now; use that name")
