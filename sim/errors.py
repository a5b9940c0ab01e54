"""Errors in one sentence for the user, and the checks that raise them."""


class InputError(ValueError):
    """A bad input, in one sentence: the value, where it stands, and what would be right."""


class DamagedFile(InputError):
    """A file of a run that is not as it was written."""


class RunFailure(RuntimeError):
    """Work that was asked for rightly and failed, in one sentence with the reason."""


def require(condition: bool, sentence: str) -> None:
    """Raise `InputError(sentence)` unless the condition holds."""
    if not condition:
        raise InputError(sentence)


def require_undamaged(condition: bool, sentence: str) -> None:
    """Raise `DamagedFile(sentence)` unless the condition holds."""
    if not condition:
        raise DamagedFile(sentence)


def require_whole(name: str, value: object, least: int, unit: str = "ticks") -> None:
    """Raise `InputError` unless the value is a whole number of at least `least`."""
    require(
        isinstance(value, int) and not isinstance(value, bool) and value >= least,
        f"{name} is {value}; it must be a whole number of {unit}, {least} or more",
    )
