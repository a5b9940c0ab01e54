"""The last net around a command: whatever happens ends in one sentence and an exit code."""

import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from retrainlab.sim.errors import DamagedFile, InputError, RunFailure
from retrainlab.sim.exit_codes import ExitCode
from retrainlab.sim.printable import printable

LOG = "error.log"
Folder = Callable[[], Path | None]


def guarded(work: Callable[[], int], folder: Folder = lambda: None) -> int:
    """Return the exit code of the work; an exception becomes a sentence on standard error.

    Only what stops the command from outside goes on.

    folder: where the results of the command go, if that is known by then. The traceback of an
    error that nobody expected goes to a log there, or to the folder for temporary files.
    """
    try:
        return work()
    except (InputError, RunFailure) as error:
        failed = isinstance(error, RunFailure | DamagedFile)
        return complain(str(error), ExitCode.FAILED if failed else ExitCode.NO_RESULT)
    except BrokenPipeError:
        # Nobody reads on, as behind `| head`; Python would complain once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.FAILED
    except (SystemExit, GeneratorExit, KeyboardInterrupt):
        raise
    except OSError as error:
        place = error.filename or folder() or "output"
        return complain(f"{place}: {error.strerror or error}{_kept(folder())}")
    except BaseException as error:  # a panic of a library in Rust is no `Exception`
        return complain(_unexpected(error, folder()))


def complain(sentence: str, code: int = ExitCode.NO_RESULT) -> int:
    """Print the sentence on standard error; return the exit code."""
    print(printable(f"retrainlab: {' '.join(sentence.split())}"), file=sys.stderr)
    return code


def _unexpected(error: BaseException, folder: Path | None) -> str:
    # A library may put a whole page into its message.
    what = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}".rstrip(": ")
    log = _logged(error, folder)
    where = f"the traceback is in {log}" if log else "its traceback could not be saved"
    return f"unexpected error, {what}{_kept(folder)}; {where}"


def _kept(folder: Path | None) -> str:
    """Say what of the work is kept."""
    # Of a folder that may not be read `Path` would raise an error of its own.
    kept = ("units", "manifest.json")
    if folder is None or not any(os.path.exists(folder / name) for name in kept):
        return ""
    return f"; what was finished is kept in {folder}"


def _logged(error: BaseException, folder: Path | None) -> Path | None:
    """Write the traceback beside the results, or else to a temporary file; return its place."""
    text = "".join(traceback.format_exception(error))
    entry = f"{datetime.now().isoformat(timespec='seconds')} {sys.argv}\n{text}\n"
    places = [folder / LOG] if folder is not None and folder.is_dir() else []
    for place in [*places, None]:
        try:
            if place is None:
                number, name = tempfile.mkstemp(prefix="retrainlab-", suffix=".log", text=True)
                os.close(number)
                place = Path(name)
            with place.open("a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(entry)
            return place
        except OSError:
            continue
    return None
