"""The parent's memory for a study of very many cells: expanded, named, and its tables written."""

import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from hydra import compose, initialize_config_module
from hydra.core.global_hydra import GlobalHydra

from benchmarks.measure import Measurement
from retrainlab.experiments.config.compose import Sweep
from retrainlab.experiments.engines.local import Joblib
from retrainlab.experiments.storage import parquet
from retrainlab.experiments.storage.artifact import Artifact, sealed, work
from retrainlab.experiments.storage.cache_key import CacheKey
from retrainlab.experiments.study.estimate import peak_bytes
from retrainlab.experiments.study.group_unit import LAYOUT, GroupUnit
from retrainlab.experiments.study.manifest import header
from retrainlab.experiments.study.sweep import prepare

STREAM = ["scenario=gradual", "learner=naive_bayes", "references=null"]
STREAM += ["strategy=sliding_window", "scenario.gradual.rows=10"]


def run(
    intervals: int = 100, windows: int = 50, seeds: int = 20, unit: int = 500
) -> list[Measurement]:
    """Measure in a process of its own; the results of `unit` cells stand for those of all."""
    sizes = map(str, (intervals, windows, seeds, unit))
    words = [sys.executable, "-m", "benchmarks.many_cells", *sizes]
    figures = subprocess.run(words, check=True, capture_output=True, text=True).stdout.split()
    cells, expanded, written, peak = map(float, figures)
    return [
        Measurement(f"expand and name {cells:,.0f} cells", 1e3 * expanded / cells, "ms a cell"),
        Measurement("write their tables", 1e3 * written / cells, "ms a cell"),
        Measurement("peak of the parent's memory", peak / 1e9, "GB", most=1),
    ]


def _measure(intervals: int, windows: int, seeds: int, unit: int) -> tuple[float, ...]:
    start = time.perf_counter()
    key = "strategy.sliding_window"
    swept = [f"{key}.when.ticks=range(1,{intervals + 1})"]
    swept += [f"{key}.what.ticks=range(1,{windows + 1})", f"seeds={seeds}"]
    with initialize_config_module("retrainlab.experiments.conf", version_base="1.3"):
        loader = GlobalHydra.instance().config_loader()
        config = compose("config", [], return_hydra_config=True)
        study = prepare(Sweep.of([*STREAM, *swept], loader, config))
    cache_key = CacheKey()
    for group in study.groups:
        cache_key.of(GroupUnit(group))
    header(study, "benchmark")
    expanded = time.perf_counter() - start
    cells = sum(len(group.cells) for group in study.groups)
    some = study.groups[0].cells[:: max(1, len(study.groups[0].cells) // unit)][:unit]
    data = Joblib(1).alone(work, GroupUnit(replace(study.groups[0], cells=some)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "unit.zip"
        path.write_bytes(sealed(data, path.stem))
        start = time.perf_counter()
        parquet.write([Artifact(path)] * (cells // len(some)), Path(folder), LAYOUT)
        written = time.perf_counter() - start
    return cells, expanded, written, peak_bytes()


if __name__ == "__main__":
    print(*_measure(*map(int, sys.argv[1:])))
