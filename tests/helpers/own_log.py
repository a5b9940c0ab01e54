"""A log with label times, weights, series and what the model in service gave."""

from pathlib import Path

import numpy as np
import pandas as pd

from retrainlab.sim.seeds import generator

OPTIONS = {
    "target": "bought",
    "time": "when",
    "label_time": "paid",
    "entity": "shop",
    "weight": "amount",
    "incumbent": "score",
    "incumbent_version": "version",
}
WORDS = [
    "scenario=file",
    "scenario.file.path=log.csv",
    *(f"scenario.file.{option}={column}" for option, column in OPTIONS.items()),
    "world.warmup=10",
    "prices.fit=3",
]
DAYS, ROWS = 60, 12


def save(folder: Path) -> None:
    """Write sixty days of twelve rows; the rule turns on day 30, and version 2 comes on day 40."""
    rng, n = generator(0, "tests", "own log"), DAYS * ROWS
    day = np.repeat(np.arange(DAYS), ROWS)
    x, when = rng.standard_normal(n), pd.Timestamp("2024-01-01") + pd.to_timedelta(day, unit="D")
    sign, known = np.where(day < 30, 1, -1), np.where(day < 40, 1, -1)
    pd.DataFrame(
        {
            "when": when,
            "x": x,
            "shop": rng.choice(["east", "west"], n),
            "amount": rng.integers(0, 3, n),
            "bought": np.where(sign * x > 0, "yes", "no"),
            "paid": when + pd.to_timedelta(rng.integers(0, 5, n), unit="D"),
            "score": (known * x > 0) * 0.8 + 0.1,
            "version": np.where(day < 40, 1, 2),
        }
    ).to_csv(folder / "log.csv", index=False)
