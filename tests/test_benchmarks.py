"""Every benchmark runs, at a tiny size, and gives figures; how fast is not a test's business."""

from dataclasses import replace
from importlib import import_module
from math import inf, isfinite, nan

import numpy as np
import pytest

from benchmarks import last, one_stream, plan
from benchmarks.__main__ import NAMES, main
from benchmarks.measure import Measurement
from benchmarks.one_stream_logs import DEFAULTS, DRIFTING, STATIONARY, WORLD, replayed

TINY = {
    "generation": {"rows": 900, "repeats": 1},
    "reading": {"rows": 300, "repeats": 1},
    "per_row": {"rows": 3000, "repeats": 1},
    "sharing": {"ticks": 60, "intervals": (10, 20), "windows": (10,), "repeats": 2},
    "tick_cost": {"ticks": 600, "interval": 100, "repeats": 3},
    "memory": {"rows": 20_000, "large": 30_000, "features": 3},
    "cells": {"cells": 3, "ticks": 100, "rows": 20, "repeats": 1},
    "window_fits": {"cells": 3, "ticks": 100, "rows": 20},
    "schedules": {"ticks": 3000, "interval": 300, "repeats": 2},
    "triggers": {
        "ticks": 60,
        "detectors": ({"name": "DDM"},),
        "windows": (10,),
        "repeats": 1,
    },
    "checks": {"ticks": 60, "interval": 20, "repeats": 1},
    "period_sweep": {"ticks": 60, "intervals": 3, "seeds": 1, "repeats": 1},
    "many_cells": {"intervals": 2, "windows": 2, "seeds": 1, "unit": 2},
    "detectors": {"rows": 5000, "repeats": 2},
    "negligible": {"ticks": 100, "settings": 4, "repeats": 1},
    "bootstrap": {"values": 5, "seeds": 3, "resamples": 100, "repeats": 1},
    "growth": {"ticks": 90, "rows": 20, "strategies": 1, "repeats": 1},
    "production_tick": {"rows": 6, "measured": 2, "spans": (10, 40)},
    "plan": {"cells": 2, "ticks": 100, "rows": 10, "learners": ["logistic regression"]},
    "cold_start": {"repeats": 1, "commands": ["--help"]},
    "batches": {"rows": 300, "slow": 150, "looks": 2, "repeats": 1},
    "recipes": {"ticks": 60, "strategies": 2, "size": 2, "repeats": 1},
    "linear_outputs": {"rows": 50, "blocks": 2, "repeats": 1},
    "pipeline_fits": {"rows": 60, "fits": 2, "repeats": 1},
    "oracle": {"ticks": 60, "rows": 20, "windows": (None, 5), "repeats": 1},
}


# `sweep` times whole commands, six of them, which other tests run.
@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in NAMES if name != "sweep"])
def test_gives_finite_positive_figures(name):
    figures = import_module(f"benchmarks.{name}").run(**TINY[name])
    assert figures
    for figure in figures:
        assert isfinite(figure.value), figure
        assert figure.value > 0, figure


def test_the_loop_and_the_replay_predict_the_same():
    figures = import_module("benchmarks.per_row").run(**TINY["per_row"])
    agreement = [figure.value for figure in figures if figure.unit == "of 1"]
    assert agreement == [1.0, 1.0]


@pytest.mark.parametrize(
    ("value", "bounds", "missed"),
    [
        (19.9, {"least": 20}, True),
        (20, {"least": 20}, False),
        (1.4, {"most": 1.3}, True),
        (1.3, {"most": 1.3}, False),
        (nan, {"most": 1.3}, True),
        (inf, {}, False),
    ],
)
def test_a_missed_target_is_seen(value, bounds, missed):
    assert Measurement("speed", value, **bounds).missed is missed


def test_an_unknown_name_is_refused_with_the_choices(capsys):
    assert main(["memery"]) == 2
    assert "no benchmark is called memery; choose from generation" in capsys.readouterr().out


def test_logs_of_a_group_share_their_warm_up_and_the_edge_is_where_nothing_is_saved():
    family = replace(STATIONARY["ridge, squared"], ticks=100, rows=5)
    streams = list(family.group(0, 3))
    first = WORLD.warmup * family.rows
    assert all(np.array_equal(s.y[:first], streams[0].y[:first]) for s in streams)
    assert not np.array_equal(streams[0].y[first:], streams[1].y[first:])
    logs = [replayed(family, stream, 0) for stream in streams]
    price = one_stream.edge(logs)
    saved = np.mean([log.losses[:, 0].sum() - log.losses.sum(0) for log in logs], axis=0)
    spent = price * np.mean([log.starts.sum(0) for log in logs], axis=0)
    assert np.max((saved - spent)[1:]) == pytest.approx(0, abs=1e-9)
    assert sum(one_stream.answers(logs, price).values()) == len(logs)
    assert 0 <= one_stream.baseline_wins(logs, price) <= len(logs)


def test_logs_with_empty_ticks_keep_them():
    family = replace(STATIONARY["no rows on 2 ticks in 7"], ticks=70, rows=10)
    (stream,) = family.group(0, 1)
    assert np.diff(stream.offsets)[:9].tolist() == [14] * 5 + [0, 0] + [14, 14]
    assert np.isfinite(replayed(family, stream, 0).losses).all()


@pytest.mark.parametrize("name", DEFAULTS)
def test_one_seed_of_a_scenario_of_the_project_is_a_family(name):
    (stream,) = DRIFTING[f"default {name}"].streams(100, 1)
    assert stream.ticks == 300
    assert stream.drifts


def test_a_figure_stands_beside_its_last_one_and_says_if_it_moved(tmp_path):
    path = tmp_path / "last.json"
    last.write("some", [Measurement("speed", 2.0), Measurement("memory", 30.04, "MB")], path)
    last.write("more", [Measurement("speed", 9.0)], path)
    before = last.read(path)["some"]
    assert last.beside(Measurement("speed", 2.19), before) == "2 x"
    assert last.beside(Measurement("memory", 33.1, "MB"), before) == "30 MB, moved by +10%"
    assert last.beside(Measurement("speed", 1.5), before) == "2 x, moved by -25%"
    assert last.beside(Measurement("new", 1.5), before) == ""
    assert last.read(tmp_path / "none.json") == {}


def test_last_figures_are_of_benchmarks_that_there_are():
    assert set(last.read()) <= set(NAMES)


def test_many_workers_take_as_long_as_the_longest_of_them():
    parts = plan.Parts(whole=10, alone=1, passes=[[4, 3, 2], [1, 1]])
    assert parts.speedup(1) == pytest.approx(10 / 12)
    assert parts.speedup(2) == pytest.approx(10 / 7)
    assert parts.speedup(64) == pytest.approx(10 / 6)
