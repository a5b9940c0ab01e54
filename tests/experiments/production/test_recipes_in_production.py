"""Every recipe in production is what it is in the simulator, tick by tick and from the disk."""

import json
from dataclasses import replace

import pandas as pd
import pytest
from production import WARMUP, at, dates, days, file_of, made, policy_of, simulated, write

from retrainlab.experiments.production import folder as folders
from retrainlab.experiments.production import ledger as ledgers
from retrainlab.experiments.production import plain_recipe, predict, report, steps, verify
from retrainlab.experiments.production import policy as policies
from retrainlab.sim.replay.corrections import Bias, ClassShares
from retrainlab.sim.replay.recipes import Blend, Recalibrate, Refit, Reuse, Update, key_of
from retrainlab.sim.world import World

PARTS = "retrainlab.strategies."
EVERY = {"_target_": f"{PARTS}when.Every", "ticks": 1}
WHATS = {
    "recalibrate": {
        "_target_": f"{PARTS}label_shift.LabelShift",
        "ticks": 2,
        "alpha": 1.0,
        "labels": False,
        "fit": 0.0,
    },
    "update": {
        "_target_": f"{PARTS}update.Update",
        "rows": {"_target_": f"{PARTS}what.SinceFit"},
    },
    "blend": {"_target_": f"{PARTS}ensembles.AccuracyWeighted", "keep": 3, "updates": True},
    "reuse": {
        "_target_": f"{PARTS}triage.Triage",
        "remedies": [
            {"_target_": f"{PARTS}reuse.BestRecent"},
            {"_target_": f"{PARTS}what.Last", "ticks": 2},
        ],
        "rows": 8,
        "share": 0.1,
        "patience": 0,
    },
    "refit": {"_target_": f"{PARTS}weighted.Decayed", "half_life": 2},
}


def policy_with(action, place, clocks):
    """A policy whose `what` answers with this recipe."""
    usual = policy_of(
        file_of("recurrent", place / "file"), place / "days", "periodic", World(*clocks, WARMUP)
    )
    return replace(usual, when=EVERY, what=WHATS[action], label=action)


@pytest.mark.parametrize("clocks", [(0, 0), (2, 1)], ids=str)
@pytest.mark.parametrize("action", WHATS)
def test_every_recipe_does_what_its_replay_does(tmp_path, action, clocks):
    policy = policy_with(action, tmp_path, clocks)
    policies.save(policy, tmp_path / "p")
    for tick, (date, rows) in enumerate(days("recurrent").items()):
        write(tmp_path / "days", date, rows)
        if tick >= WARMUP:
            assert at(tmp_path / "p", steps.tick, date).code == steps.DONE
    expected = simulated(policy, file_of("recurrent", tmp_path / "file"))
    trainings = expected.retrainings()
    assert action in set(trainings["action"][1:])
    recorded = ledgers.load(tmp_path / "p").frames
    same = ["number", "action", "decided", "rows", "first_tick", "last_tick", "labels"]
    pd.testing.assert_frame_equal(recorded["retrainings"][same], trainings[same])
    ticks = expected.ticks[: len(recorded["ticks"])]
    pd.testing.assert_frame_equal(
        recorded["ticks"][list(ticks)], ticks, rtol=1e-9, check_dtype=False
    )
    assert len(recorded["ticks"]) == len(expected.ticks) - clocks[0]
    verdict = at(tmp_path / "p", verify.verify).line
    assert verdict["verdict"].endswith("as simulated")
    happened = report.quantities(recorded["ticks"], recorded["retrainings"])
    refits = trainings["refits"][1:].sum()  # what a study counts as retrainings
    assert verdict["retrainings"] == happened["retrainings"] == refits


def test_the_file_of_a_model_that_is_made_of_others_predicts_alone(tmp_path):
    policy = policy_with("recalibrate", tmp_path, (0, 0))
    made(tmp_path)
    policies.save(replace(policy, data=replace(policy.data)), tmp_path / "p")
    at(tmp_path / "p", steps.tick_all)
    champion = json.loads((tmp_path / "p" / folders.CHAMPION).read_text())
    assert champion["model"].startswith("recalibrate-")
    rows = days("recurrent")[dates()[-1]]
    given = predict.predict(tmp_path / "p", rows)
    assert given["model"].eq(champion["number"]).all()
    assert given["p_1"].between(0, 1).all()


NESTED = Blend((Update((2, 0), slice(3, 9)), 1, Refit(slice(0, 4))), (0.5, 2.0, 1.0))


@pytest.mark.parametrize(
    "recipe",
    [
        Refit(slice(2, 9)),
        Reuse(3),
        Recalibrate(0, ClassShares((0.1, 1.9))),
        Recalibrate((4, 1), Bias(-0.3)),
        NESTED,
    ],
    ids=str,
)
def test_a_recipe_comes_back_from_plain_data(recipe):
    again = plain_recipe.restored(json.loads(json.dumps(plain_recipe.plain(recipe))))
    assert plain_recipe.plain(again) == plain_recipe.plain(recipe)
    keys = [("m", i) for i in range(len(recipe.models))]
    assert key_of(again, keys) == key_of(recipe, keys)
