"""The limit of one fit (`engine.fit_seconds`): a fit that hangs becomes an error of its cell."""

import contextlib
import ctypes
import faulthandler
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from numpy.typing import NDArray

from retrainlab.sim.replay.learners import Learner
from retrainlab.sim.stream import Floats

Item = TypeVar("Item")
Result = TypeVar("Result")
GRACE = 2.0  # seconds that code has to end by itself before its process is ended
AGAIN = 1.0  # seconds after which code that went on is interrupted once more


@dataclass(frozen=True)
class FitLimit:
    """So many seconds for a fit, and for a block of predictions.

    may_kill: whether the process may be ended where the code cannot be interrupted.
    """

    seconds: float
    may_kill: bool


class FitTimeout(Exception):
    """A fit, or a block of predictions, took longer than the limit."""


class _Interruption(BaseException):
    """Raised in the middle of a fit; no `except Exception` of a learner may stop it."""


_active: ContextVar[FitLimit | None] = ContextVar("fit_limit", default=None)


def limited(limit: FitLimit | None, work: Callable[[Item], Result], item: Item) -> Result:
    """Do the work under a limit; None: without one."""
    token = _active.set(limit)
    try:
        return work(item)
    finally:
        _active.reset(token)


def learner(*arguments: Any, **options: Any) -> Learner:
    """Return a `Learner`, of which each fit keeps within the limit, if there is one."""
    limit = _active.get()
    made = Learner(*arguments, **options)
    return made if limit is None else _LimitedLearner(made, limit)


class _LimitedLearner(Learner):
    """A learner under a limit; what took too long once is not tried again for the next cell."""

    def __init__(self, whole: Learner, limit: FitLimit):
        vars(self).update(vars(whole))
        self.limit = limit
        self.busy = False
        self.late: dict[object, tuple[Any, FitTimeout]] = {}

    def fit(self, x: Floats, y: NDArray[Any], seed: int, weight: Floats | None = None) -> Any:
        """As `Learner`; raises `FitTimeout`. The seed names the rows."""
        fit, what = super().fit, f"a fit on {len(y):,} rows"
        return self._within(seed, None, what, lambda: fit(x, y, seed, weight))

    def predict(self, model: Any, x: Floats) -> NDArray[Any]:
        """As `Learner`; raises `FitTimeout`."""
        predict = super().predict
        what = f"a prediction for {len(x):,} rows"
        made: NDArray[Any] = self._within(
            ("predict", id(model)), model, what, lambda: predict(model, x)
        )
        return made

    def _within(self, name: object, kept: Any, what: str, work: Callable[[], Any]) -> Any:
        """Do the work in time; kept: what must live for its name to stay its own."""
        if self.busy:  # a fit that predicts is one piece of work
            return work()
        if name in self.late:
            raise self.late[name][1]
        self.busy = True
        try:
            with _killing(self.limit), _interrupting(self.limit.seconds):
                return work()
        except _Interruption:
            seconds = f"engine.fit_seconds={self.limit.seconds:g}"
            error = FitTimeout(f"{what} took longer than {seconds}")
            self.late[name] = kept, error
            raise error from None
        finally:
            self.busy = False


@contextlib.contextmanager
def _interrupting(seconds: float) -> Iterator[None]:
    """Raise `_Interruption` in this thread when the time is over."""
    if threading.current_thread() is threading.main_thread():
        with _by_alarm(seconds):
            yield
    else:
        with _by_another_thread(seconds):
            yield


@contextlib.contextmanager
def _by_alarm(seconds: float) -> Iterator[None]:
    """An alarm also ends what waits, such as `time.sleep`; only the main thread can have one."""

    def interrupt(*_: Any) -> None:
        raise _Interruption

    old = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)


@contextlib.contextmanager
def _by_another_thread(seconds: float) -> Iterator[None]:
    """Workers of Dask work in a thread that is not the main one."""
    here = ctypes.c_ulong(threading.get_ident())
    interrupt = ctypes.pythonapi.PyThreadState_SetAsyncExc
    timer = threading.Timer(seconds, interrupt, (here, ctypes.py_object(_Interruption)))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        interrupt(here, None)  # what came too late is taken back


@contextlib.contextmanager
def _killing(limit: FitLimit) -> Iterator[None]:
    """End the process a little after its time, where it may be: C code cannot be interrupted.

    The interpreter's watchdog needs no lock of it, so it also ends code that never gives it back.
    """
    if not limit.may_kill:
        yield
        return
    with open(os.devnull, "w") as nowhere:
        faulthandler.dump_traceback_later(limit.seconds + GRACE, exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()
