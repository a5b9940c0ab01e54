"""Repeating: something is done every so often, in a thread, until a block ends."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def repeating(act: Callable[[], object], seconds: float) -> Iterator[None]:
    """Act again and again while the block runs; seconds: between two times.

    It is not done any more once the block has ended.
    """
    end = threading.Event()

    def loop() -> None:
        while not end.wait(seconds):
            act()

    thread = threading.Thread(target=loop, daemon=True)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()
