"""The page of a production folder: what happened, beside what was simulated."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from retrainlab.reports.decision.actions import REFIT, kinds
from retrainlab.reports.drawing.canvas import phone, theme
from retrainlab.reports.drawing.inline import Picture, picture
from retrainlab.reports.figures.production import production_figure
from retrainlab.reports.pages.html import write_page
from retrainlab.reports.text.format import count, number, shorten
from retrainlab.reports.text.provenance import named_source
from retrainlab.sim.errors import make_folder

NEWEST = 100  # ticks in the table; all of them are in the ledger
COMPARED = {
    "ticks": ("labelled ticks", 0),
    "loss_per_row": ("loss a row", 4),
    "retrainings_per_100_ticks": ("retrainings in 100 ticks", 1),
    "rejected_per_100_ticks": ("rejected in 100 ticks", 1),
}
CLOCKS = {
    "label_delay": "delay of the labels, in ticks",
    "fit_delay": "delay of a new model, in ticks",
}


def build(
    folder: Path, line: Mapping[str, Any], ticks: pd.DataFrame, trainings: pd.DataFrame
) -> Path:
    """Write `report.html` and `figures/production.*` into the folder; return the page's path.

    line: what `retrainlab report` prints. ticks, trainings: of the ledger.
    """
    made = trainings[trainings["number"] > 0] if len(trainings) else trainings
    pictures = [_picture(folder, line, ticks, made)] if len(ticks) else []
    return write_page(
        folder,
        "production.html.j2",
        label=line["label"],
        verdict=_verdict(ticks, made, line),
        advice=line["advice"],
        compared=_compared(line),
        pictures=pictures,
        trainings=[_training(row) for row in _newest(made.assign(action=kinds(made)))],
        ticks=[_tick(row) for row in _newest(ticks)],
        hidden=max(len(ticks) - NEWEST, 0),
    )


def _newest(frame: pd.DataFrame) -> list[dict[Any, Any]]:
    """Return the newest rows of a table, the newest first."""
    return frame.iloc[::-1][:NEWEST].to_dict("records")


def _verdict(ticks: pd.DataFrame, made: pd.DataFrame, line: Mapping[str, Any]) -> str:
    unlabelled, why = line["unlabelled"], f": {line['held_up_by']}" * bool(line["held_up_by"])
    if not len(ticks):
        return f"No tick has its labels yet{why}."
    waits = "waits" if unlabelled == 1 else "wait"
    later = f" {count(unlabelled, 'later tick')} {waits} for labels{why}." if unlabelled else ""
    rejected = int((made["accepted"] == 0).sum()) if len(made) else 0
    first, last = ticks["date"].iloc[[0, -1]]
    return (
        f"{count(len(ticks), 'labelled tick')} from {first} to {last}, "
        f"{_done(made)}, {rejected} rejected.{later}"
    )


def _done(made: pd.DataFrame) -> str:
    """Return how many retrainings there were, or how many actions where there were others."""
    done = kinds(made).value_counts(sort=False)
    if set(done.index) <= {REFIT}:
        return count(len(made), "retraining")
    return f"{count(len(made), 'action')} ({', '.join(f'{n} {kind}' for kind, n in done.items())})"


def _compared(line: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return what is compared: its name, what happened, what was simulated."""
    happened, simulated = line["happened"], line["simulated"]
    rows = [
        (name, _written(happened.get(key), digits), _written(simulated.get(key), digits))
        for key, (name, digits) in COMPARED.items()
    ]
    real, assumed = line["clocks"], line["simulated_clocks"]
    return rows + [
        (name, _written(real.get(key), 1), _written(assumed.get(key), 1))
        for key, name in CLOCKS.items()
    ]


def _written(value: float | None, digits: int) -> str:
    return "–" if value is None else number(value, digits)


def _tick(row: Mapping[str, Any]) -> dict[str, str]:
    loss = row["loss"] / row["rows"] if row["rows"] else None
    return {
        "date": row["date"],
        "rows": number(row["rows"], 0),
        "loss": _written(loss, 4),
        "model": str(row["model"]),
        "alarms": str(row["alarms"]) if row["alarms"] else "",
    }


def _training(row: Mapping[str, Any]) -> dict[str, str]:
    outcomes = {1.0: "deployed", 0.0: "rejected"}
    return {
        "number": str(row["number"]),
        "date": row["date"],
        "reason": row["reason"],
        "action": row["action"],
        "rows": number(row["rows"], 0),
        "outcome": outcomes.get(row["accepted"], "under way"),
        "sha256": row["sha256"][:12],
    }


def _picture(
    folder: Path, line: Mapping[str, Any], ticks: pd.DataFrame, made: pd.DataFrame
) -> Picture:
    make_folder(folder / "figures")
    simulated = line["simulated"].get("loss_per_row")
    beside = "" if simulated is None else f", beside {_written(simulated, 4)} in the simulation"
    words = (
        f"Loss a row at each of {count(len(ticks), 'tick')}{beside}, and the ticks at which "
        f"{_done(made)} started."
    )
    with theme():
        with phone():
            narrow = production_figure(ticks, made, simulated)
        figure = production_figure(ticks, made, simulated)
        path = folder / "figures" / "production.png"
        newest = str(ticks["date"].iloc[-1])
        source = named_source(f"{shorten(line['label'], 60)} in production", newest)
        title = "Loss a row at each tick"
        return picture(figure, "production", path, title, words, source, phone=narrow)
