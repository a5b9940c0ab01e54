"""Words for the phases of a calendar: what it costs when it begins at other ticks."""

import math

from retrainlab.reports.results.decision import Phases
from retrainlab.reports.text.format import money, three_digits

ALIASING = "Caution: what this interval costs depends on when it begins (aliasing)."
SAFER = (
    "An interval that shares no factor with the period of the drift, if it has one, or a trigger, "
    "is safer."
)


def begun_later(phases: Phases, currency: str | None) -> str:
    """Say what a calendar costs at other phases, and warn where it aliases with the drift.

    Phases differ where the drift has a period, and where it comes once, just before a retraining.
    """
    low, high = three_digits(phases.lowest), three_digits(phases.highest)
    text = f"Begun at {phases.tried} different ticks it costs {low} to {money(high, currency)}"
    if not math.isnan(phases.saving_low):
        saved = f"{three_digits(phases.saving_low)} to {three_digits(phases.saving_high)}"
        text += f"; chance and phase together, it saves {money(saved, currency)} against never"
    if not phases.aliases:
        return f"{text}."
    return f"{ALIASING} {text}. {SAFER}"
