"""Fits made by other workers change no table: in any order, lost, too many, killed."""

import json
import random
from dataclasses import replace

import pytest
from command_line import run
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from small_sweep import bytes_of, without_probes

from benchmarks.cells import group_of
from retrainlab.experiments.engines.local import Serial, WorkerCrash
from retrainlab.experiments.storage.artifact import Artifact
from retrainlab.experiments.storage.result_store import SHARED, ResultStore
from retrainlab.experiments.storage.work_unit import Postponed, UnitResult
from retrainlab.experiments.study import estimate
from retrainlab.experiments.study.cells import Cell
from retrainlab.experiments.study.context import References
from retrainlab.experiments.study.fit_tasks import FitTask, ReplayTask
from retrainlab.experiments.study.group_unit import GroupUnit
from retrainlab.sim.prices import Prices
from retrainlab.sim.replay import fit_store
from retrainlab.sim.replay.fit_cache import FitCache

MEASURED = ["seconds", "fit_seconds", "cost_seconds"]
ALWAYS = {"_target_": "retrainlab.strategies.gate.Always"}
ALL = {"_target_": "retrainlab.strategies.what.Everything"}


def _part(path, **options):
    return {"_target_": f"retrainlab.strategies.{path}", **options}


def _cell(name, when, what=ALL, gate=ALWAYS):
    return Cell(name, name, {"when": when, "what": what, "gate": gate})


CELLS = (
    _cell("never", _part("when.Never")),
    _cell("often", _part("when.Every", ticks=4)),
    _cell("window", _part("when.Every", ticks=6), _part("what.Last", ticks=5)),
    _cell("mixed", _part("when.Every", ticks=9), _part("what.Mixed", ticks=6)),
    _cell("dates", _part("when.At", ticks=[20, 41, 60])),
    _cell("alarm", _part("when.OnAlarm", detector="DDM"), _part("what.SinceAlarm", min_rows=60)),
    _cell("drop", _part("when.OnDrop", by=0.03), _part("what.Last", ticks=8)),
    _cell("gated", _part("when.Every", ticks=8), gate=_part("gate.IfBetter", holdout=2)),
    _cell(
        "updated", _part("when.Every", ticks=3), _part("update.Update", rows=_part("what.SinceFit"))
    ),
    _cell("shares", _part("when.Every", ticks=5), _part("label_shift.LabelShift", ticks=5)),
    _cell("bank", _part("when.Every", ticks=7), _part("reuse.BestRecent", ticks=2)),
    _cell("decayed", _part("when.Every", ticks=10), _part("weighted.Decayed", half_life=8)),
    _cell("majority", _part("when.Every", ticks=9), _part("ensembles.WeightedMajority")),
    _cell(
        "refused",
        _part("when.Every", ticks=8),
        _part("what.Last", ticks=1),
        _part("gate.IfBetter", holdout=3),
    ),
)
GROUP = replace(
    group_of(1, 90, 30), cells=CELLS, references=References(), prices=Prices(error=1, fit=4)
)
GROUPS = {
    "with references": GROUP,
    "without": replace(GROUP, references=None),
    "no context": replace(GROUP, context="none"),
    "oracle alone": replace(GROUP, context="oracle", known=frozenset({"never"})),
    "first of a study": replace(GROUP, is_first=True),
    "metrics of rows": replace(GROUP, metrics=("auc",)),
}


def same(one: UnitResult, other: UnitResult) -> None:
    """Assert that two results are the same, but for measured seconds."""
    assert one.tables.keys() == other.tables.keys()
    for name, table in one.tables.items():
        measured = [column for column in MEASURED if column in table]
        frames = (t.drop(columns=measured) for t in (table, other.tables[name]))
        assert_frame_equal(*frames, check_exact=True)
    assert one.failures == other.failures
    assert one.skipped == other.skipped
    assert json.dumps(one.info) == json.dumps(other.info)  # nan among it


def spread(unit: GroupUnit, rng: random.Random, lost: float = 0.0) -> tuple[UnitResult, list[int]]:
    """Run a unit and what it postpones, in any order; lost: share of the tasks that crash.

    Returns the result, and how many tasks each pass had.
    """
    sizes = []
    result = unit.run()
    while isinstance(result, Postponed):
        for tasks in result.passes:
            sizes.append(len(tasks))
            for task in rng.sample(tasks, len(tasks)):
                if rng.random() >= lost:
                    task.run()
        result = result.unit.run()
    return result, sizes


@pytest.fixture(scope="module")
def plain():
    """What each group comes to without a store."""
    return {name: GroupUnit(group).run() for name, group in GROUPS.items()}


@pytest.mark.slow
@pytest.mark.parametrize("name", GROUPS)
def test_the_tables_are_those_of_one_process(name, plain, tmp_path):
    unit = GroupUnit(GROUPS[name]).sharing(str(tmp_path), 3)
    result, passes = spread(unit, random.Random(1))
    same(result, plain[name])
    assert {f["label"] for f in result.failures} == {"refused"}
    known, open_ones, *more = passes
    assert known > 3
    assert open_ones == 8
    assert len(more) <= 1


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 99),
    lost=st.sampled_from([0.0, 0.3, 1.0]),
    limit=st.sampled_from([0, 50_000, 2**31]),
    memo=st.sampled_from([0, 30_000, 2**27]),
    cells=st.sets(st.sampled_from(range(len(CELLS))), min_size=1),
)
def test_no_order_loss_or_limit_changes_a_table(seed, lost, limit, memo, cells, tmp_path_factory):
    chosen = tuple(CELLS[i] for i in sorted(cells))
    group = replace(GROUP, cells=chosen, memo_bytes=memo)
    unit = GroupUnit(group).sharing(str(tmp_path_factory.mktemp("spread")), 2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fit_store.FitStore.__init__, "__defaults__", (limit, True))
        result, _ = spread(unit, random.Random(seed), lost)
        assert fit_store.FitStore(tmp_path_factory.getbasetemp()).limit == limit
    same(result, GroupUnit(group).run())


