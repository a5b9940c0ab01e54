"""The time line that can be stepped through: two settings side by side, tick by tick."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from retrainlab.reports.analysis.courses import Course, courses
from retrainlab.reports.pages.live import packed
from retrainlab.reports.results.decision import Decision
from retrainlab.reports.results.manifest import ScenarioInfo
from retrainlab.reports.results.tables import Tables, first_seed
from retrainlab.reports.text.actions import WORDS
from retrainlab.reports.text.calendar import spoken
from retrainlab.reports.text.courses import drifts, retraining
from retrainlab.reports.text.format import seed_of

STEPS = 400  # at most, evenly spaced over a long stream


def player(tables: Tables, decision: Decision, shown: Sequence[str]) -> dict[str, Any]:
    """Return what the template needs of the time line of a scenario: names, sizes and packed steps.

    shown: labels of settings, never among them; the recommended one is added.
    """
    info, currency = tables.manifest.scenarios[decision.scenario], decision.prices.currency
    labels = list(dict.fromkeys([decision.choice, *shown]))
    if decision.against.incumbent is not None:
        labels.append(decision.against.incumbent.reference)
    stream, of_label = _stream(tables, labels), courses(tables, labels)
    labels = [*of_label]
    ticks = of_label[labels[0]].ticks
    places = np.unique(np.linspace(0, len(ticks) - 1, min(STEPS, len(ticks))).astype(int))
    never = labels[-1] if decision.against.never is None else decision.against.never.reference
    steps = {
        "ticks": ticks[places].tolist(),
        "when": [spoken(int(tick), info) for tick in ticks[places]],
        "drifts": drifts(info) if info.truth_known else None,
        "currency": currency or "",
        "words": {kind: [words.deed, words.noun] for kind, words in WORDS.items()},
        "settings": {
            label: _setting(course, places, info, currency) for label, course in of_label.items()
        },
    }
    return {
        "labels": labels,
        "sides": [labels[0], never if never in of_label else labels[-1]],
        "last": len(places) - 1,
        "steps": packed(steps),
        "stream": stream,
    }


def _stream(tables: Tables, labels: Sequence[str]) -> str:
    """Say which seed is shown; nothing where there is one."""
    seeds = tables.runs["seed"].unique()
    shown = seed_of(first_seed(tables.runs, labels), seeds)
    return f"{shown} (of {len(seeds)} seeds)" if len(seeds) > 1 else ""


def _setting(
    course: Course, places: np.ndarray, info: ScenarioInfo, currency: str | None
) -> dict[str, Any]:
    return {
        "errors": course.errors[places].round(1).tolist(),
        "money": course.money[places].round(1).tolist(),
        "alarms": course.alarms.tolist(),
        "retrainings": [
            {
                "decided": int(row["decided"]),
                "ready": int(row["ready"]),
                "deployed": None if math.isnan(row["deployed"]) else int(row["deployed"]),
                "does": row["action"],
                "trains": bool(row["rows"]),
                "says": retraining(row, info, currency),
            }
            for row in course.retrainings.to_dict("records")
        ],
    }
