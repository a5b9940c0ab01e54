"""Options that a command does not read: whoever sets one is told, as it would change nothing."""

from retrainlab.sim.errors import require

MAP = {"map": "only retrainlab map reads it"}
SEARCH = {"optimize.search": "only retrainlab optimize reads it"}
GATES = {
    **MAP,
    **SEARCH,
    "strategy": "every gate is asked by gates.when, about gates.what",
    "columns": "the table of gates has columns of its own",
    "tracking": "gates are not logged",
}
UNREAD = {
    "config": {**MAP, **SEARCH},
    "optimize": MAP,
    "map": SEARCH,
    "gates": GATES,
    "check_gates": GATES,
}


def reason(root: str, key: str) -> str:
    """Return why the command of a root configuration does not read a key; empty if it does."""
    reasons = UNREAD.get(root, {}).items()
    return next((why for name, why in reasons if f"{key}.".startswith(f"{name}.")), "")


def require_read(root: str, key: str, word: str) -> None:
    """Raise `InputError` for a word that sets a key that its command does not read."""
    why = reason(root, key)
    require(not why, f"{word} would change nothing: {why}")