def test_the_store_keeps_within_its_limit(tmp_path, monkeypatch):
    def size(name):
        unit = GroupUnit(GROUP).sharing(str(tmp_path / name), 2)
        spread(unit, random.Random(0))
        return sum(path.stat().st_size for path in tmp_path.glob(f"{name}/fits/*.bin"))

    unlimited = size("unlimited")
    limit = unlimited * 3 // 4
    monkeypatch.setattr(fit_store.FitStore.__init__, "__defaults__", (limit, True))
    assert 0 < size("limited") <= limit


@pytest.mark.parametrize("first", [0, 1, 2])
@pytest.mark.parametrize("is_first", [False, True])
def test_a_replay_trains_nothing_again_but_the_first_model(first, is_first, tmp_path, monkeypatch):
    """Whichever strategy is the first one: those after `never` retrain before they predict."""
    group = replace(GROUP, cells=CELLS[first:5], is_first=is_first)
    unit = GroupUnit(group).sharing(str(tmp_path), 2)
    postponed = unit.run()
    for tasks in postponed.passes:
        for task in tasks:
            task.run()
    made = []
    make = FitCache._make
    monkeypatch.setattr(FitCache, "_make", lambda *words: made.append(words) or make(*words))
    result = replace(postponed.unit, group=replace(postponed.unit.group, references=None)).run()
    assert not result.failures
    assert len(made) == 1


def as_expected(artifact: Artifact, plain) -> None:
    """Assert that the runs of an artifact are those of a group with references."""
    runs, expected = artifact.table("runs").to_pandas(), plain["with references"].tables["runs"]
    frames = (t.drop(columns=["fit_seconds", "cost_seconds"]) for t in (runs, expected))
    assert_frame_equal(*frames, check_exact=True, check_dtype=False)


class Many(Serial):
    """Four workers that are one, of which each dies at the pieces of work that `kills` names."""

    kills: str = ""
    workers = 4

    def __call__(self, work, items):
        for number, item in enumerate(items):
            is_dead = type(item).__name__ == self.kills
            yield number, WorkerCrash() if is_dead else self.alone(work, item)


@pytest.mark.slow
@pytest.mark.parametrize("kills", ["", "FitTask", "ReplayTask"])
def test_a_worker_that_dies_in_a_pass_costs_time_alone(kills, plain, tmp_path):
    assert {"FitTask", "ReplayTask"} == {FitTask.__name__, ReplayTask.__name__}
    engine = Many()
    object.__setattr__(engine, "kills", kills)
    store = ResultStore(tmp_path, engine)
    with store.shared():
        ((_, artifact),) = store.finish([GroupUnit(GROUP)], "")
        assert (tmp_path / SHARED).exists()
    assert not (tmp_path / SHARED).exists()
    as_expected(artifact, plain)


def test_a_worker_that_dies_with_the_unit_itself_is_replaced(plain, tmp_path):
    class Dying(Many):
        def __call__(self, work, items):
            for number, item in enumerate(items):
                is_last = isinstance(item, GroupUnit) and item.is_planned
                yield number, WorkerCrash() if is_last else self.alone(work, item)

    store = ResultStore(tmp_path, Dying())
    with store.shared():
        ((_, artifact),) = store.finish([GroupUnit(GROUP)], "")
    assert [failure["label"] for failure in artifact.failures] == ["refused"]
    as_expected(artifact, plain)


SMALL = [
    *("scenario=sudden", "scenario.sudden.ticks=120", "scenario.sudden.at=[60]", "seeds=1"),
    *("scenario.sudden.rows=20", "learner=naive_bayes", "strategy=[never,periodic,trigger]"),
]


@pytest.mark.slow
@pytest.mark.parametrize("engine", [["engine.jobs=2"], ["engine=dask", "engine.jobs=3"]])
def test_engines_leave_the_same_bytes(engine, tmp_path):
    for folder, words in (("one", ["engine=serial"]), ("many", engine)):
        assert run(tmp_path, *SMALL, *words, f"folder={folder}") == 0
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "many")


@pytest.mark.slow
def test_shards_that_spread_their_only_stream_come_to_the_same(tmp_path):
    words = [*SMALL, "seeds=2"]
    for index in (0, 1):
        shard = [f"shard.index={index}", "shard.count=2", "engine.jobs=2"]
        assert run(tmp_path, *words, *shard, f"folder=parts/{index}") == 0
    assert run(tmp_path, "report", "parts/0", "parts/1") == 0
    assert run(tmp_path, *words, "engine=serial", "folder=whole") == 0
    assert without_probes(tmp_path / "parts/merged") == without_probes(tmp_path / "whole")


def test_the_estimate_counts_workers_that_help_one_stream(monkeypatch):
    group = replace(GROUP, cells=CELLS[:1] * 200)
    monkeypatch.setattr(estimate, "probe", lambda _: estimate.Probe(10.0, 0.0, 2**30, 90))
    sentence = estimate.say([group], Many())
    assert "about 8.3 minutes on 4 workers, 4.0 GiB" in sentence
