"""Errors in one sentence for the user, and the checks that raise them."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from retrainlab.sim.printable import printable

# What code of the user's own may raise where nobody stops the command: a script's sys.exit, too.
FAILURES = (Exception, SystemExit)


class InputError(ValueError):
    """A bad input, in one sentence: the value, where it stands, and what would be right.

    Names in it may be anybody's, and must not steer the terminal that shows them.
    """

    def __init__(self, sentence: str = ""):
        super().__init__(printable(sentence))


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


def is_there(path: Path) -> bool:
    """Whether a file of a run is there; `DamagedFile` if a folder, say, has its name."""
    is_file = path.is_file()
    require_undamaged(
        is_file or not path.exists(),
        f"{path} is a folder or the like, and must be a file; remove it, and what wrote it writes "
        "it anew",
    )
    return is_file


def make_folder(path: Path) -> None:
    """Make a folder of a run, unless it is there; `DamagedFile` if a file has its name."""
    require_undamaged(
        path.is_dir() or not path.exists(), f"{path} is a file, and must be a folder; remove it"
    )
    path.mkdir(parents=True, exist_ok=True)


def in_one_sentence(error: InputError | OSError) -> str:
    """Say what is wrong with a file: which it is, and why."""
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def require_one_run(path: Path) -> None:
    """Raise `InputError` where a file of a run is missing, and lies in the folders beside it."""
    runs = () if path.is_file() else sorted(path.parent.glob(f"*/{path.name}"))
    if runs:
        raise InputError(f"{path.parent} is a folder of runs; name one, such as {runs[0].parent}")


def is_panic(error: BaseException) -> bool:
    """Whether it is a panic of a Rust extension: its class derives from no `Exception`."""
    return type(error).__name__ == "PanicException"


def unexpected(error: BaseException) -> str:
    """Say in one line what an error is that nobody expected, and in which file and line it came."""
    frames = traceback.extract_tb(error.__traceback__)
    origin = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    said = " ".join(printable(str(error)).split())
    return f"{type(error).__name__}{': ' if said else ''}{said}{origin}"


@contextmanager
def own_code(what: str) -> Iterator[None]:
    """Make what code of the user's own raises a `RunFailure`, in a sentence that begins with what
    has failed; a sentence that it has itself stays."""
    try:
        yield
    except (InputError, RunFailure):
        raise
    except FAILURES as error:
        raise RunFailure(f"{what}: {unexpected(error)}") from error
