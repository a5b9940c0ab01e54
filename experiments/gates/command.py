"""`retrainlab gates`: a study of gates on clean and on damaged streams, and its scores."""

from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from rich.text import Text

from retrainlab import reports
from retrainlab.experiments import terminal
from retrainlab.experiments.engines import local
from retrainlab.experiments.engines.console import console_of
from retrainlab.experiments.engines.fitted_table import print_table
from retrainlab.experiments.gates import plan
from retrainlab.experiments.storage.plan import Shard
from retrainlab.experiments.study import study as studies
from retrainlab.experiments.study_commands import overridden
from retrainlab.reports.analysis.gate_scores import Limits, exceeded, scores
from retrainlab.reports.drawing.canvas import save, theme
from retrainlab.reports.figures.gate_curves import gate_curves
from retrainlab.reports.text.format import slug
from retrainlab.sim.atomic import write_atomic
from retrainlab.sim.checksums import rewriting
from retrainlab.sim.exit_codes import ExitCode, done_unless

HEADINGS = ("stream", "gate", "poisoned served", "ticks waited", "score - never", "below never")
TABLE = "gates.parquet"
FIGURES = "figures/gates-"


def gates(config: dict[str, Any], folder: Path, typed: str) -> int:
    """Run the benchmark, print and save its scores; return the exit code.

    That is FAILED if a gate significantly exceeds a limit of `gates.most`, and NO_RESULT if a limit
    is set and cannot be judged.
    """
    engine, memo_bytes = local.made(config["engine"])
    shard = Shard.of_config(config["shard"])
    limits = plan.limits(config)
    plain = {key: value for key, value in config.items() if key not in plan.RUNTIME}
    made = plan.prepare(plain, overridden()).keeping(memo_bytes)
    ended = studies.run(made, engine, folder, typed, shard)
    terminal.tell(ended.failures, ended.skipped)
    if ended.sentence:
        print(ended.sentence)
        return done_unless(ended.failures)
    page = reports.build(folder, reports.load(folder))
    code = _judged(folder, limits)
    print(f"Report: {page}")
    return max(code, done_unless(ended.failures))


def _judged(folder: Path, limits: Limits) -> ExitCode:
    """Print and save the scores; return whether they are within the limits."""
    table = scores(reports.load(folder), limits.poisoned)
    with rewriting(folder, TABLE, f"{FIGURES}*"):
        write_atomic(folder / TABLE, partial(table.to_parquet, index=False))
        _draw(table, folder)
    console = console_of(120)
    print_table(console, "", HEADINGS, _rows(table), names=2)
    sentences, is_judged = exceeded(table, limits)
    for sentence in sentences:
        console.print(Text(sentence), soft_wrap=True)
    if sentences:
        return ExitCode.FAILED
    return ExitCode.DONE if is_judged else ExitCode.NO_RESULT


def _draw(table: pd.DataFrame, folder: Path) -> None:
    """Write a figure of each stream that has poisoned batches, as PNG and SVG."""
    (folder / FIGURES).parent.mkdir(exist_ok=True)
    for stream in table.loc[table["served"].notna(), "stream"].unique():
        with theme():
            save(gate_curves(table, stream), folder / f"{FIGURES}{slug(stream)}.png")


def _rows(table: pd.DataFrame) -> list[tuple[str, ...]]:
    return [
        (
            row["stream"],
            row["label"],
            _with_interval(100 * row["served"], 100 * row["served_half"], "%"),
            _with_interval(row["waited"], row["waited_half"]),
            _with_interval(100 * row["gain"], 100 * row["gain_half"], "points"),
            f"{row['below']} of {row['seeds']}",
        )
        for row in table.to_dict("records")
    ]


def _with_interval(mean: float, half: float, unit: str = "") -> str:
    if pd.isna(mean):
        return "-"
    return f"{mean:.1f}{'' if pd.isna(half) else f' ± {half:.1f}'} {unit}".strip()
