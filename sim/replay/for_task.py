"""What parts of a strategy are for: streams of one task, or of any."""

from typing import Any

from retrainlab.sim.stream import Task


def require_task(task: Task, *parts: Any) -> None:
    """Raise `InputError` for streams of a task that one of the parts is not for."""
    for part in parts:
        if hasattr(part, "require_task"):
            part.require_task(task)
