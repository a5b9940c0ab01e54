"""Calls of a user's learner or loss, which cannot change what it is given."""

from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray

from retrainlab.sim.errors import InputError, is_panic


class ChangesInput(InputError):
    """A learner or a loss writes into the arrays that it is given."""


def call(who: str, function: Callable[..., Any], *arrays: NDArray[Any], **options: Any) -> Any:
    """Call a function with arrays that it cannot write into; all replays share these.

    who: the learner or loss, as a sentence names it. Raises `ChangesInput` where it tries to, and
    `RuntimeError` for a panic of a Rust extension, which is no `Exception` itself.
    """
    try:
        return function(*map(locked, arrays), **options)
    except ValueError as error:
        if "read-only" not in str(error):
            raise
        raise ChangesInput(
            f"{who} changes the arrays that it is given ({error}); it must work on a copy"
        ) from error
    except BaseException as error:
        if not is_panic(error):
            raise
        raise RuntimeError(f"{who} panicked: {error}") from error


def locked(array: NDArray[Any]) -> NDArray[Any]:
    """Return a view that cannot be written into."""
    view = array.view()
    view.flags.writeable = False
    return view
