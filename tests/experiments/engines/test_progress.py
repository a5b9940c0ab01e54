"""Progress within an item, and the time that is left."""

import time

from retrainlab.experiments.engines import heartbeat
from retrainlab.experiments.engines.heartbeat import beating, heard, listening, reporting
from retrainlab.experiments.engines.progress import Pace


def test_the_time_left_follows_the_pace_since_the_first_piece_was_done():
    pace = Pace(100, "tasks")
    assert pace.ahead(30, 0) == ""  # workers start
    assert pace.ahead(31, 1) == ""
    assert pace.ahead(32, 2) == ""  # too little to tell by
    assert pace.ahead(41, 11) == "about 89 s left (11 of 100 tasks are done)"


def test_little_time_left_is_no_line():
    pace = Pace(10)
    pace.ahead(1, 1)
    assert pace.ahead(6, 6) == ""


def test_one_slow_piece_is_told_by_the_time_since_the_start():
    pace = Pace(10)
    assert pace.ahead(60, 1) == ""
    assert pace.ahead(81, 1) == "about 12.2 minutes left (1 of 10 cells are done)"
    assert pace.ahead(100, 1.24).endswith("left (1.2 of 10 cells are done)")


def test_a_worker_is_heard_while_it_works_and_not_afterwards(monkeypatch):
    monkeypatch.setattr(heartbeat, "SECONDS", 0.01)
    levels = []

    def work(item):
        with beating(lambda: item / 2):
            limit = time.perf_counter() + 10
            while heard(folder) == 0 and time.perf_counter() < limit:
                time.sleep(0.01)
            levels.append(heard(folder))
        return item

    with listening() as folder:
        assert reporting(work, folder)(3) == 3
        assert levels == [1.5]
        assert heard(folder) == 0


def test_nobody_listening_costs_nothing():
    with beating(lambda: 1 / 0):
        pass
