"""What a long study says before it starts."""

import re
from dataclasses import replace

import pytest

from benchmarks.cells import group_of
from retrainlab.experiments.config.build import build
from retrainlab.experiments.engines.local import Serial, WorkerCrash
from retrainlab.experiments.engines.progress import in_words
from retrainlab.experiments.study import estimate, group
from retrainlab.sim.replay.fit_cache import FitCache

WORK = group_of(200, 150, 5)
ALARMS = {
    "when": {"_target_": "retrainlab.strategies.when.OnAlarm", "detector": "ADWIN"},
    "what": {"_target_": "retrainlab.strategies.what.Everything"},
    "gate": {"_target_": "retrainlab.strategies.gate.Always"},
}


def test_a_long_study_says_how_much_and_how_long():
    said = estimate.say([WORK, replace(WORK, seed=1)], Serial())
    assert re.fullmatch(
        r"400 cells in 2 groups, at most [\d,]+ distinct fits; about [\d.]+ \w+ on 1 worker, "
        r"[\d.]+ GiB of memory \(from a probe of a few cells\)",
        said,
    )


def test_a_short_study_says_nothing():
    assert estimate.say([replace(WORK, cells=WORK.cells[:199])], Serial()) == ""


def test_it_counts_the_fits_that_schedules_ask_for(monkeypatch):
    made = []
    monkeypatch.setattr(
        group,
        "FitCache",
        lambda *words, **options: made.append(FitCache(*words, **options)) or made[-1],
    )
    assert not group.run_group(WORK).failures
    said = estimate.say([WORK], Serial())
    most = int(re.search(r"at most ([\d,]+)", said)[1].replace(",", ""))
    # Windows that reach back to the first row are the same fit; the count does not know that.
    assert made[0].models.misses <= most <= 1.2 * made[0].models.misses


def test_streams_of_other_lengths_have_other_fits():
    long = replace(group_of(200, 300, 5), cells=WORK.cells)
    counts = [
        int(re.search(r"at most ([\d,]+)", estimate.say(groups, Serial()))[1].replace(",", ""))
        for groups in ([WORK], [long], [WORK, long])
    ]
    assert counts[0] < counts[1]
    assert counts[2] == counts[0] + counts[1]


def test_streams_whose_length_stands_in_no_configuration_are_counted_as_they_are():
    node = {key: value for key, value in WORK.node.items() if key != "ticks"}
    own = replace(WORK, node={**node, "_target_": f"{__name__}.Own"})
    counts = [re.search(r"at most ([\d,]+)", estimate.say([g], Serial()))[1] for g in (WORK, own)]
    assert counts[0] == counts[1]


def Own(**options):
    """A scenario of somebody else's, whose configuration has no `ticks`."""
    return build({**WORK.node, **options}, "scenario")


def test_fits_that_alarms_ask_for_are_not_promised():
    one = replace(WORK.cells[0], label="adwin", node=ALARMS)
    said = estimate.say([replace(WORK, cells=(*WORK.cells, one))], Serial())
    assert "distinct fits and those that alarms ask for" in said


def test_a_probe_that_kills_its_worker_leaves_the_count():
    class Deadly(Serial):
        def alone(self, work, item):
            return WorkerCrash()

    said = estimate.say([WORK], Deadly())
    assert re.fullmatch(r"200 cells in 1 group, at most [\d,]+ distinct fits", said)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 s"), (90, "90 s"), (600, "10.0 minutes"), (7200, "2.0 hours"), (2e5, "2.3 days")],
)
def test_times_are_said_as_people_say_them(seconds, words):
    assert in_words(seconds) == words
