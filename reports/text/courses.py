"""What the time line says of a stream and of each retraining, step by step."""

import math
from typing import Any

from retrainlab.reports.results.manifest import ScenarioInfo
from retrainlab.reports.text.actions import WORDS
from retrainlab.reports.text.calendar import period, spoken
from retrainlab.reports.text.format import count, drift_name, money, three_digits


def retraining(row: dict[Any, Any], info: ScenarioInfo, currency: str | None) -> str:
    """Say when an action was decided and why, what it did, at what cost, and what it saved.

    row: of `Course.retrainings`.
    """
    words = [
        f"{spoken(int(row['decided']), info)}: {row['reason']}",
        f"{_work(row)}, cost {_money(row['cost'], currency)}",
    ]
    if math.isnan(row["deployed"]):
        words.append("its model never served")
    elif not math.isnan(row["saved"]):
        verb = "saved" if row["saved"] >= 0 else "lost"
        amount = _money(abs(row["saved"]), currency)
        words.append(f"{verb} {amount} against never until the next model, its cost included")
    return "; ".join(words)


def _work(row: dict[Any, Any]) -> str:
    """Return what was done, and the rows that were trained on, if any."""
    rows = [count(int(row["rows"]), "row")] if row["rows"] else []
    return ", ".join([*filter(None, [WORDS[row["action"]].work]), *rows])


def drifts(info: ScenarioInfo) -> list[tuple[int, int, str]]:
    """Return first tick, stop and words of each drift, by its start."""
    return [
        (drift.start, max(drift.stop, drift.start + 1), _drift(drift, info))
        for drift in sorted(info.drifts, key=lambda drift: drift.start)
    ]


def _drift(drift: Any, info: ScenarioInfo) -> str:
    return f"{drift_name(drift)}, {period(drift.start, drift.stop, info)}"


def _money(value: float, currency: str | None) -> str:
    return money(three_digits(value), currency)
