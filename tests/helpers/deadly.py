"""Work that kills whoever does it, in a module that a new worker loads at once."""

import os
import signal


def killing(item: int) -> int:
    """Return the square, of all numbers but one."""
    if item == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return item * item
