"""Garbage collection while figures are drawn: once, at the end.

Figures are made of cycles, so that Python looks for garbage all the time and goes through all
tables and modules each time: a fifteenth of the processor time of a report.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collected_at_the_end() -> Iterator[None]:
    """Look for cyclic garbage at the end alone, and among what was made inside alone."""
    was_enabled = gc.isenabled()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.collect()
        gc.unfreeze()
        if was_enabled:
            gc.enable()
