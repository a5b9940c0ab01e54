"""Actions in words: what each kind is called, and what several kinds are called together."""

from collections.abc import Collection
from dataclasses import dataclass

from retrainlab.reports.decision.actions import REFIT


@dataclass(frozen=True)
class Words:
    """How an action is named.

    deed: as an order. noun, plural: as a thing. past: as what was done. work: what became of the
    model, empty where the rows that it was trained on say so.
    """

    deed: str
    noun: str
    plural: str
    past: str
    work: str = ""


WORDS = {
    REFIT: Words("retrain", "retraining", "retrainings", "retrained"),
    "update": Words("update", "update", "updates", "updated", "the model updated"),
    "reuse": Words(
        "reuse a model", "reuse", "reuses", "reused a model", "an earlier model put back"
    ),
    "recalibrate": Words(
        "correct outputs",
        "recalibration",
        "recalibrations",
        "recalibrated",
        "its outputs corrected",
    ),
    "blend": Words("blend models", "blend", "blends", "blended models", "earlier models blended"),
}


def plural(kinds: Collection[str]) -> str:
    """Return what actions of these kinds are called together: "retrainings and reuses"."""
    named = [words.plural for kind, words in WORDS.items() if kind in kinds]
    return " and ".join(named) if 1 <= len(named) <= 2 else "actions"


def past(kinds: Collection[str]) -> str:
    """Return what was done by actions of these kinds: "updated"; of several kinds "acted"."""
    return WORDS[next(iter(kinds))].past if len(kinds) == 1 else "acted"
