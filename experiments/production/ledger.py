"""The ledger of a production folder: tables as in docs/tables.md, which only grow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from retrainlab.experiments.production.journal import Journal
from retrainlab.experiments.production.policy import Policy
from retrainlab.experiments.production.store import CLOSE, name_of
from retrainlab.sim import atomic
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.replay.ledger import Ledger

TABLES = ("ticks", "retrainings", "alarms")
# What is not yet known while a training is under way.
LATER = ("ready", "deployed", "accepted", "seconds", "constant", "sha256")
MEASURED = ("seconds",)


@dataclass(frozen=True)
class LedgerTables:
    """The tables by name."""

    frames: Mapping[str, pd.DataFrame]

    def save(self, folder: Path, recorded: "LedgerTables") -> None:
        """Write the tables that differ from those on disk; recorded: these."""
        for name, frame in self.frames.items():
            if not recorded.frames[name].equals(frame):
                atomic.write_atomic(folder / "ledger" / f"{name}.parquet", frame.to_parquet)


def load(folder: Path) -> LedgerTables:
    """Read the tables; empty ones where there are none."""
    frames = {}
    for name in TABLES:
        path = folder / "ledger" / f"{name}.parquet"
        try:
            frames[name] = pd.read_parquet(path) if path.exists() else pd.DataFrame()
        except (ValueError, OSError) as error:
            raise InputError(
                f"{path} is not readable; remove it, and the next tick writes it anew"
            ) from error
    return LedgerTables(frames)


def tables(
    ledger: Ledger, policy: Policy, journal: Journal, recorded: LedgerTables | None = None
) -> LedgerTables:
    """Return the tables of a ledger, up to the last tick whose labels have arrived.

    recorded: where its ticks stand that are before those of a ledger that was resumed.
    Besides the columns of a study's tables they have the dates of the ticks, and the name and
    SHA-256 of each model.
    """
    where = {
        "scenario": "production",
        "seed": policy.seed,
        "learner": policy.learner.get("name", "own"),
        "label": policy.label,
    }
    dates, models = journal.dates, journal.models
    labelled = journal.closed[-1].labelled
    ticks = ledger.ticks[ledger.ticks["tick"] < labelled]
    ticks = ticks.assign(date=[dates[t] for t in ticks["tick"]], **where)
    trainings = ledger.retrainings()
    names = [name_of(training.fit) for training in ledger.trainings]
    pending = trainings["accepted"].isna() & (trainings["number"] > 0)
    simulated = [policy.world.serves(t.decided, bool(t.work.rows)) for t in ledger.trainings]
    trainings["ready"] = trainings["ready"].where(~pending, simulated)
    trainings = trainings.assign(
        # This stream has no end, before which a model would have to come.
        charged=trainings["number"] > 0,
        date=[dates[max(d, policy.world.warmup - 1)] for d in trainings["decided"]],
        model=names,
        sha256=[models[name].sha256 if name in models else "" for name in names],
    )
    alarms = ledger.alarm_table()
    return LedgerTables(
        {
            "ticks": _grown(recorded, ticks, len(dates) - len(ledger.ticks) - policy.world.warmup),
            "retrainings": trainings.assign(**where),
            "alarms": alarms.assign(date=[dates[t] for t in alarms["tick"]], **where),
        }
    )


def _grown(recorded: LedgerTables | None, tail: pd.DataFrame, count: int) -> pd.DataFrame:
    """Return the ticks: so many that are recorded, and after them those of the tail."""
    if recorded is None or count == 0:
        return tail.reset_index(drop=True)
    head = recorded.frames["ticks"][:count]
    return pd.concat([head, tail], ignore_index=True) if len(tail) else head


def require_grown(old: LedgerTables, new: LedgerTables, changed: str) -> None:
    """Raise `InputError` unless the old tables are the beginning of the new ones.

    changed: what has changed since, for the sentence.
    """
    for name in TABLES:
        difference = first_difference(old.frames[name], new.frames[name], name == "retrainings")
        require(
            not difference,
            f"the past comes out differently: ledger/{name}.parquet {difference}{changed}; nothing "
            "was deployed: go back to what it ran with, or export to a new folder",
        )


def first_difference(old: pd.DataFrame, new: pd.DataFrame, trainings: bool) -> str:
    """Return the first row and column in which old rows are not the beginning of new ones.

    trainings: whether these may have been under way, so that some columns come later.
    """
    if len(old) > len(new):
        return f"has {len(old)} rows, and {len(new)} come out"
    if old.equals(new[: len(old)]):
        return ""
    for column in old.columns.drop(list(MEASURED), errors="ignore"):
        before, after = old[column].to_numpy(), new[column].to_numpy()[: len(old)]
        known = np.ones(len(old), dtype=bool)
        if trainings and column in LATER:
            known = old["accepted"].notna().to_numpy()
        wrong = np.flatnonzero(known & ~_same(before, after))
        if len(wrong):
            row = int(wrong[0])
            return (
                f"says {column} {before[row]!s} of {old['date'].iloc[row]}, "
                f"and {after[row]!s} comes out"
            )
    return ""


def _same(a: Any, b: Any) -> Any:
    """(n,) whether two columns are equal; floats but for the order of additions."""
    if np.issubdtype(a.dtype, np.floating) and np.issubdtype(b.dtype, np.number):
        return np.isclose(a, b.astype(float), rtol=CLOSE, atol=CLOSE, equal_nan=True)
    return np.asarray(a == b)


def dated(dates: Sequence[str], tick: float) -> str | None:
    """Return the date of a tick; None of one that has not come."""
    return dates[int(tick)] if 0 <= tick < len(dates) else None
