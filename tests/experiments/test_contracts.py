"""Every committed configuration is found, built and run: a new one is tested without a new test."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from configuration import composed, names

from retrainlab.experiments.config.build import build
from retrainlab.experiments.engines.local import made
from retrainlab.experiments.study.cells import expand
from retrainlab.experiments.study.for_task import make_learner, make_loss
from retrainlab.experiments.study.study import prepare
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.losses import Absolute, ZeroOne
from retrainlab.sim.stream import Drift, Stream, even_ticks
from retrainlab.sim.world import World
from retrainlab.strategies.detectors import registry
from retrainlab.strategies.gate import Always
from retrainlab.strategies.what import Last
from retrainlab.strategies.when import OnAlarm

LEARNERS = {"classification": "naive_bayes", "regression": "sgd"}
WORLD = World(label_delay=1, fit_delay=1, warmup=10)


def tiny(task: str) -> Stream:
    """Return 40 ticks of 30 rows; a rule that turns half-way."""
    rng = np.random.default_rng(3)
    x = rng.standard_normal((1200, 3))
    value = np.where(np.arange(1200) < 600, x[:, 0], x[:, 1])
    return Stream(
        x=x,
        y=(value > 0).astype(np.int64) if task == "classification" else value,
        offsets=even_ticks(40, 30),
        task=task,  # type: ignore[arg-type]
        drifts=(Drift("concept", 20, 20, 0.5),),
        ceiling=np.full(1200, np.nan),
        concept=np.zeros(1200, dtype=np.int64),
        features=("a", "b", "c"),
        classes=("no", "yes") if task == "classification" else (),
    )


@pytest.fixture(scope="module")
def own_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small file of a user's own."""
    path = tmp_path_factory.mktemp("own") / "data.csv"
    stream = tiny("classification")
    rows = [f"{a},{b},{c},{y}" for (a, b, c), y in zip(stream.x, stream.y, strict=True)]
    path.write_text("\n".join(["a,b,c,y", *rows]))
    return path


def scenario(name: str, own_file: Path) -> Any:
    """Return the scenario of a YAML file at its defaults."""
    words = [f"scenario={name}"]
    if name == "file":
        words += [f"scenario.file.path={own_file}", "scenario.file.target=y"]
    node = composed(*words)["scenario"][name]
    node.pop("world", None)
    return build(node, f"scenario.{name}")


@pytest.mark.parametrize("name", names("scenario"))
def test_scenario_keeps_its_seam(name: str, own_file: Path) -> None:
    made = scenario(name, own_file)
    stream, again = made(1), made(1)
    for column in ("x", "y", "offsets", "ceiling", "concept"):
        np.testing.assert_array_equal(getattr(stream, column), getattr(again, column))
    assert stream.story
    assert stream.task in ("classification", "regression")
    if stream.task == "classification":
        assert stream.y.dtype == np.int64
        assert set(np.unique(stream.y)) <= set(range(len(stream.classes)))
    other = made(2)
    assert np.array_equal(stream.x, other.x, equal_nan=True) != getattr(made, "seeded", True)
    assert all(j < stream.x.shape[1] for j in stream.categorical)
    assert stream.missing or not np.isnan(stream.x).any()


@pytest.mark.parametrize("name", names("strategy"))
def test_strategy_replays_every_cell(name: str) -> None:
    is_of_numbers = name in ("residuals", "error_rise")
    stream = tiny("regression" if is_of_numbers else "classification")
    learner = make_learner(composed(f"learner={LEARNERS[stream.task]}")["learner"], stream)
    fits = FitCache(stream, learner, Absolute() if is_of_numbers else ZeroOne())
    cells = expand(composed(f"strategy={name}")["strategy"])
    assert len({cell.label for cell in cells}) == len(cells) > 0
    for cell in cells:
        ledger = replay(stream, cell.build(), WORLD, fits)
        assert ledger.ticks["rows"].sum() == 900


@pytest.mark.parametrize("task", ["classification", "regression"])
@pytest.mark.parametrize("name", names("learner"))
def test_learner_fits_and_predicts(name: str, task: str) -> None:
    node, stream = composed(f"learner={name}")["learner"], tiny(task)
    if task not in node:
        pytest.skip(f"{name} has no {task}")
    learner = make_learner(node, stream)
    model = learner.fit(stream.x[:600], stream.y[:600], seed=0)
    first, again = (learner.predict(model, stream.x[600:]) for _ in range(2))
    np.testing.assert_array_equal(first.given, again.given)
    np.testing.assert_array_equal(first.decision, again.decision)
    assert len(first) == 600
    single = learner.fit(stream.x[:20], np.full_like(stream.y[:20], 1), seed=0)
    assert len(learner.predict(single, stream.x[:5])) == 5


@pytest.mark.parametrize("name", names("loss"))
def test_loss_is_finite_and_lowest_at_the_truth(name: str) -> None:
    node = composed(f"loss={name}")["loss"]
    for task in node:
        stream = tiny(task)
        loss = make_loss(node, stream)
        right = loss(stream.y, stream.y)
        wrong = loss(stream.y, stream.y[::-1])
        assert right.shape == wrong.shape == stream.y.shape
        assert np.isfinite(wrong).all()
        assert (right <= wrong).all()


@pytest.mark.parametrize("name", registry.NAMES)
def test_detector_finds_a_change_and_is_repeatable(name: str) -> None:
    stream = tiny("classification")
    learner = make_learner(composed("learner=naive_bayes")["learner"], stream)
    fits = FitCache(stream, learner, ZeroOne())
    strategy = composed("strategy=trigger")["strategy"]["trigger"]
    when = OnAlarm({"name": name}, strategy["when"]["signal"])
    from retrainlab.sim.replay.strategy import Strategy

    first, again = (
        replay(stream, Strategy(when, Last(5), Always()), WORLD, fits) for _ in range(2)
    )
    assert first.alarms == again.alarms
    assert all(alarm[2] == f"{name} on error" for alarm in first.alarms)


@pytest.mark.parametrize("group", ["world", "prices", "engine"])
def test_small_groups_compose(group: str) -> None:
    for name in names(group):
        config = composed(f"{group}={name}", "scenario=sudden")
        assert prepare(config).groups
        assert made(config["engine"])[0].workers > 0


@pytest.mark.parametrize("name", names("experiment"))
def test_experiment_can_be_prepared(name: str) -> None:
    study = prepare(composed(f"experiment={name}"))
    assert study.groups
    assert study.cells
