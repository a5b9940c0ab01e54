"""Actions have their own names: an update is called no retraining."""

from dataclasses import replace

import pytest
from fake_study import Fake, write

from retrainlab.reports.analysis.courses import courses
from retrainlab.reports.analysis.saving_parts import saving_parts
from retrainlab.reports.decision.sensitivity import own_decision
from retrainlab.reports.decision.summary import summary
from retrainlab.reports.pages.live import unpacked
from retrainlab.reports.pages.player import player
from retrainlab.reports.results.tables import load
from retrainlab.reports.text import saving_parts as words
from retrainlab.reports.text.actions import WORDS, past, plural


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    return load(write(tmp_path_factory.mktemp("steep"), (Fake("steep", slope=0.02),))).of("steep")


def doing(tables, action):
    """The same tables where each action was of this kind."""
    return replace(tables, retrainings=tables.retrainings.assign(action=action))


@pytest.mark.parametrize("action", WORDS)
def test_the_waterfall_says_what_was_done(tables, action):
    tables = doing(tables, action)
    decision = own_decision(tables, summary(tables))
    parts = saving_parts(tables, decision)
    names = [level.name for level in words.levels(parts, decision)]
    assert f"paid for {WORDS[action].plural}" in names
    assert f"{WORDS[action].past} without a new drift" in names
    text = " ".join(map(str, [*names, *words.meanings(parts, None)]))
    assert ("retrain" in text) == (action == "refit")


@pytest.mark.parametrize("action", WORDS)
def test_the_player_says_what_was_done(tables, action):
    tables = doing(tables, action)
    decision = own_decision(tables, summary(tables))
    steps = unpacked(player(tables, decision, ["never"])["steps"])
    done = steps["settings"][decision.choice]["retrainings"]
    course = courses(tables, [decision.choice])[decision.choice]
    assert [one["does"] for one in done] == [action] * len(course.retrainings)
    assert steps["words"][action] == [WORDS[action].deed, WORDS[action].noun]


def test_several_kinds_have_a_name_together():
    assert plural({"refit", "reuse"}) == "retrainings and reuses"
    assert plural({*WORDS}) == "actions"
    assert past({"update"}) == "updated"
    assert past({"refit", "reuse"}) == "acted"
