"""What a cell of a sweep costs above the fits and predictions that it needs."""

from functools import partial
from typing import Any

from benchmarks.measure import Figure, seconds
from benchmarks.needs import NotingFits
from experiments import group
from experiments.cells import Cell
from experiments.group import Group, run_group
from sim.prices import Prices
from sim.world import World

PARTS = "strategies.when.Every", "strategies.what.Last", "strategies.gate.Always"


def run(cells: int = 1000, ticks: int = 1000, rows: int = 100, repeats: int = 2) -> list[Figure]:
    """Run intervals x windows on one stream as a group, from plain configuration to tables."""
    found = [_measured(group_of(cells, ticks, rows)) for _ in range(repeats)]
    whole, alone = (min(side) for side in zip(*found, strict=True))
    return [
        Figure(
            f"a cell above its fits and predictions, {cells:,} cells, {ticks * rows:,} rows",
            (whole - alone) / cells * 1e3,
            "ms",
            most=5,
            note=f"{whole:.1f} s against {alone:.1f} s",
        )
    ]


def _measured(work: Group) -> tuple[float, float]:
    """Seconds of the group, and of what it needed, alone."""
    made: list[NotingFits] = []

    def noting(*args: Any, **options: Any) -> NotingFits:
        made.append(NotingFits(*args, **options))
        return made[-1]

    own, group.Fits = group.Fits, noting  # type: ignore[misc, assignment]
    try:
        whole = seconds(partial(run_group, work))
    finally:
        group.Fits = own  # type: ignore[misc]
    return whole, made[0].measure_alone()


def group_of(cells: int, ticks: int, rows: int) -> Group:
    """Return the cells: windows of 10, 20, .. ticks, with ten intervals from 50 ticks on each."""
    third = {"start": ticks // 3, "duration": ticks // 3}
    return Group(
        scenario="gradual",
        node={"_target_": "scenarios.gradual.Gradual", "ticks": ticks, "rows": rows, **third},
        seed=0,
        learner={"classification": {"_target_": "sklearn.naive_bayes.GaussianNB"}},
        loss={"classification": {"_target_": "sim.losses.ZeroOne"}},
        world=World(),
        prices=Prices(),
        cells=tuple(_cell(50 + 10 * (i % 10), 10 + 10 * (i // 10)) for i in range(cells)),
    )


def _cell(interval: int, window: int) -> Cell:
    when, what, gate = ({"_target_": part} for part in PARTS)
    node = {"when": {**when, "ticks": interval}, "what": {**what, "ticks": window}, "gate": gate}
    return Cell("sliding_window", f"every {interval} last {window}", node, {"when.ticks": interval})
