"""Status and report of a production folder: what has happened, beside what was simulated."""

from typing import Any

import numpy as np
import pandas as pd

from retrainlab.experiments.production import ledger as ledgers
from retrainlab.experiments.production.folder import Folder
from retrainlab.experiments.production.steps import DONE, Outcome
from retrainlab.experiments.production.tick_rows import missing
from retrainlab.experiments.production.verify import measured_clocks
from retrainlab.sim.errors import require
from retrainlab.sim.metrics import total


def status(folder: Folder) -> Outcome:
    """Return how far the folder is: closed and missing ticks, the model in service, open work."""
    journal, warmup = folder.journal, folder.policy.world.warmup
    waiting = missing(folder.rows.available(), journal.dates)
    if len(journal.closed) <= warmup:
        return Outcome(DONE, {"label": folder.policy.label, "ticks": 0, "missing": len(waiting)})
    state = folder.live()
    closed = journal.closed[-1]
    return Outcome(
        DONE,
        {
            "label": folder.policy.label,
            "ticks": len(journal.closed) - warmup,
            "newest": closed.date,
            "labelled": journal.dates[closed.labelled - 1],
            "held_up_by": _held_up_by(folder),
            "missing": len(waiting),
            "champion": state.champion.number,
            "serves_from": ledgers.dated(journal.dates, state.champion.deployed or 0),
            "retrainings": sum(job.work.refits for job in state.trainings[1:]),
            "under_way": [job.number for job in state.jobs],
            "requested": state.reason,
        },
    )


def report(folder: Folder) -> Outcome:
    """Write the page of the folder, and return its figures: what really happened, beside what was
    simulated, as rates per 100 ticks and row."""
    from retrainlab.reports.pages import production_page

    recorded = folder.recorded.frames
    begun = len(folder.journal.closed) > folder.policy.world.warmup
    for name, frame in recorded.items():
        require(
            not begun or len(frame.columns) > 0,
            f"ledger/{name}.parquet is missing; run {folder.tick_command} to complete it",
        )
    real = quantities(recorded["ticks"], recorded["retrainings"])
    simulated, closed = folder.policy.simulated, folder.journal.closed
    line = {
        "label": folder.policy.label,
        "unlabelled": len(closed) - closed[-1].labelled if closed else 0,
        "held_up_by": _held_up_by(folder),
        "happened": rates(real),
        "simulated": rates(simulated) if simulated else {},
        **measured_clocks(folder).line(folder),
    }
    page = production_page.build(folder.path, line, recorded["ticks"], recorded["retrainings"])
    return Outcome(DONE, {**line, "page": str(page)})


def _held_up_by(folder: Folder) -> str:
    """Say which label is overdue by the simulated clocks, as those of later ticks wait for it."""
    closed, clocks = folder.journal.closed, folder.policy.world
    if not closed or closed[-1].labelled >= min(clocks.labelled(folder.newest), len(closed)):
        return ""
    return folder.rows.lacking(closed[-1].labelled)


def quantities(ticks: pd.DataFrame, trainings: pd.DataFrame) -> dict[str, Any]:
    """Return sums over labelled ticks, and counts of what is charged, as a study counts it.

    retrainings: refits. rejected: of all actions.
    """
    if not len(ticks):
        return dict.fromkeys(("ticks", "rows", "loss", "retrainings", "rejected"), 0)
    charged = trainings[trainings["charged"]]
    return {
        "ticks": len(ticks),
        "rows": int(total(ticks, "rows")),
        "loss": float(total(ticks, "loss")),
        "retrainings": int(charged["refits"].sum()),
        "rejected": int((charged["accepted"] == 0).sum()),
    }


def rates(sums: dict[str, Any]) -> dict[str, Any]:
    """Return loss a row, and retrainings and rejections per 100 ticks; None of nothing."""
    ticks, rows = sums["ticks"], sums["rows"]
    if not ticks or not rows:
        return {"ticks": 0, "loss_per_row": None, "retrainings_per_100_ticks": None}
    return {
        "ticks": int(ticks),
        "loss_per_row": _rounded(sums["loss"] / rows),
        "retrainings_per_100_ticks": _rounded(100 * sums["retrainings"] / ticks),
        "rejected_per_100_ticks": _rounded(100 * sums["rejected"] / ticks),
    }


def _rounded(value: float) -> float | None:
    return round(float(value), 5) if np.isfinite(value) else None
