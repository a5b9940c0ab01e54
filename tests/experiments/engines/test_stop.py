"""Signals: what they raise is raised again where Python could not."""

import os
import signal

import pytest

from retrainlab.experiments.engines import stop
from retrainlab.experiments.engines.local import Serial
from retrainlab.experiments.engines.progress import map_unordered


@pytest.fixture(autouse=True)
def _as_in_a_terminal():
    """Ctrl-C raises, also where a shell started the tests in the background, with it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


class Swallowing:
    """Python prints what is raised in a destructor, and goes on."""

    def __del__(self):
        os.kill(os.getpid(), self.number)
        for _ in range(100):
            pass


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_within_a_destructor_stops_the_work_all_the_same(number):
    done = []
    Swallowing.number = number

    def work() -> None:
        for place, result in map_unordered(str, [1, 2, 3], Serial(), "work"):
            done.append(result)
            if place == 0:
                swallowing = Swallowing()
                del swallowing

    with pytest.raises(KeyboardInterrupt) as stopped, stop.on_signals():
        work()
    assert done == ["1"]
    assert stop.code_of(stopped.value) == {signal.SIGINT: 130, signal.SIGTERM: 143}[number]


def test_the_next_command_begins_anew():
    with pytest.raises(KeyboardInterrupt), stop.on_signals():
        signal.raise_signal(signal.SIGINT)
    with stop.on_signals():
        stop.require_none()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
