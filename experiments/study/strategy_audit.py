"""Audit of a strategy of the user's own: it decides the same whenever it is replayed.

Parts are copied before each replay. What they keep elsewhere, in their class or module, runs on
from one replay to the next, so that results would depend on which of them share a process.
"""

from collections.abc import Callable, Mapping
from typing import Any

from retrainlab.experiments.storage.cache_key import has_own_target
from retrainlab.sim.errors import require
from retrainlab.sim.replay.ledger import Ledger


def require_repeatable(
    node: Mapping[str, Any], ledger: Ledger, again: Callable[[], Ledger]
) -> None:
    """Raise `InputError` where a strategy with a part of the user's own decides otherwise again.

    ledger: of the first replay. again: replays it on the same stream.
    """
    require(
        not has_own_target(node) or _decisions(ledger) == _decisions(again()),
        "it decides otherwise when it is replayed again on the same stream; what its parts "
        "remember belongs into self, and not into their class or module, and what they draw at "
        "random needs a seed",
    )


def _decisions(ledger: Ledger) -> tuple[Any, ...]:
    trainings = [(t.reason, t.decided, t.made_by.content, t.accepted) for t in ledger.trainings]
    return trainings, ledger.alarms
