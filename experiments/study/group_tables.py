"""The tables of a group: filled cell by cell with plain columns, made into frames once."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.extensions import ExtensionArray

from retrainlab.sim.arrivals import arrivals, label_delays
from retrainlab.sim.replay.ledger import Columns, Ledger
from retrainlab.sim.replay.losses import Loss, ZeroOne
from retrainlab.sim.rows import count
from retrainlab.sim.stream import Stream
from retrainlab.sim.world import World


@dataclass
class Table:
    """One table as it grows: a part a cell, with the cell's label."""

    parts: list[Columns] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)

    def add(self, label: str, part: Columns) -> None:
        """Add the columns of a cell, all of one length; every part has the same columns."""
        self.parts.append(part)
        self.labels.append(label)

    def frame(self, where: Mapping[str, Any]) -> pd.DataFrame:
        """Return the parts below each other, with their coordinates."""
        joined = {name: _joined([part[name] for part in self.parts]) for name in self.parts[0]}
        lengths = [len(next(iter(part.values()))) for part in self.parts]
        labels = pd.Index(self.labels).repeat(lengths)
        # Columns are written and read one by one: to stack them into blocks would copy them all.
        return pd.DataFrame(joined, copy=False).assign(**where, label=labels)


@dataclass
class Tables:
    """The tables that every ledger of a group enters.

    where: coordinates that all rows share. of_stream: what `runs` says of the stream in every row:
    `ceiling`, the score of the best predictor, and `no_change_row_by_row`.
    """

    where: Mapping[str, Any]
    of_stream: Mapping[str, float]
    runs: list[dict[str, Any]] = field(default_factory=list)
    others: dict[str, Table] = field(default_factory=dict)

    def add(self, ledger: Ledger, label: str, run: Mapping[str, Any], baseline: bool) -> None:
        """Enter a ledger; run: what stands in its row of `runs` besides the coordinates."""
        self.runs.append({**self.where, "label": label, **run})
        parts: dict[str, Columns] = {"ticks": ledger.columns}
        if not baseline:
            parts |= {"retrainings": ledger.training_columns(), "alarms": ledger.alarm_columns()}
        for name, part in parts.items():
            self.others.setdefault(name, Table()).add(label, part)

    def frames(self) -> dict[str, pd.DataFrame]:
        """Return the tables by name; none that has no ledger."""
        if not self.runs:
            return {}
        others = {name: table.frame(self.where) for name, table in self.others.items()}
        return {"runs": _records(self.runs), **others}


def stream_table(where: Mapping[str, Any], stream: Stream) -> pd.DataFrame:
    """Return a row a tick of a stream, the warm-up included; where: its coordinates."""
    sizes = np.diff(stream.offsets)
    tick = stream.tick_of_row()

    scored, judged = stream.judged_counts(), stream.judged

    def mean(values: Any) -> Any:
        with np.errstate(invalid="ignore"):
            return np.bincount(tick, weights=values, minlength=stream.ticks) / sizes

    def mean_of_truth(values: Any) -> Any:
        if judged is None:
            return mean(values)
        with np.errstate(invalid="ignore"):
            return mean(np.where(judged, values, 0)) * sizes / scored

    return pd.DataFrame(
        {
            **where,
            "tick": np.arange(stream.ticks),
            "rows": sizes,
            "ceiling": mean(stream.ceiling),
            "truth_mean": mean_of_truth(stream.truth),
            "truth_abs": mean_of_truth(np.abs(stream.truth)) * scored,
            "concept": mean(stream.concept),
        }
    )


def _records(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """A row a mapping; a column that holds a None is left as it is, and not made into numbers."""
    frame = pd.DataFrame(rows)
    for name in map(str, frame):
        values = [row.get(name, np.nan) for row in rows]
        if any(value is None for value in values):
            frame[name] = pd.Series(values, dtype=object)
    return frame


def _joined(parts: list[NDArray[Any] | list[str]]) -> NDArray[Any] | ExtensionArray:
    """The parts of a column below each other."""
    if isinstance(parts[0], list):
        return pd.array([text for part in parts for text in part], dtype="str")
    return np.concatenate(parts)


def scenario_entry(stream: Stream, loss: Loss, world: World) -> dict[str, Any]:
    """Return what the manifest says of a scenario's stream."""
    delays, history = label_delays(stream), slice(0, int(stream.offsets[world.warmup]))
    return {
        "task": stream.task,
        "metric": "accuracy" if stream.task == "classification" else "forecast accuracy",
        "tick_name": stream.tick_name,
        "story": stream.story,
        "drifts": [vars(d) for d in stream.drifts],
        "features": list(stream.features),
        "classes": list(stream.classes),
        "ticks": stream.ticks,
        "rows": stream.rows,
        "staleness": stream.staleness if isinstance(loss, ZeroOne) else np.nan,
        "truth_known": bool(np.isfinite(stream.ceiling).all()),
        "facts": [list(f) for f in stream.facts],
        "label_delays": delays and asdict(delays),
        "first_rows": history.stop,
        "first_labels": count(arrivals(stream, world).known(history, world.warmup - 1)),
        "columns": [vars(column) for column in stream.columns],
    }
