"""What a run adds after its first round: longer grids, probes of the best calendar, never."""

import json
import math

import pandas as pd
import pytest
from command_line import only_run, run, tables

import retrainlab
from retrainlab.experiments.study.cells import NEVER, cell_at, with_never
from retrainlab.experiments.study.extension import Extension, own_grids
from retrainlab.experiments.study.phases import probes, winning_calendar

SMALL = ["scenario=gradual", "scenario.gradual.ticks=90", "scenario.gradual.rows=10"]
SMALL += ["scenario.gradual.start=[25,40]", "scenario.gradual.duration=20", "seeds=2"]
SMALL += ["scenario.gradual.magnitude=0.6", "learner=naive_bayes", "world.warmup=10"]
SMALL += ["strategy=periodic", "engine=serial", "references.every=20"]
PERIODIC = {
    "when": {"_target_": "retrainlab.strategies.when.Every", "ticks": 20, "phase": 0},
    "what": {"_target_": "retrainlab.strategies.what.Everything"},
    "gate": {"_target_": "retrainlab.strategies.gate.Always"},
    "grid": {"when.ticks": [8, 16, 32]},
}
SLIDING = {
    **PERIODIC,
    "what": {"_target_": "retrainlab.strategies.what.Last", "ticks": 20},
    "grid": {"when.ticks": [8, 16, 32], "what.ticks": [4, 8]},
}


def runs_of(folder):
    runs = pd.read_parquet(only_run(folder) / "runs.parquet")
    return runs.astype(dict.fromkeys(runs.select_dtypes("category"), "str"))


@pytest.fixture(scope="module", params=[0.3, 30.0], ids=["cheap", "expensive"])
def study(request, tmp_path_factory):
    """A study of one strategy at a price at which one end of its grid is best."""
    folder = tmp_path_factory.mktemp("rounds")
    words = [*SMALL, f"prices.fit={request.param}"]
    assert run(folder, *words, page=True, figures=False) == 0
    return folder, request.param


@pytest.mark.slow
def test_the_grid_is_extended_at_the_end_where_the_best_lies(study):
    folder, price = study
    runs = runs_of(folder)
    tried = set(runs.query("role == 'strategy'")["interval"])
    usual = {5, 10, 20, 50, 100}
    if price < 1:
        assert {2, 1} & tried
        assert max(tried) == 100
    else:
        assert tried == usual  # 200 ticks are more than the stream has


def test_never_is_replayed_as_a_reference_and_decides(study):
    folder, _ = study
    runs = runs_of(folder)
    assert runs.query("label == 'never'")["role"].tolist() == ["reference"] * 2
    decision = retrainlab.decision(only_run(folder))["gradual"]
    assert decision.setting("never").retrainings == 0
    if decision.choice != "never":
        assert decision.against.never is not None


