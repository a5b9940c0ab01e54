"""What a command sets for the processes that it starts."""

import inspect
import os
import subprocess
import sys

import pytest

from retrainlab.experiments import surroundings

WARN = "import warnings; [warnings.warn(w) for w in ('resource_tracker: /loky-1: gone', 'other')]"

SETTLED = """
from retrainlab.experiments.surroundings import settle
import warnings
settle()
for text in ("{}", "other"):
    warnings.warn(text)
"""


@pytest.mark.parametrize("asked", ["", "always", "ignore:other"])
def test_what_tidying_up_warns_of_is_not_shown_and_what_a_user_asked_for_stays(asked, monkeypatch):
    for name in ("MPLBACKEND", "PYTHONSAFEPATH", *surroundings.AT_LOADING):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("PYTHONWARNINGS", asked)
    for _ in range(2):
        surroundings.settle()
    assert os.environ["PYTHONWARNINGS"].split(",").count(surroundings.TIDYING) == 1
    told = subprocess.run([sys.executable, "-c", WARN], capture_output=True, text=True).stderr
    assert "resource_tracker" not in told.replace(WARN, "")
    assert ("UserWarning: other" in told) == (asked != "ignore:other")


def test_that_an_idle_worker_has_ended_is_not_shown():
    from joblib.externals.loky import process_executor

    said = "A worker stopped while some jobs were given to the "
    assert f'"{said}"' in inspect.getsource(process_executor)
    told = subprocess.run(
        [sys.executable, "-c", SETTLED.format(said)], capture_output=True, text=True
    ).stderr
    assert "other" in told
    assert said not in told
