"""Steps of a tick: run again, killed anywhere, out of order, two at once."""

import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from production import WARMUP, at, dates, days, everything, made, write

from retrainlab.experiments.production import ledger as ledgers
from retrainlab.experiments.production import steps, store
from retrainlab.experiments.production.folder import opened
from retrainlab.experiments.production.report import report, status
from retrainlab.experiments.production.verify import verify
from retrainlab.sim import atomic
from retrainlab.sim.errors import InputError, RunFailure
from retrainlab.sim.replay import fit_cache

COMMANDS = {"observe": steps.observe, "fit": steps.fit, "deploy": steps.deploy}


class Killed(BaseException):
    """Stands for kill -9: nothing of retrainlab catches it."""


@pytest.fixture(autouse=True)
def _no_clock(monkeypatch):
    """Measured seconds and dates of files are all that may differ between two runs."""
    monkeypatch.setattr(store, "mark_of", lambda path: str(Path(path).stat().st_size))
    monkeypatch.setattr(fit_cache, "time", SimpleNamespace(perf_counter=lambda: 0.0))


def killed_at(monkeypatch, path, number, step, *words):
    """Run a step that is killed in its n-th write, which leaves half a file; return whether."""
    count = 0
    write_atomic = atomic.write_atomic

    def write_until(target, write):
        nonlocal count
        count += 1
        if count == number:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.with_name(f".{target.name}.99999").write_bytes(b"half")
            raise Killed
        write_atomic(target, write)

    with monkeypatch.context() as patch:
        patch.setattr(atomic, "write_atomic", write_until)
        try:
            at(path, step, *words)
        except Killed:
            (path / ".lock").touch()
            return True
    return False


def test_killed_in_any_write_and_run_again_leaves_the_same_folder(tmp_path, monkeypatch):
    whole, _ = made(tmp_path / "whole", strategy="periodic", clocks=(0, 0))
    killed, _ = made(tmp_path / "killed", strategy="periodic", clocks=(0, 0))
    copy_policy(whole, killed)
    for date in dates()[:4]:
        at(whole, steps.tick, date)
        number = 1
        while killed_at(monkeypatch, killed, number, steps.tick, date):
            number += 1
        assert everything(killed) == everything(whole), date
    assert number > 3
    assert len(ledgers.load(whole).frames["retrainings"]) == 2


@pytest.mark.slow
def test_killed_and_gone_on_with_the_rest_leaves_the_same_folder(tmp_path, monkeypatch):
    whole, _ = made(tmp_path / "whole", strategy="drop", clocks=(1, 1))
    at(whole, steps.tick_all)
    for number in (2, 5, 14, 25):
        path, _ = made(tmp_path / f"{number}", strategy="drop", clocks=(1, 1))
        copy_policy(whole, path)
        assert killed_at(monkeypatch, path, number, steps.tick_all)
        at(path, steps.tick_all)
        assert everything(path) == everything(whole), number


def copy_policy(one, other):
    """Both read the same days, so that their policies are the same bytes."""
    (other / "policy.yaml").write_bytes((one / "policy.yaml").read_bytes())


def test_an_old_tick_run_again_changes_no_byte(tmp_path):
    path, _ = made(tmp_path, strategy="drop", clocks=(1, 1))
    lines = {}
    for date in dates():
        for name, step in COMMANDS.items():
            lines[date, name] = at(path, step, date)
    before = everything(path)
    assert {outcome.code for outcome in lines.values()} == {0, 99}
    for (date, name), outcome in lines.items():
        assert at(path, COMMANDS[name], date) == outcome, (date, name)
        assert everything(path) == before, (date, name)
    at(path, steps.tick, dates()[2])
    assert at(path, steps.tick_all).code == steps.NOTHING
    assert everything(path) == before


