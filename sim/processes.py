"""Worker processes that end with the process that started them, however that one ends."""

import ctypes
import os
import signal
import sys
import threading
import time
from typing import Any

IDLE = 60  # seconds after which a worker without work ends
POLL = 0.5  # seconds between two looks at the parent
PR_SET_PDEATHSIG = 1


def pool(count: int) -> Any:
    """Return joblib's executor with so many workers; it is used again by who asks for as many.

    Arrays travel to the workers as they are: a memory map would stay when all are killed.
    """
    from joblib.executor import get_memmapping_executor

    options = {"initializer": follow, "initargs": (os.getpid(),), "max_nbytes": None}
    return get_memmapping_executor(count, timeout=IDLE, **options)


def follow(parent: int) -> None:
    """Have this process, a worker, end with its parent.

    On Linux the kernel ends it at once, even in a computation that holds the interpreter's lock. A
    thread looks as well: for other systems, and for a parent that had ended before.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(POLL)
    os._exit(1)
