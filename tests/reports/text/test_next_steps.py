"""The answer on a file in three lines, and what is said of an interval that is wide."""

import re
from dataclasses import replace
from math import inf, nan

import pytest
from fake_study import CELLS, Cell, Fake, write
from price_axes import effects_of

from retrainlab import reports
from retrainlab.reports.analysis.cost_curve import cheapest, curves
from retrainlab.reports.decision.sensitivity import own_decision
from retrainlab.reports.decision.summary import candidates
from retrainlab.reports.text.clocks import clocks
from retrainlab.reports.text.next_steps import next_steps
from retrainlab.reports.text.wide_interval import wide_interval
from retrainlab.sim.arrivals import LabelDelays

LOG = {"slope": 0.002, "seeds": 1, "tick_name": "day", "truth_known": False, "drifts": ()}


def done(level):
    return Cell("what you did", "incumbent", role="incumbent", level=level)


@pytest.fixture(scope="module")
def studies(tmp_path_factory):
    """Tables and decisions of the same log: nothing known of what was done, or how good it was."""
    made = {}
    for name, cells in {"": (), "worse": (done(0.6),), "better": (done(0.999),)}.items():
        folder = write(
            tmp_path_factory.mktemp("log"),
            (Fake("log", cells=(*CELLS, *cells), **LOG),),
            ticks=400,
        )
        tables = reports.load(folder)
        one = tables.of("log")
        made[name] = tables, {"log": own_decision(one, reports.summary(one))}
    return made


def test_without_what_was_done_never_is_the_reference(studies):
    ((do, saves, check),) = reports.next_steps(*studies[""])
    assert do.startswith("Do: Retrain every ")
    assert saves.startswith("It saves: periodic ticks=")
    assert "less" in saves
    assert "against never; scenario.file.incumbent" in saves
    assert check.startswith("Check: whether the time to come is like this log.")


def test_the_prices_that_change_the_answer_have_their_currency(studies):
    tables, decisions = studies[""]
    one, effects = decisions["log"], effects_of(tables.of("log"))
    prices = replace(one.prices, currency="EUR")
    in_euros = replace(one, prices=prices, sensitivity=effects)
    ((_, _, check),) = reports.next_steps(tables, {"log": in_euros})
    assert re.search(r"What to do changes at [\d.,]+ EUR per ", check)


def test_a_saving_against_what_was_done(studies):
    ((do, saves, _),) = reports.next_steps(*studies["worse"])
    assert do.startswith("Do: Retrain every ")
    assert saves.endswith("proven) against what you did.")
    assert "less (" in saves


def test_what_was_done_is_kept_where_it_is_better_than_all(studies):
    ((do, saves, _),) = reports.next_steps(*studies["better"])
    assert do.startswith("Do: Keep to what you did: it costs less than all that was tried here.")
    assert saves.startswith("It saves: nothing; ")


@pytest.mark.parametrize(
    ("saving", "least"), [(3.0, ""), (-3.0, " It costs less than all that was tried here")]
)
def test_what_is_undecided_changes_nothing(studies, saving, least):
    tables, decisions = studies["worse"]
    one = decisions["log"]
    unproven = replace(one.against.incumbent, saving=saving, low=-9.0, high=9.0)

    def action(gap):
        against = replace(one.against, incumbent=gap)
        undecided = replace(one, kind="undecided", coming_period=None, against=against)
        return next_steps(undecided, (), tables)[0]

    assert action(None).startswith("Do: Change nothing yet. ")
    assert action(unproven).startswith(f"Do: Keep to what you did for now.{least}")


@pytest.mark.slow
def test_what_was_done_is_no_choice_and_changes_none(studies):
    (tables, decisions), (plain, others) = studies["better"], studies[""]
    one, other = decisions["log"], others["log"]
    assert one.choice == other.choice
    assert one.evidence == other.evidence
    assert one.against.never == other.against.never
    assert effects_of(tables.of("log")) == effects_of(plain.of("log"))
    assert other.against.incumbent is None
    assert one.setting("what you did").role == "incumbent"
    competitors = candidates(tables.of("log"))
    assert competitors.incumbent == "what you did"
    assert "what you did" not in (*competitors.order, *competitors.baselines)
    gap, back = (
        competitors.compare(*pair)
        for pair in ((one.choice, "what you did"), ("what you did", one.choice))
    )
    assert gap.saving == -back.saving < 0
    assert gap.clear
    assert back.clear
    assert competitors.compare("no_change", "what you did").clear


def test_several_seeds_compare_with_what_was_done_too(tmp_path):
    write(tmp_path, (Fake("log", cells=(*CELLS, done(0.6))),))
    tables = reports.load(tmp_path).of("log")
    gap = own_decision(tables, reports.summary(tables)).against.incumbent
    assert gap.clear
    assert gap.saving > 0


def test_a_wide_interval_names_what_loses_least_and_what_narrows_it(studies):
    tables, _ = studies[""]
    curve = cheapest(curves(tables))
    values = [v for v in curve.values.tolist() if v < inf]
    wide = replace(curve.best, low=values[0], high=values[-1])
    text = wide_interval(replace(curve, best=wide), tables)
    assert text.startswith(f"The best lies anywhere from every {values[0]:.0f} days to every ")
    assert "loses least, at most" in text
    assert "A longer log narrows it: 1,520 days like these instead of 380 halve it." in text
    narrow = replace(wide, low=10.0, high=10.0)
    assert wide_interval(replace(curve, best=narrow), tables) == ""
    unknown = replace(wide, low=nan, high=nan)
    assert wide_interval(replace(curve, best=unknown), tables) == ""
    only_never = replace(curve.best, low=inf, high=inf)
    assert wide_interval(replace(curve, best=only_never), tables) == ""


@pytest.mark.parametrize(
    ("median", "words"),
    [
        (2.0, "at a time of its own, half within 2 days"),
        (inf, "fewer than half before the data end"),
        (nan, "fewer than half before the data end"),
    ],
)
def test_clocks_say_that_labels_arrive_one_by_one(studies, median, words):
    tables, _ = studies[""]
    info = replace(tables.manifest.scenarios["log"], label_delays=LabelDelays(median, inf, 3))
    assert words in clocks(info)