def test_ticks_go_in_order_and_tick_makes_up_what_is_missing(tmp_path):
    path, _ = made(tmp_path)
    first, second, third, *_ = dates()
    with pytest.raises(InputError, match=f"{first} has not been closed"):
        at(path, steps.observe, second)
    assert at(path, steps.tick, third).line["tick"] == WARMUP + 2
    assert len(ledgers.load(path).frames["ticks"]) == 2


def test_the_history_is_nothing_to_do(tmp_path):
    path, _ = made(tmp_path)
    outcome = at(path, steps.observe, list(days("recurrent"))[1])
    assert (outcome.code, outcome.line["history"]) == (steps.NOTHING, True)


def test_a_day_whose_file_has_no_rows_is_a_gap(tmp_path):
    path, _ = made(tmp_path)
    gap = dates()[1]
    write(tmp_path / "days", gap, days("recurrent")[gap].iloc[:0])
    at(path, steps.tick, dates()[0])
    assert at(path, verify).line["verdict"].startswith("1 tick, ")
    assert at(path, steps.tick, gap).line == {"date": gap, "rows": 0}
    assert at(path, steps.tick_all).line["ticks"] == len(dates()) - 2
    without, _ = made(tmp_path / "without")
    (tmp_path / "without" / "days" / f"{gap}.csv").unlink()
    at(without, steps.tick_all)
    for name in ledgers.TABLES:
        ledgers_agree = [
            ledgers.load(p).frames[name].drop(columns="seconds", errors="ignore")
            for p in (path, without)
        ]
        pd.testing.assert_frame_equal(*ledgers_agree)


def test_a_gap_is_nothing_to_do_and_a_date_to_come_is_an_error(tmp_path):
    path, _ = made(tmp_path)
    gap = dates()[1]
    (tmp_path / "days" / f"{gap}.csv").unlink()
    at(path, steps.tick, dates()[0])
    assert at(path, steps.observe, gap).code == steps.NOTHING
    assert at(path, steps.tick, gap).code == steps.NOTHING
    with pytest.raises(InputError, match="no rows of 2031-01-01, nor of any later date"):
        at(path, steps.observe, "2031-01-01")
    at(path, steps.tick, dates()[2])
    write(tmp_path / "days", gap, days("recurrent")[gap])
    with pytest.raises(InputError, match="comes before"):
        at(path, steps.observe, gap)
    assert at(path, steps.tick_all).line["ticks"] == len(dates()) - 3


def test_a_model_that_comes_late_serves_later_and_verify_says_so(tmp_path):
    path, _ = made(tmp_path, strategy="periodic", clocks=(0, 0))
    for date in dates()[:3]:
        at(path, steps.tick, date)
    due = dates()[5]
    for date in dates()[3:8]:
        at(path, steps.observe, date)
        if date != due:
            at(path, steps.deploy, date)
    assert at(path, steps.fit, due).code == steps.DONE
    assert at(path, steps.deploy, dates()[6]).line["deployed"] == []
    outcome = at(path, steps.deploy, dates()[7])
    assert outcome.line["deployed"] == [2]
    at(path, steps.tick_all)
    trainings = ledgers.load(path).frames["retrainings"].set_index("number")
    decided, deployed = trainings.loc[2, ["decided", "deployed"]]
    assert (decided, deployed) == (WARMUP + 5, WARMUP + 8)
    line = at(path, verify).line
    assert line["verdict"].endswith("as simulated")
    assert line["clocks"]["fit_delay_most"] == 2


def test_labels_that_come_late_are_facts_and_verify_says_so(tmp_path):
    path, _ = made(tmp_path, strategy="drop", clocks=(1, 0))
    late = dates()[2]
    rows = days("recurrent")
    write(tmp_path / "days", late, rows[late].drop(columns="label"))
    for date in dates()[:6]:
        at(path, steps.tick, date)
    ticks = ledgers.load(path).frames["ticks"]
    assert ticks["date"].tolist() == dates()[:2]
    write(tmp_path / "days", late, rows[late])
    at(path, steps.tick_all)
    line = at(path, verify).line
    assert line["verdict"].endswith("as simulated")
    assert line["clocks"]["label_delay_most"] == 4
    assert line["advice"] == "run retrainlab optimize again with world.label_delay=2"


