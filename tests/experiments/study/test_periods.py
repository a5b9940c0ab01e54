"""Periods of the calendar, as `weekly` and `7d`, where a configuration counts ticks."""

import pytest

from retrainlab.experiments.config.composed import composed
from retrainlab.experiments.config.periods import is_period, ticks_of
from retrainlab.experiments.study.periods import in_ticks
from retrainlab.experiments.study.study import prepare
from retrainlab.sim.errors import InputError


@pytest.mark.parametrize(
    ("period", "tick", "ticks"),
    [
        ("weekly", "day", 7),
        ("monthly", "day", 30),
        ("quarterly", "day", 91),
        ("yearly", "day", 365),
        ("7d", "day", 7),
        ("2w", "day", 14),
        ("2 Weeks", "day", 14),
        ("48h", "day", 2),
        ("0d", "day", 0),
        ("daily", "hour", 24),
        ("monthly", "hour", 730),
        ("14d", "week", 2),
        ("3mo", "week", 13),
        ("yearly", "month", 12),
        ("monthly", "month", 1),
        ("quarterly", "month", 3),
        ("2q", "month", 6),
        ("6 months", "quarter", 2),
        ("2 years", "quarter", 8),
        ("5y", "year", 5),
    ],
)
def test_a_period_is_a_number_of_ticks(period, tick, ticks):
    assert is_period(period)
    assert ticks_of(period, tick, "when.ticks") == ticks


@pytest.mark.parametrize(
    ("period", "tick"),
    [("36h", "day"), ("10d", "week"), ("6w", "month"), ("monthly", "quarter"), ("6q", "year")],
)
def test_a_period_that_is_no_number_of_ticks_is_refused(period, tick):
    with pytest.raises(InputError, match=f"^when.ticks is '{period}', .* a tick is one {tick}"):
        ticks_of(period, tick, "when.ticks")


@pytest.mark.parametrize("value", ["soon", "7", "7x", "1m", "weekly too", "", 7, None, True])
def test_other_values_are_no_periods(value):
    assert not is_period(value)


def test_the_study_is_the_one_of_the_numbers():
    """Every place that counts ticks; a study of days knows no difference."""
    words = [
        "scenario=flights",
        "strategy=[periodic,sliding_window,drop]",
        "strategy.periodic.when.ticks={}",
        "strategy.sliding_window.grid={{when.ticks:[{},{}],what.ticks:[{}]}}",
        "strategy.drop.gate.holdout={}",
        "world.label_delay={}",
        "scenario.flights.world.warmup={}",
        "references.every={}",
        "references.windows=[{},null]",
        "forecast.ticks={}",
        "current_policy={}",
        "optimize.search={{when.ticks:[{},{}]}}",
        "folder=runs/x",
    ]
    periods = [
        "weekly",
        "7d",
        "2w",
        "monthly",
        "3d",
        "1d",
        "1mo",
        "2w",
        "3mo",
        "7d",
        "2w",
        "7d",
        "2w",
    ]
    numbers = [7, 7, 14, 30, 3, 1, 30, 14, 91, 7, 14, 7, 14]
    given, meant = (
        composed("optimize", _filled(words, values)) for values in (periods, map(str, numbers))
    )
    assert given != meant
    assert in_ticks(given) == meant == in_ticks(meant)
    labels = [cell.label for cell in prepare(given, [w.split("=")[0] for w in words]).cells]
    assert labels[:2] == ["periodic every 7", "sliding_window every 7 last 30"]


def _filled(words, values):
    several = iter(values)
    return [word.format(*(next(several) for _ in range(word.count("{}")))) for word in words]


@pytest.mark.parametrize(
    ("scenario", "why"),
    [
        ("gradual", "a tick of gradual has no length in time"),
        ("[gradual,flights]", "a tick of gradual has no length in time"),
        ("[]", "nothing without a scenario"),
    ],
)
def test_ticks_without_a_length_are_said(scenario, why):
    config = composed("config", [f"scenario={scenario}", "strategy.periodic.when.ticks=weekly"])
    with pytest.raises(InputError, match=f"strategy.periodic.when.ticks is 'weekly', .*{why}"):
        in_ticks(config)


def test_ticks_of_several_lengths_are_named(tmp_path):
    (tmp_path / "log.csv").write_text("when,y\n2024-01-01,1\n")
    words = [
        "scenario=[flights,file]",
        f"scenario.file.path={tmp_path / 'log.csv'}",
        "scenario.file.target=y",
        "scenario.file.time=when",
        "scenario.file.every=week",
        "world.fit_delay=1w",
    ]
    with pytest.raises(InputError, match="a tick is a day in flights, a week in file"):
        in_ticks(composed("config", words))


def test_a_strategy_of_such_a_name_is_no_period():
    config = {"strategy": {"weekly": {}}, "current_policy": "weekly"}
    assert in_ticks(config)["current_policy"] == "weekly"
