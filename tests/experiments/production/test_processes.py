"""Real processes: kill -9 at random moments, and two commands at once."""

import json
import random
import shutil
import time

import pandas as pd
import pytest
from processes import start
from production import at, dates, everything, made

from retrainlab.experiments.production import steps
from retrainlab.experiments.production.folder import opened

RETRAININGS = "ledger/retrainings.parquet"


def comparable(path):
    """All files of a folder, without measured seconds and dates of files."""
    files = everything(path)
    del files["seals.json"]
    lines = map(json.loads, files["journal.jsonl"].splitlines())
    journal = [{k: v for k, v in line.items() if k != "seconds"} for line in lines]
    trainings = pd.read_parquet(path / RETRAININGS).drop(columns="seconds").to_csv()
    return {**files, "journal.jsonl": journal, RETRAININGS: trainings}


@pytest.fixture(scope="module")
def whole_and_new(tmp_path_factory):
    """Two folders that read the same days: one is complete, the other has not begun."""
    place = tmp_path_factory.mktemp("whole")
    whole, _ = made(place, strategy="periodic", clocks=(0, 0))
    new = place / "new"
    shutil.copytree(whole, new)
    at(whole, steps.tick_all)
    return whole, new


@pytest.fixture
def two(whole_and_new, tmp_path):
    """The complete folder, and a copy of the one that has not begun."""
    whole, new = whole_and_new
    other = tmp_path / "other"
    shutil.copytree(new, other)
    return whole, other


@pytest.mark.slow
@pytest.mark.parametrize("kills", [2, pytest.param(20, marks=pytest.mark.stress)])
def test_a_command_that_was_killed_and_runs_again_leaves_the_same_folder(two, kills):
    whole, killed = two
    journal, moments = killed / "journal.jsonl", random.Random(kills)
    for _ in range(kills):
        before = journal.exists() and journal.stat().st_size
        process = start(killed.parent, "tick", str(killed))
        while process.poll() is None and (journal.exists() and journal.stat().st_size) == before:
            time.sleep(0.002)
        time.sleep(moments.random() / 10)
        process.kill()
        process.communicate(timeout=60)
    at(killed, steps.tick_all)
    assert comparable(killed) == comparable(whole)


@pytest.mark.slow
def test_two_commands_at_once_leave_what_one_leaves(two):
    whole, shared = two
    processes = [start(shared.parent, "tick", str(shared), date) for date in dates()[-2:]]
    for process in processes:
        _, error = process.communicate(timeout=120)
        assert process.returncode == 0, error
    assert comparable(shared) == comparable(whole)


@pytest.mark.slow
def test_a_command_waits_for_another_as_long_as_it_is_told(two):
    _, path = two
    words = "tick", str(path), dates()[0]
    with opened(path, wait=1):
        patient = start(path.parent, *words)
        impatient = start(path.parent, *words, "wait=0.1")
        out, error = impatient.communicate(timeout=120)
        assert (impatient.returncode, out) == (1, "")
        assert "another retrainlab is at work" in error
    out, error = patient.communicate(timeout=120)
    assert patient.returncode == 0, error
    assert json.loads(out)["tick"] == 6