def test_a_training_that_raises_is_told_and_can_be_done_later(tmp_path, monkeypatch):
    path, _ = made(tmp_path, strategy="periodic", clocks=(1, 0), learner="tree")
    at(path, steps.tick, dates()[0])
    date = next(d for d in dates()[1:] if at(path, steps.observe, d).line["due"])

    def fit(*_args, **_kwargs):
        raise RuntimeError("no memory")

    with monkeypatch.context() as raising:
        raising.setattr("sklearn.tree.DecisionTreeClassifier.fit", fit)
        sentence = rf"that was decided on {date} failed: RuntimeError: no memory \(test_steps.py"
        with pytest.raises(RunFailure, match=sentence):
            at(path, steps.fit, date)
    assert at(path, status).line["champion"] == 0
    assert at(path, steps.fit, date).code == steps.DONE
    assert at(path, verify).line["verdict"].endswith("as simulated")


def test_status_names_the_label_that_holds_up_later_ones(tmp_path):
    path, _ = made(tmp_path, clocks=(1, 0))
    late, rows = dates()[2], days("recurrent")

    def held_up(labels):
        write(tmp_path / "days", late, labels)
        of_page = at(path, report).line["held_up_by"]
        assert at(path, status).line["held_up_by"] == of_page
        return of_page

    at(path, steps.tick, late)
    assert held_up(rows[late].drop(columns="label")) == ""  # they are not due yet
    for date in dates()[3:6]:
        at(path, steps.tick, date)
    assert held_up(rows[late].drop(columns="label")) == f"there are no labels of {late}"
    some = rows[late].reset_index(drop=True).astype({"label": "Int64"})
    some.loc[6, "label"] = pd.NA
    assert held_up(some) == f"the label of row 7 of {late} is missing"
    some.loc[3:4, "label"] = pd.NA
    assert held_up(some) == f"3 labels of {late} are missing, that of row 4 first"
    write(tmp_path / "days", late, rows[late])
    at(path, steps.tick_all)
    assert held_up(rows[late]) == ""


def test_two_at_once_wait_for_each_other(tmp_path):
    path, _ = made(tmp_path)
    inside = threading.Event()

    def keep():
        with opened(path, wait=1):
            inside.set()
            time.sleep(0.4)

    thread = threading.Thread(target=keep)
    thread.start()
    inside.wait(10)
    with (
        pytest.raises(InputError, match=r"another retrainlab .* wait=600"),
        opened(path, wait=0.05),
    ):
        pass
    assert at(path, steps.tick, dates()[0]).code == steps.DONE
    thread.join()


def test_two_that_run_the_same_tick_leave_what_one_leaves(tmp_path):
    one, _ = made(tmp_path / "one")
    two, _ = made(tmp_path / "two")
    copy_policy(one, two)
    at(one, steps.tick, dates()[1])
    threads = [threading.Thread(target=at, args=(two, steps.tick, dates()[1])) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert everything(two) == everything(one)


ORDERS = st.lists(st.tuples(st.sampled_from([*COMMANDS, "tick"]), st.integers(0, 4)), max_size=6)


@pytest.mark.slow
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(orders=ORDERS)
def test_any_order_of_commands_is_refused_or_ends_as_simulated(tmp_path_factory, orders):
    path, _ = made(tmp_path_factory.mktemp("orders"), strategy="periodic", clocks=(0, 1))
    for name, number in orders:
        step = steps.tick if name == "tick" else COMMANDS[name]
        before = everything(path)
        try:
            at(path, step, dates()[number])
        except InputError:
            after = everything(path)
            assert {k: after[k] for k in before} == before
    at(path, steps.tick, dates()[5])
    assert at(path, verify).line["verdict"].startswith("6 ticks")
