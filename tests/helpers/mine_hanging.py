"""Learners that never come to an end on many rows, each in its own way."""

import contextlib
import os
import time
from collections import deque
from itertools import repeat
from pathlib import Path

import numpy as np
from processes import MARK

HANGS = "hangs-"


class Quick:
    """Predicts one class; above: rows from which on its subclasses hang."""

    def __init__(self, above: int = 0):
        self.above = above

    def fit(self, x, y):
        if len(y) > self.above:
            self._say()
            self.hang()

    def predict(self, x):
        return np.zeros(len(x), dtype=np.int64)

    def hang(self):
        """Come to an end at once."""

    def _say(self):
        """Leave a file in the folder of the test: one process more hangs now."""
        if MARK in os.environ:
            (Path(os.environ[MARK]) / f"{HANGS}{os.getpid()}").touch()


class Sleeping(Quick):
    """Waits: an alarm ends it."""

    def hang(self):
        time.sleep(1000)


class Spinning(Quick):
    """Computes in Python, and goes on after every error."""

    def hang(self):
        while True:
            with contextlib.suppress(Exception):
                sum(range(1000))


class Locked(Quick):
    """Computes in C, and never gives the interpreter's lock to another thread."""

    def hang(self):
        deque(repeat(None), maxlen=0)


class SlowToPredict(Quick):
    """Is fitted at once, and then does not answer."""

    def predict(self, x):
        time.sleep(1000)