def test_probes_of_the_best_calendar_do_not_compete(study):
    folder, _ = study
    runs = runs_of(folder)
    calendars = runs.query("role == 'strategy'").groupby("label")["cost"].mean()
    best, probed = calendars.idxmin(), runs.query("role == 'probe'")
    decision = retrainlab.decision(only_run(folder))["gradual"]
    assert not set(probed["label"]) & {setting.label for setting in decision.settings}
    served = 80
    interval = runs.set_index("label")["interval"][best].iloc[0]
    expected = 0 if interval * 23 > served * 8 else len({k * interval // 8 for k in range(8)}) - 1
    assert probed["label"].nunique() == expected
    assert set(probed["interval"]) <= {interval}
    if expected and decision.choice == best:
        phases = decision.phases
        assert phases.tried == expected + 1
        assert phases.lowest <= decision.setting(best).cost <= phases.highest
        # Two seeds are too few for an interval.
        assert math.isnan(phases.saving_low)
        assert math.isnan(phases.saving_high)


def test_the_oracle_stays_a_floor(study):
    folder, _ = study
    references = pd.read_parquet(only_run(folder) / "references.parquet")
    oracle = references[references["reference"] == "oracle"].set_index("seed")["cost"]
    assert oracle.index.is_unique
    runs = runs_of(folder).query("role in ['strategy', 'reference']")
    least = runs.groupby("seed")["cost"].min()
    assert (oracle <= least * (1 + 1e-9)).all()
    frontier = pd.read_parquet(only_run(folder) / "frontier.parquet")
    assert not frontier.duplicated(["seed", "retrainings"]).any()


def test_two_workers_and_a_resumed_study_give_the_same_tables(study, tmp_path, monkeypatch):
    folder, price = study
    expected = tables(only_run(folder))
    words = [*SMALL, f"prices.fit={price}", "folder=runs/again"]
    with monkeypatch.context() as patch:
        patch.setattr("retrainlab.experiments.study.study.probe_calendars", _killed)
        assert run(tmp_path, *words) == 130
    kept = {path.name for path in (tmp_path / "runs/again/units").glob("*.zip")}
    assert kept
    assert run(tmp_path, *words, "engine=joblib", "engine.jobs=2") == 0
    for name, table in tables(tmp_path / "runs/again").items():
        pd.testing.assert_frame_equal(table, expected[name])


def _killed(rounds):
    raise KeyboardInterrupt


def test_shards_do_their_first_round_only(tmp_path):
    words = [*SMALL, "prices.fit=0.3", "shard.count=2"]
    for index in (0, 1):
        assert run(tmp_path, *words, f"shard.index={index}", f"folder=parts/{index}") == 0
        plan = json.loads((tmp_path / f"parts/{index}/study.json").read_text())
        assert len(plan["units"]) == 2


def costs_of(extension, best):
    """Costs by label that rise with the distance from a point."""
    return {
        cell.label: sum(abs(a - b) for a, b in zip(point, best, strict=True))
        for point, cell in extension.cells.items()
    }


@pytest.mark.parametrize(
    ("best", "served", "labels"),
    [
        ((8,), 100, ["periodic every 4"]),
        ((16,), 100, []),
        ((32,), 100, ["periodic every 64"]),
        ((32,), 63, []),
    ],
)
def test_a_grid_is_extended_at_both_ends_as_far_as_the_stream_allows(best, served, labels):
    (grid,) = own_grids({"periodic": PERIODIC}, ())
    extension = Extension(grid, served)
    assert [cell.label for cell in extension.beyond(costs_of(extension, best))] == labels


def test_only_the_parameters_with_three_values_are_extended_at_the_best_of_the_others():
    (grid,) = own_grids({"sliding_window": SLIDING}, ())
    extension = Extension(grid, 100)
    new = extension.beyond(costs_of(extension, (32, 8)))
    assert [cell.label for cell in new] == ["sliding_window every 64 last 8"]
    assert extension.beyond({}) == []


def test_values_that_were_named_by_hand_are_not_extended():
    for key in ("strategy.periodic.grid", "strategy.periodic.when.ticks"):
        assert own_grids({"periodic": PERIODIC}, (key,)) == ()


def test_a_calendar_is_probed_where_two_retrainings_are_left():
    cell = cell_at("periodic", PERIODIC, {"when.ticks": 20})
    found = probes(cell, 100)
    assert [probe.build().phase for probe in found] == [2, 5, 7, 10, 12, 15, 17]
    assert {probe.role for probe in found} == {"probe"}
    assert len({probe.label for probe in found}) == 7
    assert probes(cell, 57) == []
    assert winning_calendar([cell], {}) is None
    assert winning_calendar([cell], {cell.label: 3.0}) is cell


def test_never_is_added_once():
    cell = cell_at("periodic", PERIODIC, {"when.ticks": 20})
    (first, added) = with_never([cell])
    assert (first, added.label, added.role) == (cell, "never", "reference")
    asked = cell_at("idle", NEVER, {})
    assert with_never([cell, asked]) == (cell, asked)
