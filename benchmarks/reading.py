"""Reading a file and coding it as a stream, against pandas' own reading of the same text."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import numpy as np
import pandas as pd

from benchmarks.measure import Measurement, quickest
from retrainlab.scenarios.file import File
from retrainlab.sim.seeds import generator


def run(rows: int = 100_000, repeats: int = 3) -> list[Measurement]:
    """Write tables of ten columns, as a program and as people do, and read each both ways."""
    with TemporaryDirectory() as folder:
        plain, written = _plain(rows), _written(_plain(rows))
        return [
            *_compare("numbers and a category", plain, Path(folder) / "a.csv", repeats, most=8),
            *_compare("thousands, marks, times", written, Path(folder) / "b.csv", repeats),
        ]


def _plain(rows: int) -> pd.DataFrame:
    rng = generator(0, "benchmark", "reading")
    numbers = {f"x{j}": np.round(rng.standard_normal(rows), 4) for j in range(8)}
    return pd.DataFrame(
        {**numbers, "shop": rng.choice(["a", "b"], rows), "y": rng.integers(2, size=rows)}
    )


def _written(plain: pd.DataFrame) -> pd.DataFrame:
    """The same table with numbers as people write them, marks of missing values and a time."""
    thousands = [f"{value:,.2f}" for value in plain["x1"] * 1e5]
    marked = plain["x2"].astype("str").where(plain["x3"] < 2, "?")
    times = pd.date_range("2024-01-01", periods=len(plain), freq="min")
    return plain.assign(x1=thousands, x2=marked, x4=times.astype("str"))


def _compare(
    what: str, frame: pd.DataFrame, path: Path, repeats: int, most: float | None = None
) -> list[Measurement]:
    frame.to_csv(path, index=False)
    time = "x4" if frame["x4"].dtype != np.float64 else None
    ours, pandas = quickest(
        repeats, partial(File(str(path), "y", time), 0), partial(pd.read_csv, path)
    )
    # An absolute figure in seconds of the processor, so that it holds on a shared machine.
    cpu = min(_cpu_seconds(partial(File(str(path), "y", time), 0)) for _ in range(repeats))
    cells, unit = frame.size / cpu / 1e6, "million cells a CPU second"
    return [
        Measurement(f"{what}: file to stream / pandas.read_csv", ours / pandas, most=most),
        Measurement(f"{what}: file to stream", cells, unit, least=1),
    ]


def _cpu_seconds(work: Callable[[], object]) -> float:
    start = process_time()
    work()
    return process_time() - start
