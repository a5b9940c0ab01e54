"""What the time line says of an action: a refit, an update, or earlier models put to use."""

import pytest
from fake_study import TWO, write

from retrainlab.reports.results.tables import load
from retrainlab.reports.text.actions import WORDS
from retrainlab.reports.text.courses import retraining
from retrainlab.sim.replay.recipes import RECIPES

ROW = {"decided": 30, "deployed": 31.0, "reason": "due", "cost": 12.0, "saved": 40.0}


@pytest.fixture(scope="module")
def info(tmp_path_factory):
    return load(write(tmp_path_factory.mktemp("study"), TWO[:1])).manifest.scenarios[TWO[0].name]


@pytest.mark.parametrize(
    ("action", "rows", "work"),
    [
        ("refit", 400, "400 rows"),
        ("update", 400, "the model updated, 400 rows"),
        ("reuse", 0, "an earlier model put back"),
        ("recalibrate", 0, "its outputs corrected"),
        ("blend", 0, "earlier models blended"),
    ],
)
def test_an_action_is_named_by_what_it_does(info, action, rows, work):
    text = retraining({**ROW, "action": action, "rows": rows}, info, "EUR")
    assert text == (
        f"tick 30: due; {work}, cost 12 EUR; "
        "saved 40 EUR against never until the next model, its cost included"
    )


def test_every_recipe_has_its_words():
    assert {*WORDS} == {kind.action for kind in RECIPES}
