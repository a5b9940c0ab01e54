"""Stopped from outside: SIGTERM ends the command as Ctrl-C does, and without a long wait."""

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

from retrainlab.sim.exit_codes import ExitCode

SAME = 1.0  # seconds within which a second signal is the first one again, as `timeout` sends it
PATIENCE = 2.0  # seconds for workers to be ended in order


class Terminated(KeyboardInterrupt):
    """SIGTERM has come: from `timeout`, Slurm, Docker, Kubernetes or a CI job that is cancelled."""

    exit_code = ExitCode.TERMINATED


_come: list[KeyboardInterrupt] = []  # what signals have raised


@contextlib.contextmanager
def on_signals() -> Iterator[None]:
    """Raise `Terminated` in the main thread when SIGTERM comes; Ctrl-C raises as in any program."""
    last = -SAME

    def interrupt(*_: Any) -> None:
        _raise(KeyboardInterrupt())

    def raise_once(*_: Any) -> None:
        nonlocal last
        before, last = last, time.monotonic()
        if last - before >= SAME:
            _raise(Terminated("stopped by SIGTERM"))

    try:
        old = signal.signal(signal.SIGTERM, raise_once)
    except ValueError:  # not the main thread, which alone may say what a signal does
        yield
        return
    old_int: Any = signal.getsignal(signal.SIGINT)
    if old_int is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupt)
    after: Any = old
    try:
        yield
    except Terminated:
        after = signal.SIG_IGN  # the command is at its end, and says so
        raise
    finally:
        signal.signal(signal.SIGTERM, after)
        signal.signal(signal.SIGINT, old_int)
        _come.clear()


def _raise(error: KeyboardInterrupt) -> None:
    _come.append(error)
    raise error


def require_none() -> None:
    """Raise again what a signal has raised: in a destructor or a callback Python only prints it."""
    if _come:
        raise type(_come[0])(*_come[0].args)


def code_of(error: KeyboardInterrupt) -> int:
    """Return the exit code of a command that was stopped by this."""
    return getattr(error, "exit_code", ExitCode.INTERRUPTED)


def hasten(code: int) -> None:
    """Have Python's own end take a few seconds at most: it would wait for workers that hang.

    What libraries complain of while they are torn down is not shown.
    """
    sys.stderr = open(os.devnull, "w")  # noqa: SIM115

    def leave() -> None:
        if not threading.main_thread().is_alive():  # it is at its end, and not in another program
            os._exit(code)

    timer = threading.Timer(PATIENCE, leave)
    timer.daemon = True
    timer.start()
