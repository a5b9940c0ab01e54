"""Learners that never come to an end, each in its own way."""

import contextlib
import os
import re
import time
from pathlib import Path

from processes import MARK
from sklearn.naive_bayes import GaussianNB

HANGS = "hangs-"


def _say() -> None:
    """Leave a file in the folder of the test: one process more hangs now."""
    if MARK in os.environ:
        (Path(os.environ[MARK]) / f"{HANGS}{os.getpid()}").touch()


class Sleeping(GaussianNB):
    """Waits: an alarm ends it."""

    def fit(self, x, y):
        _say()
        time.sleep(1000)


class Spinning(GaussianNB):
    """Computes in Python, and catches every error of its own."""

    def fit(self, x, y):
        while True:
            with contextlib.suppress(Exception):
                sum(range(1000))


class Locked(GaussianNB):
    """Computes in C and gives the interpreter's lock to nobody: only the end of the process helps.

    Only on many rows, so that some cells are fitted and others are not.
    """

    def fit(self, x, y):
        if len(y) > 150:
            _say()
            re.match(r"(a+)+$", "a" * 64 + "b")
        return super().fit(x, y)


class SlowToPredict(GaussianNB):
    """Is fitted at once."""

    def predict_proba(self, x):
        time.sleep(1000)
