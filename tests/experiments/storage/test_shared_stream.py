"""A shared stream: the same stream, made once, and read without a copy."""

import mmap
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from streams import stream_of

from benchmarks.cells import group_of
from retrainlab.experiments.engines.local import Joblib, Serial
from retrainlab.experiments.storage.result_store import ResultStore, cut
from retrainlab.experiments.storage.shared_stream import ARRAYS, SharedStream
from retrainlab.experiments.study.group_unit import GroupUnit
from retrainlab.scenarios.gradual import Gradual
from retrainlab.scenarios.toilet_paper import ToiletPaper

STREAMS = {
    "classes": lambda: Gradual(ticks=40, rows=5, start=20, duration=10)(3),
    "shops": lambda: ToiletPaper(shops=3)(0),
    "names": lambda: stream_of(
        [[0.0, 5.0], [1.0, 6.0]],
        [0, 1],
        [2],
        categorical=(0,),
        levels=(("ulm", "bonn"),),
        beside=[[1.0, 3.0], [2.0, 4.0]],
        beside_names=("amount", "age"),
        has_truth=np.array([True, True]),
        only_if=np.array([-1, 1]),
        damaged=np.array([False, True]),
    ),
}


def owner(array):
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array.base


@pytest.mark.parametrize("name", STREAMS)
def test_it_is_the_same_stream(tmp_path, name):
    made = STREAMS[name]()
    taken = SharedStream(tmp_path / "it").get(lambda: made)
    for field in fields(made):
        one, other = getattr(made, field.name), getattr(taken, field.name)
        if field.name in ARRAYS and one is not None:
            assert (one.dtype, one.strides) == (other.dtype, other.strides)
            assert one.tobytes() == other.tobytes()
            assert isinstance(owner(other), mmap.mmap)
            assert type(other) is np.ndarray
        else:
            assert repr(one) == repr(other)


def test_those_who_come_together_have_it_made_once(tmp_path):
    made = []

    def make():
        made.append(1)
        return STREAMS["classes"]()

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: SharedStream(tmp_path / "it").get(make), range(8)))
    assert len(made) == 1
    assert len({stream.x.tobytes() for stream in found}) == 1


def test_half_a_stream_is_never_read(tmp_path):
    def broken():
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        SharedStream(tmp_path / "it").get(broken)
    assert SharedStream(tmp_path / "it").get(STREAMS["classes"]).rows == 200


def test_parts_of_a_group_share_a_place_that_every_worker_finds(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (own := tmp_path / "out/streams").mkdir(parents=True)
    whole = [GroupUnit(group_of(20, 60, 5))]
    two = [*whole, GroupUnit(replace(whole[0].group, seed=1))]
    parts = cut(whole, 2)
    shared = tmp_path / "out/units/.shared"
    store = ResultStore(Path("out"), Joblib(2))
    with store.shared():
        groups = [unit.group for unit in store._sharing(parts)]
        (folder,) = {group.stream_folder for group in groups}
        assert Path(folder).parents[1] == shared
        assert {group.fit_folder for group in groups} == {""}
        Path(folder).mkdir(parents=True)
    assert not shared.exists()
    for engine, units in (
        (Joblib(2), two),
        (Serial(), parts),
        (Joblib(1), parts),
    ):
        todo = ResultStore(Path("out"), engine)._sharing(units)
        assert {unit.group.stream_folder for unit in todo} == {""}
    assert own.is_dir()  # a folder of the user's own, which a study must not touch


def test_one_unit_has_a_place_for_fits_that_all_workers_make(tmp_path):
    unit = GroupUnit(group_of(20, 60, 5))
    (one,) = ResultStore(tmp_path, Joblib(3))._sharing([unit])
    assert (one.workers, Path(one.group.fit_folder).parent) == (
        3,
        Path(one.group.stream_folder).parent,
    )
    assert one.recipe == unit.recipe
