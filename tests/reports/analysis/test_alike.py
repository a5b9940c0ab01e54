"""Settings that acted alike are named once."""

from fake_study import CELLS, NEVER, Cell, Fake, schedule, write

from retrainlab import reports
from retrainlab.reports.analysis.alike import acted_alike, simplest_first
from retrainlab.reports.results.manifest import StrategyInfo
from retrainlab.reports.results.tables import load
from retrainlab.sim.replay.clause import Clause

ASLEEP = Cell("trigger detector=ADWIN", "trigger")  # its alarms never came


def alike(folder, *cells):
    write(folder, (Fake("one", seeds=2, cells=cells),), ticks=60)
    return acted_alike(load(folder).runs, reports.summary(folder)["label"])


def test_an_alarm_that_never_came_acted_as_never(tmp_path):
    assert alike(tmp_path, ASLEEP, NEVER, schedule("periodic", 10)) == {ASLEEP.label: "never"}


def test_two_intervals_longer_than_the_stream_are_alike(tmp_path):
    late = schedule("periodic", 500), schedule("periodic", 900)
    assert alike(tmp_path, *late, schedule("periodic", 10)) == {late[0].label: late[1].label}


def test_settings_that_differ_on_one_seed_are_not_alike(tmp_path):
    others = [schedule("periodic", ticks) for ticks in (5, 10, 20)]
    assert alike(tmp_path, NEVER, *others, CELLS[-3]) == {}


def test_the_simplest_names_the_others():
    def info(kind, *parameters):
        return StrategyInfo("x", (Clause(kind, ""),), dict.fromkeys(parameters, 1))

    infos = {
        "alarm": info("condition"),
        "many": info("schedule", "a", "b"),
        "few": info("schedule", "a"),
        "asked": info("condition", "a", "b"),
    }
    assert simplest_first(infos, "asked", infos) == ["asked", "few", "many", "alarm"]
    assert simplest_first(["every 105", "every 62"], "asked", infos) == ["every 105", "every 62"]
