"""What a learner, loss or scenario of a user does wrong reaches the person, as a study."""

import numpy as np
import pytest
from configuration import composed

from retrainlab.experiments.study.group import run_group
from retrainlab.experiments.study.study import prepare

LEARNER = "learner.classification._target_="
WORDS = ("scenario=sudden", "scenario.sudden.ticks=60", "scenario.sudden.at=30", "seeds=2")
OWN = """
import numpy as np


class Draws:
    def fit(self, x, y):
        self.weights = np.random.default_rng().normal(size=x.shape[1])

    def predict(self, x):
        return (x @ self.weights > 0).astype(int)


class Looks:
    def fit(self, x, y):
        pass

    def predict(self, x):
        return (x[:, 0] > np.median(x[:, 0])).astype(int)


class Vectors:
    def __call__(self, y, prediction):
        return np.abs(y - prediction[:, 0]) + prediction[:, 1]


class Nothing:
    def __call__(self, seed):
        return None


class Stream:
    seeded = True

    def __init__(self, kind: str):
        self.kind = kind

    def __call__(self, seed):
        from retrainlab.scenarios.sudden import Sudden

        chance = int(np.random.default_rng().integers(10**9))
        seeds = {"seed": seed, "constant": 7, "chance": chance}
        return Sudden(ticks=60, at=[30])(seeds[self.kind])


class Log(Stream):
    seeded = False


class InClass:
    asked = []

    def __call__(self, view):
        self.asked.append(view.tick)
        return "often asked" if len(self.asked) % 7 == 0 else None


class InSelf(InClass):
    def __init__(self):
        self.asked = []


class ByChance:
    def __call__(self, view):
        return "chance" if np.random.default_rng().random() < 0.5 else None
"""


def groups_of(*words):
    """The groups of a small study."""
    strategies = "strategy=[never,periodic]", "strategy.periodic.when.ticks=10"
    return prepare(composed(*words, *strategies, "references=null")).groups


@pytest.fixture(autouse=True)
def _own(tmp_path, monkeypatch):
    (tmp_path / "faulty.py").write_text(OWN)
    monkeypatch.syspath_prepend(tmp_path)


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("sklearn.linear_model.Ridge", "numbers that are no class"),
        ("faulty.Looks", "a look into the future"),
    ],
)
def test_every_cell_fails_with_one_sentence(target, sentence):
    groups = groups_of(*WORDS, "learner=own", LEARNER + target)
    failures = [entry for group in groups for entry in run_group(group).failures]
    assert len(failures) == sum(len(group.cells) for group in groups) > 2
    assert len({entry["error"] for entry in failures}) == 1
    assert sentence in failures[0]["error"]
    assert not any(entry["again"] for entry in failures)


def test_equal_fits_are_compared_on_the_first_stream_of_a_study():
    first, second = groups_of(*WORDS, "learner=own", LEARNER + "faulty.Draws")
    errors = {entry["error"] for entry in run_group(first).failures}
    assert len(errors) == 1
    assert "gives another model when it is trained again on the same rows" in errors.pop()
    assert not run_group(second).failures


def test_a_loss_of_vectors_leaves_the_baselines_out():
    learner = ["learner=bayesian_ridge", "learner.spread=true"]
    loss = ["loss=own", "loss.regression={_target_:faulty.Vectors}"]
    words = ["scenario=random_walk", "scenario.random_walk.ticks=60", "seeds=1", *learner]
    (group,) = groups_of(*words, "loss=gaussian")
    assert set(run_group(group).tables["runs"]["role"]) == {"strategy", "baseline"}
    (group,) = groups_of(*words, *loss)
    result = run_group(group)
    assert not result.failures
    assert set(result.tables["runs"]["role"]) == {"strategy"}
    assert np.isfinite(result.tables["runs"]["loss"]).all()
    assert [entry["label"] for entry in result.skipped] == ["mean", "newest_mean", "no_change"]
    assert all("the loss cannot take its predictions" in e["why"] for e in result.skipped)


def test_a_scenario_without_a_stream_is_named():
    words = ["scenario=own", "scenario.own._target_=faulty.Nothing", "seeds=1"]
    (group,) = groups_of(*words)
    (entry,) = run_group(group).failures
    assert entry["error"].startswith("the scenario made nothing; it is called with a seed")


def own_streams(kind, seeds, target="Stream"):
    words = ["scenario=own", f"scenario.own._target_=faulty.{target}", f"+scenario.own.kind={kind}"]
    return [run_group(group) for group in groups_of(*words, f"seeds={seeds}")]


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("constant", "the scenario makes the same stream whatever the seed"),
        ("chance", "the scenario makes another stream when it is called again with the same seed"),
    ],
)
def test_a_stream_that_does_not_follow_its_seed_is_no_evidence(kind, sentence):
    """Several seeds of one stream would be significant with any difference."""
    results = own_streams(kind, 2)
    assert len(results) == 2
    for result in results:
        (entry,) = result.failures
        assert entry["error"].startswith(sentence)
        assert not entry["again"]
        assert not result.tables


def test_one_stream_is_one_stream():
    """A log has no seeds, and one seed that is ignored counts once."""
    for results in (own_streams("constant", 1), own_streams("constant", 3, "Log")):
        (result,) = results
        assert not result.failures
    assert not any(result.failures for result in own_streams("seed", 2))


@pytest.mark.parametrize("when", ["InClass", "ByChance", "InSelf"])
def test_a_strategy_that_decides_otherwise_when_it_is_replayed_again_is_refused(when):
    words = "strategy=own", f"strategy.own.when._target_=faulty.{when}", "references=null"
    first = prepare(composed(*WORDS, "learner=naive_bayes", *words)).groups[0]
    errors = [entry["error"] for entry in run_group(first).failures]
    refused = [error.startswith("it decides otherwise when it is replayed") for error in errors]
    assert refused == ([] if when == "InSelf" else [True])
