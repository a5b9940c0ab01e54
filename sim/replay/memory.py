"""Memory: what the parts of a strategy remember, which says where a replay can be resumed."""

from enum import IntEnum
from typing import Any


class Memory(IntEnum):
    """What a part remembers from tick to tick; a part says so by its attribute `memory`.

    NOTHING: its answers follow from the view alone.
    SINCE_RETRAINING: it forgets with each retraining: once it has been asked at a tick at whose
        end a request is open or a training is under way, it is as new.
    EVERYTHING, as without it: it may remember all that it has seen.
    """

    NOTHING = 0
    SINCE_RETRAINING = 1
    EVERYTHING = 2


def memory_of(*parts: Any) -> Memory:
    """Return what the parts remember together."""
    return max((getattr(part, "memory", Memory.EVERYTHING) for part in parts), default=Memory(0))
