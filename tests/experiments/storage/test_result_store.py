"""The result store and its runner, on units that know nothing of studies."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import pandas as pd
import pytest

from retrainlab.experiments.engines.local import Serial, WorkerCrash
from retrainlab.experiments.storage.artifact import Artifact
from retrainlab.experiments.storage.plan import Job, Shard
from retrainlab.experiments.storage.result_store import cut, rescued
from retrainlab.experiments.storage.runner import session
from retrainlab.experiments.storage.shards import progress
from retrainlab.experiments.storage.work_unit import Recipe, UnitResult, error_entry

DONE: list[int] = []


@dataclass(frozen=True)
class Squares:
    """Squares of numbers; 13 fails."""

    seed: int
    pieces: tuple[int, ...]
    has_context: bool = True
    divisible: ClassVar[bool] = True
    nouns: ClassVar[tuple[str, str]] = ("row", "square")

    @property
    def stream(self) -> tuple[str, int]:
        return "squares", self.seed

    @property
    def recipe(self) -> Recipe:
        return Recipe([self.seed, self.pieces, self.has_context], None, ())

    def run(self) -> UnitResult:
        DONE.append(self.seed)
        good = [n for n in self.pieces if n != 13]
        runs = pd.DataFrame({"seed": self.seed, "square": [n * n for n in good]})
        bad = [self.failure(n, ValueError("unlucky")) for n in self.pieces if n == 13]
        return UnitResult({"runs": runs}, failures=bad)

    def part(self, pieces: Sequence[int], has_context: bool) -> "Squares":
        return replace(self, pieces=tuple(pieces), has_context=has_context)

    def sharing(self, folder: str, workers: int) -> "Squares":
        return self

    def failure(self, piece: int | None, error: Exception) -> dict[str, object]:
        return {"label": None if piece is None else str(piece), **error_entry(error)}


UNITS = tuple(Squares(seed, tuple(range(9))) for seed in range(3))
JOB = Job("squares", {"seeds": 3}, UNITS, {})


def squares(artifact: Artifact) -> list[int]:
    table = artifact.table("runs")
    assert table is not None
    return table["square"].to_pylist()


def test_what_is_finished_is_not_done_again(tmp_path):
    DONE.clear()
    with session(JOB, Serial(), tmp_path) as running:
        running.finish(running.add(UNITS)[:2], "")
    assert [unit.seed for unit in progress([tmp_path]).missing] == [2]
    with session(JOB, Serial(), tmp_path) as running:
        results = running.finish(running.add(UNITS), "")
    assert DONE == [0, 1, 2]
    assert [squares(artifact) for artifact in results] == [[n * n for n in range(9)]] * 3
    assert progress([tmp_path]).complete


def test_what_failed_without_being_refused_is_tried_again_and_status_names_it(tmp_path):
    DONE.clear()
    units = (Squares(0, (1, 13)),)
    for _ in range(2):
        with session(replace(JOB, units=units), Serial(), tmp_path) as running:
            running.finish(running.add(units), "")
    assert DONE == [0, 0]
    first, failed = progress([tmp_path]).lines
    assert first.endswith("1 of 1 rows and 2 of 2 squares are done, 1 failed")
    assert failed == "failed: squares, seed 0, 13: ValueError: unlucky"


def test_shards_do_every_unit_once(tmp_path):
    DONE.clear()
    folders = [tmp_path / str(index) for index in range(2)]
    for index, folder in enumerate(folders):
        with session(JOB, Serial(), folder, Shard(index, 2)) as running:
            running.finish(running.add(UNITS), "")
    assert sorted(DONE) == [0, 1, 2]
    assert progress(folders).complete


def test_units_are_cut_where_workers_would_be_idle_and_context_comes_last():
    parts = cut(UNITS[:1], 2)
    assert [part.pieces for part in parts] == [(0, 1, 2, 3, 4), (5, 6, 7, 8)]
    assert [part.has_context for part in parts] == [False, True]
    assert cut(UNITS, 2) == list(UNITS)


@pytest.mark.parametrize("deadly", [{7}, {0, 8}, {-1}])
def test_pieces_that_kill_are_found_and_the_others_are_kept(deadly):
    class Deadly(Serial):
        def alone(self, work, item):
            return WorkerCrash() if deadly & {*item.pieces, -1} else work(item)

    artifact = Artifact(rescued(UNITS[0], Deadly()))
    lost = [failure["label"] for failure in artifact.failures]
    assert artifact.again
    if deadly == {-1}:  # even without any piece
        assert lost == [None]
        assert artifact.table("runs") is None
    else:
        assert lost == [str(n) for n in sorted(deadly)]
        assert squares(artifact) == [n * n for n in range(9) if n not in deadly]
