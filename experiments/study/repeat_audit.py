"""Audit of parts of the user's own: a strategy decides, and a detector alarms, the same again.

Each run starts with fresh parts. What they keep elsewhere, in their class or module, runs on from
one run to the next, so that results would depend on which of them share a process.
"""

from collections.abc import Callable, Mapping
from typing import Any

from retrainlab.experiments.storage.cache_key import has_own_target
from retrainlab.sim.errors import require
from retrainlab.sim.replay.ledger import Ledger


def require_repeatable_strategy(
    node: Mapping[str, Any], ledger: Ledger, again: Callable[[], Ledger]
) -> None:
    """Raise `InputError` where a strategy with a part of the user's own decides otherwise again.

    ledger: of the first replay. again: replays it on the same stream.
    """
    if has_own_target(node):
        is_same = _decisions(ledger) == _decisions(again())
        _require(is_same, "it decides otherwise when it is replayed", "its parts remember")


def require_repeatable_detector(
    node: Mapping[str, Any], alarms: list[int], again: Callable[[], list[int]]
) -> None:
    """Raise `InputError` where a detector of the user's own alarms otherwise again.

    again: alarms of a fresh one on the same stream.
    """
    if has_own_target(node):
        _require(alarms == again(), "it alarms otherwise when it is run", "it remembers")


def _require(is_same: bool, differs: str, remembered: str) -> None:
    require(
        is_same,
        f"{differs} again on the same stream; what {remembered} belongs into self, and not into a "
        "class or module, and what is drawn at random needs a seed",
    )


def _decisions(ledger: Ledger) -> tuple[Any, ...]:
    trainings = [(t.reason, t.decided, t.made_by.content, t.accepted) for t in ledger.trainings]
    return trainings, ledger.alarms
